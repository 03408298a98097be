"""What the exercises of this set have in common: what is forbidden, and how cases are drawn."""

from __future__ import annotations

import numpy as np

REFERENCES = ("course_lib.exercises", "course_lib.dropout")
READY_MADE = (
    "torch.nn.Dropout",
    "torch.nn.Dropout1d",
    "torch.nn.Dropout2d",
    "torch.nn.Dropout3d",
    "torch.nn.AlphaDropout",
    "torch.nn.functional.dropout",
    "torch.nn.functional.dropout1d",
    "torch.nn.functional.dropout2d",
    "torch.nn.functional.dropout3d",
    "torch.dropout",
    "torch.native_dropout",
)


def drop_probability(rng: np.random.Generator) -> float:
    """Well off 0.5, where dropping and keeping would not differ."""
    return float(rng.choice([rng.uniform(0.15, 0.3), rng.uniform(0.7, 0.85)]))


def numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers of either sign, none of them near 0."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.2, 2.0, size=shape)


def quarters(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Multiples of a quarter of either sign, none of them 0, which a file tells in few digits."""
    return rng.choice([-0.25, 0.25], size=shape) * rng.integers(1, 9, size=shape)


def mixed_mask(rng: np.random.Generator, shape: tuple[int, ...], p: float) -> np.ndarray:
    """A mask that keeps some and, where it has room, drops some; its share is hardly ever 1 - p."""
    flat = rng.random(int(np.prod(shape))) >= p
    flat[0] = True
    flat[-1] = flat.size == 1
    return rng.permutation(flat).reshape(shape)


def waves(*shape: int) -> np.ndarray:
    """Numbers between -2 and 2 that are always the same, for public cases."""
    return np.round(2 * np.sin(1 + np.arange(np.prod(shape)) ** 1.5), 2).reshape(shape)
