"""Problem set 0: warm-up. ``EXERCISES`` stand in the order of the notebook."""

from course_lib.checks import Exercise

from . import (
    central_difference,
    epoch_gradients,
    hidden_layer_gradients,
    largest_relative_error,
    minibatch_variance,
    neuron_gradient,
    output_layer_gradients,
    two_layer_forward,
)

TITLE = "Warm-up"

EXERCISES: tuple[Exercise, ...] = tuple(
    module.EXERCISE
    for module in (
        neuron_gradient,
        central_difference,
        largest_relative_error,
        two_layer_forward,
        output_layer_gradients,
        hidden_layer_gradients,
        epoch_gradients,
        minibatch_variance,
    )
)
