"""Parts of a data set: indices that are drawn once, disjoint, and together all of it.

Give ``fractions`` such as (0.6, 0.2, 0.2) for training, validation and test. The parts are index
arrays, so that inputs and labels are cut alike: ``x[train], y[train]``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arrays import Array, of_one_library
from ._random import generator
from ._scalars import real, whole

__all__ = ["split", "stratified_split", "wrong_labels"]

Indices = NDArray[np.int64]


def split(n: int, fractions: Sequence[float], rng: np.random.Generator) -> tuple[Indices, ...]:
    """Index arrays of 0..n-1 in random order, one for each fraction, disjoint and together all.

    Part k has ``fractions[k] · n`` indices, rounded so that the sizes sum to n.

    Parameters
    ----------
    n
        how many samples there are
    fractions
        each > 0, summing to 1
    rng
        a generator

    Raises
    ------
    ValueError
        where the fractions do not sum to 1, or a part would be empty.

    Source: deck A, "Hyperparameter optimization": 60/20/20.

    >>> [part.tolist() for part in split(5, (0.6, 0.2, 0.2), np.random.default_rng(0))]
    [[2, 4, 3], [0], [1]]
    """
    shuffled = generator(rng).permutation(whole("n", n, at_least=1))
    parts = tuple(_cut(shuffled, _fractions(fractions)))
    _require_none_empty(parts)
    return parts


def stratified_split(
    labels: Array, fractions: Sequence[float], rng: np.random.Generator
) -> tuple[Indices, ...]:
    """As ``split``, with each class in the same proportion in every part, up to one sample.

    ``labels`` are integers, shape (n_samples,).

    Raises ValueError as ``split`` does, and where labels are not integers on one axis.

    >>> labels = np.array([0, 0, 0, 0, 1, 1])
    >>> parts = stratified_split(labels, (0.5, 0.5), np.random.default_rng(0))
    >>> [np.sort(labels[part]).tolist() for part in parts]
    [[0, 0, 1], [0, 0, 1]]
    """
    labels, shares = _labels(labels), _fractions(fractions)
    by_class = (np.flatnonzero(labels == c) for c in np.unique(labels))
    cut = [_cut(generator(rng).permutation(members), shares) for members in by_class]
    parts = tuple(rng.permutation(np.concatenate(part)) for part in zip(*cut, strict=True))
    _require_none_empty(parts)
    return parts


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


def _fractions(fractions: Sequence[float]) -> list[float]:
    shares = [real("fractions", share, above=0, at_most=1) for share in fractions]
    if not math.isclose(sum(shares), 1, abs_tol=1e-9):
        raise ValueError(
            f"fractions must sum to 1; got {tuple(fractions)}, which sum to {sum(shares):g}: "
            "pass the share of every part, the last one too"
        )
    return shares


def _cut(indices: Indices, shares: Sequence[float]) -> list[Indices]:
    """Neighbouring pieces; each within one of its share, since only their ends are rounded."""
    ends = [round(end * len(indices)) for end in np.cumsum(shares)]
    return np.split(indices, ends[:-1])


def _require_none_empty(parts: Sequence[Indices]) -> None:
    sizes = tuple(len(part) for part in parts)
    if 0 in sizes:
        raise ValueError(
            f"every part must hold a sample; got parts of {sizes}: "
            "take fewer parts, larger fractions, or more samples"
        )


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
