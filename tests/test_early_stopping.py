"""Early stopping: when it ends, what it keeps, and that its state is a value."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.early_stopping import EarlyStopping, Watch


def watched(rule: EarlyStopping, values: list[float]) -> list[Watch]:
    """The watch after each value, until it says stop."""
    seen = [Watch()]
    for value in values:
        seen.append(rule.update(seen[-1], value, weights={"value": value}))
        if seen[-1].stop:
            break
    return seen[1:]


def test_it_stops_when_validation_stops_improving_not_when_it_beats_training() -> None:
    """Erratum 12: here validation is below training from the start, and training must go on."""
    seen = watched(EarlyStopping(patience=3), [0.9, 0.7, 0.5, 0.4, 0.45, 0.41, 0.43, 0.1])
    assert [w.stop for w in seen] == [False] * 6 + [True]
    last = seen[-1]
    assert (last.epoch, last.best, last.best_epoch, last.waited) == (7, 0.4, 4, 3)
    assert last.best_weights == {"value": 0.4}


def test_any_improvement_starts_the_wait_anew() -> None:
    seen = watched(EarlyStopping(patience=2), [1.0, 1.1, 0.9, 1.0, 0.8, 0.9])
    assert not any(w.stop for w in seen)
    assert [w.waited for w in seen] == [0, 1, 0, 1, 0, 1]


def test_an_equal_value_is_no_improvement_nor_one_within_min_delta() -> None:
    assert watched(EarlyStopping(patience=2), [1.0] * 9)[-1].epoch == 3
    slow = [1.0 - 0.01 * k for k in range(30)]
    # 0.05 is gathered every five or six epochs: patience 5 lasts, patience 4 does not.
    assert not watched(EarlyStopping(patience=7, min_delta=0.05), slow)[-1].stop
    assert watched(EarlyStopping(patience=4, min_delta=0.05), slow)[-1].epoch == 5


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_diverged_training_ends_by_patience_and_keeps_its_best(bad: float) -> None:
    last = watched(EarlyStopping(patience=2), [1.0, bad, bad, bad])[-1]
    assert (last.stop, last.epoch, last.best_epoch) == (True, 3, 1)
    assert watched(EarlyStopping(patience=2), [bad, bad, bad])[-1] == Watch(2, stop=True)


@settings(deadline=None)
@given(st.lists(st.floats(0, 10), min_size=1, max_size=40), st.integers(1, 5), st.floats(0, 0.5))
def test_best_is_the_least_up_to_min_delta_and_the_wait_never_exceeds_patience(
    values: list[float], patience: int, delta: float
) -> None:
    seen = watched(EarlyStopping(patience, delta), values)
    for k, watch in enumerate(seen, start=1):
        assert watch.epoch == k
        assert watch.best == values[watch.best_epoch - 1]
        assert min(values[:k]) >= watch.best - delta - 1e-12
        assert watch.waited <= patience
        assert watch.stop == (watch.waited == patience)


def test_update_changes_neither_the_old_watch_nor_what_it_kept() -> None:
    rule, weights = EarlyStopping(patience=1), {"w": torch.zeros(2)}
    first = rule.update(Watch(), 1.0, weights)
    weights["w"] += 5
    second = rule.update(first, 2.0, weights)
    assert first.stop is False
    np.testing.assert_array_equal(second.best_weights["w"], 0)
    assert second.stop


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: EarlyStopping(patience=0), "patience must be an integer >= 1; got 0"),
        (lambda: EarlyStopping(patience=1.5), "patience must be an integer"),
        (lambda: EarlyStopping(2, min_delta=-1e-3), "min_delta must be a finite number >= 0"),
        (lambda: EarlyStopping(2).update(Watch(), None), "value must be one number.*NoneType"),
        (lambda: EarlyStopping(2).update(Watch(), torch.ones(2)), "value must be one number"),
    ],
)
def test_bad_input_is_refused(call: Callable, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        call()
