"""Batch normalization in inference: statistics kept while training, and a layer to fold them into.

The slides speak of mean and variance "of the whole data set". What frameworks keep is an
exponential average over batches, s ← (1 - m) s + m · (batch's statistic): an AR1 filter with its
pole at 1 - m and unit DC gain. And it averages the *unbiased* variance, while training itself
normalises with the biased one.
"""

from __future__ import annotations

from dataclasses import dataclass

import array_api_compat
import numpy as np

from ._arrays import Array, Namespace, real_arrays, require, same_shape
from ._scalars import real, whole
from ._standardize import (
    channels,
    moments,
    positive,
    require_more_than_one,
    require_shape,
    size_over,
)
from .batch_normalization import all_but_channels

__all__ = [
    "RunningStatistics",
    "batch_norm_inference",
    "fold_batch_norm",
    "start_statistics",
    "torch_momentum",
    "update_statistics",
]


@dataclass(frozen=True, eq=False)
class RunningStatistics:
    """Mean and variance of each channel, both of shape (n_channels,): the state of inference.

    Raises ValueError where shapes differ, a number is not finite, or a variance is negative.

    >>> RunningStatistics(mean=[0.0, 1.0], variance=[1.0, 4.0]).variance.tolist()
    [1.0, 4.0]
    """

    mean: Array
    variance: Array

    def __post_init__(self) -> None:
        xp, mean, variance = same_shape(mean=self.mean, variance=self.variance)
        if mean.ndim != 1:
            raise ValueError(
                "mean and variance must hold one number for each channel, shape (n_channels,); "
                f"got {tuple(mean.shape)}: reshape them"
            )
        require(variance >= 0, variance, xp, "variance must not be negative", "pass variances")
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "variance", variance)


def start_statistics(n_channels: int) -> RunningStatistics:
    """Mean 0 and variance 1 for each channel, as torch starts.

    Raises ValueError where n_channels is no integer ≥ 1.

    >>> start_statistics(2).variance.tolist()
    [1.0, 1.0]
    """
    n = whole("n_channels", n_channels, at_least=1)
    return RunningStatistics(np.zeros(n), np.ones(n))


def update_statistics(
    running: RunningStatistics, x: Array, momentum: float = 0.1
) -> RunningStatistics:
    """s ← (1 - m) s + m · (batch's statistic) for mean and *unbiased* variance of each channel.

    Parameters
    ----------
    running
        the statistics so far; they are not changed
    x
        the batch, shape (n_samples, n_channels, ...), two values or more for each channel; detach a
        tensor of a training step first, or the statistics keep every step's graph
    momentum
        m in (0, 1], torch's: the weight of the new batch (Keras's is 1 - m)

    Returns
    -------
    running
        the new statistics, of the library and precision of x

    Raises
    ------
    ValueError
        where shapes do not fit, a number is not finite, or m is out of range.

    Source: ``torch.nn.BatchNorm1d``, momentum 0.1; Ioffe and Szegedy (2015), algorithm 2.

    >>> update_statistics(start_statistics(1), [[1.0], [3.0]]).mean.round(6).tolist()
    [0.2]
    """
    m = real("momentum", momentum, above=0, at_most=1)
    xp, x = channels(x, least=2)
    axes = all_but_channels(x)
    n = size_over(x, axes)
    require_more_than_one(n, "each channel of x")
    mean, variance = (xp.reshape(s, (-1,)) for s in moments(x, axes, xp))
    old_mean, old_variance = _fitting(running, x, xp)
    unbiased = variance * (n / (n - 1))
    return RunningStatistics((1 - m) * old_mean + m * mean, (1 - m) * old_variance + m * unbiased)


def torch_momentum(keras_momentum: float) -> float:
    """1 - m: Keras's momentum is the weight of the *old* statistics, torch's that of the new batch.

    Raises ValueError where the momentum is not in [0, 1).

    Source: deck B, "Batch normalization in Keras" (momentum 0.99).

    >>> round(torch_momentum(0.99), 12)
    0.01
    """
    return 1 - real("keras_momentum", keras_momentum, at_least=0, below=1)


def batch_norm_inference(
    x: Array, gamma: Array, beta: Array, running: RunningStatistics, eps: float = 1e-5
) -> Array:
    """y = γ (x - μ) / √(σ² + ε) + β with the running μ and σ²: one line, whatever else is in x.

    ``x`` has shape (n_samples, n_channels, ...), one sample being enough; the rest (n_channels,).

    Raises ValueError where shapes do not fit, a number is not finite, or ε ≤ 0.

    Source: Ioffe and Szegedy (2015), algorithm 2, line 11; deck A, "Batch normalization layer".

    >>> running = RunningStatistics(mean=[2.0], variance=[4.0])
    >>> batch_norm_inference([[6.0]], [3.0], [1.0], running, eps=1e-12).round(6).tolist()
    [[7.0]]
    """
    xp, x, gamma, beta = channels(x, least=2, gamma=gamma, beta=beta)
    mean, variance = (xp.reshape(s, gamma.shape) for s in _fitting(running, x, xp))
    return gamma * (x - mean) / xp.sqrt(variance + positive(eps)) + beta


def fold_batch_norm(
    weight: Array,
    bias: Array,
    gamma: Array,
    beta: Array,
    running: RunningStatistics,
    eps: float = 1e-5,
) -> tuple[Array, Array]:
    """(W', b') of one layer that does what W, b and batch normalization after it do in inference.

    W' = s W, b' = s (b - μ) + β, with s = γ / √(σ² + ε) for each output channel.

    Parameters
    ----------
    weight
        torch's order: (n_out, n_in) of a linear, (n_out, n_in, height, width) of a convolution
    bias, gamma, beta
        shape (n_out,)
    running
        statistics of the n_out outputs

    Raises
    ------
    ValueError
        where shapes do not fit, a number is not finite, or ε ≤ 0.

    Source: deck A, "Batch normalization layer", whose inference transform is this s and shift.

    >>> running = RunningStatistics(mean=[2.0], variance=[4.0])
    >>> w, b = fold_batch_norm([[1.0, 3.0]], [0.0], [2.0], [1.0], running, eps=1e-12)
    >>> w.round(6).tolist(), b.round(6).tolist()
    ([[1.0, 3.0]], [-1.0])
    """
    xp, weight, bias, gamma, beta = real_arrays(weight=weight, bias=bias, gamma=gamma, beta=beta)
    if weight.ndim < 2:
        raise ValueError(
            f"weight must have shape (n_out, n_in, ...); got {tuple(weight.shape)}: "
            "pass the weight of a linear layer or a convolution"
        )
    for name, values in {"bias": bias, "gamma": gamma, "beta": beta}.items():
        require_shape(name, values, weight.shape[:1], "one number for each output of weight")
    mean, variance = _fitting(running, xp.reshape(bias, (1, -1)), xp)
    scale = gamma / xp.sqrt(variance + positive(eps))
    rows = xp.reshape(scale, (-1,) + (1,) * (weight.ndim - 1))
    return rows * weight, scale * (bias - mean) + beta


def _fitting(running: RunningStatistics, x: Array, xp: Namespace) -> tuple[Array, Array]:
    """Mean and variance in the library and precision of ``x``, one for each of its channels."""
    if not isinstance(running, RunningStatistics):
        raise ValueError(
            f"running must be RunningStatistics; got {type(running).__name__}: "
            "pass what start_statistics or update_statistics gives"
        )
    require_shape("running", running.mean, (x.shape[1],), "statistics of each channel")
    device = array_api_compat.device(x)
    mean, variance = (
        xp.asarray(s, dtype=x.dtype, device=device) for s in (running.mean, running.variance)
    )
    return mean, variance
