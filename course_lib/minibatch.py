"""Mini-batches, and how far the gradient of one lies from that of all the data.

The full gradient ∇L = (1/n) Σ g_i of n samples and q parameters costs O(nq) a step; the mean over a
mini-batch of m of them costs O(mq), is right on average, and has an error whose variance falls as
1/m: four times the samples for half the error.

Source: deck E, "Stochastic gradient descent" and "Mini-batch gradient descent"; decks B, C and D.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ._arrays import Array, Namespace, of_one_library, real_arrays
from ._random import generator
from ._scalars import whole

__all__ = [
    "batches",
    "gradient_variance",
    "minibatch_gradient",
    "variance_with_replacement",
    "variance_without_replacement",
]


def batches(
    n: int, size: int, rng: np.random.Generator, drop_last: bool = False
) -> Iterator[NDArray[np.int64]]:
    """One epoch: the indices 0..n-1 in a random order, ``size`` at a time; each comes once.

    Call it anew for each epoch, so that each is shuffled anew: ``x[batch], y[batch]`` for batch in
    ``batches(len(x), 64, rng)``. The last batch is smaller where ``size`` does not divide ``n``;
    with ``drop_last`` it is left out.

    Raises ValueError where ``n`` or ``size`` is less than 1, ``rng`` is no generator, or
    ``drop_last`` would leave nothing.

    Source: decks B, "Data shuffle!", and D, "Mini-batch gradient descent";
    ``torch.utils.data.DataLoader``.

    >>> [batch.tolist() for batch in batches(5, 2, np.random.default_rng(0))]
    [[2, 4], [3, 0], [1]]
    """
    n, size = whole("n", n, at_least=1), whole("size", size, at_least=1)
    if drop_last and size > n:
        raise ValueError(
            f"size must be at most n = {n} where the last batch is dropped; got {size}: "
            "take smaller batches, or keep the last"
        )
    order = generator(rng).permutation(n)
    end = n - n % size if drop_last else n
    return (order[start : start + size] for start in range(0, end, size))


def minibatch_gradient(per_sample: Array, batch: Array) -> Array:
    """g = (1/m) Σ_{i in batch} g_i: the mean of the m chosen rows of ``per_sample (n, *shape)``.

    ``batch (m,)`` integer indices; one that stands twice counts twice. Its mean over all batches of
    m is the full gradient, with replacement and without: it is unbiased. So is that over one epoch,
    where all its batches are of one size.

    Raises ValueError where ``per_sample`` is no finite array with a sample axis, or an index is no
    integer in 0..n-1.

    Source: deck E, "Mini-batch gradient descent".

    >>> minibatch_gradient([[1.0, 0.0], [3.0, 2.0], [8.0, 8.0]], [0, 1]).tolist()
    [2.0, 1.0]
    """
    xp, g = _samples(per_sample)
    indices = np.asarray(of_one_library({"batch": batch})[1]["batch"])
    if indices.ndim != 1 or indices.dtype.kind not in "iu":
        raise ValueError(
            f"batch must be a list of integer indices; got {indices.dtype} of shape "
            f"{indices.shape}: take it from batches(n, size, rng)"
        )
    if indices.min() < 0 or indices.max() >= g.shape[0]:
        raise ValueError(
            f"batch must hold indices in 0..{g.shape[0] - 1}; got {indices.min()} to "
            f"{indices.max()}: take it from batches(n, size, rng)"
        )
    return xp.mean(g[indices.astype(np.int64)], axis=0)


def gradient_variance(per_sample: Array) -> Array:
    """σ² = (1/n) Σ_i (g_i - ∇L)², of each parameter: ``(n, *shape)`` to ``*shape``.

    The variance of the gradient of *one* sample drawn at random. Its sum over the parameters is the
    mean squared distance E‖g_i - ∇L‖².

    Raises ValueError where ``per_sample`` is no finite array with a sample axis.

    >>> gradient_variance([[1.0, 0.0], [3.0, 0.0]]).tolist()
    [1.0, 0.0]
    """
    xp, g = _samples(per_sample)
    return xp.var(g, axis=0, correction=0)


def variance_with_replacement(per_sample: Array, m: int) -> Array:
    """σ²/m: of the mean of m samples, each drawn from all n; it never reaches 0.

    ``per_sample (n, *shape)``, result ``*shape``. Raises ValueError as ``gradient_variance`` does,
    and where ``m`` is less than 1.

    Source: Goodfellow et al., Deep learning, section 8.1.3.

    >>> variance_with_replacement([[1.0], [3.0]], 4).tolist()
    [0.25]
    """
    return gradient_variance(per_sample) / whole("m", m, at_least=1)


def variance_without_replacement(per_sample: Array, m: int) -> Array:
    """σ²/m · (n - m)/(n - 1): of the mean of m different samples, as an epoch's batches are.

    Drawn together they know more: the factor is 1 for one sample and 0 for all of them.
    ``per_sample (n, *shape)``, result ``*shape``. Raises ValueError as ``gradient_variance`` does,
    and where ``m`` lies outside 1..n.

    Source: Cochran, Sampling techniques, theorem 2.2.

    >>> variance_without_replacement([[1.0], [3.0], [5.0]], 2).round(6).tolist()
    [0.666667]
    >>> variance_without_replacement([[1.0], [3.0], [5.0]], 3).tolist()
    [0.0]
    """
    variance = gradient_variance(per_sample)
    n = _samples(per_sample)[1].shape[0]
    m = whole("m", m, at_least=1, at_most=n)
    return variance / m * ((n - m) / max(n - 1, 1))  # of one sample, n - m is 0 as well


def _samples(per_sample: Array) -> tuple[Namespace, Array]:
    xp, g = real_arrays(per_sample=per_sample)
    if g.ndim == 0:
        raise ValueError(
            "per_sample must have shape (n_samples, *parameters); got a single number: "
            "give the gradient of each sample a row of its own"
        )
    return xp, g
