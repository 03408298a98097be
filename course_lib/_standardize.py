"""What all norms of layers share: subtract a mean, divide by a deviation, and go back through both.

Arrays here are checked already; ``axes`` are those that mean and variance are taken over.
"""

from __future__ import annotations

import math
from typing import Any

from ._arrays import Array, Namespace, real_arrays, same_shape
from ._scalars import real


def standardized(x: Array, axes: tuple[int, ...], eps: float, xp: Namespace) -> tuple[Array, Array]:
    """``x̂ = (x - μ) / √(σ² + ε)`` with the biased variance, and ``1 / √(σ² + ε)``."""
    mean, variance = moments(x, axes, xp)
    inverse = 1 / xp.sqrt(variance + eps)
    return (x - mean) * inverse, inverse


def standardized_gradient(
    upstream: Array, x: Array, axes: tuple[int, ...], eps: float, xp: Namespace
) -> Array:
    """∂C/∂x from ∂C/∂x̂ = g: (g - mean(g) - x̂ mean(g x̂)) / √(σ² + ε).

    The two means are what flows back through μ and through σ.
    """
    x_hat, inverse = standardized(x, axes, eps, xp)
    mean = xp.mean(upstream, axis=axes, keepdims=True)
    along = xp.mean(upstream * x_hat, axis=axes, keepdims=True)
    return inverse * (upstream - mean - x_hat * along)


def moments(x: Array, axes: tuple[int, ...], xp: Namespace) -> tuple[Array, Array]:
    """Mean and biased variance over ``axes``, which stay with length 1."""
    mean = xp.mean(x, axis=axes, keepdims=True)
    return mean, xp.mean((x - mean) ** 2, axis=axes, keepdims=True)


def channels(x: Array, *, least: int, **per_channel: Array) -> tuple[Any, ...]:
    """``(xp, x, *per_channel)``: x ``(n_samples, n_channels, ...)``, the rest ``(n_channels,)``.

    What goes with channels comes back in the shape (1, n_channels, 1, ...) that fits ``x``.

    Raises
    ------
    ValueError
        where a shape does not fit, or ``x`` has fewer than ``least`` axes.
    """
    xp, x, *rest = real_arrays(x=x, **per_channel)
    if x.ndim < least:
        shapes = {2: "(n_samples, n_channels, ...)", 3: "(n_samples, n_channels, length, ...)"}
        raise ValueError(
            f"x must have shape {shapes[least]}; got {tuple(x.shape)}: "
            "reshape it, samples first and channels second"
        )
    for name, values in zip(per_channel, rest, strict=True):
        require_shape(name, values, (x.shape[1],), "one number for each channel of x")
    fitting = (1, x.shape[1]) + (1,) * (x.ndim - 2)
    return xp, x, *(xp.reshape(values, fitting) for values in rest)


def beside(x: Array, upstream: Array) -> Array:
    """``upstream``, a gradient of the shape of ``x``.

    Raises
    ------
    ValueError
        where the shapes differ, or ``upstream`` is not of finite numbers.
    """
    return same_shape(upstream=upstream, x=x)[1]


def require_shape(name: str, values: Array, shape: tuple[int, ...], what: str) -> None:
    """Refuse ``values`` of another shape than ``shape``."""
    if tuple(values.shape) != tuple(shape):
        raise ValueError(
            f"{name} must hold {what}, shape {tuple(shape)}; got {tuple(values.shape)}: "
            "reshape it (nothing is broadcast here)"
        )


def require_more_than_one(values: int, of: str) -> None:
    """Refuse to take a variance over a single value: x̂ would be 0 whatever x is."""
    if values < 2:
        raise ValueError(
            f"{of} must hold two values or more; got {values}: "
            "take a larger batch or more positions (one value is always its own mean)"
        )


def size_over(x: Array, axes: tuple[int, ...]) -> int:
    """How many values ``axes`` of ``x`` hold."""
    return math.prod(x.shape[axis] for axis in axes)


def positive(eps: float) -> float:
    """``eps`` as a float > 0.

    Raises
    ------
    ValueError
        where it is not: a constant channel would be divided by 0.
    """
    return real("eps", eps, above=0)
