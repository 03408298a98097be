"""What the exercises of this set have in common: what is forbidden, and how cases are drawn."""

from __future__ import annotations

import numpy as np

from course_lib import losses

# The reference and every module that it comes from.
REFERENCES = (
    "course_lib.exercises",
    "course_lib.losses",
    *sorted({getattr(losses, name).__module__ for name in losses.__all__}),
)

# log-sum-exp and log-softmax as libraries have them; a leading dot is the method of a tensor.
LOG_SUM_EXP = (
    "scipy.special",
    "torch.logsumexp",
    "torch.special.logsumexp",
    ".logsumexp",
    "torch.log_softmax",
    "torch.special.log_softmax",
    "torch.nn.functional.log_softmax",
    "torch.nn.LogSoftmax",
    ".log_softmax",
)

# (n_samples, n_classes): one sample, more classes than samples, more samples than classes.
BATCHES = ((1, 2), (1, 6), (3, 8), (9, 3), (16, 10))


def logits(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Ordinary logits ``(n, k)``."""
    return rng.normal(scale=2.0, size=(n, k))


def extreme_logits(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Logits ``(n, k)`` around -1e4, 0 and 1e4, in every row another mixture."""
    return rng.choice([-1e4, 0.0, 1e4], size=(n, k)) + rng.normal(size=(n, k))


def labels(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Integer classes ``(n,)`` in 0..k-1."""
    return rng.integers(k, size=n)


def probabilities(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Rows ``(n, k)`` that sum to 1, every entry at least 0.01."""
    rows = rng.dirichlet(np.ones(k), size=n)
    return (rows + 0.02) / (1 + 0.02 * k)


def waves(*shape: int) -> np.ndarray:
    """Numbers between -3 and 3 that are always the same, for public cases."""
    return np.round(3 * np.sin(1 + np.arange(np.prod(shape)) ** 1.5), 2).reshape(shape)
