"""Problem set 1: losses. ``EXERCISES`` stand in the order of the notebook."""

from course_lib.checks import Exercise

from . import (
    binary_cross_entropy_from_logits,
    cross_entropy_from_logits,
    cross_entropy_from_logits_gradient,
    hinge_by_ranking,
    kl_divergence,
    log_cosh,
    log_sum_exp,
    mae_gradient,
    max_star,
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
        kl_divergence,
        max_star,
        log_sum_exp,
        cross_entropy_from_logits,
        cross_entropy_from_logits_gradient,
        binary_cross_entropy_from_logits,
        hinge_by_ranking,
        multiclass_hinge,
        log_cosh,
    )
)
