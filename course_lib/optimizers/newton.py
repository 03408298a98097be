"""Newton's method, for problems so small that their matrix of second derivatives can be had."""

from __future__ import annotations

from typing import Any

from .._arrays import Array, real_arrays, require
from .._scalars import real

__all__ = ["newton_step"]


def newton_step(theta: Array, gradient: Array, hessian: Array, rate: float = 1.0) -> Array:
    """θ − rate · H⁻¹g: the minimum of a convex quadratic in one step of rate 1, however scaled.

    Along each eigenvector of H the step is that of gradient descent with the rate 1/λ. Where λ < 0
    it goes *up* to the stationary point: Newton's method is drawn to saddle points. Time grows as
    d³ and memory as d², d the number of parameters.

    ``theta`` and ``gradient`` are ``(d,)``, ``hessian`` is symmetric, ``(d, d)``.

    Raises ValueError where shapes do not fit, a number is not finite, the rate is negative, or H
    is not symmetric or is singular, so that no step is the right one.

    Source: deck E, slide "How to choose a direction?".

    >>> ravine = [[2.0, 0.0], [0.0, 100.0]]
    >>> newton_step([3.0, -2.0], gradient=[6.0, -200.0], hessian=ravine).tolist()
    [0.0, 0.0]
    """
    xp, theta, gradient, hessian = real_arrays(theta=theta, gradient=gradient, hessian=hessian)
    rate = real("rate", rate, at_least=0)
    _require_shapes(theta, gradient, hessian)
    spread = xp.max(abs(hessian))
    rounding = theta.shape[0] * xp.finfo(hessian.dtype).eps * spread
    require(
        abs(hessian - hessian.T) <= rounding,
        hessian,
        xp,
        "hessian must be symmetric",
        "symmetrise it as (H + H.T)/2, or look for the mistake in a second derivative",
    )
    curvature, axes = xp.linalg.eigh(hessian)
    require(
        abs(curvature) > rounding,
        curvature,
        xp,
        "hessian must not be singular: no eigenvalue 0",
        "add a small multiple of the identity",
    )
    return theta - rate * (axes @ ((axes.T @ gradient) / curvature))


def _require_shapes(theta: Any, gradient: Any, hessian: Any) -> None:
    came = [tuple(x.shape) for x in (theta, gradient, hessian)]
    d = came[0][:1]
    if came != [d, d, d * 2]:
        raise ValueError(
            "theta, gradient and hessian must have shapes (d,), (d,) and (d, d); got "
            f"{', '.join(map(str, came))}: put all parameters into one vector"
        )
