"""Preprocessing of the inputs: one import for all of it.

A method, such as ``Standardize()``, is a small frozen object with its settings; its ``fit`` takes
the *training* split and gives what it has learned, with ``transform`` for any split and
``inverse``. ``rescale`` alone learns nothing. For numpy arrays and torch tensors alike; nothing is
changed in place.

====================================  =============================  ===============================
method                                z                              where nothing varies
====================================  =============================  ===============================
``rescale(x, low, high)``             (x - low) / (high - low)
``Center(per).fit(x_train)``          x - μ                          0
``Standardize(per).fit(x_train)``     (x - μ) / σ                    0
``MinMax(a, b, per).fit(x_train)``    from [min, max] to [a, b]      a
``PCA(k).fit(x_train)``               (x - μ) V                      axis left out
``PCAWhitening(ε, k).fit(x_train)``   (x - μ) V / √(λ + ε)           axis left out
``ZCAWhitening(ε).fit(x_train)``      (x - μ) V / √(λ + ε) Vᵀ        0 along that axis
====================================  =============================  ===============================

>>> import numpy as np
>>> train, test = np.array([[1.0], [3.0]]), np.array([[4.0]])
>>> Standardize().fit(train).transform(test).tolist()
[[2.0]]
"""

from .feature_scaling import Center, MinMax, Scaling, Standardize, rescale
from .whitening import PCA, PCAWhitening, Projection, ZCAWhitening

__all__ = [
    "PCA",
    "Center",
    "MinMax",
    "PCAWhitening",
    "Projection",
    "Scaling",
    "Standardize",
    "ZCAWhitening",
    "rescale",
]
