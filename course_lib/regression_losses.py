"""Losses for regression: how far a prediction lies from a number.

Every loss is the mean over all elements, every gradient its derivative in the prediction ``a``,
in the shape of ``a``: the start of back-propagation, 1/N included.
"""

from __future__ import annotations

import math

from ._arrays import Array, same_shape

__all__ = ["mae", "mae_gradient", "mse", "mse_gradient"]


def mse(a: Array, y: Array) -> Array:
    """C = (1/N) Σ (a - y)², the mean over all N elements; no factor ½.

    ``a`` predictions and ``y`` targets of one shape, any shape. Returns a single number.

    Raises ValueError where shapes differ or a number is not finite.

    Source: deck A, "Loss functions — L2 for regression"; ``torch.nn.MSELoss``.

    >>> float(mse([[1, 1, 1], [2, 2, 2]], [[0, 0, 0], [3, 3, 3]]))
    1.0
    """
    xp, a, y = same_shape(a=a, y=y)
    return xp.mean((a - y) ** 2)


def mse_gradient(a: Array, y: Array) -> Array:
    """∂C/∂a = 2 (a - y) / N, in the shape of ``a``.

    Raises ValueError as ``mse`` does.

    Source: deck A, "L2 for regression", which prints 2(y - a): the sign there is a slip.

    >>> mse_gradient([3.0, 1.0], [1.0, 1.0]).tolist()
    [2.0, 0.0]
    """
    _, a, y = same_shape(a=a, y=y)
    return 2 * (a - y) / math.prod(a.shape)


def mae(a: Array, y: Array) -> Array:
    """C = (1/N) Σ ``|a - y|``, the mean over all N elements.

    ``a`` predictions and ``y`` targets of one shape, any shape. Returns a single number.

    Raises ValueError where shapes differ or a number is not finite.

    Source: deck A, "Loss functions — L1 for regression"; ``torch.nn.L1Loss``.

    >>> float(mae([[1, 1, 1], [1, 1, 1]], [[0, 0, 0], [3, 3, 3]]))
    1.5
    """
    xp, a, y = same_shape(a=a, y=y)
    return xp.mean(abs(a - y))


def mae_gradient(a: Array, y: Array) -> Array:
    """∂C/∂a = sgn(a - y) / N, in the shape of ``a``; 0 at the kink a = y, as torch has it.

    Raises ValueError as ``mae`` does.

    Source: deck A, "L1 for regression", which prints sgn(y - a): the sign there is a slip.

    >>> mae_gradient([3.0, 0.0, 1.0, 1.0], [1.0, 1.0, 1.0, 2.0]).tolist()
    [0.25, -0.25, 0.0, -0.25]
    """
    xp, a, y = same_shape(a=a, y=y)
    return xp.sign(a - y) / math.prod(a.shape)
