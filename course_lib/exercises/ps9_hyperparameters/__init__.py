"""Problem set 9: hyperparameters. ``EXERCISES`` stand in the order of the notebook."""

from course_lib.checks import Exercise

from . import (
    grid_and_random,
    k_folds,
    log_uniform,
    next_range,
    overfit,
    pareto_front,
    population_step,
    read_curve,
)

TITLE = "Hyperparameters"

EXERCISES: tuple[Exercise, ...] = tuple(
    module.EXERCISE
    for module in (
        overfit,
        read_curve,
        k_folds,
        log_uniform,
        grid_and_random,
        next_range,
        population_step,
        pareto_front,
    )
)
