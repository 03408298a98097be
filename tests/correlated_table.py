"""Correlated features, and their covariance."""

from __future__ import annotations

import numpy as np


def table(rng: np.random.Generator, n: int = 60, d: int = 4) -> np.ndarray:
    """Correlated features of unlike size, far from the origin."""
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) * [1, 5, 0.1, 20][:d] + 7


def covariance(z: np.ndarray) -> np.ndarray:
    return (z - z.mean(axis=0)).T @ (z - z.mean(axis=0)) / len(z)
