"""Problem set 6: optimizers. ``EXERCISES`` stand in the order of the notebook."""

from course_lib.checks import Exercise

from . import (
    adadelta_step,
    adagrad_step,
    adam_step,
    adamw_step,
    largest_rate,
    lowpass_step,
    momentum_sgd,
    momentum_step,
    nesterov_look_ahead,
    nesterov_step,
    rmsprop_step,
)

TITLE = "Optimizers"

EXERCISES: tuple[Exercise, ...] = tuple(
    module.EXERCISE
    for module in (
        momentum_step,
        nesterov_look_ahead,
        nesterov_step,
        lowpass_step,
        largest_rate,
        adagrad_step,
        rmsprop_step,
        adadelta_step,
        adam_step,
        adamw_step,
        momentum_sgd,
    )
)
