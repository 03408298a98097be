"""Schedules: against torch's schedulers step by step, in closed form, and as properties."""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler as theirs

from course_lib import schedules as ours
from course_lib.schedules import (
    Constant,
    ConstantWarmup,
    Cosine,
    Exponential,
    Fractional,
    GradualWarmup,
    Joined,
    Linear,
    Milestones,
    Polynomial,
    ReduceOnPlateau,
    Schedule,
    Step,
    Triangular,
    WarmRestarts,
)

EXACT = {"rtol": 1e-12, "atol": 1e-12}
Make = Callable[[torch.optim.Optimizer], Any]


def sgd(rate: float) -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)


def torch_rates(rate: float, make: Make, steps: int) -> list[float]:
    """The rate of every optimizer step, in the right order: optimizer first, then scheduler."""
    optimizer = sgd(rate)
    scheduler = make(optimizer)
    used = []
    for _ in range(steps):
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return used


def sequential(first: Make, then: Make, at: int) -> Make:
    def make(o: torch.optim.Optimizer) -> Any:
        return theirs.SequentialLR(o, [first(o), then(o)], [at])

    return make


# Ours, torch's initial rate, torch's scheduler.
ORACLES: dict[str, tuple[Schedule, float, Make]] = {
    "constant": (Constant(0.3), 0.3, lambda o: theirs.LambdaLR(o, lambda t: 1.0)),
    "linear": (Linear(0.3, 0.0, 40), 0.3, lambda o: theirs.LinearLR(o, 1.0, 0.0, 40)),
    "linear up": (Linear(0.03, 0.3, 40), 0.3, lambda o: theirs.LinearLR(o, 0.1, 1.0, 40)),
    "exponential": (Exponential(0.3, 0.95), 0.3, lambda o: theirs.ExponentialLR(o, 0.95)),
    "step": (Step(0.3, 0.5, 7), 0.3, lambda o: theirs.StepLR(o, 7, 0.5)),
    "milestones": (
        Milestones(0.3, 0.5, (7, 8, 30)),
        0.3,
        lambda o: theirs.MultiStepLR(o, [7, 8, 30], 0.5),
    ),
    "fractional": (
        Fractional(0.3, 0.2),
        0.3,
        lambda o: theirs.LambdaLR(o, lambda t: 1 / (1 + 0.2 * t)),
    ),
    "polynomial": (Polynomial(0.3, 40, 2.5), 0.3, lambda o: theirs.PolynomialLR(o, 40, 2.5)),
    "triangular": (
        Triangular(0.01, 0.3, 6),
        0.3,
        lambda o: theirs.CyclicLR(o, 0.01, 0.3, 6, cycle_momentum=False),
    ),
    "triangular2": (
        Triangular(0.01, 0.3, 6, shrink=0.5),
        0.3,
        lambda o: theirs.CyclicLR(o, 0.01, 0.3, 6, mode="triangular2", cycle_momentum=False),
    ),
    "cosine": (Cosine(0.3, 35, 0.01), 0.3, lambda o: theirs.CosineAnnealingLR(o, 35, 0.01)),
    "restarts": (
        WarmRestarts(0.3, 13, end=0.01),
        0.3,
        lambda o: theirs.CosineAnnealingWarmRestarts(o, 13, 1, 0.01),
    ),
    "growing restarts": (
        WarmRestarts(0.3, 5, 3, 0.01),
        0.3,
        lambda o: theirs.CosineAnnealingWarmRestarts(o, 5, 3, 0.01),
    ),
    "constant warmup": (
        ConstantWarmup(Constant(0.3), 8, 0.1),
        0.3,
        lambda o: theirs.ConstantLR(o, 1 / 3, 8),
    ),
    "gradual warmup": (
        GradualWarmup(Constant(0.3), 8, 0.06),
        0.3,
        lambda o: theirs.LinearLR(o, 0.2, 1.0, 8),
    ),
    "warmup then exponential": (
        GradualWarmup(Exponential(0.3, 0.9), 8, 0.06),
        0.3,
        sequential(
            lambda o: theirs.LinearLR(o, 0.2, 1.0, 8), lambda o: theirs.ExponentialLR(o, 0.9), 8
        ),
    ),
    "warmup then cosine": (
        GradualWarmup(Cosine(0.3, 50), 8, 0.06),
        0.3,
        sequential(
            lambda o: theirs.LinearLR(o, 0.2, 1.0, 8),
            lambda o: theirs.CosineAnnealingLR(o, 50),
            8,
        ),
    ),
    "step then linear": (
        Joined((Step(0.3, 0.5, 5), Linear(0.3, 0.03, 20)), (12,)),
        0.3,
        sequential(
            lambda o: theirs.StepLR(o, 5, 0.5), lambda o: theirs.LinearLR(o, 1.0, 0.1, 20), 12
        ),
    ),
}
SCHEDULES = {name: schedule for name, (schedule, _, _) in ORACLES.items()}
every = pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)


@pytest.mark.parametrize(("schedule", "rate", "make"), ORACLES.values(), ids=ORACLES)
def test_rates_are_those_of_torch(schedule: Schedule, rate: float, make: Make) -> None:
    with warnings.catch_warnings():
        # torch's own SequentialLR calls scheduler.step(epoch), which torch deprecates.
        warnings.filterwarnings("ignore", "The epoch parameter in", UserWarning)
        expected = torch_rates(rate, make, 100)
    np.testing.assert_allclose(schedule(np.arange(100)), expected, **EXACT)


def test_the_scheduler_before_the_optimizer_loses_the_first_rate() -> None:
    optimizer, used = sgd(0.3), []
    scheduler = theirs.ExponentialLR(optimizer, 0.9)

    def wrong_way_round() -> None:
        scheduler.step()
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()

    with pytest.warns(UserWarning, match=r"call .*in the opposite order"):
        wrong_way_round()
    wrong_way_round()
    np.testing.assert_allclose(used, Exponential(0.3, 0.9)([1, 2]), **EXACT)


@every
@settings(deadline=None, max_examples=30)
@given(steps=st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_an_array_of_steps_is_each_step_alone(schedule: Schedule, steps: list[int]) -> None:
    got = schedule(np.array(steps).reshape(1, -1))
    assert got.shape == (1, len(steps))
    assert got.dtype == np.float64
    one_by_one = [schedule(t) for t in steps]
    assert all(type(rate) is float for rate in one_by_one)
    np.testing.assert_array_equal(got[0], one_by_one)
    assert (got >= 0).all()
    assert np.isfinite(got).all()


@every
def test_a_step_may_be_any_kind_of_integer(schedule: Schedule) -> None:
    for t in (np.int32(3), np.array(3), torch.tensor(3)):
        assert schedule(t) == schedule(3)
    np.testing.assert_array_equal(schedule(torch.arange(3)), schedule(range(3)))


@every
def test_a_schedule_is_a_value(schedule: Schedule) -> None:
    again = pickle.loads(pickle.dumps(schedule))
    assert again == schedule
    assert again(17) == schedule(17)
    assert eval(repr(schedule), vars(ours)) == schedule


def test_formulas_of_the_slides() -> None:
    i = np.arange(30)
    np.testing.assert_allclose(Linear(0.2, 0, 30)(i), 0.2 * (1 - i / 30), **EXACT)
    np.testing.assert_allclose(Exponential(0.2, 0.9)(i), 0.2 * 0.9**i, **EXACT)
    np.testing.assert_allclose(Step(0.2, 0.1, 10)(i), 0.2 * 0.1 ** (i // 10), **EXACT)
    np.testing.assert_allclose(Fractional(0.2, 3)(i), 0.2 / (1 + 3 * i), **EXACT)
    deck_c = 0.2 * np.exp(-0.05 * i)
    np.testing.assert_allclose(Exponential(0.2, float(np.exp(-0.05)))(i), deck_c, **EXACT)


def test_the_cosine_falls_and_the_sign_of_the_slide_would_rise() -> None:
    rates = Cosine(0.3, 20, 0.1)(range(21))
    assert (np.diff(rates) < 0).all()
    slide = 0.1 + 0.5 * (0.1 - 0.3) * (1 + np.cos(np.pi * np.arange(21) / 20))
    assert (np.diff(slide) > 0).all()
    assert slide[0] < 0 < rates[0]


def test_a_cosine_joined_to_a_constant_stays_down() -> None:
    held = Joined((Cosine(0.3, 20, 0.1), Constant(0.1)), (20,))
    np.testing.assert_allclose(held(range(15, 21)), Cosine(0.3, 20, 0.1)(range(15, 21)), **EXACT)
    assert held(25) == 0.1
    assert Cosine(0.3, 20, 0.1)(25) > 0.1


def test_growing_restarts_begin_exactly_where_the_lengths_add_up() -> None:
    starts = 3 * (7 ** np.arange(12) - 1) // 6
    np.testing.assert_array_equal(WarmRestarts(0.3, 3, 7)(starts), np.full(12, 0.3))
    assert (WarmRestarts(0.3, 3, 7)(starts[1:] - 1) < 0.3).all()


def test_warmups_meet_the_schedule_with_and_without_a_jump() -> None:
    target = Exponential(0.3, 0.9)
    gradual, constant = GradualWarmup(target, 10, 0.03), ConstantWarmup(target, 10, 0.03)
    assert abs(np.diff(gradual(range(30)))).max() < 0.031
    assert constant(9) == 0.03
    assert constant(10) == gradual(10) == target(0)


BAD: dict[str, Callable[[], object]] = {
    "negative rate": lambda: Constant(-0.1),
    "nan rate": lambda: Exponential(float("nan"), 0.5),
    "text": lambda: Constant("0.1"),  # type: ignore[arg-type]
    "negative end": lambda: Linear(0.1, -0.1, 5),
    "no steps": lambda: Linear(0.1, 0.0, 0),
    "part of a step": lambda: Cosine(0.1, 2.5),  # type: ignore[arg-type]
    "factor above 1": lambda: Exponential(0.1, 1.1),
    "negative factor": lambda: Step(0.1, -0.5, 3),
    "no period": lambda: Step(0.1, 0.5, 0),
    "falling milestones": lambda: Milestones(0.1, 0.5, (30, 20)),
    "no milestones": lambda: Milestones(0.1, 0.5, ()),
    "one milestone bare": lambda: Milestones(0.1, 0.5, 30),  # type: ignore[arg-type]
    "decay zero": lambda: Fractional(0.1, 0),
    "power zero": lambda: Polynomial(0.1, 5, 0),
    "high below low": lambda: Triangular(0.2, 0.1, 5),
    "growing triangles": lambda: Triangular(0.1, 0.2, 5, shrink=2),
    "end above rate": lambda: Cosine(0.1, 5, end=0.2),
    "shrinking periods": lambda: WarmRestarts(0.1, 5, growth=0),
    "a number for a schedule": lambda: GradualWarmup(0.1, 5, 0.0),  # type: ignore[arg-type]
    "negative start": lambda: GradualWarmup(Constant(0.1), 5, -0.1),
    "negative warmup": lambda: ConstantWarmup(Constant(0.1), 5, -0.1),
    "too few schedules": lambda: Joined((Constant(0.1),), (5,)),
    "a function joined": lambda: Joined((Constant(0.1), abs), (5,)),  # type: ignore[arg-type]
    "plateau that grows": lambda: ReduceOnPlateau(0.1, factor=1),
    "minimum above rate": lambda: ReduceOnPlateau(0.1, minimum=0.2),
    "nan metric": lambda: ReduceOnPlateau(0.1).update(ReduceOnPlateau(0.1).start(), float("nan")),
    "negative step": lambda: Constant(0.1)(-1),
    "negative steps": lambda: Constant(0.1)([3, -1]),
    "float steps": lambda: Constant(0.1)([0.0, 1.0]),
    "float step": lambda: Constant(0.1)(1.5),
    "no step": lambda: Constant(0.1)([]),
    "nothing": lambda: Constant(0.1)(None),  # type: ignore[arg-type]
    "ragged": lambda: Constant(0.1)([[1, 2], [3]]),
    "a word": lambda: Constant(0.1)("ten"),
}
SENTENCE = re.compile(r"^\w.* must .+; got .+: .+$", re.DOTALL)


@pytest.mark.parametrize("call", BAD.values(), ids=BAD)
def test_bad_settings_are_refused_with_rule_value_and_remedy(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=SENTENCE):
        call()
