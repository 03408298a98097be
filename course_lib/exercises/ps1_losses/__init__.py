"""Problem set 1: losses. ``EXERCISES`` stand in the order of the notebook."""

from course_lib.checks import Exercise

from . import (
    binary_cross_entropy_from_logits,
    cross_entropy_from_logits,
    cross_entropy_from_logits_gradient,
    log_cosh,
    log_sum_exp,
    mae_gradient,
    mse,
    multiclass_hinge,
    soft_cross_entropy,
)

TITLE = "Losses"

EXERCISES: tuple[Exercise, ...] = tuple(
    module.EXERCISE
    for module in (
        mse,
        mae_gradient,
        soft_cross_entropy,
        log_sum_exp,
        cross_entropy_from_logits,
        cross_entropy_from_logits_gradient,
        binary_cross_entropy_from_logits,
        multiclass_hinge,
        log_cosh,
    )
)
