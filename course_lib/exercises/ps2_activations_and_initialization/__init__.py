"""Problem set 2: activations and initialization. ``EXERCISES`` in the order of the notebook."""

from course_lib.checks import Exercise

from . import (
    dead_units,
    elu_slope,
    glorot_uniform,
    gradient_sizes,
    he_std,
    prelu_and_slope,
    softmax_jacobian,
    tanh_backward,
    zca_whiten,
)

TITLE = "Activations and initialization"

EXERCISES: tuple[Exercise, ...] = tuple(
    module.EXERCISE
    for module in (
        prelu_and_slope,
        elu_slope,
        tanh_backward,
        softmax_jacobian,
        gradient_sizes,
        glorot_uniform,
        he_std,
        dead_units,
        zca_whiten,
    )
)
