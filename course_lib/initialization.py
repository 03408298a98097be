"""Where the weights begin: random, and as wide as keeps the signal as large from layer to layer.

A weight has torch's layout, ``(n_out, n_in)`` for a dense layer and ``(n_out, n_in, *kernel)`` for
a convolution; each function takes that shape and gives a new float64 array (``torch.as_tensor``
takes it). A layer of n_in inputs x has outputs of variance n_in · var(w) · E[x²]:

=====================  ==============================  ==========================================
function               var(w)                          keeps
=====================  ==============================  ==========================================
``zeros``              0                               nothing: all units of a layer stay alike
``small_normal``       std², std = 0.01                nothing: the signal shrinks, or grows
``lecun_normal``       1 / fan_in                      outputs, of a linear or tanh layer
``glorot_normal``      2 / (fan_in + fan_out)          outputs and gradients, halfway
``glorot_uniform``     the same, w in ±√(3 var)        the same
``he_normal``          2 / fan_in                      E[x²] through a ReLU, which halves it
``he_uniform``         the same, w in ±√(3 var)        the same
=====================  ==============================  ==========================================

Biases have one axis and begin as ``zeros``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ._random import generator
from ._scalars import real, sizes

__all__ = [
    "fans",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "small_normal",
    "zeros",
]

Weights = NDArray[np.float64]
Shape = int | Sequence[int]


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """``(fan_in, fan_out)``: how many inputs reach one output, how many outputs one input reaches.

    Dense ``(n_out, n_in)``: (n_in, n_out). Convolution ``(n_out, n_in, *kernel)``, with k numbers
    in a kernel: (n_in · k, n_out · k). So torch counts, also where stride or groups make the second
    smaller in fact.

    Raises ValueError where the shape has fewer than two axes or one of them is empty.

    Source: Glorot and Bengio 2010; He et al. 2015, section 2.2.

    >>> fans((10, 784)), fans((16, 3, 5, 5))
    ((784, 10), (75, 400))
    """
    axes = sizes("shape", shape)
    if len(axes) < 2:
        raise ValueError(
            f"shape must be (n_out, n_in, *kernel); got {axes}: a bias, of one axis, has no "
            "fan-in: use zeros"
        )
    n_out, n_in, *kernel = axes
    return n_in * math.prod(kernel), n_out * math.prod(kernel)


def zeros(shape: Shape) -> Weights:
    """All 0: right for biases, and a trap for weights.

    Units that begin alike get the same gradient and stay alike for ever; behind a ReLU nothing is
    learned at all.

    Raises ValueError where the shape has an axis of no numbers.

    Source: deck B, "Pitfall: all zero initialization".

    >>> zeros(3).tolist()
    [0.0, 0.0, 0.0]
    """
    return np.zeros(sizes("shape", shape))


def small_normal(shape: Shape, rng: np.random.Generator, std: float = 0.01) -> Weights:
    """w ~ N(0, std²) whatever the layer: it breaks the symmetry, and no more.

    The signal is multiplied by about std · √fan_in in each layer. Raises ValueError where ``std``
    is negative, or ``shape`` or ``rng`` is none.

    Source: deck B, "Symmetry breaking", ``0.01 * np.random.randn(D, H)``.

    >>> small_normal((2, 2), np.random.default_rng(0)).round(4).tolist()
    [[0.0013, -0.0013], [0.0064, 0.001]]
    """
    return _normal(shape, rng, real("std", std, at_least=0))


def lecun_normal(shape: Sequence[int], rng: np.random.Generator) -> Weights:
    """w ~ N(0, 1/fan_in): outputs as wide as inputs, in a layer that is linear or nearly so.

    Raises ValueError where ``shape`` or ``rng`` is none.

    Source: LeCun et al. 1998, "Efficient backprop", equation 16. Deck B has it as
    ``randn(n) / sqrt(n)`` and calls it Xavier/Glorot, which is ``glorot_normal``: the same only
    where fan_in = fan_out.

    >>> lecun_normal((3, 100), np.random.default_rng(0)).shape
    (3, 100)
    """
    fan_in, _ = fans(shape)
    return _normal(shape, rng, math.sqrt(1 / fan_in))


def glorot_normal(shape: Sequence[int], rng: np.random.Generator) -> Weights:
    """w ~ N(0, 2/(fan_in + fan_out)).

    Halfway between 1/fan_in, which keeps the outputs, and 1/fan_out, which keeps the gradients.
    Raises ValueError where ``shape`` or ``rng`` is none.

    Source: Glorot and Bengio 2010, equation 12; ``torch.nn.init.xavier_normal_``.

    >>> glorot_normal((3, 100), np.random.default_rng(0)).shape
    (3, 100)
    """
    return _normal(shape, rng, math.sqrt(2 / sum(fans(shape))))


def glorot_uniform(shape: Sequence[int], rng: np.random.Generator) -> Weights:
    """w ~ U(-a, a), a = √(6/(fan_in + fan_out)): variance a²/3, that of ``glorot_normal``.

    Raises ValueError where ``shape`` or ``rng`` is none.

    Source: Glorot and Bengio 2010, equation 16; ``torch.nn.init.xavier_uniform_``.

    >>> bool(abs(glorot_uniform((200, 400), np.random.default_rng(0))).max() < 0.1)
    True
    """
    return _uniform(shape, rng, math.sqrt(2 / sum(fans(shape))))


def he_normal(shape: Sequence[int], rng: np.random.Generator, slope: float = 0.0) -> Weights:
    """w ~ N(0, 2/((1 + slope²) · fan_in)), for the layer after a ReLU.

    ReLU sets half of its inputs to 0 and so halves their E[x²]; twice the variance makes up for it.
    ``slope`` is that of a leaky ReLU or PReLU on the left. Raises ValueError where ``shape`` or
    ``rng`` is none, or the slope is not finite.

    Source: He et al. 2015, equations 10 and 15; deck B, ``randn(n) * sqrt(2.0/n)``;
    ``torch.nn.init.kaiming_normal_``.

    >>> he_normal((3, 100), np.random.default_rng(0)).shape
    (3, 100)
    """
    return _normal(shape, rng, _he_std(shape, slope))


def he_uniform(shape: Sequence[int], rng: np.random.Generator, slope: float = 0.0) -> Weights:
    """w ~ U(-a, a), a = √(6/((1 + slope²) · fan_in)): variance a²/3, that of ``he_normal``.

    Raises ValueError as ``he_normal`` does.

    Source: He et al. 2015; ``torch.nn.init.kaiming_uniform_``.

    >>> bool(abs(he_uniform((200, 600), np.random.default_rng(0))).max() < 0.1)
    True
    """
    return _uniform(shape, rng, _he_std(shape, slope))


def _he_std(shape: Sequence[int], slope: float) -> float:
    fan_in, _ = fans(shape)
    return math.sqrt(2 / ((1 + real("slope", slope) ** 2) * fan_in))


def _normal(shape: Shape, rng: np.random.Generator, std: float) -> Weights:
    return generator(rng).normal(scale=std, size=sizes("shape", shape))


def _uniform(shape: Shape, rng: np.random.Generator, std: float) -> Weights:
    bound = math.sqrt(3) * std
    return generator(rng).uniform(-bound, bound, size=sizes("shape", shape))
