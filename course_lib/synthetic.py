"""Made-up data whose truth is known: deck A's function of one variable, deck E's 200 inputs.

The truth behind ``linear_samples`` is ``LINEAR_BIAS``, 0.05, and ``LINEAR_WEIGHT``, 0.01 for each
input, with noise of standard deviation ``LINEAR_NOISE``, 0.01.
"""

from __future__ import annotations

import numpy as np

from ._arrays import Array, real_arrays
from ._random import generator
from ._scalars import real, whole
from .image_sets import Samples

__all__ = [
    "LINEAR_BIAS",
    "LINEAR_NOISE",
    "LINEAR_WEIGHT",
    "curve",
    "curve_samples",
    "linear_samples",
]

LINEAR_BIAS, LINEAR_WEIGHT, LINEAR_NOISE = 0.05, 0.01, 0.01


def curve(x: Array) -> Array:
    """f(x) = 0.2 + 0.4x² + 0.3x sin 15x + 0.05 cos 50x, elementwise: to be fitted on 0 ≤ x ≤ 1.

    Raises ValueError where a number is not finite.

    Source: deck A, "Dropout example"; Nielsen, "Neural networks and deep learning", chapter 4.

    >>> curve([0.0, 1.0]).round(4).tolist()
    [0.25, 0.8433]
    """
    xp, x = real_arrays(x=x)
    return 0.2 + 0.4 * x**2 + 0.3 * x * xp.sin(15 * x) + 0.05 * xp.cos(50 * x)


def curve_samples(n: int, noise: float, rng: np.random.Generator) -> Samples:
    """x an even grid of n points from 0 to 1, y = f(x) + N(0, noise²); both (n, 1), float32.

    ``n`` ≥ 2; ``noise`` ≥ 0 is the standard deviation (f itself lies in 0.0 to 0.86).

    Raises ValueError where n or noise is out of range, or rng is no generator.

    Source: deck A, "Dropout example".

    >>> x, y = curve_samples(3, noise=0.0, rng=np.random.default_rng(0))
    >>> x[:, 0].tolist(), y.shape, float(y[0, 0])
    ([0.0, 0.5, 1.0], (3, 1), 0.25)
    """
    x = np.linspace(0, 1, whole("n", n, at_least=2))[:, None]
    y = curve(x) + real("noise", noise, at_least=0) * generator(rng).normal(size=x.shape)
    return Samples(x.astype(np.float32), y.astype(np.float32))


def linear_samples(n: int, rng: np.random.Generator, n_inputs: int = 200) -> Samples:
    """y = 0.05 + Σ 0.01 x_i + N(0, 0.01²) with x_i ~ N(0, 1): x (n, n_inputs), y (n, 1), float32.

    With fewer samples than inputs (20 against 200, say) any training error can be driven to 0,
    and only what holds the weights back helps: the example for weight decay.

    Raises ValueError where n or n_inputs is no integer ≥ 1, or rng no generator.

    Source: deck E, "Weight decay", "Example"; Zhang et al., "Dive into deep learning", section 3.7.

    >>> x, y = linear_samples(20, np.random.default_rng(0))
    >>> x.shape, y.shape
    ((20, 200), (20, 1))
    """
    shape = whole("n", n, at_least=1), whole("n_inputs", n_inputs, at_least=1)
    x = generator(rng).normal(size=shape)
    clean = LINEAR_BIAS + LINEAR_WEIGHT * x.sum(axis=1, keepdims=True)
    y = clean + LINEAR_NOISE * rng.normal(size=clean.shape)
    return Samples(x.astype(np.float32), y.astype(np.float32))
