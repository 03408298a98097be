"""Activations in two pieces that meet at 0: step, ReLU, leaky ReLU, PReLU, ELU.

Each takes ``x`` of any shape and gives an array of that shape and precision; so does its
derivative. At the kink x = 0 a slope has to be chosen. Here it is torch's choice, which is the
slope of the left piece: 0 for ReLU, α for leaky ReLU, PReLU and ELU. Deck C chooses the right one
(1) in its table and the left one (0) on its slide of ReLU.
"""

from __future__ import annotations

from typing import Any

from ._arrays import Array, real_arrays
from ._scalars import real

__all__ = [
    "elu",
    "elu_derivative",
    "leaky_relu",
    "leaky_relu_derivative",
    "prelu",
    "prelu_alpha_derivative",
    "prelu_derivative",
    "relu",
    "relu_derivative",
    "step",
    "step_derivative",
]


def step(x: Array) -> Array:
    """1 where x ≥ 0, else 0: the binary step, 1 at x = 0.

    Raises ValueError where a number is not finite.

    Source: deck C, "Activation functions"; ``torch.heaviside(x, 1)``.

    >>> step([-2.0, 0.0, 3.0]).tolist()
    [0.0, 1.0, 1.0]
    """
    xp, x = real_arrays(x=x)
    return xp.astype(x >= 0, x.dtype)


def step_derivative(x: Array) -> Array:
    """0 everywhere: nothing is learned through a step.

    At x = 0, the jump, there is no derivative; the 0 there is a choice, as torch's for ``sign``.
    Raises ValueError as ``step`` does.

    Source: deck C, "Activation functions", which has "?" at 0.

    >>> step_derivative([-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 0.0]
    """
    xp, x = real_arrays(x=x)
    return xp.zeros_like(x)


def relu(x: Array) -> Array:
    """max(0, x), the rectified linear unit.

    Raises ValueError where a number is not finite.

    Source: deck C, "Activation functions".

    >>> relu([-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 3.0]
    """
    xp, x = real_arrays(x=x)
    # By maximum, autograd would split the slope at 0 in halves.
    return xp.where(x > 0, x, xp.zeros_like(x))


def relu_derivative(x: Array) -> Array:
    """1 where x > 0, else 0; at the kink x = 0 it is 0, as torch has it.

    Raises ValueError as ``relu`` does.

    Source: deck C, "ReLU dying problem" and deck D, 1_{u > 0}; deck C's table has 1 at 0.

    >>> relu_derivative([-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 1.0]
    """
    xp, x = real_arrays(x=x)
    return xp.astype(x > 0, x.dtype)


def leaky_relu(x: Array, slope: float = 0.01) -> Array:
    """x where x > 0, else slope · x, with a small slope that is set, not learned.

    ``slope`` 0.01 as in torch; deck C draws 0.1. Raises ValueError where a number is not finite.

    Source: deck C, "Leaky ReLU".

    >>> leaky_relu([-2.0, 0.0, 3.0], slope=0.1).tolist()
    [-0.2, 0.0, 3.0]
    """
    xp, x = real_arrays(x=x)
    return xp.where(x > 0, x, real("slope", slope) * x)


def leaky_relu_derivative(x: Array, slope: float = 0.01) -> Array:
    """1 where x > 0, else slope; at the kink x = 0 it is slope, as torch has it.

    Raises ValueError as ``leaky_relu`` does.

    Source: derivative of deck C's leaky ReLU.

    >>> leaky_relu_derivative([-2.0, 0.0, 3.0], slope=0.1).tolist()
    [0.1, 0.1, 1.0]
    """
    xp, x = real_arrays(x=x)
    return xp.where(x > 0, xp.ones_like(x), real("slope", slope) * xp.ones_like(x))


def prelu(x: Array, alpha: Array) -> Array:
    """x where x > 0, else α x: the leaky ReLU whose slope α is learned.

    ``alpha`` one number (an array of no axes, where autograd is to reach it), the same for all of
    ``x``. max(αx, x), as deck C has it, is this only while α ≤ 1.

    Raises ValueError where a number is not finite or ``alpha`` is more than one.

    Source: He et al. 2015 (PReLU), equation 1; deck C, table of "Activation functions".

    >>> prelu([-2.0, 0.0, 3.0], 2.0).tolist()  # max(2x, x) is [-2, 0, 6]
    [-4.0, 0.0, 3.0]
    """
    xp, x, alpha = _with_one_alpha(x, alpha)
    return xp.where(x > 0, x, alpha * x)


def prelu_derivative(x: Array, alpha: Array) -> Array:
    """∂f/∂x: 1 where x > 0, else α; at the kink x = 0 it is α, as torch has it.

    Raises ValueError as ``prelu`` does.

    Source: deck C, table of "Activation functions".

    >>> prelu_derivative([-2.0, 0.0, 3.0], 2.0).tolist()
    [2.0, 2.0, 1.0]
    """
    xp, x, alpha = _with_one_alpha(x, alpha)
    return xp.where(x > 0, xp.ones_like(x), alpha * xp.ones_like(x))


def prelu_alpha_derivative(x: Array, alpha: Array) -> Array:
    """∂f/∂α: 0 where x > 0, else x, in the shape of ``x``; α itself does not enter.

    Sum it over all of ``x``, times what comes back from above, for the gradient in the one α.
    Raises ValueError as ``prelu`` does.

    Source: He et al. 2015 (PReLU), equation 3.

    >>> prelu_alpha_derivative([-2.0, 0.0, 3.0], 2.0).tolist()
    [-2.0, 0.0, 0.0]
    """
    xp, x, _ = _with_one_alpha(x, alpha)
    return xp.where(x > 0, xp.zeros_like(x), x)


def elu(x: Array, alpha: float = 1.0) -> Array:
    """x where x > 0, else α (e^x - 1): it saturates at -α on the left.

    ``alpha`` ≥ 0. Raises ValueError where it is negative or a number is not finite.

    Source: Clevert et al. 2016, equation 15; deck C, table of "Activation functions".

    >>> elu([-1e4, 0.0, 3.0]).tolist()
    [-1.0, 0.0, 3.0]
    """
    xp, x = real_arrays(x=x)
    # e^x overflows on the right, where it is not wanted: there it is taken at 0.
    left = xp.expm1(xp.where(x > 0, xp.zeros_like(x), x))
    return xp.where(x > 0, x, real("alpha", alpha, at_least=0) * left)


def elu_derivative(x: Array, alpha: float = 1.0) -> Array:
    """1 where x > 0, else f(x) + α = α e^x; at the kink x = 0 it is α, as torch has it.

    Continuous where α = 1. Raises ValueError as ``elu`` does.

    Source: deck C, table of "Activation functions", which has 1 at 0.

    >>> elu_derivative([-1e4, 0.0, 3.0], alpha=2.0).tolist()
    [0.0, 2.0, 1.0]
    """
    xp, x = real_arrays(x=x)
    left = xp.exp(xp.where(x > 0, xp.zeros_like(x), x))
    return xp.where(x > 0, xp.ones_like(x), real("alpha", alpha, at_least=0) * left)


def _with_one_alpha(x: Array, alpha: Array) -> tuple[Any, ...]:
    xp, x, alpha = real_arrays(x=x, alpha=alpha)
    if alpha.ndim:
        raise ValueError(
            f"alpha must be one number, the slope of all units; got shape {tuple(alpha.shape)}: "
            "call prelu once for each channel that has a slope of its own"
        )
    return xp, x, alpha
