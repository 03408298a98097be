"""Whatever plain value comes back, each judge says no, at once, and in text that can be kept.

Values as a hostile process may send them: of every kind, far too large, too many, or not a number.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from exercise_runs import draw, each

from course_lib.checks import Exercise
from course_lib.checks.asking import Answer
from course_lib.checks.judge import judge
from course_lib.checks.sentences import graded_sentences, public_sentences
from course_lib.grading.judging import mark_of

SECONDS = 1.0  # of processor time for all cases of one exercise; most take a hundredth
LARGE = np.zeros(1 << 18)
# In groups of values that a rule or a comparison would treat alike.
VALUES = (
    *(None, True, -0.0, 10**18, float("inf"), complex(float("nan"), float("inf"))),
    *("", "x" * 10**6, "\ud800", "\0"),
    *(
        [],
        (),
        {},
        [None],
        [True, "a"],
        [[1], [1, 2]],
        [[[[[]]]]],
        (None,) * 1000,
        ["a" * 300] * 10**4,
    ),
    *({"": None}, {"value": 0.0, "a": [{}]}, {"\ud800": 1}, {str(i): i for i in range(50_000)}),
    *(
        np.zeros(()),
        np.zeros(0),
        np.zeros((0, 1 << 25)),
        np.zeros((1 << 25, 0)),
        np.zeros((1,) * 32),
    ),
    *(np.full(3, np.nan), np.full((2, 2), 1e308), np.array(5e-324), np.zeros(4, np.float16)),
    *(np.zeros(4, bool), np.full(4, 2**64 - 1, np.uint64), np.zeros(4, complex)),
    *(LARGE, (LARGE, LARGE), [LARGE[:2], LARGE[:3]], (0.0, 0.0, 0.0), (np.zeros(3), np.zeros(3))),
    *((1j, 1j), (np.full(3, np.inf), np.zeros((3, 2), complex))),
)


@pytest.fixture
def _known(monkeypatch):
    """What the reference and the mistakes give, asked for once for each case."""
    for name in ("right", "wrong"):
        monkeypatch.setattr(Exercise, name, _once(getattr(Exercise, name)))


def _once(method):
    known = {}

    def remembered(*given):
        key = tuple(map(id, given))
        if key not in known:
            known[key] = method(*given)
        return known[key]

    return remembered


@each
@pytest.mark.usefixtures("_known")
def test_no_value_breaks_the_judge_or_delays_it_or_earns_points(exercise):
    cases = [*exercise.public, *draw(exercise, 1)[:2]]
    for place, value in enumerate(VALUES):
        answers, started = [Answer(value=value)] * len(cases), time.process_time()
        verdict = judge(exercise, cases, answers)
        told = "\n".join([*graded_sentences(verdict), *public_sentences(verdict, len(cases))])
        assert mark_of(verdict).points == 0, place
        assert told.encode(), place
        assert len(told) < 20_000, place
        assert time.process_time() - started < SECONDS or not place, place
