"""Rows of classes: scores, probabilities and integer labels, and what is refused of them."""

from __future__ import annotations

import math
from typing import Any

import array_api_compat

from ._arrays import Array, Namespace, of_one_library, real_arrays, require, same_shape

# A row of probabilities may miss 1 by the rounding of printed decimals, or of half precision.
SUM_TOLERANCE = 1e-4


def score_rows(**named: Array) -> tuple[Any, ...]:
    """``(xp, *arrays)``: finite arrays of one shape ``(..., n_classes)``.

    Raises
    ------
    ValueError
        where shapes differ, or there is no class axis.
    """
    xp, *arrays = same_shape(**named)
    _require_class_axis(next(iter(named)), arrays[0])
    return xp, *arrays


def probability_rows(**named: Array) -> tuple[Any, ...]:
    """``(xp, *arrays)`` as ``score_rows``, every row a probability distribution.

    Raises
    ------
    ValueError
        where a probability is negative or a row does not sum to 1, besides ``score_rows``.
    """
    xp, *arrays = score_rows(**named)
    for name, p in zip(named, arrays, strict=True):
        require_distributions(name, p, xp)
    return xp, *arrays


def require_distributions(name: str, p: Array, xp: Namespace) -> None:
    """Refuse ``p`` where a probability is negative or a row does not sum to 1."""
    remedy = "pass probabilities (for logits use softmax, or the loss named ..._from_logits)"
    require(p >= 0, p, xp, f"{name} must not be negative", remedy)
    require_sums_of_one(name, p, xp, remedy)


def require_sums_of_one(name: str, p: Array, xp: Namespace, remedy: str) -> None:
    """Refuse ``p`` where a row does not sum to 1, within the rounding of its precision."""
    tolerance = max(SUM_TOLERANCE, math.sqrt(xp.finfo(p.dtype).eps))
    sums = xp.sum(p, axis=-1)
    require(abs(sums - 1) <= tolerance, sums, xp, f"each row of {name} must sum to 1", remedy)


def rows_and_labels(labels: Array, *, finite: bool = True, **named: Array) -> tuple[Any, ...]:
    """``(xp, scores, labels)``: scores ``(..., n_classes)`` and one integer label for each row.

    ``finite=False`` lets infinite scores through: the logarithm of a probability 0 is one.

    Raises
    ------
    ValueError
        where the labels are not integers in ``0..n_classes-1`` of shape ``scores.shape[:-1]``, or
        the scores are no array of numbers with a class axis.
    """
    ((name, scores),) = named.items()
    xp, raw = of_one_library({name: scores, "labels": labels})
    _, scores = real_arrays(finite=finite, **{name: raw[name]})
    _require_class_axis(name, scores)
    _require_labels(raw["labels"], name, scores, xp)
    return xp, scores, xp.astype(raw["labels"], xp.int64, copy=False)


def of_class(scores: Array, labels: Array, xp: Namespace) -> Array:
    """``scores[i, labels[i]]`` for every row i: ``(..., n_classes)`` to ``(...)``."""
    return xp.take_along_axis(scores, labels[..., None], axis=-1)[..., 0]


def one_hot(labels: Array, scores: Array, xp: Namespace) -> Array:
    """1 at the class of each row and 0 elsewhere, in the shape and precision of ``scores``."""
    classes = xp.arange(scores.shape[-1], device=array_api_compat.device(scores))
    return xp.astype(labels[..., None] == classes, scores.dtype)


def n_rows(scores: Array) -> int:
    """How many rows of classes ``(..., n_classes)`` holds."""
    return math.prod(scores.shape[:-1])


def _require_class_axis(name: str, x: Array) -> None:
    if x.ndim == 0:
        raise ValueError(
            f"{name} must have a last axis, the classes; got a single number: "
            "pass an array of shape (n_samples, n_classes)"
        )


def _require_labels(labels: Array, name: str, scores: Array, xp: Namespace) -> None:
    if not xp.isdtype(labels.dtype, "integral"):
        raise ValueError(
            f"labels must be integers; got {labels.dtype}: convert them to an integer type "
            "(soft labels, one probability for each class, have a loss of their own)"
        )
    if labels.shape != scores.shape[:-1]:
        raise ValueError(
            f"labels must hold one class for each row of {name}, shape "
            f"{tuple(scores.shape[:-1])}; got {tuple(labels.shape)}: reshape them"
        )
    n_classes = scores.shape[-1]
    rule = f"labels must lie in 0..{n_classes - 1}, as {name} has {n_classes} classes"
    require((labels >= 0) & (labels < n_classes), labels, xp, rule, "number the classes from 0")
