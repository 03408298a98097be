"""Principal axes of the data: decorrelate them, and whiten them by PCA or ZCA.

Data are ``(n_samples, n_features)``; images are flattened first. The covariance is deck B's,
Σ = (1/n) (X - μ)ᵀ(X - μ) = V diag(λ) Vᵀ, with 1/n (scikit-learn's PCA has 1/(n - 1)). It is not
formed: with the singular values s of X - μ, λ = s²/n, and small λ keep their digits.

Directions in which the training split does not vary have λ = 0 but for rounding: s at most
max(n, d) · eps · ‖X‖, in double precision. They are left out, here and in what is learned, since
to divide by their √λ would blow up noise: constant features, copies of features, and fewer samples
than features do no harm. What a *new* sample has in such a direction is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._arrays import Array, Namespace, in_precision_of, real_arrays
from ._scalars import real, whole

__all__ = ["PCA", "PCAWhitening", "Projection", "ZCAWhitening"]


@dataclass(frozen=True, eq=False)
class Projection:
    """z = (x - mean) · forward; what a ``fit`` has learned.

    With d features, r principal axes kept, and k = r (PCA) or k = d (ZCA) new features:
    ``mean (d,)``, ``forward (d, k)``, ``backward (k, d)``; ``axes (r, d)`` the principal axes of
    length 1 as rows and ``variances (r,)`` their λ, from the largest down.

    >>> fitted = PCA(1).fit([[0.0, 0.0], [3.0, 4.0]])
    >>> fitted.variances.round(9).tolist(), fitted.axes.round(9).tolist()
    ([6.25], [[0.6, 0.8]])
    """

    mean: Array
    forward: Array
    backward: Array
    axes: Array
    variances: Array

    def transform(self, x: Array) -> Array:
        """``(n, d)`` to ``(n, k)``, in the precision of ``x``; ``x`` is not changed.

        Raises ValueError where the samples have another number of features.
        """
        x, mean, forward = self._beside("x", x, self.forward)
        return (x - mean) @ forward

    def inverse(self, z: Array) -> Array:
        """``(n, k)`` to ``(n, d)``: x = z · backward + mean.

        Exact for the training split where every axis that varies was kept, else the nearest point
        in the span of those that were. Raises ValueError as ``transform`` does.
        """
        z, mean, backward = self._beside("z", z, self.backward)
        return z @ backward + mean

    def _beside(self, name: str, x: Array, matrix: Array) -> tuple[Array, Array, Array]:
        _, x, mean, matrix = in_precision_of(name, x, mean=self.mean, matrix=matrix)
        if x.ndim != 2 or x.shape[1] != matrix.shape[0]:
            raise ValueError(
                f"{name} must have shape (n_samples, {matrix.shape[0]}), as was learned; "
                f"got {tuple(x.shape)}: reshape it, or fit on samples like these"
            )
        return x, mean, matrix


@dataclass(frozen=True)
class PCA:
    """z = (x - μ) V: the data in their principal axes, decorrelated, variances λ as they were.

    ``n_components`` axes are kept, those of the largest variances (all that vary, where it is
    None). An axis and its opposite are the same axis: the entry largest in size is made positive.

    Raises ValueError where ``n_components`` is less than 1.

    Source: deck B, "PCA/ZCA whitening", ``Xrot = np.dot(X, U)``.

    >>> PCA(1).fit([[0.0, 0.0], [3.0, 4.0]]).transform([[3.0, 4.0]]).round(9).tolist()
    [[2.5]]
    """

    n_components: int | None = None

    def __post_init__(self) -> None:
        _require_components(self.n_components)

    def fit(self, x_train: Array) -> Projection:
        """Learn μ, V and λ.

        Raises ValueError where ``x_train`` is not ``(n_samples, n_features)``, does not vary, or
        varies along fewer than ``n_components`` axes.
        """
        xp, dtype, mean, axes, variances = _principal(x_train, self.n_components)
        return _learned(xp, dtype, mean, axes.T, axes, axes, variances)


@dataclass(frozen=True)
class PCAWhitening:
    """z = (x - μ) V / √(λ + ε): decorrelated *and* of variance 1; covariance λ/(λ + ε), so I at 0.

    ``epsilon`` (≥ 0, in units of variance) keeps axes of small variance from being blown up; deck B
    has 1e-5, for data in [0, 1]. ``n_components`` as for ``PCA``.

    Raises ValueError where a setting is out of its range.

    Source: deck B, "PCA/ZCA whitening". Its text divides by the eigenvalue λ; its code, rightly, by
    the root of it: divided by λ the variance would be 1/λ.

    >>> fitted = PCAWhitening().fit([[2.0, 0.0], [-2.0, 0.0], [0.0, 8.0], [0.0, -8.0]])
    >>> fitted.variances.round(9).tolist(), abs(fitted.transform([[0.0, 8.0]])).round(6).tolist()
    ([32.0, 2.0], [[1.414214, 0.0]])
    """

    epsilon: float = 0.0
    n_components: int | None = None

    def __post_init__(self) -> None:
        real("epsilon", self.epsilon, at_least=0)
        _require_components(self.n_components)

    def fit(self, x_train: Array) -> Projection:
        """Learn μ, V and λ; raises ValueError as ``PCA.fit`` does."""
        xp, dtype, mean, axes, variances = _principal(x_train, self.n_components)
        root = xp.sqrt(variances + self.epsilon)[:, None]
        return _learned(xp, dtype, mean, (axes / root).T, root * axes, axes, variances)


@dataclass(frozen=True)
class ZCAWhitening:
    """z = (x - μ) V diag(1/√(λ + ε)) Vᵀ: whitened, then turned back to the features' own axes.

    Of all whitened forms the one nearest to the data: whitened images still look like images.
    Covariance as of ``PCAWhitening``, and 0 in directions that do not vary. ``epsilon`` as there.

    Raises ValueError where ``epsilon`` is negative.

    Source: deck B, "PCA/ZCA whitening"; Bell and Sejnowski 1997.

    >>> fitted = ZCAWhitening().fit([[2.0, 0.0], [-2.0, 0.0], [0.0, 8.0], [0.0, -8.0]])
    >>> fitted.transform([[0.0, 8.0]]).round(6).tolist()
    [[0.0, 1.414214]]
    """

    epsilon: float = 0.0

    def __post_init__(self) -> None:
        real("epsilon", self.epsilon, at_least=0)

    def fit(self, x_train: Array) -> Projection:
        """Learn μ, V and λ; raises ValueError as ``PCA.fit`` does."""
        xp, dtype, mean, axes, variances = _principal(x_train, None)
        root = xp.sqrt(variances + self.epsilon)[:, None]
        forward, backward = axes.T @ (axes / root), axes.T @ (root * axes)
        return _learned(xp, dtype, mean, forward, backward, axes, variances)


def _require_components(n_components: int | None) -> None:
    if n_components is not None:
        whole("n_components", n_components, at_least=1)


def _principal(x: Array, n_components: int | None) -> tuple[Any, ...]:
    """``(xp, dtype, mean, axes, variances)``, the last three in double precision."""
    xp, x = real_arrays(x_train=x)
    if x.ndim != 2:
        raise ValueError(
            f"x_train must have shape (n_samples, n_features); got {tuple(x.shape)}: "
            "flatten each sample, x.reshape(len(x), -1)"
        )
    dtype, x = x.dtype, xp.astype(x, xp.float64)
    mean = xp.mean(x, axis=0)
    _, singular, axes = xp.linalg.svd(x - mean, full_matrices=False)
    noise = max(x.shape) * xp.finfo(x.dtype).eps * xp.linalg.vector_norm(x)
    kept = _kept(int(xp.count_nonzero(singular > noise)), n_components)
    axes = _largest_entry_positive(axes[:kept], xp)
    return xp, dtype, mean, axes, singular[:kept] ** 2 / x.shape[0]


def _kept(rank: int, n_components: int | None) -> int:
    """How many axes to keep of the ``rank`` that vary."""
    if rank == 0:
        raise ValueError(
            "x_train must vary; got samples that are all alike: pass at least two that differ"
        )
    if n_components is not None and n_components > rank:
        raise ValueError(
            f"n_components must be at most {rank}, the number of axes along which x_train varies; "
            f"got {n_components}: keep fewer"
        )
    return n_components or rank


def _largest_entry_positive(axes: Array, xp: Namespace) -> Array:
    at = xp.argmax(abs(axes), axis=1, keepdims=True)
    return axes * xp.sign(xp.take_along_axis(axes, at, axis=1))


def _learned(xp: Namespace, dtype: Any, *learned: Array) -> Projection:
    return Projection(*(xp.astype(part, dtype, copy=False) for part in learned))
