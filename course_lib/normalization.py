"""Norms of layers: batch, layer, group and instance, forward and backward, and inference.

Each ``norm(x, ..., gamma, beta, eps)`` has a ``norm_gradient(upstream, x, ..., gamma, eps)`` that
gives (∂C/∂x, ∂C/∂γ, ∂C/∂β). numpy arrays or torch tensors, precision kept, nothing in place, no
hidden state: running statistics go in and come out.

- ``batch_normalization``: training
- ``running_statistics``: inference, and folding into the layer before
- ``sample_normalization``: layer, group, instance

>>> import numpy as np
>>> x = np.random.default_rng(0).normal(5.0, 2.0, size=(64, 3))
>>> running = start_statistics(3)
>>> for _ in range(100):  # an AR1 filter with unit DC gain: it arrives at the batch's statistics
...     running = update_statistics(running, x)
>>> np.allclose(running.mean, x.mean(axis=0), rtol=1e-3)
True
"""

from .batch_normalization import batch_norm, batch_norm_gradient
from .running_statistics import (
    RunningStatistics,
    batch_norm_inference,
    fold_batch_norm,
    start_statistics,
    torch_momentum,
    update_statistics,
)
from .sample_normalization import (
    group_norm,
    group_norm_gradient,
    instance_norm,
    instance_norm_gradient,
    layer_norm,
    layer_norm_gradient,
)

__all__ = [
    "RunningStatistics",
    "batch_norm",
    "batch_norm_gradient",
    "batch_norm_inference",
    "fold_batch_norm",
    "group_norm",
    "group_norm_gradient",
    "instance_norm",
    "instance_norm_gradient",
    "layer_norm",
    "layer_norm_gradient",
    "start_statistics",
    "torch_momentum",
    "update_statistics",
]
