"""The four shapes that trouble gradient descent, each as simple as it can be.

Points have shape (..., 2), values (...), gradients (..., 2). ValueError where the last axis of the
points is not two long, or a number is not finite.
"""

from __future__ import annotations

from .._arrays import Array
from .points import coordinates

__all__ = [
    "bowl",
    "bowl_gradient",
    "cliff",
    "cliff_gradient",
    "ravine",
    "ravine_gradient",
    "saddle",
    "saddle_gradient",
]

RAVINE_CURVATURE = 25
CLIFF_LAYERS = 10


def bowl(points: Array) -> Array:
    """f = ½(x² + y²): curvature 1 all round, minimum 0 at the origin.

    Gradient descent with rate 1 is there in one step, and diverges from rate 2 on.

    >>> float(bowl([3.0, 4.0]))
    12.5
    """
    _, x, y = coordinates(points)
    return (x**2 + y**2) / 2


def bowl_gradient(points: Array) -> Array:
    """∇f = (x, y) of ``bowl``.

    >>> bowl_gradient([3.0, 4.0]).tolist()
    [3.0, 4.0]
    """
    xp, x, y = coordinates(points)
    return xp.stack([x, y], axis=-1)


def ravine(points: Array) -> Array:
    """f = ½(x² + 25y²): curvatures 1 and 25, condition number 25, minimum 0 at the origin.

    A rate above 2/25 diverges across the ravine; along it, a rate below 2/25 is slow.

    Source: deck C, "What if loss changes quickly in one direction and slowly in another?"

    >>> float(ravine([1.0, 1.0]))
    13.0
    """
    _, x, y = coordinates(points)
    return (x**2 + RAVINE_CURVATURE * y**2) / 2


def ravine_gradient(points: Array) -> Array:
    """∇f = (x, 25y) of ``ravine``.

    >>> ravine_gradient([1.0, 1.0]).tolist()
    [1.0, 25.0]
    """
    xp, x, y = coordinates(points)
    return xp.stack([x, RAVINE_CURVATURE * y], axis=-1)


def saddle(points: Array) -> Array:
    """f = ½(x² − y²): up along x, down along y, and no minimum anywhere.

    On the line y = 0 the gradient leads straight into the saddle point at the origin.

    Source: deck C, the saddle after "Parameter updates" (images by A. Radford).

    >>> float(saddle([1.0, 2.0]))
    -1.5
    """
    _, x, y = coordinates(points)
    return (x**2 - y**2) / 2


def saddle_gradient(points: Array) -> Array:
    """∇f = (x, −y) of ``saddle``.

    >>> saddle_gradient([1.0, 2.0]).tolist()
    [1.0, -2.0]
    """
    xp, x, y = coordinates(points)
    return xp.stack([x, -y], axis=-1)


def cliff(points: Array) -> Array:
    """f = ½(yx¹⁰ − 1)²: a linear network of ten layers that share the weight x, and output y.

    Nearly flat at ½ for |x| < ½, a wall for x > 1: a product of many weights makes cliffs. From
    the wall one step of gradient descent lands far away, which clipping prevents. The minima, 0,
    are the curve y = x⁻¹⁰; (1, 1) is one.

    Source: Goodfellow, Bengio and Courville (2016), section 8.2.4, "Cliffs and exploding
    gradients"; deck B.

    >>> float(cliff([1.0, 1.0])), round(float(cliff([0.5, 1.0])), 3)
    (0.0, 0.499)
    """
    _, x, y = coordinates(points)
    return (y * x**CLIFF_LAYERS - 1) ** 2 / 2


def cliff_gradient(points: Array) -> Array:
    """∇f = r (10yx⁹, x¹⁰) of ``cliff``, with the residual r = yx¹⁰ − 1.

    >>> cliff_gradient([1.0, 2.0]).tolist()
    [20.0, 1.0]
    """
    xp, x, y = coordinates(points)
    output = x**CLIFF_LAYERS
    slope = CLIFF_LAYERS * y * x ** (CLIFF_LAYERS - 1)
    return (y * output - 1)[..., None] * xp.stack([slope, output], axis=-1)
