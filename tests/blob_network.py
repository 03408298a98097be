"""Three classes around three corners, and a network for them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from torch import nn

from course_lib.training import seeded


def network(*sizes: int, drop: float = 0.0, seed: int = 0) -> nn.Sequential:
    with seeded(seed):
        layers: list[nn.Module] = [nn.Flatten()]
        for n_in, n_out in pairwise(sizes[:-1]):
            layers += [nn.Linear(n_in, n_out), nn.ReLU(), nn.Dropout(drop)]
        return nn.Sequential(*layers, nn.Linear(*sizes[-2:]))


def blobs(n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Three classes around three corners."""
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=n)
    return rng.normal(size=(n, 2)) + 2 * np.eye(3)[y, :2], y
