"""Functions of two variables to try an optimizer on: value, gradient, and what is known of each.

Each takes points of shape (..., 2), numpy arrays or torch tensors, and gives values of shape (...);
each has a ``..._gradient``, written out by hand, of the shape of the points. ``SURFACES`` holds
them by name, as a ``Surface`` with its minima and saddles, the domain to draw, and a start.

==============  ==================================  ==============================================
surface         f(x, y)                             shows
==============  ==================================  ==============================================
``bowl``        ½(x² + y²)                          the gradient points at the minimum
``ravine``      ½(x² + 25y²)                        one direction bounds the rate, the other waits
``saddle``      ½(x² − y²)                          no minimum: a slow way past the saddle
``cliff``       ½(yx¹⁰ − 1)²                        ten layers, one weight: flat, and then a wall
``beale``       Σ (c_i − x(1 − yⁱ))²                a plain, steep corners, one minimum
``rosenbrock``  (1 − x)² + 100(y − x²)²             a bent valley, flat along its floor
``himmelblau``  (x² + y − 11)² + (x + y² − 7)²      four minima: the start decides
``rastrigin``   20 + Σ (u² − 10 cos 2πu)            a bowl full of local minima
==============  ==================================  ==============================================

>>> surface = SURFACES["rosenbrock"]
>>> surface.minima
((1.0, 1.0),)
>>> float(surface.value([0.0, 0.0])), surface.gradient([0.0, 0.0]).tolist()
(1.0, [-2.0, 0.0])
"""

from .classics import (
    beale,
    beale_gradient,
    himmelblau,
    himmelblau_gradient,
    rastrigin,
    rastrigin_gradient,
    rosenbrock,
    rosenbrock_gradient,
)
from .shapes import (
    bowl,
    bowl_gradient,
    cliff,
    cliff_gradient,
    ravine,
    ravine_gradient,
    saddle,
    saddle_gradient,
)
from .table import SURFACES, Surface

__all__ = [
    "SURFACES",
    "Surface",
    "beale",
    "beale_gradient",
    "bowl",
    "bowl_gradient",
    "cliff",
    "cliff_gradient",
    "himmelblau",
    "himmelblau_gradient",
    "rastrigin",
    "rastrigin_gradient",
    "ravine",
    "ravine_gradient",
    "rosenbrock",
    "rosenbrock_gradient",
    "saddle",
    "saddle_gradient",
]
