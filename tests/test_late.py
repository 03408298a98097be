"""The late penalty: what it takes, and the limits that hold for any score and any delay."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st
from traitlets import TraitError
from traitlets.config import Config

from course_lib.grading import late
from course_lib.grading.late import DailyPenalty

MINUTE, DAY = 60, 86400

scores = st.floats(0, 1000).map(lambda score: round(score, 2))
delays = st.floats(0, 100 * DAY)


def penalty(score: float, seconds: float, **traits: float) -> float:
    return DailyPenalty(**traits).late_submission_penalty("ada", score, seconds)


@pytest.mark.parametrize(
    ("seconds", "points"),
    [
        (0, 0.0),
        (10 * MINUTE, 0.0),
        (10 * MINUTE + 1, 2.0),
        (DAY, 2.0),
        (DAY + 10 * MINUTE, 2.0),
        (DAY + 11 * MINUTE, 4.0),
        (2 * DAY, 4.0),
        (5 * DAY, 10.0),
        (40 * DAY, 10.0),
    ],
)
def test_a_tenth_a_day_after_ten_minutes_up_to_a_half(seconds, points):
    assert penalty(20, seconds) == points


def test_numbers_of_another_course_come_from_its_configuration():
    config = Config()
    config.DailyPenalty.share_per_day = 0.25
    config.DailyPenalty.cap = 1.0
    config.DailyPenalty.grace_minutes = 0
    plugin = DailyPenalty(config=config)
    assert [plugin.late_submission_penalty("ada", 8, s) for s in (1, DAY + 1, 9 * DAY)] == [2, 4, 8]


def test_rounding_is_down_to_a_hundredth_and_free_of_binary_noise():
    assert penalty(0.99, DAY) == 0.09
    assert penalty(10, 3 * DAY) == 3.0


@pytest.mark.parametrize("traits", [{"cap": 1.5}, {"share_per_day": -0.1}, {"grace_minutes": -1}])
def test_a_share_outside_nought_to_one_or_a_negative_grace_is_refused(traits):
    with pytest.raises(TraitError):
        DailyPenalty(**traits)


@given(scores, delays)
def test_it_is_between_nothing_and_the_cap(score, seconds):
    assert 0 <= penalty(score, seconds) <= 0.5 * score


@given(scores, delays, delays)
def test_handing_in_later_never_costs_less(score, first, second):
    sooner, later = sorted((first, second))
    assert penalty(score, sooner) <= penalty(score, later)


@given(scores, st.integers(1, 5), st.floats(11 * MINUTE, DAY))
def test_it_is_within_a_hundredth_below_a_tenth_for_each_day_begun(score, day, into):
    exact = score * 0.1 * day
    assert exact - 0.01 - 1e-9 <= penalty(score, (day - 1) * DAY + into) <= exact + 1e-9


@given(scores)
def test_a_submission_in_time_costs_nothing(score):
    assert penalty(score, 0) == 0


def test_docstrings():
    assert doctest.testmod(late).failed == 0
