"""Binary cross entropy: two classes, one probability or one logit.

Every loss is the mean over all elements, in nats; every gradient its derivative in the first
argument, in that argument's shape, 1/N included.
"""

from __future__ import annotations

import math

from ._arrays import Array, Namespace, require, same_shape
from .log_domain import max_star, times_log, times_log_slope

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_from_logits",
    "binary_cross_entropy_from_logits_gradient",
    "binary_cross_entropy_gradient",
]


def binary_cross_entropy(a: Array, y: Array) -> Array:
    """C = -y ln a - (1 - y) ln(1 - a), the mean over all elements.

    ``a`` the probability of class 1 and ``y`` the target, 0, 1 or between; one shape, any shape.
    At a = 0 or 1 this is the exact limit: 0 where y agrees, inf where it does not. torch's
    ``BCELoss`` clamps each logarithm at -100 there, and deck A adds 1e-10 inside the logarithm.

    Raises ValueError where shapes differ or a number of either lies outside [0, 1].

    Source: deck A, "Cost (loss) functions — binary cross entropy".

    >>> round(float(binary_cross_entropy([0.6, 0.8, 0.1], [0, 1, 0])), 4)
    0.4149
    """
    xp, a, y = _unit_pair(a, y)
    return -xp.mean(times_log(y, a, xp) + times_log(1 - y, 1 - a, xp))


def binary_cross_entropy_gradient(a: Array, y: Array) -> Array:
    """∂C/∂a = (-y/a + (1 - y)/(1 - a)) / N, in the shape of ``a``.

    At a = 0 or 1 the one-sided limit: ∓inf where y disagrees. Raises ValueError as
    ``binary_cross_entropy`` does.

    Source: derivative of deck A's binary cross entropy.

    >>> binary_cross_entropy_gradient([0.5, 0.75], [1, 0]).tolist()
    [-1.0, 2.0]
    """
    xp, a, y = _unit_pair(a, y)
    slope = times_log_slope(1 - y, 1 - a, xp) - times_log_slope(y, a, xp)
    return slope / math.prod(a.shape)


def binary_cross_entropy_from_logits(s: Array, y: Array) -> Array:
    """C = y max*(0, -s) + (1 - y) max*(0, s), the mean over all elements.

    The binary cross entropy at a = σ(s), as -ln σ(s) = ln(1 + e^{-s}) = max*(0, -s). For y of 0 or
    1 it is ln(1 + e^{ȳ s}) with ȳ = (-1)^y. ``s`` logits and ``y`` the target, 0, 1 or between; one
    shape, any shape.

    Raises ValueError where shapes differ, a logit is not finite or a target lies outside [0, 1].

    Source: deck A, "Cross entropy loss — from logits"; ``torch.nn.BCEWithLogitsLoss``.

    >>> round(float(binary_cross_entropy_from_logits([0.0], [1])), 4)  # ln 2
    0.6931
    >>> float(binary_cross_entropy_from_logits([1e4, -1e4], [1, 1]))
    5000.0
    """
    xp, s, y = same_shape(s=s, y=y)
    _require_targets(y, xp)
    zero = xp.zeros_like(s)
    return xp.mean(y * max_star(zero, -s) + (1 - y) * max_star(zero, s))


def binary_cross_entropy_from_logits_gradient(s: Array, y: Array) -> Array:
    """∂C/∂s = (σ(s) - y) / N with σ(s) = 1/(1 + e^{-s}), in the shape of ``s``.

    Raises ValueError as ``binary_cross_entropy_from_logits`` does.

    Source: deck A, δ = a - y, "Multicategory cross entropy" with two classes.

    >>> binary_cross_entropy_from_logits_gradient([0.0, -1e4], [1, 1]).tolist()
    [-0.25, -0.5]
    """
    xp, s, y = same_shape(s=s, y=y)
    _require_targets(y, xp)
    # 1 + e^{-s} would overflow; its logarithm does not.
    sigma = xp.exp(-max_star(xp.zeros_like(s), -s))
    return (sigma - y) / math.prod(s.shape)


def _unit_pair(a: Array, y: Array) -> tuple[Namespace, Array, Array]:
    xp, a, y = same_shape(a=a, y=y)
    remedy = "pass probabilities (for logits use binary_cross_entropy_from_logits)"
    require((a >= 0) & (a <= 1), a, xp, "a must lie in [0, 1]", remedy)
    _require_targets(y, xp)
    return xp, a, y


def _require_targets(y: Array, xp: Namespace) -> None:
    """Refuse targets of a binary cross entropy outside [0, 1]."""
    remedy = "give each target as the probability of class 1 (labels -1 and +1 become 0 and 1)"
    require((y >= 0) & (y <= 1), y, xp, "y must lie in [0, 1]", remedy)
