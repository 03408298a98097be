"""Splits: which samples train, which choose the hyperparameters, and which are kept for the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._random import generator
from .._scalars import real, whole

__all__ = ["Split", "k_fold", "split", "stratified_k_fold", "stratified_split"]

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Indices of the samples in each part, shape (n_part,) each, in random order.

    >>> parts = split(10, np.random.default_rng(0))
    >>> len(parts.train), len(parts.validation), len(parts.test)
    (6, 2, 2)
    """

    train: Indices
    validation: Indices
    test: Indices


def split(
    n_samples: int, rng: np.random.Generator, fractions: Sequence[float] = (0.6, 0.2, 0.2)
) -> Split:
    """Deal ``n_samples`` out at random: 60 % to train, 20 % to validate, 20 % to test.

    Hyperparameters are chosen on the validation part; the test part is used once, at the end. Sizes
    are the fractions of n, rounded so that they add up to n.

    Raises ValueError where the fractions do not sum to 1 or a part would be empty.

    Source: deck D, "Validation set (e.g., 20%): to find optimal hyper-parameters".

    >>> split(5, np.random.default_rng(0)).test.tolist()
    [1]
    """
    shares = _fractions(fractions)
    order = generator(rng).permutation(whole("n_samples", n_samples, at_least=3))
    parts = np.split(order, _ends(len(order), shares))
    _require_all(parts, f"{n_samples} samples")
    return Split(*parts)


def stratified_split(
    labels: ArrayLike, rng: np.random.Generator, fractions: Sequence[float] = (0.6, 0.2, 0.2)
) -> Split:
    """``split`` within each class: every part has every class in the same share, to one sample.

    Parameters
    ----------
    labels
        shape (n_samples,), the class of each sample

    Raises ValueError where a class has too few samples to be in every part, or as ``split``.

    >>> parts = stratified_split([0] * 50 + [1] * 10, np.random.default_rng(0))
    >>> [int(sum(i >= 50 for i in part)) for part in (parts.train, parts.validation, parts.test)]
    [6, 2, 2]
    """
    shares = _fractions(fractions)
    parts: list[list[Indices]] = [[], [], []]
    for label, members in _classes(labels, generator(rng)):
        dealt = np.split(members, _ends(len(members), shares))
        _require_all(dealt, f"{len(members)} samples in class {label}")
        for part, some in zip(parts, dealt, strict=True):
            part.append(some)
    # Otherwise a part would hold one class after the other.
    return Split(*(rng.permutation(np.concatenate(part)) for part in parts))


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


def _fractions(fractions: Sequence[float]) -> NDArray[np.float64]:
    shares = [real("each fraction", fraction, above=0, below=1) for fraction in fractions]
    if len(shares) != 3 or abs(sum(shares) - 1) > 1e-9:
        raise ValueError(
            f"fractions must be three numbers that sum to 1; got {tuple(fractions)}: "
            "pass train, validation and test, such as (0.6, 0.2, 0.2)"
        )
    return np.array(shares)


def _ends(n: int, shares: NDArray[np.float64]) -> Indices:
    """Where the first two of three parts end."""
    return np.rint(np.cumsum(shares)[:2] * n).astype(np.int64)


def _require_all(parts: Sequence[Indices], what: str) -> None:
    if any(len(part) == 0 for part in parts):
        sizes = ", ".join(str(len(part)) for part in parts)
        raise ValueError(
            f"each part of a split must have a sample; got parts of {sizes} out of {what}: "
            "use k-fold, or larger fractions"
        )
