"""Runs of every exercise of every set, for the tests of exercises and of their notebooks."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib.checks import Case, Exercise
from course_lib.checks.asking import Answer, ask
from course_lib.checks.judge import Verdict, judge
from course_lib.checks.registry import exercise_sets, exercises_of

ROOT = Path(__file__).parents[1]
SEEDS = (0, 1, 2)

ALL = [exercise for name in exercise_sets() for exercise in exercises_of(name).values()]
each = pytest.mark.parametrize("exercise", ALL, ids=[e.name for e in ALL])
each_set = pytest.mark.parametrize("set_name", exercise_sets())
each_mistake = pytest.mark.parametrize(
    ("exercise", "mistake"),
    [pytest.param(e, m, id=f"{e.name}-{m.name}") for e in ALL for m in e.mistakes],
)
each_variant = pytest.mark.parametrize(
    ("exercise", "variant"),
    [pytest.param(e, v, id=f"{e.name}-{v.__name__}") for e in ALL for v in e.variants],
)


def draw(exercise: Exercise, seed: int) -> list[Case]:
    return exercise.hidden(np.random.default_rng(seed))


def answers(exercise: Exercise, function: Any, cases: Sequence[Case]) -> list[Answer]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of overflow, in mistakes
        return [ask(exercise.driver, function, case.args) for case in cases]


def verdict(exercise: Exercise, function: Any, cases: Sequence[Case]) -> Verdict:
    return judge(exercise, cases, answers(exercise, function, cases))


def all_cases(exercise: Exercise) -> list[Sequence[Case]]:
    return [exercise.public, *(draw(exercise, seed) for seed in SEEDS)]
