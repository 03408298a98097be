"""Shift and scale the inputs: statistics from the training split, applied to any split.

Data are ``(n_samples, *features)``: a table ``(n_samples, n_features)`` or images
``(n_samples, n_channels, height, width)``. ``per`` says which numbers share one statistic:

- ``"feature"``: each feature or pixel has its own; the mean of images is then the mean image;
- ``"channel"``: each index of axis 1 has its own, over samples and pixels;
- ``"all"``: one for everything.

A method has only ``fit``; what ``fit`` gives back has only ``transform`` and ``inverse``. So no
split can be transformed before one was chosen to learn from: choose the training split.
"""

from __future__ import annotations

from dataclasses import dataclass

from ._arrays import Array, Namespace, in_precision_of, real_arrays, require, same_shape
from ._scalars import real

__all__ = ["Center", "MinMax", "Scaling", "Standardize", "rescale"]


@dataclass(frozen=True, eq=False)
class Scaling:
    """z = (x - shift) / scale + offset, feature by feature; what a ``fit`` has learned.

    ``shift`` and ``scale`` (> 0) have the shape of one sample, ``(*features,)``.

    Raises ValueError where they differ in shape, are not finite or a scale is not positive.

    >>> Scaling(shift=[0.5, 0.5], scale=[0.5, 0.25]).transform([[1.0, 1.0]]).tolist()
    [[1.0, 2.0]]
    """

    shift: Array
    scale: Array
    offset: float = 0.0

    def __post_init__(self) -> None:
        xp, _, scale = same_shape(shift=self.shift, scale=self.scale)
        require(scale > 0, scale, xp, "scale must be > 0", "use 1 for a feature to leave as wide")
        real("offset", self.offset)

    def transform(self, x: Array) -> Array:
        """``(n, *features)`` to the same shape, in the precision of ``x``; ``x`` is not changed.

        Raises ValueError where the samples have another shape than those learned from.
        """
        x, shift, scale = self._beside("x", x)
        return (x - shift) / scale + self.offset

    def inverse(self, z: Array) -> Array:
        """The ``x`` with ``transform(x) == z``: x = (z - offset) · scale + shift.

        Raises ValueError as ``transform`` does.
        """
        z, shift, scale = self._beside("z", z)
        return (z - self.offset) * scale + shift

    def _beside(self, name: str, x: Array) -> tuple[Array, Array, Array]:
        _, x, shift, scale = in_precision_of(name, x, shift=self.shift, scale=self.scale)
        if x.ndim == 0 or x.shape[1:] != shift.shape:
            raise ValueError(
                f"{name} must have shape (n_samples, *{tuple(shift.shape)}), as the samples "
                f"learned from; got {tuple(x.shape)}: reshape it, or fit on samples like these"
            )
        return x, shift, scale


@dataclass(frozen=True)
class Center:
    """Mean subtraction: z = x - μ, μ the mean of the training split.

    ``Center()`` centres the cloud of data on the origin (and subtracts the mean image of images, as
    AlexNet does), ``Center("channel")`` the mean of each channel (VGGNet), ``Center("all")`` one
    number. The variance is left alone.

    Source: decks B, "Mean subtraction", and C, "Data preprocessing". Deck B's whitening slide has
    ``X = np.mean(X, axis=0)``, which replaces the data by their mean: ``X -= ...`` is meant.

    >>> Center().fit([[0.0, 4.0], [2.0, 8.0]]).transform([[1.0, 7.0]]).tolist()
    [[0.0, 1.0]]
    """

    per: str = "feature"

    def __post_init__(self) -> None:
        _require_known(self.per)

    def fit(self, x_train: Array) -> Scaling:
        """Learn the mean; ValueError where ``x_train`` is not ``(n_samples, *features)``."""
        xp, x, axes = _samples(x_train, self.per)
        mean = xp.mean(x, axis=axes, keepdims=True)
        return _learned(x, mean, xp.ones_like(mean), xp)


@dataclass(frozen=True)
class Standardize:
    """z = (x - μ) / σ: mean 0 and variance 1 on the training split.

    σ² is the biased variance, (1/n) Σ (x - μ)², as in ``np.std`` and scikit-learn's
    StandardScaler. Where all numbers that share a σ are one and the same, σ is taken as 1: they
    become 0, and nothing is divided by 0.

    Source: decks B, "Normalization", and C, "Data preprocessing".

    >>> fitted = Standardize().fit([[0.0, 7.0], [4.0, 7.0]])
    >>> fitted.transform([[4.0, 7.0], [10.0, 8.0]]).tolist()
    [[1.0, 0.0], [4.0, 1.0]]
    """

    per: str = "feature"

    def __post_init__(self) -> None:
        _require_known(self.per)

    def fit(self, x_train: Array) -> Scaling:
        """Learn μ and σ; ValueError where ``x_train`` is not ``(n_samples, *features)``."""
        xp, x, axes = _samples(x_train, self.per)
        mean = xp.mean(x, axis=axes, keepdims=True)
        deviation = xp.std(x, axis=axes, keepdims=True, correction=0)
        # By rounding, the deviation of equal numbers may come out as 1e-17.
        constant = xp.min(x, axis=axes, keepdims=True) == xp.max(x, axis=axes, keepdims=True)
        return _learned(x, mean, _or_one(deviation, constant, xp), xp)


@dataclass(frozen=True)
class MinMax:
    """z = (x - min) / (max - min) · (high - low) + low: the training split fills [low, high].

    Other splits may lie outside; they are not clipped. Where all numbers that share a range are
    one and the same, max - min is taken as 1: they become ``low``, as in scikit-learn's
    MinMaxScaler.

    Raises ValueError where ``high`` is not above ``low``.

    Source: deck B, "Normalization", with -1 and 1.

    >>> MinMax(-1.0, 1.0).fit([[0.0], [4.0]]).transform([[1.0], [5.0]]).tolist()
    [[-0.5], [1.5]]
    """

    low: float = 0.0
    high: float = 1.0
    per: str = "feature"

    def __post_init__(self) -> None:
        real("high", self.high, above=real("low", self.low))
        _require_known(self.per)

    def fit(self, x_train: Array) -> Scaling:
        """Learn min and max; ValueError where ``x_train`` is not ``(n_samples, *features)``."""
        xp, x, axes = _samples(x_train, self.per)
        least = xp.min(x, axis=axes, keepdims=True)
        width = xp.max(x, axis=axes, keepdims=True) - least
        scale = _or_one(width, width == 0, xp) / (self.high - self.low)
        return _learned(x, least, scale, xp, self.low)


def rescale(
    x: Array, low: float = 0.0, high: float = 255.0, to_low: float = 0.0, to_high: float = 1.0
) -> Array:
    """z = (x - low) / (high - low) · (to_high - to_low) + to_low: from one known range to another.

    The range is that of the sensor (0 to 255 for pixels), not of the data: nothing is learned, so
    every split can be rescaled alike. ``x`` of any shape; integers become float64.

    Raises ValueError where a range is empty or a number of ``x`` lies outside [low, high].

    Source: deck B, "Simple rescaling".

    >>> rescale([[0, 51, 255]]).tolist()
    [[0.0, 0.2, 1.0]]
    """
    width = real("high", high, above=real("low", low)) - low
    to_width = real("to_high", to_high, above=real("to_low", to_low)) - to_low
    xp, x = real_arrays(x=x)
    remedy = "give the range that the numbers really have"
    require((x >= low) & (x <= high), x, xp, f"x must lie in [{low:g}, {high:g}]", remedy)
    return (x - low) / width * to_width + to_low


def _require_known(per: str) -> None:
    if per not in ("feature", "channel", "all"):
        raise ValueError(
            f"per must be 'feature', 'channel' or 'all'; got {per!r}: "
            "say which numbers share one statistic"
        )


def _samples(x: Array, per: str) -> tuple[Namespace, Array, tuple[int, ...]]:
    """The array library, the training split, and the axes over which a statistic is taken."""
    xp, x = real_arrays(x_train=x)
    if x.ndim < 2:
        raise ValueError(
            f"x_train must have shape (n_samples, *features); got {tuple(x.shape)}: "
            "give one feature an axis of its own, x[:, None]"
        )
    kept = {"feature": range(1, x.ndim), "channel": (1,), "all": ()}[per]
    return xp, x, tuple(axis for axis in range(x.ndim) if axis not in kept)


def _or_one(scale: Array, constant: Array, xp: Namespace) -> Array:
    # The square of a deviation below 1e-162 is 0 even where the numbers differ.
    return xp.where(constant | (scale == 0), xp.ones_like(scale), scale)


def _learned(x: Array, shift: Array, scale: Array, xp: Namespace, offset: float = 0.0) -> Scaling:
    shape = x.shape[1:]
    return Scaling(xp.broadcast_to(shift[0], shape), xp.broadcast_to(scale[0], shape), offset)
