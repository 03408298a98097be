"""Gradients by differences, the check of a hand-written gradient, and clipping.

Three ways to a gradient: by differences (numerical: slow and rounded, but it needs nothing beyond
the function), by hand, and automatically. The first is the oracle for the second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._arrays import Array, Namespace, real_arrays, same_shape
from ._collections import Arrays, like, real_collection
from ._scalars import real

__all__ = [
    "GradientCheck",
    "central_difference",
    "clip_by_norm",
    "clip_by_value",
    "global_norm",
    "gradient_check",
    "relative_error",
]

EPS = float(np.finfo(np.float64).eps)
# A sum of many terms is rounded more than once: ten times the rounding of a single number.
ROUNDED = 10 * EPS


def central_difference(
    function: Callable[[Array], Array], x: Array, step: float | None = None
) -> Array:
    """∂f/∂x_i ≈ (f(x + h e_i) - f(x - h e_i)) / 2h for each element of ``x``, in its shape.

    It is off by h² |f'''| / 6, for the curve is not straight, and by about eps |f| / h, for f is
    rounded; the sum is least near h = eps^{1/3}, about 6e-6, where each is near eps^{2/3}, 4e-11.
    Hence h = eps^{1/3} · max(1, |x_i|), unless ``step`` is given. (One-sided differences reach only
    eps^{1/2}, 1e-8.) All in double precision, whatever that of ``x``: in single, eps^{2/3} is 2e-5.
    The cost is two calls of ``function`` for each element.

    ``function`` takes an array of the shape and library of ``x`` and gives a single number.

    Raises ValueError where ``x`` is not finite, ``step`` not positive, or a value no finite number.

    Source: decks D and E, numerical gradients; Press et al., Numerical recipes, section 5.7.

    >>> central_difference(lambda x: (x**3).sum(), [1.0, 2.0]).round(8).tolist()
    [3.0, 12.0]
    """
    xp, x = real_arrays(x=_detached(x))
    x = xp.asarray(x, dtype=xp.float64, copy=True)
    slope = xp.zeros_like(x)
    for index in np.ndindex(tuple(x.shape)):
        h = _step(float(x[index])) if step is None else real("step", step, above=0)
        up, down = xp.asarray(x, copy=True), xp.asarray(x, copy=True)
        up[index] += h
        down[index] -= h
        # x ± h is rounded: the distance that was really gone is not quite 2h.
        width = float(up[index] - down[index])
        slope[index] = (_value(function, up) - _value(function, down)) / width
    return slope


def relative_error(analytic: Array, numeric: Array, floor: float = 1e-8) -> Array:
    """|a - n| / max(|a|, |n|, floor), elementwise; both arrays of one shape, as the result.

    2 where the signs are opposite, 1 where one of them is 0, ½ where one is twice the other.
    ``floor`` (> 0) keeps the noise of two vanishing gradients from being compared with itself.

    Raises ValueError where shapes differ, a number is not finite, or ``floor`` is not positive.

    >>> relative_error([1.0, 2.0, 1.0, 0.0], [1.0, 1.0, -1.0, 0.0]).tolist()
    [0.0, 0.5, 2.0, 0.0]
    """
    xp, analytic, numeric = same_shape(analytic=analytic, numeric=numeric)
    size = xp.clip(xp.maximum(abs(analytic), abs(numeric)), real("floor", floor, above=0), None)
    return abs(analytic - numeric) / size


@dataclass(frozen=True)
class GradientCheck:
    """What ``gradient_check`` found at the element where the two gradients differ most.

    >>> report = gradient_check(lambda x: (x**2).sum(), lambda x: -2 * x, [1.0, 0.0])
    >>> report.index, report.analytic, report.error > report.tolerance, report.passed
    ((0,), -2.0, True, False)
    """

    index: tuple[int, ...]
    analytic: float
    numeric: float
    error: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether even the worst element agrees."""
        return self.error <= self.tolerance

    def __str__(self) -> str:
        verdict = "agree" if self.passed else "differ"
        return (
            f"gradients {verdict}: at {self.index} analytic {self.analytic:.7g}, numeric "
            f"{self.numeric:.7g}, relative error {self.error:.1e} (tolerance {self.tolerance:.0e})"
        )


def gradient_check(
    function: Callable[[Array], Array],
    gradient: Callable[[Array], Array],
    x: Array,
    tolerance: float = 1e-6,
) -> GradientCheck:
    """Compare ``gradient(x)`` with central differences of ``function`` at ``x``, in float64.

    Passed where the relative error of every element is at most ``tolerance``; what the rounding of
    f alone makes of a difference quotient counts as none (the floor of ``relative_error``). At a
    kink, as of ReLU, the two differ rightly: check at points away from kinks.

    Raises ValueError where ``gradient(x)`` has not the shape of ``x``, and as
    ``central_difference`` does.

    Source: decks D and E, gradient check.

    >>> print(gradient_check(lambda x: (x**2).sum(), lambda x: 2 * x, [1.0, 2.0]).passed)
    True
    >>> print(gradient_check(lambda x: (x**2).sum(), lambda x: x, [0.0, 2.0]))
    gradients differ: at (1,) analytic 2, numeric 4, relative error 5.0e-01 (tolerance 1e-06)
    """
    tolerance = real("tolerance", tolerance, above=0)
    xp, x = real_arrays(x=_detached(x))
    x = xp.astype(x, xp.float64)
    numeric = central_difference(function, x)
    analytic = _detached(gradient(xp.asarray(x, copy=True)))
    noise = ROUNDED * abs(_value(function, xp.asarray(x, copy=True))) / _step(0.0)
    error = relative_error(analytic, numeric, max(1e-8, noise / tolerance))
    at = tuple(int(i) for i in np.unravel_index(int(xp.argmax(error)), tuple(x.shape)))
    xp, analytic = real_arrays(analytic=analytic)
    return GradientCheck(at, float(analytic[at]), float(numeric[at]), float(error[at]), tolerance)


def global_norm(gradients: Arrays) -> Array:
    """‖g‖ = √(Σ g²) over all elements of all arrays together: a single number, in float64.

    The largest element is taken out first, so that no square overflows: 1e20² would in single
    precision, and gradients on a cliff are as large as that.

    Raises ValueError where ``gradients`` is no list or dict of finite arrays of one library.

    >>> float(global_norm([np.array([3.0]), np.array([[0.0, 4.0]])]))
    5.0
    """
    xp, arrays = real_collection("gradients", gradients)
    return _norm(xp, arrays)


def clip_by_norm(gradients: Arrays, max_norm: float) -> Arrays:
    """g · min(1, max_norm / ‖g‖), ‖g‖ that of all gradients together: shorter, same direction.

    ``gradients`` a list or a dict of arrays; the result is another, of new arrays.

    ``torch.nn.utils.clip_grad_norm_`` divides by ‖g‖ + 1e-6 instead, and so is 1e-6/‖g‖ shorter,
    relatively; of gradients beyond 1e19 in single precision, whose norm overflows there, it leaves
    0. Keras's ``clipnorm``, on deck B's slide, clips each array by its own norm,
    ``[clip_by_norm([g], 1.0)[0] for g in gradients]``, and that turns the direction.

    Raises ValueError where ``max_norm`` is not positive, and as ``global_norm`` does.

    Source: Pascanu et al. 2013, algorithm 1; deck B, "Cliffs and exploding gradients".

    >>> [g.round(6).tolist() for g in clip_by_norm([np.array([3.0]), np.array([[0.0, 4.0]])], 1.0)]
    [[0.6], [[0.0, 0.8]]]
    """
    limit = real("max_norm", max_norm, above=0)
    xp, arrays = real_collection("gradients", gradients)
    factor = limit / xp.clip(_norm(xp, arrays), limit, None)
    return like(gradients, [g * xp.astype(factor, g.dtype) for g in arrays])


def clip_by_value(gradients: Arrays, limit: float) -> Arrays:
    """min(max(g, -limit), limit), element by element; the direction is not kept.

    ``gradients`` a list or a dict of arrays; the result is another, of new arrays.

    Raises ValueError where ``limit`` is not positive, and as ``global_norm`` does.

    Source: deck B, "Gradient clipping in Keras", ``clipvalue``;
    ``torch.nn.utils.clip_grad_value_``.

    >>> [g.tolist() for g in clip_by_value([np.array([3.0, -0.2]), np.array([-4.0])], 0.5)]
    [[0.5, -0.2], [-0.5]]
    """
    limit = real("limit", limit, above=0)
    xp, arrays = real_collection("gradients", gradients)
    return like(gradients, [xp.clip(g, -limit, limit) for g in arrays])


def _step(x: float) -> float:
    return float(EPS ** (1 / 3) * max(1.0, abs(x)))


def _detached(x: Any) -> Any:
    """A tensor cut off from autograd, of which differences have no need; all else as it is."""
    return x.detach() if hasattr(x, "detach") else x


def _value(function: Callable[[Array], Array], x: Array) -> float:
    _, value = real_arrays(**{"function(x)": _detached(function(x))})
    if value.ndim:
        raise ValueError(
            f"function(x) must be a single number; got shape {tuple(value.shape)}: "
            "sum it or take its mean"
        )
    return float(value)


def _norm(xp: Namespace, arrays: list[Array]) -> Array:
    wide = [xp.astype(g, xp.float64) for g in arrays]
    top = max(xp.max(abs(g)) for g in wide)
    if top == 0:
        return top
    return top * sum(xp.sum((g / top) ** 2) for g in wide) ** 0.5
