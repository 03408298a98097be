"""Rates that fall on a plateau, against torch's ReduceLROnPlateau."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler as theirs

from course_lib.schedules import ReduceOnPlateau

EXACT = {"rtol": 1e-12, "atol": 1e-12}


def sgd(rate: float) -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)


def plateau_rates(plateau: ReduceOnPlateau, metrics: list[float]) -> list[float]:
    state, rates = plateau.start(), []
    for metric in metrics:
        state, rate = plateau.update(state, metric)
        rates.append(rate)
    return rates


PLATEAUS: dict[str, tuple[ReduceOnPlateau, dict[str, Any], float]] = {
    "relative": (
        ReduceOnPlateau(0.3, 0.5, 2, 1, relative=0.05, minimum=0.01),
        {"factor": 0.5, "patience": 2, "cooldown": 1, "threshold": 0.05, "min_lr": 0.01},
        1,
    ),
    "absolute": (
        ReduceOnPlateau(0.3, 0.7, 0, 3, relative=0, absolute=0.1),
        {"factor": 0.7, "patience": 0, "cooldown": 3, "threshold": 0.1, "threshold_mode": "abs"},
        1,
    ),
    "accuracy": (
        ReduceOnPlateau(0.3, 0.5, 1, relative=0.05),
        {"factor": 0.5, "patience": 1, "threshold": 0.05, "mode": "max"},
        -1,
    ),
}


@pytest.mark.parametrize(("plateau", "options", "sign"), PLATEAUS.values(), ids=PLATEAUS)
@settings(deadline=None, max_examples=50)
@given(metrics=st.lists(st.floats(0.1, 2), min_size=1, max_size=60))
def test_plateaus_are_those_of_torch(
    plateau: ReduceOnPlateau, options: dict[str, Any], sign: float, metrics: list[float]
) -> None:
    optimizer = sgd(0.3)
    scheduler = theirs.ReduceLROnPlateau(optimizer, **options, eps=0.0)
    expected = []
    for metric in metrics:
        optimizer.step()
        scheduler.step(metric)
        expected.append(optimizer.param_groups[0]["lr"])
    got = plateau_rates(plateau, [sign * m for m in metrics])
    np.testing.assert_allclose(got, expected, **EXACT)


def test_a_plateau_never_changes_a_state_it_was_given() -> None:
    plateau = ReduceOnPlateau(0.3, patience=0)
    start = plateau.start()
    middle, _ = plateau.update(start, np.float32(1.0))
    after = plateau.update(middle, torch.tensor(1.0))
    assert start == plateau.start()
    assert plateau.update(middle, 1.0) == after
    assert after[1] == pytest.approx(0.03)
