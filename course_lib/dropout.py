"""Dropout: switch off random nodes in training, so that none leans on another.

A mask is 1 (``True``) where a node stays. It is drawn apart from its use, with an explicit
generator, so that the forward and the backward pass share it. Books name opposite things p:

====================================  ==========================  ===================
form                                  training                    inference
====================================  ==========================  ===================
inverted, p = drop probability        ``x * mask / (1 - p)``      ``x``
plain, keep = 1 - p (deck A's p)      ``x * mask``                weights ``keep * w``
====================================  ==========================  ===================

The first is torch's. Either way training and inference agree in expectation, E[mask] = 1 - p. (Deck
E's r ~ Bernoulli(p) has mean p, and the mean state it prints, (1 - p) y, is that of p as drop
probability.)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ._arrays import Array, Namespace, real_arrays, require, same_shape
from ._random import generator
from ._scalars import real, sizes, whole

__all__ = [
    "all_masks",
    "dropout_mask",
    "ensemble_average",
    "inverted_dropout",
    "inverted_dropout_gradient",
    "plain_dropout",
    "plain_dropout_gradient",
    "scaled_weights",
]

# 2^16 = 65,536 thinned networks take about a second.
MOST_NODES = 16


def dropout_mask(
    shape: int | Sequence[int], p: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Which nodes stay: ``True`` with probability 1 - p, each on its own; of shape ``shape``.

    ``p`` in [0, 1) is the probability to drop. A mask of shape (n_samples, n_nodes) drops other
    nodes for each sample, as torch does; deck A's one pattern for a whole mini-batch is a mask of
    shape (n_nodes,) repeated, ``np.broadcast_to(mask, x.shape)``.

    Raises ValueError where p is out of range, the shape is none, or rng is no generator.

    Source: Srivastava et al. (2014); deck A, "Dropout – a different type of regularization".

    >>> dropout_mask((2, 4), p=0.5, rng=np.random.default_rng(0)).astype(int).tolist()
    [[1, 0, 0, 0], [1, 1, 1, 1]]
    """
    return generator(rng).random(sizes("shape", shape)) >= _drop_probability(p)


def inverted_dropout(x: Array, mask: Array, p: float) -> Array:
    """x · mask / (1 - p) in training, so that the mean over masks is x; in inference use x itself.

    ``x`` and ``mask`` have one shape; ``p`` in [0, 1) is the drop probability the mask was drawn
    with, torch's p.

    Raises ValueError where shapes differ, the mask is not of 0 and 1, or p is out of range.

    Source: ``torch.nn.Dropout``; deck A, "Dropout in PyTorch".

    >>> inverted_dropout([1.0, 2.0, 3.0], [True, False, True], p=0.5).tolist()
    [2.0, 0.0, 6.0]
    """
    return plain_dropout(x, mask) / (1 - _drop_probability(p))


def inverted_dropout_gradient(upstream: Array, mask: Array, p: float) -> Array:
    """∂C/∂x = ∂C/∂y · mask / (1 - p): the mask of the forward pass again.

    ``upstream`` is ∂C/∂y, of the mask's shape.

    Raises ValueError as ``inverted_dropout`` does.

    >>> inverted_dropout_gradient([1.0, 1.0], [True, False], p=0.75).tolist()
    [4.0, 0.0]
    """
    return plain_dropout_gradient(upstream, mask) / (1 - _drop_probability(p))


def plain_dropout(x: Array, mask: Array) -> Array:
    """x · mask in training; in inference ``scaled_weights`` of the next layer make up for it.

    ``x`` and ``mask`` have one shape.

    Raises ValueError where shapes differ or the mask holds anything but 0 and 1.

    Source: deck A, "Dropout – only during training!"; deck E, "Dropout"; Srivastava et al. (2014).

    >>> plain_dropout([1.0, 2.0, 3.0], [True, False, True]).tolist()
    [1.0, 0.0, 3.0]
    """
    xp, x, mask = same_shape(x=x, mask=mask)
    _require_mask(mask, xp)
    return x * mask


def plain_dropout_gradient(upstream: Array, mask: Array) -> Array:
    """∂C/∂x = ∂C/∂y · mask: nothing flows back through a dropped node.

    ``upstream`` is ∂C/∂y, of the mask's shape.

    Raises ValueError as ``plain_dropout`` does.

    >>> plain_dropout_gradient([1.0, 1.0], [True, False]).tolist()
    [1.0, 0.0]
    """
    xp, upstream, mask = same_shape(upstream=upstream, mask=mask)
    _require_mask(mask, xp)
    return upstream * mask


def scaled_weights(w: Array, keep: float) -> Array:
    """keep · w: the weights for inference of a layer whose inputs had plain dropout in training.

    ``w`` of any shape; ``keep`` in (0, 1] is the probability that a node stayed, deck A's p. The
    bias stays as it is.

    Raises ValueError where a weight is not finite or keep is out of range.

    Source: deck A, "Dropout – only during training!": replace the trained weights with p · w.

    >>> scaled_weights([1.0, -2.0], keep=0.75).tolist()
    [0.75, -1.5]
    """
    _, w = real_arrays(w=w)
    return real("keep", keep, above=0, at_most=1) * w


def all_masks(n: int) -> NDArray[np.bool_]:
    """Every mask over n nodes, shape (2ⁿ, n): the networks that dropout trains, one a row.

    Raises ValueError where n is no integer in 1..16.

    >>> all_masks(2).astype(int).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    n = whole("n", n, at_least=1, at_most=MOST_NODES)
    return np.array(list(itertools.product([False, True], repeat=n)))


def ensemble_average(layer: Callable[[Array], Array], x: Array, p: float) -> Array:
    """Σ_m P(m) layer(x · m) over all 2ⁿ masks m: what dropout's ensemble predicts, exactly.

    P(m) = (1 - p)^kept p^dropped. For a linear layer this *is* weight scaling,
    layer((1 - p) x); beyond it, weight scaling is an approximation.

    Parameters
    ----------
    layer
        takes an array of shape (n_nodes,) and gives one of any shape
    x
        shape (n_nodes,), at most 16 nodes
    p
        the probability to drop, in [0, 1)

    Raises
    ------
    ValueError
        where x has more than one axis or more than 16 nodes, or p is out of range.

    Source: Srivastava et al. (2014), section 1; deck A, "Dropout intuition"; deck E.

    >>> float(ensemble_average(lambda x: 2 * x[0] + 4 * x[1] + 1, [1.0, 1.0], p=0.5))
    4.0
    """
    xp, x = real_arrays(x=x)
    if x.ndim != 1:
        raise ValueError(
            f"x must have one axis, the nodes; got shape {tuple(x.shape)}: pass one sample"
        )
    p = _drop_probability(p)
    return sum(
        math.prod(np.where(mask, 1 - p, p).tolist())
        * layer(x * xp.asarray(mask.astype(float), dtype=x.dtype))
        for mask in all_masks(x.shape[0])
    )


def _drop_probability(p: float) -> float:
    return real("p", p, at_least=0, below=1)


def _require_mask(mask: Array, xp: Namespace) -> None:
    rule = "mask must hold 0 (dropped) and 1 (kept) only"
    require((mask == 0) | (mask == 1), mask, xp, rule, "pass what dropout_mask gives")
