"""What the tests of norms normalise: shapes with six channels, and numbers drawn for them."""

from __future__ import annotations

import numpy as np

CHANNELS = 6
SHAPES = {"flat": (5, CHANNELS), "line": (4, CHANNELS, 7), "plane": (3, CHANNELS, 4, 5)}


def drawn(shape: tuple[int, ...], features: tuple[int, ...] = (CHANNELS,)) -> tuple:
    """x, γ, β, and an upstream gradient."""
    rng = np.random.default_rng(5)
    x = rng.normal(3, 2, size=shape)
    return x, rng.normal(size=features), rng.normal(size=features), rng.normal(size=shape)
