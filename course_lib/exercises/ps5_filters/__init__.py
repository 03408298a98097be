"""Problem set 5: filters. ``EXERCISES`` stand in the order of the notebook."""

from course_lib.checks import Exercise

from . import (
    ar1,
    ar1_step_response,
    arma1,
    compensated_ar1,
    frequency_response,
    gains,
    poles_and_zeros,
)

TITLE = "Filters"

EXERCISES: tuple[Exercise, ...] = tuple(
    module.EXERCISE
    for module in (
        ar1,
        ar1_step_response,
        gains,
        frequency_response,
        poles_and_zeros,
        compensated_ar1,
        arma1,
    )
)
