"""Grid search: every combination of a few levels of each hyperparameter."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass

import numpy as np

from .spaces import Entry, grid_points
from .trials import Proposal, Trial

__all__ = ["Grid"]


@dataclass(frozen=True)
class Grid:
    """All combinations of ``levels`` values on each axis: n = levels^d trials over d axes.

    Both ends of an axis are levels; a choice has all its values. ``levels`` is one number, or one
    for each axis by name. Every axis sees only n^(1/d) different values, however many trials.

    Raises ValueError, when the search begins, where a number of levels is not at least 2.

    Source: deck D, "Hyper-parameter tuning: grid search".

    >>> from course_lib.search import Uniform, search
    >>> space = {"a": Uniform(0.0, 1.0), "b": Uniform(0.0, 1.0)}
    >>> result = search(lambda p, rng: p["a"] + p["b"], space, Grid(levels=5), seed=0)
    >>> len(result.trials), result.distinct("a")
    (25, 5)
    """

    levels: int | Mapping[str, int]

    def rounds(
        self, space: dict[str, Entry], rng: np.random.Generator
    ) -> Generator[list[Proposal], list[Trial], None]:
        yield [Proposal(parameters) for parameters in grid_points(space, self.levels)]
