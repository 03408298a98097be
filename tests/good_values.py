"""Values that calls of the public functions are made of."""

from __future__ import annotations

import numpy as np

from course_lib.normalization import RunningStatistics
from course_lib.search import Uniform


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


X = rng().normal(size=(6, 4))
IMAGES = rng().normal(size=(3, 4, 2, 2))
CHANNEL = np.ones(4)
LABELS = np.array([0, 2, 1, 2, 0, 1])
MASK = X > 0
RUNNING = RunningStatistics(mean=np.zeros(4), variance=np.ones(4))
NET = [X, X[0]]
KEPT = [MASK, MASK[0]]
SPACE = {"rate": Uniform(0.0, 1.0)}
