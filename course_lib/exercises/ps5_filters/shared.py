"""What the exercises of this set have in common: what is forbidden, and how cases are drawn."""

from __future__ import annotations

import numpy as np

# The references, and the filters that libraries have ready.
REFERENCES = (
    "course_lib.exercises",
    "course_lib.filters",
    "course_lib.optimizers",
    "course_lib.stability",
    "scipy.signal",
    "scipy.ndimage",
)


# Outputs of size 10 carry about 1e-6 of rounding in single precision, also where they pass by 0.
ATOL = 1e-5


def signals(rng: np.random.Generator) -> list[np.ndarray]:
    """Signals to filter: one sample, several, two axes, whole numbers, single precision."""
    return [
        rng.normal(scale=3, size=1),
        rng.normal(scale=3, size=9),
        rng.normal(scale=3, size=(6, 3)),
        # Odd numbers: what is truncated to integers shows at once.
        2 * rng.integers(-9, 9, size=7) + 1,
        rng.normal(scale=3, size=8).astype(np.float32),
    ]


def roots(rng: np.random.Generator, n: int, low: float, high: float) -> np.ndarray:
    """``n`` roots in conjugate pairs (one of them real, for odd n), low < |z| < high, well apart.

    The angles of the pairs lie in sectors of their own, all of them away from the real axis.
    """
    pairs = n // 2
    sizes = rng.uniform(low, high, size=pairs)
    sector = np.pi / max(pairs, 1)
    angles = sector * (np.arange(pairs) + rng.uniform(0.25, 0.75, size=pairs))
    upper = sizes * np.exp(1j * angles)
    real = rng.choice([-1.0, 1.0]) * rng.uniform(low, high, size=n % 2)
    return np.concatenate([upper, upper.conj(), real])


def polynomial(rng: np.random.Generator, n: int, low: float = 0.3, high: float = 0.9) -> np.ndarray:
    """Coefficients ``(n + 1,)`` in falling powers of z, the first 1, with ``roots`` as roots."""
    return np.atleast_1d(np.poly(roots(rng, n, low, high))).real


def filters_of_many_orders(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs (b, a): as many zeros as poles, fewer, more; a[0] of 1 and another; whole numbers."""
    sizes = ((0, 1), (1, 1), (2, 2), (1, 3), (3, 1), (2, 4))
    found = [
        (rng.uniform(0.2, 2) * polynomial(rng, zeros, 0.3, 1.5), polynomial(rng, poles))
        for zeros, poles in sizes
    ]
    b, a = found[3]
    scale = rng.uniform(1.5, 4)
    whole = rng.integers(1, 5, size=2), np.array([8, rng.integers(-3, 4), rng.integers(1, 4)])
    return [*found, (scale * b, scale * a), whole]
