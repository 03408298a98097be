"""Sums and products of exponentials, done with their logarithms: nothing overflows.

Deck A, EE 541 unit 7B, slides "Cross entropy loss — from logits". Each function takes numpy arrays
or torch tensors and keeps their precision; ``s`` are logits, classes on the last axis.
"""

from __future__ import annotations

import numpy as np

from ._arrays import Array, Namespace, same_shape
from ._classes import score_rows

__all__ = ["log_softmax", "log_sum_exp", "max_star", "softmax"]


def max_star(x: Array, y: Array) -> Array:
    """max*(x, y) = ln(e^x + e^y) = ``max(x, y) + ln(1 + e^{-|x - y|})``, elementwise.

    The Jacobian logarithm: two at a time, and associative, so that max*(max*(x, y), z) is
    ln(e^x + e^y + e^z). ``x`` and ``y`` have one shape, as has the result.

    Raises ValueError where shapes differ or a number is not finite.

    Source: deck A, "Cross entropy loss — from logits"; numpy and torch call it ``logaddexp``.

    >>> round(float(max_star(0.0, 0.0)), 4)
    0.6931
    >>> float(max_star(1e4, -1e4))
    10000.0
    """
    xp, x, y = same_shape(x=x, y=y)
    return xp.maximum(x, y) + xp.log1p(xp.exp(-abs(x - y)))


def log_sum_exp(s: Array) -> Array:
    """K(s) = max*_j s_j = ln Σ_j e^{s_j} over the last axis: ``(..., K)`` to ``(...)``.

    With m = max_j s_j taken out, ln Σ_j e^{s_j} = m + ln Σ_j e^{s_j - m}, every exponent is at most
    0 and one of them is 0: the sum lies between 1 and K.

    Raises ValueError where there is no last axis or a number is not finite.

    Source: deck A, "Cross entropy loss — from logits".

    >>> round(float(log_sum_exp([1.0, 2.0, 3.0])), 4)
    3.4076
    >>> log_sum_exp([[1e4, 0.0], [-1e4, -2e4]]).tolist()
    [10000.0, -10000.0]
    """
    xp, s = score_rows(s=s)
    top = xp.max(s, axis=-1, keepdims=True)
    return top[..., 0] + xp.log(xp.sum(xp.exp(s - top), axis=-1))


def softmax(s: Array) -> Array:
    """a_i = e^{s_i} / Σ_j e^{s_j} over the last axis: each row of the result sums to 1.

    Adding one number to a whole row changes nothing, so the row's maximum is subtracted first.

    Raises ValueError where there is no last axis or a number is not finite.

    Source: deck A, "Loss functions — multicategory cross entropy" and "from logits".

    >>> softmax([[0.0, 0.0], [1e4, -1e4]]).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    xp, s = score_rows(s=s)
    powers = xp.exp(s - xp.max(s, axis=-1, keepdims=True))
    return powers / xp.sum(powers, axis=-1, keepdims=True)


def log_softmax(s: Array) -> Array:
    """ln a_i = s_i - K(s) over the last axis, K the log-sum-exp: logits to log-probabilities.

    The row's maximum is subtracted from s and from K alike: s_i - K(s) as it stands would lose the
    digits of a small difference between two large numbers. Finite where softmax itself is 0.

    Raises ValueError where there is no last axis or a number is not finite.

    Source: deck A, "Cross entropy loss — from logits".

    >>> log_softmax([1e4, -1e4]).tolist()
    [0.0, -20000.0]
    """
    xp, s = score_rows(s=s)
    shifted = s - xp.max(s, axis=-1, keepdims=True)
    return shifted - log_sum_exp(shifted)[..., None]


def times_log(y: Array, p: Array, xp: Namespace) -> Array:
    """y ln p with 0 ln 0 = 0, and -inf where y > 0 = p; for arrays already checked."""
    # numpy warns of ln 0; here -inf is the exact limit.
    with np.errstate(divide="ignore"):
        return y * xp.log(xp.where(y == 0, xp.ones_like(p), p))


def times_log_slope(y: Array, p: Array, xp: Namespace) -> Array:
    """y / p, the derivative of ``times_log`` in p, with 0 / 0 = 0 and inf where y > 0 = p."""
    with np.errstate(divide="ignore", over="ignore"):
        return y / xp.where(y == 0, xp.ones_like(p), p)
