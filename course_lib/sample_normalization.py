"""Norms within one sample: layer, group and instance normalization.

Their statistics are those of the sample alone, so that training and inference are the same and a
batch of one will do. They differ in what shares a mean and a variance:

=================  ============================================================
``layer_norm``     all of the last axes, those that γ and β have
``group_norm``     n_channels / n_groups channels and all their positions
``instance_norm``  the positions of one channel
=================  ============================================================

As in batch normalization, σ² is biased and ε > 0 stands inside the root.
"""

from __future__ import annotations

import math

from ._arrays import Array, Namespace, real_arrays
from ._scalars import whole
from ._standardize import (
    beside,
    channels,
    positive,
    require_more_than_one,
    require_shape,
    standardized,
    standardized_gradient,
)
from .batch_normalization import all_but_channels

__all__ = [
    "group_norm",
    "group_norm_gradient",
    "instance_norm",
    "instance_norm_gradient",
    "layer_norm",
    "layer_norm_gradient",
]


def layer_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """y = γ (x - μ) / √(σ² + ε) + β over the last axes of x, those that γ has, each with its own γ.

    Parameters
    ----------
    x
        shape (..., *gamma.shape)
    gamma, beta
        scale and shift of each feature, e.g. shape (n_features,)
    eps
        ε > 0, in the units of x²

    Raises
    ------
    ValueError
        where shapes do not fit, a number is not finite, or ε ≤ 0.

    Source: Ba, Kiros and Hinton (2016), equation 4; deck B; ``torch.nn.LayerNorm``.

    >>> layer_norm([[1.0, 3.0]], [1.0, 2.0], [0.0, 5.0], eps=1e-12).round(6).tolist()
    [[-1.0, 7.0]]
    """
    xp, x, gamma, beta = real_arrays(x=x, gamma=gamma, beta=beta)
    axes = _last_axes(x, gamma=gamma, beta=beta)
    return gamma * standardized(x, axes, positive(eps), xp)[0] + beta


def layer_norm_gradient(
    upstream: Array, x: Array, gamma: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """(∂C/∂x, ∂C/∂γ, ∂C/∂β) from ∂C/∂y, in the shapes of x and γ.

    As ``batch_norm_gradient``, with means over the last axes and the sums of γ and β over the rest.

    Raises ValueError as ``layer_norm`` does.

    >>> dx, dgamma, dbeta = layer_norm_gradient([[1.0, 0.0]], [[1.0, 3.0]], [1.0, 1.0], eps=1e-12)
    >>> dgamma.round(6).tolist(), dbeta.tolist()
    ([-1.0, 0.0], [1.0, 0.0])
    """
    xp, x, gamma = real_arrays(x=x, gamma=gamma)
    axes, upstream, eps = _last_axes(x, gamma=gamma), beside(x, upstream), positive(eps)
    x_hat, _ = standardized(x, axes, eps, xp)
    dx = standardized_gradient(gamma * upstream, x, axes, eps, xp)
    rest = tuple(range(x.ndim - gamma.ndim))
    return dx, xp.sum(upstream * x_hat, axis=rest), xp.sum(upstream, axis=rest)


def group_norm(x: Array, n_groups: int, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """y = γ (x - μ) / √(σ² + ε) + β, with μ and σ² of each sample's group of channels.

    One group is layer normalization over channels and positions together (with γ for each channel);
    as many groups as channels is instance normalization.

    Parameters
    ----------
    x
        shape (n_samples, n_channels, ...)
    n_groups
        a divisor of n_channels; a group is n_channels / n_groups neighbours
    gamma, beta
        scale and shift of each channel, shape (n_channels,)
    eps
        ε > 0, in the units of x²

    Raises
    ------
    ValueError
        where shapes do not fit, a number is not finite, a group has one value, or ε ≤ 0.

    Source: Wu and He (2018), equations 1 to 7; ``torch.nn.GroupNorm``.

    >>> group_norm([[1.0, 3.0, 5.0, 9.0]], 2, [1.0] * 4, [0.0] * 4, eps=1e-12).round(6).tolist()
    [[-1.0, 1.0, -1.0, 1.0]]
    """
    xp, x, gamma, beta = channels(x, least=2, gamma=gamma, beta=beta)
    grouped = _grouped(x, n_groups, xp)
    return gamma * xp.reshape(standardized(grouped, (2,), positive(eps), xp)[0], x.shape) + beta


def group_norm_gradient(
    upstream: Array, x: Array, n_groups: int, gamma: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """(∂C/∂x, ∂C/∂γ, ∂C/∂β) from ∂C/∂y, in the shapes of x and γ.

    As ``batch_norm_gradient``, with means over the group and the sums of γ and β over samples and
    positions.

    Raises ValueError as ``group_norm`` does.

    >>> gradients = group_norm_gradient([[1.0, 0.0]], [[1.0, 3.0]], 1, [1.0, 1.0], eps=1e-12)
    >>> gradients[1].round(6).tolist(), gradients[2].tolist()
    ([-1.0, 0.0], [1.0, 0.0])
    """
    xp, x, gamma = channels(x, least=2, gamma=gamma)
    upstream, eps, grouped = beside(x, upstream), positive(eps), _grouped(x, n_groups, xp)
    inner = xp.reshape(gamma * upstream, grouped.shape)
    dx = xp.reshape(standardized_gradient(inner, grouped, (2,), eps, xp), x.shape)
    x_hat = xp.reshape(standardized(grouped, (2,), eps, xp)[0], x.shape)
    rest = all_but_channels(x)
    return dx, xp.sum(upstream * x_hat, axis=rest), xp.sum(upstream, axis=rest)


def instance_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """y = γ (x - μ) / √(σ² + ε) + β, with μ and σ² over the positions of one channel of one sample.

    ``x`` has shape (n_samples, n_channels, length, ...), two positions or more; ``gamma`` and
    ``beta`` (n_channels,). It is ``group_norm`` with as many groups as channels.

    Raises ValueError where shapes do not fit, a number is not finite, or ε ≤ 0.

    Source: Ulyanov, Vedaldi and Lempitsky (2016), equation 4; ``torch.nn.InstanceNorm1d`` and kin.

    >>> instance_norm([[[1.0, 3.0], [5.0, 9.0]]], [1.0, 1.0], [0.0, 0.0]).round(3).tolist()
    [[[-1.0, 1.0], [-1.0, 1.0]]]
    """
    x = channels(x, least=3)[1]
    return group_norm(x, x.shape[1], gamma, beta, eps)


def instance_norm_gradient(
    upstream: Array, x: Array, gamma: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """(∂C/∂x, ∂C/∂γ, ∂C/∂β) from ∂C/∂y, as ``group_norm_gradient`` with a group for each channel.

    Raises ValueError as ``instance_norm`` does.

    >>> _, dgamma, dbeta = instance_norm_gradient([[[1.0, 0.0]]], [[[1.0, 3.0]]], [1.0], eps=1e-12)
    >>> dgamma.round(6).tolist(), dbeta.tolist()
    ([-1.0], [1.0])
    """
    x = channels(x, least=3)[1]
    return group_norm_gradient(upstream, x, x.shape[1], gamma, eps)


def _grouped(x: Array, n_groups: int, xp: Namespace) -> Array:
    """``(n_samples, n_groups, values of a group)``."""
    n_groups = whole("n_groups", n_groups, at_least=1)
    n_samples, n_channels = x.shape[:2]
    if n_channels % n_groups:
        raise ValueError(
            f"n_groups must divide the {n_channels} channels of x; got {n_groups}: "
            "take a divisor of the number of channels"
        )
    values = math.prod(x.shape[1:]) // n_groups
    require_more_than_one(values, "each group")
    return xp.reshape(x, (n_samples, n_groups, values))


def _last_axes(x: Array, **features: Array) -> tuple[int, ...]:
    """The last axes of ``x``, as many as γ has."""
    gamma = features["gamma"]
    if not 1 <= gamma.ndim <= x.ndim:
        raise ValueError(
            f"gamma must have the shape of the last axes of x, {tuple(x.shape)}; "
            f"got {tuple(gamma.shape)}: pass one number for each feature"
        )
    for name, values in features.items():
        require_shape(name, values, x.shape[-gamma.ndim :], "one number for each feature of x")
    require_more_than_one(math.prod(gamma.shape), "each sample of x")
    return tuple(range(x.ndim - gamma.ndim, x.ndim))
