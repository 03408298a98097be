"""What the exercises of this set have in common: what is forbidden, and how cases are drawn."""

from __future__ import annotations

import numpy as np

from course_lib.checks import Case

# The reference and every module that it comes from, and the optimizers ready made.
REFERENCES = (
    "course_lib.exercises",
    "course_lib.regularization",
    "course_lib.penalties",
    "course_lib.priors",
    "course_lib.early_stopping",
    "course_lib.bagging",
)
OPTIMIZERS = (
    "course_lib.exercises",
    "course_lib.optimizers",
    "course_lib.torch_optimizers",
    "course_lib.penalties",
    "course_lib.regularization",
    "torch.optim",
)

# Weights of one layer: a single one, a vector, matrices (one row, one column), a convolution.
SHAPES = ((1,), (7,), (1, 5), (4, 1), (5, 3), (2, 3, 4))


def weights(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Weights of either sign, none of them near 0."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.2, 2.0, size=shape)


def whole_weights(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Integers of either sign, none of them 0."""
    return rng.choice([-1, 1], size=shape) * rng.integers(1, 6, size=shape)


def with_zeros(rng: np.random.Generator, w: np.ndarray) -> np.ndarray:
    """``w`` with one of its numbers, and about one in four others, set to 0."""
    flat = w.copy().ravel()
    flat[rng.random(flat.size) < 0.25] = 0
    flat[rng.integers(flat.size)] = 0
    return flat.reshape(w.shape)


def waves(*shape: int) -> np.ndarray:
    """Numbers between -2 and 2 that are always the same, for public cases."""
    return np.round(2 * np.sin(1 + np.arange(np.prod(shape)) ** 1.5), 2).reshape(shape)


def slopes(n: int, *shape: int) -> np.ndarray:
    """``n`` gradients of one shape, always the same, the last number of each a thousand times
    smaller: where v̂ is tiny, it shows where ε stands."""
    g = np.cos(np.arange(n * np.prod(shape)) ** 1.3).reshape(n, *shape)
    g[..., -1] /= 1000
    return g


def adam_cases(rng: np.random.Generator) -> list[Case]:
    """Weights, the gradients of several steps, rate and decay; tiny gradients, float32.

    The gradients have a mean well off 0, so that m, v and the sign of a step all show.
    """
    cases = []
    for n, shape in ((1, (3,)), (3, (1,)), (12, (4,)), (5, (2, 3)), (4, (3, 1))):
        g = rng.normal(size=shape) + 0.5 * rng.normal(size=(n, *shape))
        g[..., -1] *= 1e-3
        cases.append((weights(rng, shape), g))
    single = weights(rng, (3,)).astype(np.float32), rng.normal(size=(4, 3)).astype(np.float32)
    return [
        Case((w, g, float(10 ** rng.uniform(-2, -0.7)), float(rng.uniform(0.1, 0.6))))
        for w, g in (*cases, single)
    ]
