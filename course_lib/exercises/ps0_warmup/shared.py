"""What the exercises of this set have in common: what is forbidden, and how cases are drawn."""

from __future__ import annotations

import numpy as np

# The references and every module that they come from.
REFERENCES = (
    "course_lib.exercises",
    "course_lib.activations",
    "course_lib.backprop",
    "course_lib.gradients",
    "course_lib.log_domain",
    "course_lib.losses",
    "course_lib.minibatch",
    "course_lib.smooth_activations",
)

# (n samples, d inputs, m hidden units, k classes): one sample, one of each, and all alike, where a
# transpose that is missing raises nothing.
SIZES = ((1, 3, 4, 2), (1, 1, 1, 2), (5, 4, 3, 2), (4, 4, 4, 4), (7, 2, 5, 3))


def network(rng: np.random.Generator, d: int, m: int, k: int) -> tuple[np.ndarray, ...]:
    """``w_hidden (m, d)``, ``b_hidden (m,)``, ``w_out (k, m)``, ``b_out (k,)``."""
    return (
        rng.normal(size=(m, d)),
        rng.normal(size=m),
        rng.normal(size=(k, m)),
        rng.normal(size=k),
    )


def probabilities(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Rows ``(n, k)`` that sum to 1, every entry at least 0.01."""
    rows = rng.dirichlet(np.ones(k), size=n)
    return (rows + 0.02) / (1 + 0.02 * k)


def one_hot(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """A certain label for each of ``n`` samples, as rows ``(n, k)``."""
    return np.eye(k)[rng.integers(k, size=n)]


def waves(*shape: int) -> np.ndarray:
    """Numbers between -3 and 3 that are always the same, for public cases."""
    return np.round(3 * np.sin(1 + np.arange(np.prod(shape)) ** 1.5), 2).reshape(shape)
