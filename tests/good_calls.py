"""One good call of every public function and class that takes data or numbers.

``bad_input`` spoils them, one argument at a time. A call of a method stands beside its class's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from good_experiments import EXPERIMENTS
from good_leaves import LEAVES
from good_systems import SYSTEMS
from good_values import SPACE, X
from public_api import module

from course_lib import surfaces
from course_lib.filters import ar1, cascade
from course_lib.preprocessing import PCA, MinMax, Standardize
from course_lib.regularization import EarlyStopping, Watch
from course_lib.schedules import Constant, ReduceOnPlateau
from course_lib.search import Grid, search


def first(parameters: dict[str, Any], rng: np.random.Generator) -> float:
    return parameters["rate"]


SECTIONS = np.array([[0.5, 0.0, 0.0, 1.0, -0.5, 0.0]])
# Methods, by the name of the class and their own; and what they are bound to.
METHODS: dict[str, tuple[Callable[..., Any], tuple]] = {
    "preprocessing.PCA.fit": (PCA().fit, (X,)),
    "preprocessing.MinMax.fit": (MinMax().fit, (X,)),
    "preprocessing.Standardize.fit": (Standardize().fit, (X,)),
    "preprocessing.Scaling.transform": (Standardize().fit(X).transform, (X,)),
    "preprocessing.Scaling.inverse": (Standardize().fit(X).inverse, (X,)),
    "preprocessing.Projection.transform": (PCA().fit(X).transform, (X,)),
    "regularization.EarlyStopping.update": (
        lambda value: EarlyStopping(3).update(Watch(), value),
        (0.5,),
    ),
    "schedules.Schedule.__call__": (Constant(0.1), (3,)),
    "schedules.ReduceOnPlateau.update": (
        lambda metric: ReduceOnPlateau(0.1).update(ReduceOnPlateau(0.1).start(), metric),
        (0.5,),
    ),
    "filters.Cascade.run": (cascade(ar1(0.5), ar1(0.5)).run, (X,)),
    "filters.Filter.run": (ar1(0.5).run, (X,)),
    "filters.Filter.step_response": (ar1(0.5).step_response, (5,)),
    "filters.cascade": (lambda section: cascade(section), (SECTIONS,)),
    "search.Grid.rounds": (lambda levels: search(first, SPACE, Grid(levels), seed=0), (3,)),
    "surfaces.Surface.grid": (surfaces.SURFACES["bowl"].grid, (5,)),
}


@dataclass(frozen=True)
class Call:
    """``function(*args)``, which is accepted; ``names`` are those of the arguments."""

    name: str
    function: Callable[..., Any]
    args: tuple

    @property
    def names(self) -> list[str]:
        return list(inspect.signature(self.function).parameters)[: len(self.args)]

    def __call__(self, **spoilt: Any) -> Any:
        given = dict(zip(self.names, self.args, strict=True)) | spoilt
        result = self.function(**given)
        if isinstance(result, AbstractContextManager):
            with result:
                return None
        return list(result) if isinstance(result, Iterator) else result


GOOD = [
    Call(f"{name}.{own}", getattr(module(name), own), args)
    for name, calls in (LEAVES | SYSTEMS | EXPERIMENTS).items()
    for own, args in calls.items()
]
GOOD += [Call(name, function, args) for name, (function, args) in METHODS.items()]
