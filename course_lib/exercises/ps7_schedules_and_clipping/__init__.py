"""Problem set 7: schedules and clipping. ``EXERCISES`` stand in the order of the notebook."""

from course_lib.checks import Exercise

from . import (
    clip_by_norm,
    plateau_update,
    polynomial_decay,
    scheduled_descent,
    step_decay,
    warm_restarts,
    warmup_then_decay,
)

TITLE = "Schedules and clipping"

EXERCISES: tuple[Exercise, ...] = tuple(
    module.EXERCISE
    for module in (
        step_decay,
        polynomial_decay,
        warm_restarts,
        warmup_then_decay,
        plateau_update,
        clip_by_norm,
        scheduled_descent,
    )
)
