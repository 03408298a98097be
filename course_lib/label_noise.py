"""Labels made wrong on purpose, exactly as many as asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arrays import Array, of_one_library
from ._random import generator
from ._scalars import real, whole

__all__ = ["wrong_labels"]


def wrong_labels(
    labels: Array, fraction: float, n_classes: int, rng: np.random.Generator
) -> NDArray[Any]:
    """Labels of which exactly ``round(fraction · n)`` are wrong: another class, any one as likely.

    Parameters
    ----------
    labels
        integers in 0..n_classes-1, shape (n_samples,); they are not changed
    fraction
        in [0, 1]
    n_classes
        two or more
    rng
        a generator

    Raises
    ------
    ValueError
        where labels or settings are out of range.

    >>> labels = np.zeros(10, dtype=int)
    >>> wrong_labels(labels, 0.2, n_classes=3, rng=np.random.default_rng(0)).tolist()
    [0, 0, 0, 0, 2, 0, 2, 0, 0, 0]
    """
    labels = _labels(labels)
    n_classes = whole("n_classes", n_classes, at_least=2)
    fraction = real("fraction", fraction, at_least=0, at_most=1)
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError(
            f"labels must lie in 0..{n_classes - 1}; got {labels.min()} to {labels.max()}: "
            "number the classes from 0, or pass the right n_classes"
        )
    chosen = generator(rng).permutation(len(labels))[: round(fraction * len(labels))]
    noisy = labels.copy()
    noisy[chosen] = (labels[chosen] + rng.integers(1, n_classes, size=len(chosen))) % n_classes
    return noisy


def _labels(labels: Array) -> NDArray[Any]:
    """``labels`` as a numpy array of integers on one axis."""
    xp, named = of_one_library({"labels": labels})
    found = named["labels"]
    if not xp.isdtype(found.dtype, "integral") or found.ndim != 1:
        raise ValueError(
            f"labels must be integers of shape (n_samples,); got {found.dtype} of shape "
            f"{tuple(found.shape)}: pass the class of each sample"
        )
    return np.asarray(found)
