"""The activations of the course: one import for all of them, and the table to draw them from.

Each ``name`` has a ``name_derivative`` of the same arguments, for numpy arrays and torch tensors
alike, in the precision that came in; ``softmax``, which sees a whole row, has
``softmax_jacobian``, and ``prelu`` has ``prelu_alpha_derivative`` besides, for its slope is
learned. Nothing is broadcast, nothing is changed in place, and autograd runs through all of them
to the very slopes of the derivatives, kinks included.

``ACTIVATIONS`` is deck C's table: the elementwise activations with the settings that it draws.

>>> for name, row in ACTIVATIONS.items():
...     print(f"{name:10} {row.formula:32} {row.range}")
step       0 | 1                            (0.0, 1.0)
logistic   1 / (1 + e^-x)                   (0.0, 1.0)
tanh       2 / (1 + e^-2x) - 1              (-1.0, 1.0)
arctan     arctan x                         (-1.5707963267948966, 1.5707963267948966)
relu       0 | x                            (0.0, inf)
leaky relu 0.1 x | x                        (-inf, inf)
prelu      0.25 x | x                       (-inf, inf)
elu        e^x - 1 | x                      (-1.0, inf)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from ._arrays import Array
from .log_domain import softmax
from .piecewise_activations import (
    elu,
    elu_derivative,
    leaky_relu,
    leaky_relu_derivative,
    prelu,
    prelu_alpha_derivative,
    prelu_derivative,
    relu,
    relu_derivative,
    step,
    step_derivative,
)
from .smooth_activations import (
    arctan,
    arctan_derivative,
    logistic,
    logistic_derivative,
    softmax_jacobian,
    tanh,
    tanh_derivative,
)

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "arctan",
    "arctan_derivative",
    "elu",
    "elu_derivative",
    "leaky_relu",
    "leaky_relu_derivative",
    "logistic",
    "logistic_derivative",
    "prelu",
    "prelu_alpha_derivative",
    "prelu_derivative",
    "relu",
    "relu_derivative",
    "softmax",
    "softmax_jacobian",
    "step",
    "step_derivative",
    "tanh",
    "tanh_derivative",
]


@dataclass(frozen=True)
class Activation:
    """One row of the table: an elementwise activation with its settings in place.

    ``formula`` and ``slope`` are for people: "left | right" where there are two pieces, for x < 0
    and x > 0. ``range`` holds the least and the greatest value, as limits: finite where the
    activation saturates, and as far below 0 as above where it is centred on zero.

    >>> float(ACTIVATIONS["tanh"].derivative(0.0))
    1.0
    """

    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]
    formula: str
    slope: str
    range: tuple[float, float]


_BOTH_ENDS = (-math.inf, math.inf)

# 0.1 is deck C's slope, 0.25 the α from which He et al. begin to learn.
ACTIVATIONS = MappingProxyType(
    {
        "step": Activation(step, step_derivative, "0 | 1", "0", (0.0, 1.0)),
        "logistic": Activation(
            logistic, logistic_derivative, "1 / (1 + e^-x)", "f (1 - f)", (0.0, 1.0)
        ),
        "tanh": Activation(tanh, tanh_derivative, "2 / (1 + e^-2x) - 1", "1 - f²", (-1.0, 1.0)),
        "arctan": Activation(
            arctan, arctan_derivative, "arctan x", "1 / (x² + 1)", (-math.pi / 2, math.pi / 2)
        ),
        "relu": Activation(relu, relu_derivative, "0 | x", "0 | 1", (0.0, math.inf)),
        "leaky relu": Activation(
            partial(leaky_relu, slope=0.1),
            partial(leaky_relu_derivative, slope=0.1),
            "0.1 x | x",
            "0.1 | 1",
            _BOTH_ENDS,
        ),
        "prelu": Activation(
            partial(prelu, alpha=0.25),
            partial(prelu_derivative, alpha=0.25),
            "0.25 x | x",
            "0.25 | 1",
            _BOTH_ENDS,
        ),
        "elu": Activation(elu, elu_derivative, "e^x - 1 | x", "f + 1 | 1", (-1.0, math.inf)),
    }
)
