"""Accuracy and cost: the joint objective of deck A, and the front of all good compromises."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from course_lib.search import (
    LogInteger,
    Random,
    Trial,
    joint_objective,
    pareto_front,
    pareto_trials,
    search,
)

few = settings(deadline=None, max_examples=80)
few_values = st.sampled_from([0.0, 1.0, 2.0, 3.0])
tables = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=8), elements=few_values)


@few
@given(tables)
def test_the_front_is_what_no_other_row_beats(rows: np.ndarray) -> None:
    def beats(a: np.ndarray, b: np.ndarray) -> bool:
        return bool((a <= b).all() and (a < b).any())

    expected = [not any(beats(a, b) for a in rows) for b in rows]
    np.testing.assert_array_equal(pareto_front(rows), expected)
    assert pareto_front(rows).any()


def test_the_joint_objective_trades_accuracy_for_cost() -> None:
    small, large = {"error": 0.10, "cost": 1e4}, {"error": 0.08, "cost": 1e6}

    def better(weight: float) -> str:
        scores = {
            name: joint_objective(**net, weight=weight, reference=1e6)
            for name, net in (("small", small), ("large", large))
        }
        return min(scores, key=scores.__getitem__)

    assert better(0.0) == "large"
    assert better(0.01) == "large"
    assert better(0.1) == "small"
    assert joint_objective(0.1, 0, weight=5, reference=1) == -1
    got = joint_objective(0.1, 30, weight=0.5, reference=60)
    assert got == pytest.approx(math.log10(0.1 + 0.25))


def width_search(weight: float) -> Any:
    """A network's error falls as 1/width and its cost grows with width."""

    def objective(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        width = parameters["width"]
        error, cost = 0.05 + 0.5 / width, 1000.0 * width
        value = joint_objective(error, cost, weight=weight, reference=1e5)
        return {"value": value, "error": error, "cost": cost}

    return search(objective, {"width": LogInteger(1, 1000)}, Random(60), seed=0)


def test_the_more_cost_weighs_the_smaller_the_network() -> None:
    widths = [width_search(weight).best.parameters["width"] for weight in (0.0, 0.1, 1.0)]
    assert widths[0] > widths[1] > widths[2]


def test_every_compromise_is_on_the_front_and_in_its_order() -> None:
    result = width_search(0.1)
    front = pareto_trials(result.trials, ["error", "cost"])
    assert len(front) == len(result.trials)
    errors = [trial.measures["error"] for trial in front]
    assert errors == sorted(errors)
    assert pareto_trials(result.trials, ["error"])[0].measures["error"] == min(errors)


def test_failed_trials_are_not_on_the_front_and_seconds_are_a_measure() -> None:
    trials = [
        Trial(0, {}, "failed", error="ValueError"),
        Trial(1, {}, "done", 0.1, seconds=9.0),
        Trial(2, {}, "done", 0.2, seconds=3.0),
        Trial(3, {}, "done", 0.3, seconds=5.0),
    ]
    assert [t.number for t in pareto_trials(trials, ["seconds", "value"])] == [2, 1]


DONE = [Trial(0, {}, "done", 0.1)]
BAD: dict[str, Callable[[], Any]] = {
    "error above 1": lambda: joint_objective(1.1, 1, weight=1, reference=1),
    "percent": lambda: joint_objective(5, 1, weight=1, reference=1),
    "negative cost": lambda: joint_objective(0.1, -1, weight=1, reference=1),
    "negative weight": lambda: joint_objective(0.1, 1, weight=-1, reference=1),
    "no reference": lambda: joint_objective(0.1, 1, weight=1, reference=0),
    "log of zero": lambda: joint_objective(0, 1, weight=0, reference=1),
    "one axis": lambda: pareto_front([1.0, 2.0]),
    "nan": lambda: pareto_front([[1.0, np.nan]]),
    "no rows": lambda: pareto_front([]),
    "ragged": lambda: pareto_front([[1.0], [1.0, 2.0]]),
    "unknown measure": lambda: pareto_trials(DONE, ["cost"]),
    "none left": lambda: pareto_trials([], ["value"]),
}


@pytest.mark.parametrize("call", BAD.values(), ids=BAD)
def test_bad_measures_are_refused(call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=re.compile(r"^.+ must .+; got .+: .+$")):
        call()
