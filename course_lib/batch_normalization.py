"""Batch normalization in training: each channel to the mean β and deviation γ over the batch.

``x`` is (n_samples, n_channels), (n_samples, n_channels, length) or (n_samples, n_channels, height,
width); μ and σ² are taken over all axes but the channels'. ``running_statistics`` has inference.
"""

from __future__ import annotations

from ._arrays import Array
from ._standardize import (
    beside,
    channels,
    positive,
    require_more_than_one,
    size_over,
    standardized,
    standardized_gradient,
)

__all__ = ["batch_norm", "batch_norm_gradient"]


def batch_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """y = γ x̂ + β, x̂ = (x - μ) / √(σ² + ε), with μ and σ² of this batch, channel by channel.

    σ² is the biased variance (divided by the number of values), and ε stands inside the root.

    Parameters
    ----------
    x
        shape (n_samples, n_channels, ...), two values or more for each channel
    gamma, beta
        learned scale γ and shift β, shape (n_channels,)
    eps
        ε > 0, in the units of x²

    Returns
    -------
    y
        in the shape of x

    Raises
    ------
    ValueError
        where shapes do not fit, a number is not finite, a channel has one value, or ε ≤ 0.

    Source: Ioffe and Szegedy (2015), algorithm 1; decks A, B, C; ``torch.nn.BatchNorm1d`` and kin.

    >>> batch_norm([[1.0], [3.0]], gamma=[2.0], beta=[5.0], eps=1e-12).round(6).tolist()
    [[3.0], [7.0]]
    """
    xp, x, gamma, beta = channels(x, least=2, gamma=gamma, beta=beta)
    axes = all_but_channels(x)
    require_more_than_one(size_over(x, axes), "each channel of x")
    return gamma * standardized(x, axes, positive(eps), xp)[0] + beta


def batch_norm_gradient(
    upstream: Array, x: Array, gamma: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """(∂C/∂x, ∂C/∂γ, ∂C/∂β) from ∂C/∂y = g, back through μ and σ² too.

    With sums and means over all axes but the channels', and h = γg:
    ∂C/∂β = Σ g,  ∂C/∂γ = Σ g x̂,  ∂C/∂x = (h - mean(h) - x̂ mean(h x̂)) / √(σ² + ε).

    ``upstream`` has the shape of ``x``; the rest is as in ``batch_norm``.

    Raises ValueError as ``batch_norm`` does.

    Source: Ioffe and Szegedy (2015), section 3, gathered into one line.

    >>> dx, dgamma, dbeta = batch_norm_gradient([[1.0], [0.0]], [[1.0], [3.0]], [1.0], eps=1e-12)
    >>> dgamma.round(6).tolist(), dbeta.tolist()
    ([-1.0], [1.0])
    """
    xp, x, gamma = channels(x, least=2, gamma=gamma)
    upstream, axes, eps = beside(x, upstream), all_but_channels(x), positive(eps)
    require_more_than_one(size_over(x, axes), "each channel of x")
    x_hat, _ = standardized(x, axes, eps, xp)
    dx = standardized_gradient(gamma * upstream, x, axes, eps, xp)
    return dx, xp.sum(upstream * x_hat, axis=axes), xp.sum(upstream, axis=axes)


def all_but_channels(x: Array) -> tuple[int, ...]:
    """Axes 0, 2, 3, ...: samples and positions."""
    return (0, *range(2, x.ndim))
