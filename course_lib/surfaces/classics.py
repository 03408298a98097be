"""Four functions that optimizers have been compared on for decades.

Points have shape (..., 2), values (...), gradients (..., 2). ValueError where the last axis of the
points is not two long, or a number is not finite.
"""

from __future__ import annotations

import math

from .._arrays import Array
from .points import coordinates

__all__ = [
    "beale",
    "beale_gradient",
    "himmelblau",
    "himmelblau_gradient",
    "rastrigin",
    "rastrigin_gradient",
    "rosenbrock",
    "rosenbrock_gradient",
]

BEALE_TARGETS = (1.5, 2.25, 2.625)


def beale(points: Array) -> Array:
    """f = Σ_{i=1..3} (c_i − x(1 − yⁱ))² with c = (1.5, 2.25, 2.625).

    Minimum 0 at (3, ½), a saddle at (0, 1), a plain between steep corners.

    Source: Beale (1958); Moré, Garbow and Hillstrom (1981), "Testing unconstrained optimization
    software", no. 5. The contours in decks A and C (images by A. Radford) are of this kind.

    >>> float(beale([3.0, 0.5])), float(beale([0.0, 1.0]))
    (0.0, 14.203125)
    """
    _, x, y = coordinates(points)
    return sum((c - x * (1 - y**i)) ** 2 for i, c in enumerate(BEALE_TARGETS, 1))


def beale_gradient(points: Array) -> Array:
    """∇f = Σ_i 2r_i (yⁱ − 1, i x yⁱ⁻¹) of ``beale``, with r_i = c_i − x(1 − yⁱ).

    >>> beale_gradient([3.0, 0.5]).tolist()
    [0.0, 0.0]
    """
    xp, x, y = coordinates(points)
    residuals = [(i, c - x * (1 - y**i)) for i, c in enumerate(BEALE_TARGETS, 1)]
    along_x = sum(2 * r * (y**i - 1) for i, r in residuals)
    along_y = sum(2 * r * i * x * y ** (i - 1) for i, r in residuals)
    return xp.stack([along_x, along_y], axis=-1)


def rosenbrock(points: Array) -> Array:
    """f = (1 − x)² + 100(y − x²)²: the banana valley, minimum 0 at (1, 1).

    Into the valley y = x² every method falls at once; along its floor the slope is small and the
    curvatures there, 0.4 and 1,002 at the minimum, have a condition number of about 2,500.

    Source: Rosenbrock (1960), "An automatic method for finding the greatest or least value of a
    function".

    >>> float(rosenbrock([1.0, 1.0])), float(rosenbrock([0.0, 0.0]))
    (0.0, 1.0)
    """
    _, x, y = coordinates(points)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def rosenbrock_gradient(points: Array) -> Array:
    """∇f = (−2(1 − x) − 400x(y − x²), 200(y − x²)) of ``rosenbrock``.

    >>> rosenbrock_gradient([0.0, 0.0]).tolist()
    [-2.0, 0.0]
    """
    xp, x, y = coordinates(points)
    off = y - x**2
    return xp.stack([-2 * (1 - x) - 400 * x * off, 200 * off], axis=-1)


def himmelblau(points: Array) -> Array:
    """f = (x² + y − 11)² + (x + y² − 7)²: four minima of equal depth 0, one of them (3, 2).

    Four saddles and a maximum lie between them: which minimum is found depends on the start.

    Source: Himmelblau (1972), "Applied nonlinear programming".

    >>> float(himmelblau([3.0, 2.0])), float(himmelblau([0.0, 0.0]))
    (0.0, 170.0)
    """
    _, x, y = coordinates(points)
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def himmelblau_gradient(points: Array) -> Array:
    """∇f = (4xr + 2q, 2r + 4yq) of ``himmelblau``, with r = x² + y − 11 and q = x + y² − 7.

    >>> himmelblau_gradient([0.0, 0.0]).tolist()
    [-14.0, -22.0]
    """
    xp, x, y = coordinates(points)
    r, q = x**2 + y - 11, x + y**2 - 7
    return xp.stack([4 * x * r + 2 * q, 2 * r + 4 * y * q], axis=-1)


def rastrigin(points: Array) -> Array:
    """f = 20 + Σ_{u=x,y} (u² − 10 cos 2πu): minimum 0 at the origin, a local one near each integer.

    The local minima lie at ±0.994959, ±1.989912, ... on either axis, ever higher outwards.

    Source: Rastrigin (1974); Mühlenbein, Schomisch and Born (1991), "The parallel genetic algorithm
    as function optimizer".

    >>> float(rastrigin([0.0, 0.0])), round(float(rastrigin([1.0, 0.0])), 12)
    (0.0, 1.0)
    """
    xp, x, y = coordinates(points)
    return 20 + sum(u**2 - 10 * xp.cos(2 * math.pi * u) for u in (x, y))


def rastrigin_gradient(points: Array) -> Array:
    """∇f = (g(x), g(y)) of ``rastrigin``, with g(u) = 2u + 20π sin 2πu.

    >>> rastrigin_gradient([0.0, 0.5]).round(12).tolist()
    [0.0, 1.0]
    """
    xp, x, y = coordinates(points)
    slopes = [2 * u + 20 * math.pi * xp.sin(2 * math.pi * u) for u in (x, y)]
    return xp.stack(slopes, axis=-1)
