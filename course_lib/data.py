"""Data: images by name, made-up sets whose truth is known, splits, and wrong labels.

- ``image_sets``: handwritten digits that need no network; Fashion-MNIST and MNIST, downloaded once
- ``downloads`` and ``idx``: files known by their hash, from several mirrors, and their format
- ``synthetic``: deck A's function of one variable, deck E's linear set of 200 inputs, whose truth
  is ``LINEAR_BIAS``, ``LINEAR_WEIGHT`` and the noise ``LINEAR_NOISE``
- ``splits``: training, validation and test parts, and folds, stratified or not
- ``label_noise``: labels made wrong on purpose

>>> import numpy as np
>>> digits, rng = images("digits"), np.random.default_rng(0)
>>> train, validation = stratified_split(digits.train.y, rng, (0.8, 0.2))
>>> noisy = wrong_labels(digits.train.y[train], 0.1, n_classes=10, rng=rng)
>>> len(train), len(validation), int((noisy != digits.train.y[train]).sum())
(1149, 288, 115)
"""

from .downloads import DownloadError, data_folder, fetch
from .idx import read_idx
from .image_sets import Images, Samples, images
from .label_noise import wrong_labels
from .splits import k_fold, split, stratified_k_fold, stratified_split
from .synthetic import (
    LINEAR_BIAS,
    LINEAR_NOISE,
    LINEAR_WEIGHT,
    curve,
    curve_samples,
    linear_samples,
)

__all__ = [
    "LINEAR_BIAS",
    "LINEAR_NOISE",
    "LINEAR_WEIGHT",
    "DownloadError",
    "Images",
    "Samples",
    "curve",
    "curve_samples",
    "data_folder",
    "fetch",
    "images",
    "k_fold",
    "linear_samples",
    "read_idx",
    "split",
    "stratified_k_fold",
    "stratified_split",
    "wrong_labels",
]
