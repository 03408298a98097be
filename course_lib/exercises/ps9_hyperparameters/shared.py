"""What the exercises of this set have in common: what is forbidden, and generators in cases."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.checks import given

# The references and every module that leads to one.
REFERENCES = (
    "course_lib.exercises",
    "course_lib.search",
    "course_lib.splits",
    "course_lib.data.k_fold",
    "course_lib.data.stratified_k_fold",
    "sklearn.model_selection",
    "optuna",
)

# Draws from any other source than the generator that was passed in. Not the whole of a module: an
# answer may call a table of its own "random", and name the type of its argument.
OTHER_SOURCES = (
    *(
        f"numpy.random.{name}"
        for name in (
            *("default_rng", "RandomState", "seed", "rand", "random", "random_sample", "uniform"),
            *("normal", "randn", "randint", "choice", "shuffle", "permutation"),
        )
    ),
    *(
        f"random.{name}"
        for name in ("random", "uniform", "randint", "choice", "choices", "sample", "shuffle")
    ),
    *(f"torch.{name}" for name in ("rand", "randn", "randint", "randperm", "manual_seed")),
    "scipy.stats",
)


def fresh_rng(rng: np.random.Generator) -> dict[str, Any]:
    """A generator for a case, of a seed drawn from ``rng``."""
    return given.rng(int(rng.integers(2**32)))
