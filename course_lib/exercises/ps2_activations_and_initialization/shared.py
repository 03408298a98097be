"""What the exercises of this set have in common: what is forbidden, and how cases are drawn."""

from __future__ import annotations

import numpy as np

# The references and every module that they come from.
REFERENCES = (
    "course_lib.exercises",
    "course_lib.activations",
    "course_lib.backprop",
    "course_lib.initialization",
    "course_lib.log_domain",
    "course_lib.losses",
    "course_lib.piecewise_activations",
    "course_lib.preprocessing",
    "course_lib.smooth_activations",
    "course_lib.whitening",
)


def with_zeros(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Ordinary numbers of both signs, about one in four of them exactly 0."""
    return rng.normal(scale=2.0, size=shape) * (rng.random(shape) < 0.75)


def probabilities(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Rows ``(n, k)`` that sum to 1, every entry at least 0.01."""
    rows = rng.dirichlet(np.ones(k), size=n)
    return (rows + 0.02) / (1 + 0.02 * k)


def waves(*shape: int) -> np.ndarray:
    """Numbers between -3 and 3 that are always the same, for public cases."""
    return np.round(3 * np.sin(1 + np.arange(np.prod(shape)) ** 1.5), 2).reshape(shape)
