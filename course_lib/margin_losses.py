"""Margin losses: nothing to pay once the right score leads by 1.

Every loss is a mean over samples, every gradient its derivative in the scores ``s``, 1/N included.
The loss has a kink where a margin is exactly met; the gradient there is 0, one of the slopes that
fit (so autograd through these functions has it too).
"""

from __future__ import annotations

import math

from ._arrays import Array, Namespace, require, same_shape
from ._classes import n_rows, of_class, one_hot, rows_and_labels

__all__ = ["hinge", "hinge_gradient", "multiclass_hinge", "multiclass_hinge_gradient"]


def hinge(s: Array, y: Array) -> Array:
    """C = (1/N) Σ max(0, 1 - y s), the mean over all N elements; y is -1 or +1.

    ``s`` scores (no output activation) and ``y`` of one shape, any shape. Returns a single number.

    Raises ValueError where shapes differ, a score is not finite or a target is not -1 or +1.

    Source: deck A, "Hinge loss". The deck names ``torch.nn.MarginRankingLoss(margin=1)``, which is
    max(0, 1 - y (x1 - x2)): the same only with x1 = s and x2 = 0.

    >>> float(hinge([2.0, 0.5, 0.5], [1, 1, -1]))  # (0 + 0.5 + 1.5) / 3
    0.6666666666666666
    """
    xp, s, y = _scores_and_signs(s, y)
    return xp.mean(_positive_part(1 - y * s, xp))


def hinge_gradient(s: Array, y: Array) -> Array:
    """∂C/∂s = -y/N where y s < 1, else 0 (the kink y s = 1 included); in the shape of ``s``.

    Raises ValueError as ``hinge`` does.

    Source: deck A, "Hinge loss".

    >>> hinge_gradient([2.0, 0.5, 0.5, 1.0], [1, 1, -1, 1]).tolist()
    [0.0, -0.25, 0.25, 0.0]
    """
    xp, s, y = _scores_and_signs(s, y)
    return xp.where(y * s < 1, -y, xp.zeros_like(y)) / math.prod(s.shape)


def multiclass_hinge(s: Array, labels: Array) -> Array:
    """C = (1/N) Σ_i Σ_{j ≠ c_i} max(0, s_ij - s_ic_i + 1), c_i the label of row i.

    ``s`` scores ``(n_samples, n_classes)``, ``labels`` integers ``(n_samples,)``. The mean is over
    samples, the sum over the wrong classes. Returns a single number.

    Raises ValueError where a score is not finite or the labels do not fit.

    Source: deck C, CENG 506 lecture 4, "Regularization" (data loss), after Weston and Watkins,
    "Support vector machines for multi-class pattern recognition", ESANN 1999, whose margin is 2.
    ``torch.nn.MultiMarginLoss`` divides by n_classes besides.

    >>> float(multiclass_hinge([[3.0, 1.0, 2.5], [0.0, 0.0, 0.0]], [0, 1]))  # (0.5 + 2) / 2
    1.25
    """
    xp, s, labels = rows_and_labels(labels, s=s)
    return xp.mean(xp.sum(_positive_part(_lead_of_wrong(s, labels, xp), xp), axis=-1))


def multiclass_hinge_gradient(s: Array, labels: Array) -> Array:
    """∂C/∂s_ij = 1/N where j ≠ c_i and s_ij - s_ic_i + 1 > 0; minus their sum at j = c_i; else 0.

    In the shape of ``s``: each row sums to 0.

    Raises ValueError as ``multiclass_hinge`` does.

    Source: derivative of deck C's data loss.

    >>> multiclass_hinge_gradient([[3.0, 1.0, 2.5], [0.0, 0.0, 0.0]], [0, 1]).tolist()
    [[-0.5, 0.0, 0.5], [0.5, -1.0, 0.5]]
    """
    xp, s, labels = rows_and_labels(labels, s=s)
    pays = xp.astype(_lead_of_wrong(s, labels, xp) > 0, s.dtype)
    payers = xp.sum(pays, axis=-1, keepdims=True)
    return (pays - payers * one_hot(labels, s, xp)) / n_rows(s)


def _lead_of_wrong(s: Array, labels: Array, xp: Namespace) -> Array:
    """s_ij - s_ic_i + 1 at the wrong classes, 0 at the right one."""
    margins = s - of_class(s, labels, xp)[..., None] + 1
    return (1 - one_hot(labels, s, xp)) * margins


def _positive_part(x: Array, xp: Namespace) -> Array:
    # Not maximum(x, 0): torch's gradient of that at a tie is ½.
    return xp.where(x > 0, x, xp.zeros_like(x))


def _scores_and_signs(s: Array, y: Array) -> tuple[Namespace, Array, Array]:
    xp, s, y = same_shape(s=s, y=y)
    require(abs(y) == 1, y, xp, "y must be -1 or +1", "turn a label of 0 or 1 into 2*y - 1")
    return xp, s, y
