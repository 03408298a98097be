"""Problem set 3: regularization. ``EXERCISES`` stand in the order of the notebook."""

from course_lib.checks import Exercise

from . import (
    bagged_prediction,
    bootstrap,
    coupled_adam_step,
    decoupled_adam_step,
    early_stopping,
    elastic_net,
    l2_penalty,
    prior_strengths,
)

TITLE = "Regularization"

EXERCISES: tuple[Exercise, ...] = tuple(
    module.EXERCISE
    for module in (
        l2_penalty,
        elastic_net,
        prior_strengths,
        decoupled_adam_step,
        coupled_adam_step,
        early_stopping,
        bootstrap,
        bagged_prediction,
    )
)
