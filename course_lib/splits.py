"""Splits: which samples train, which choose the hyperparameters, and which are kept for the end.

Parts are index arrays, disjoint and together all samples, so that inputs and labels are cut alike:
``x[train], y[train]``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._random import generator
from ._scalars import real, whole

__all__ = ["k_fold", "split", "stratified_k_fold", "stratified_split"]

Indices = NDArray[np.int64]

THREE_PARTS = (0.6, 0.2, 0.2)  # train, validation, test


def split(
    n_samples: int, rng: np.random.Generator, fractions: Sequence[float] = THREE_PARTS
) -> tuple[Indices, ...]:
    """Deal ``n_samples`` out at random: 60 % to train, 20 % to validate, 20 % to test.

    One array of indices in random order for each of ``fractions``; sizes are the fractions of n,
    rounded so that they add up to n. Hyperparameters are chosen on the validation part; the test
    part is used once, at the end.

    Raises ValueError where the fractions do not sum to 1 or a part would be empty.

    Source: deck D, "Validation set (e.g., 20%): to find optimal hyper-parameters".

    >>> [part.tolist() for part in split(5, np.random.default_rng(0))]
    [[2, 4, 3], [0], [1]]
    """
    shares = _fractions(fractions)
    order = generator(rng).permutation(whole("n_samples", n_samples, at_least=1))
    parts = _cut(order, shares)
    _require_all(parts, f"{n_samples} samples")
    return tuple(parts)


def stratified_split(
    labels: ArrayLike, rng: np.random.Generator, fractions: Sequence[float] = THREE_PARTS
) -> tuple[Indices, ...]:
    """``split`` within each class: every part has every class in the same share, to one sample.

    ``labels``, shape (n_samples,), name the class of each sample by integers or texts.

    Raises ValueError where a class has too few samples to be in every part, or as ``split``.

    >>> labels = np.array([0, 0, 0, 0, 1, 1])
    >>> parts = stratified_split(labels, np.random.default_rng(0), (0.5, 0.5))
    >>> [np.sort(labels[part]).tolist() for part in parts]
    [[0, 0, 1], [0, 0, 1]]
    """
    shares = _fractions(fractions)
    dealt = []
    for label, members in _classes(labels, generator(rng)):
        parts = _cut(members, shares)
        _require_all(parts, f"{len(members)} samples in class {label}")
        dealt.append(parts)
    # Otherwise a part would hold one class after the other.
    return tuple(rng.permutation(np.concatenate(part)) for part in zip(*dealt, strict=True))


def k_fold(n_samples: int, k: int, rng: np.random.Generator) -> list[tuple[Indices, Indices]]:
    """k pairs (train, validation): each sample validates once and trains k − 1 times.

    For when the whole set is small. The sizes of the k validation folds differ by at most 1.

    Raises ValueError where k is not between 2 and ``n_samples``.

    Source: deck D, "When whole set is small: K-fold cross validation".

    >>> [len(validation) for _, validation in k_fold(10, 3, np.random.default_rng(0))]
    [4, 3, 3]
    """
    n_samples = whole("n_samples", n_samples, at_least=2)
    k = whole("k", k, at_least=2, at_most=n_samples)
    return _pairs(generator(rng).permutation(n_samples), k)


def stratified_k_fold(
    labels: ArrayLike, k: int, rng: np.random.Generator
) -> list[tuple[Indices, Indices]]:
    """``k_fold`` in which the folds' numbers of samples of any one class differ by at most 1.

    Raises ValueError where a class has fewer than k samples, or k is below 2.

    >>> folds = stratified_k_fold([0, 0, 0, 0, 1, 1], 2, np.random.default_rng(0))
    >>> [int(sum(i >= 4 for i in validation)) for _, validation in folds]
    [1, 1]
    """
    k = whole("k", k, at_least=2)
    classes = _classes(labels, generator(rng))
    for label, members in classes:
        whole(f"number of samples in class {label}", len(members), at_least=k)
    return _pairs(np.concatenate([members for _, members in classes]), k)


def _pairs(order: Indices, k: int) -> list[tuple[Indices, Indices]]:
    # Dealt like cards, one to each fold in turn: sizes differ by one at most, and so do those of
    # any run of ``order``, such as one class.
    fold = np.arange(len(order)) % k
    return [(order[fold != i], order[fold == i]) for i in range(k)]


def _classes(labels: ArrayLike, rng: np.random.Generator) -> list[tuple[Any, Indices]]:
    """Each class with the indices of its samples, shuffled."""
    try:
        given = np.asarray(labels)
    except (ValueError, RuntimeError) as error:
        raise ValueError(
            f"labels must be one class for each sample; got a {type(labels).__name__} that numpy "
            f"cannot convert ({error}): pass a list or an array of shape (n_samples,)"
        ) from None
    if given.ndim != 1 or given.size == 0 or given.dtype.kind not in "biuUS":
        raise ValueError(
            f"labels must be integers or texts of shape (n_samples,); got {given.dtype} of shape "
            f"{given.shape}: pass one class for each sample"
        )
    return [(c, rng.permutation(np.flatnonzero(given == c))) for c in np.unique(given)]


def _fractions(fractions: Sequence[float]) -> list[float]:
    shares = [real("each fraction", share, above=0, at_most=1) for share in fractions]
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


def _require_all(parts: Sequence[Indices], what: str) -> None:
    if any(len(part) == 0 for part in parts):
        sizes = ", ".join(str(len(part)) for part in parts)
        raise ValueError(
            f"every part must hold a sample; got parts of {sizes} out of {what}: "
            "take fewer parts, larger fractions, more samples, or k-fold"
        )
