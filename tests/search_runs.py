"""Searches that several test modules run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.search import Bayesian, CoarseToFine, Evolution, Grid, LogUniform, Random

METHODS = {
    "grid": Grid({"rate": 3, "layers": 4, "momentum": 2}),
    "random": Random(20),
    "coarse to fine": CoarseToFine(8),
    "evolution": Evolution(population=6, generations=4),
    "bayesian": Bayesian(20, batch=4, startup=5),
}
every_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
quiet = pytest.mark.filterwarnings("ignore::course_lib.search.BorderWarning")
RATES = {"rate": LogUniform(1e-3, 1e0)}


def x_squared(parameters: dict[str, Any], rng: np.random.Generator) -> float:
    return float(parameters["x"] ** 2)
