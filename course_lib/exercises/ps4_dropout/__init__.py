"""Problem set 4: dropout. ``EXERCISES`` stand in the order of the notebook."""

from course_lib.checks import Exercise

from . import (
    dropout_layer_backward,
    dropout_mask,
    dropout_module,
    ensemble_average,
    expected_dropout_loss,
    inverted_dropout,
    weight_scaled_layer,
)

TITLE = "Dropout"

EXERCISES: tuple[Exercise, ...] = tuple(
    module.EXERCISE
    for module in (
        dropout_mask,
        inverted_dropout,
        dropout_layer_backward,
        weight_scaled_layer,
        ensemble_average,
        expected_dropout_loss,
        dropout_module,
    )
)
