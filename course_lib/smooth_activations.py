"""Smooth activations: logistic, tanh, arctan, and the Jacobian of softmax, which sees a whole row.

Elementwise functions take ``x`` of any shape and give an array of that shape and precision; so do
their derivatives. Far out the derivatives are small numbers, not zeros: they are written without
the difference 1 - f that loses their digits.
"""

from __future__ import annotations

from ._arrays import Array, Namespace, real_arrays
from ._classes import score_rows
from .log_domain import softmax

__all__ = [
    "arctan",
    "arctan_derivative",
    "logistic",
    "logistic_derivative",
    "softmax_jacobian",
    "tanh",
    "tanh_derivative",
]


def logistic(x: Array) -> Array:
    """σ(x) = 1 / (1 + e^{-x}), between 0 and 1; for x < 0 as e^x / (1 + e^x), the same number.

    Also called sigmoid, soft step, expit. Never centred on zero: σ(0) = ½.

    Raises ValueError where a number is not finite.

    Source: deck C, "Activation functions".

    >>> logistic([-1e4, 0.0, 1e4]).tolist()
    [0.0, 0.5, 1.0]
    """
    xp, x = real_arrays(x=x)
    power = _falling(x, xp)
    return xp.where(x >= 0, xp.ones_like(x), power) / (1 + power)


def logistic_derivative(x: Array) -> Array:
    """σ'(x) = σ(x)(1 - σ(x)) = e^{-|x|} / (1 + e^{-|x|})²: at most ¼, and that at x = 0.

    Raises ValueError as ``logistic`` does.

    Source: deck C, "Activation functions". Its "Sigmoid problem #1" puts the largest slope at
    input 0.5; it is at input 0, where the *output* is 0.5.

    >>> logistic_derivative([0.0, 0.5]).round(4).tolist()
    [0.25, 0.235]
    """
    xp, x = real_arrays(x=x)
    power = xp.exp(-abs(x))
    return power / (1 + power) ** 2


def tanh(x: Array) -> Array:
    """tanh(x) = 2 / (1 + e^{-2x}) - 1 = 2σ(2x) - 1, between -1 and 1, centred on zero.

    Raises ValueError where a number is not finite.

    Source: deck C, "Activation functions", whose plot of it prints 1/(1 + e^{-2x}) - 1: that runs
    from -1 to 0.

    >>> tanh([-1e4, 0.0, 1e4]).tolist()
    [-1.0, 0.0, 1.0]
    """
    xp, x = real_arrays(x=x)
    return xp.tanh(x)


def tanh_derivative(x: Array) -> Array:
    """tanh'(x) = 1 - tanh²(x) = 4e^{-2|x|} / (1 + e^{-2|x|})²: at most 1, and that at x = 0.

    Raises ValueError as ``tanh`` does.

    Source: deck C, "Activation functions".

    >>> tanh_derivative([0.0, 20.0]).tolist()  # 1 - tanh(20)² would be 0
    [1.0, 1.6993417021166355e-17]
    """
    xp, x = real_arrays(x=x)
    power = xp.exp(-abs(x)) ** 2
    return 4 * power / (1 + power) ** 2


def arctan(x: Array) -> Array:
    """tan⁻¹(x), between -π/2 and π/2, centred on zero; it saturates as 1/x, not as e^{-x}.

    Raises ValueError where a number is not finite.

    Source: deck C, "Activation functions".

    >>> arctan([0.0, 1.0]).round(4).tolist()  # π/4
    [0.0, 0.7854]
    """
    xp, x = real_arrays(x=x)
    return xp.atan(x)


def arctan_derivative(x: Array) -> Array:
    """1 / (x² + 1): at most 1, and that at x = 0.

    Raises ValueError as ``arctan`` does.

    Source: deck C, "Activation functions".

    >>> arctan_derivative([0.0, 1.0, -3.0]).round(4).tolist()
    [1.0, 0.5, 0.1]
    """
    xp, x = real_arrays(x=x)
    # x² would overflow, at 256 already in half precision; 1/√(x² + 1) does not.
    return (1 / xp.hypot(x, xp.ones_like(x))) ** 2


def softmax_jacobian(s: Array) -> Array:
    """J_ij = ∂a_i/∂s_j = a_i (δ_ij - a_j) of a = softmax(s): ``(..., K)`` to ``(..., K, K)``.

    Symmetric; rows and columns sum to 0, for a shift of all logits changes nothing. Its product
    with ∂C/∂a is ∂C/∂s.

    Raises ValueError where there is no last axis or a number is not finite.

    Source: deck D, "Derivative of softmax function".

    >>> softmax_jacobian([0.0, 0.0]).tolist()
    [[0.25, -0.25], [-0.25, 0.25]]
    """
    xp, s = score_rows(s=s)
    a = softmax(s)
    return a[..., None] * (xp.eye(s.shape[-1], dtype=s.dtype, device=s.device) - a[..., None, :])


def _falling(x: Array, xp: Namespace) -> Array:
    # e^{-|x|} by where: abs has slope 0 at 0, and autograd would give σ'(0) = 0 through it.
    return xp.exp(xp.where(x >= 0, -x, x))
