"""Axes and spaces: maps from the unit interval, their draws, grids, moves and borders."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.search import (
    Choice,
    Integer,
    LogInteger,
    LogUniform,
    Uniform,
    When,
    borders,
    draw,
    grid_points,
)
from course_lib.search.axes import Axis, Range
from course_lib.search.spaces import crossed, mutated

AXES: dict[str, Axis] = {
    "uniform": Uniform(-2.0, 3.0),
    "log": LogUniform(1e-6, 1e2),
    "integer": Integer(-2, 7),
    "one integer": Integer(3, 3),
    "log integer": LogInteger(1, 1000),
    "choice": Choice(("a", "b", "c")),
}
every = pytest.mark.parametrize("axis", AXES.values(), ids=AXES)
ranges = pytest.mark.parametrize(
    "axis",
    [axis for axis in AXES.values() if isinstance(axis, Range)],
    ids=[name for name, axis in AXES.items() if isinstance(axis, Range)],
)
few = settings(deadline=None, max_examples=100)
SPACE = {
    "rate": LogUniform(1e-4, 1e-1),
    "optimizer": Choice(("sgd", "adam")),
    "momentum": When("optimizer", ("sgd",), Uniform(0.0, 0.9)),
    "nesterov": When("momentum", (0.9,), Choice((True, False))),
}


@ranges
@few
@given(u=st.floats(0, 1))
def test_position_is_the_way_back(axis: Range, u: float) -> None:
    value = axis.at(u)
    assert axis.low <= value <= axis.high
    assert axis.at(axis.position(value)) == pytest.approx(value, rel=1e-12, abs=1e-12)
    if not isinstance(value, int):
        assert axis.position(value) == pytest.approx(u, abs=1e-9)


@ranges
def test_the_ends_are_the_ends(axis: Range) -> None:
    # A logarithm and back: to within rounding, and never outside.
    assert axis.at(0.0) == pytest.approx(axis.low, rel=1e-14)
    assert axis.at(1.0) == pytest.approx(axis.high, rel=1e-14)


def test_draws_have_the_distributions_they_are_named_for() -> None:
    rng = np.random.default_rng(0)
    drawn = {name: [axis.draw(rng) for _ in range(4000)] for name, axis in AXES.items()}
    on_unit = scipy.stats.uniform(-2, 5).cdf
    assert scipy.stats.kstest(drawn["uniform"], on_unit).pvalue > 0.01
    decades = scipy.stats.uniform(-6, 8).cdf
    assert scipy.stats.kstest(np.log10(drawn["log"]), decades).pvalue > 0.01
    counts = np.bincount(np.array(drawn["integer"]) + 2)
    assert scipy.stats.chisquare(counts).pvalue > 0.01
    k = np.arange(1, 6)
    shares = [np.mean(np.array(drawn["log integer"]) == i) for i in k]
    expected = np.log((k + 1) / k) / math.log(1001)
    np.testing.assert_allclose(shares, expected, atol=0.02)
    assert sorted(set(drawn["choice"])) == ["a", "b", "c"]


@every
def test_values_are_plain_python_numbers(axis: Axis) -> None:
    rng = np.random.default_rng(0)
    values = [axis.draw(rng), *axis.levels(4), axis.near(axis.at(0.5), rng, 0.1)]
    assert {type(value) for value in values} <= {float, int, str}


@every
@few
@given(u=st.floats(0, 1), scale=st.floats(0.001, 3), seed=st.integers(0, 100))
def test_a_move_stays_on_the_axis(axis: Axis, u: float, scale: float, seed: int) -> None:
    moved = axis.near(axis.at(u), np.random.default_rng(seed), scale)
    if isinstance(axis, Range):
        assert axis.low <= moved <= axis.high
    else:
        assert moved in axis.levels(1)


def test_a_move_is_about_as_long_as_its_scale() -> None:
    rng = np.random.default_rng(0)
    moves = [math.log10(LogUniform(1e-6, 1e2).near(1e-2, rng, 0.1) / 1e-2) / 8 for _ in range(999)]
    assert np.std(moves) == pytest.approx(0.1, rel=0.1)


@ranges
@few
@given(us=st.lists(st.floats(0, 1), min_size=1, max_size=4), margin=st.floats(0.01, 0.4))
def test_a_narrowed_range_holds_its_values_within_the_whole(
    axis: Range, us: list[float], margin: float
) -> None:
    values = [axis.at(u) for u in us]
    narrow = axis.around(values, margin, axis)
    assert axis.low <= narrow.low <= min(values)
    assert max(values) <= narrow.high <= axis.high


def test_a_narrowed_range_may_move_past_its_own_end() -> None:
    full = LogUniform(1e-6, 1e0)
    part = LogUniform(1e-4, 1e-3)
    moved = part.around([1e-3], 0.1, full)
    assert moved.high == pytest.approx(10**-2.9)
    assert full.around([1.0], 0.1, full).high == 1.0
    assert Integer(2, 3).around([3], 0.1, Integer(1, 9)) == Integer(2, 4)
    assert Choice((1, 2)).around([2], 0.1, Choice((3, 2, 1))) == Choice((2,))


def test_grids_hold_both_ends_and_whole_numbers_once() -> None:
    assert LogUniform(1e-4, 1e-1).levels(4) == pytest.approx((1e-4, 1e-3, 1e-2, 1e-1))
    assert Integer(1, 3).levels(9) == (1, 2, 3)
    assert LogInteger(16, 256).levels(5) == (16, 32, 64, 128, 256)


def test_a_grid_is_the_product_and_holds_conditions() -> None:
    points = grid_points(SPACE, {"rate": 2, "momentum": 2})
    assert points == [
        {"rate": rate, **rest}
        for rate in LogUniform(1e-4, 1e-1).levels(2)
        for rest in (
            {"optimizer": "sgd", "momentum": 0.0},
            {"optimizer": "sgd", "momentum": 0.9, "nesterov": True},
            {"optimizer": "sgd", "momentum": 0.9, "nesterov": False},
            {"optimizer": "adam"},
        )
    ]


@few
@given(seed=st.integers(0, 1000))
def test_conditions_hold_in_draws_moves_and_crossings(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mother, father = draw(SPACE, rng), draw(SPACE, rng)
    child = crossed(SPACE, mother, father, rng)
    moved = mutated(SPACE, child, rng, 0.5)
    for parameters in (mother, father, child, moved):
        assert ("momentum" in parameters) == (parameters["optimizer"] == "sgd")
        assert "nesterov" not in parameters or parameters["momentum"] == 0.9
    assert child["rate"] in (mother["rate"], father["rate"])
    if "momentum" in child:
        inherited = [p["momentum"] for p in (mother, father) if "momentum" in p]
        assert child["momentum"] in inherited


def test_the_same_generator_draws_the_same() -> None:
    assert draw(SPACE, np.random.default_rng(5)) == draw(SPACE, np.random.default_rng(5))


def test_the_border_of_deck_c() -> None:
    space = {"lr": LogUniform(1e-4, 1e-3), "reg": LogUniform(1e-4, 1.0)}
    (found,) = borders(space, {"lr": 9.471549e-4, "reg": 1.433895e-3})
    assert (found.name, found.side) == ("lr", "high")
    assert str(found) == (
        "lr = 0.000947155 lies at the high end of LogUniform(low=0.0001, high=0.001): "
        "the best may lie beyond, so search on with a wider range"
    )
    assert borders(space, {"lr": 5.340517e-4, "reg": 4.097824e-1}) == []


def test_borders_of_whole_numbers_choices_and_conditions() -> None:
    space = {"layers": Integer(1, 40), **SPACE}
    parameters = {"layers": 40, "rate": 1e-2, "optimizer": "sgd", "momentum": 0.001}
    assert [(b.name, b.side) for b in borders(space, parameters)] == [
        ("layers", "high"),
        ("momentum", "low"),
    ]
    assert borders(space, {"layers": 20, "rate": 1e-2, "optimizer": "adam"}) == []


RNG = np.random.default_rng(0)
BAD: dict[str, Callable[[], Any]] = {
    "low above high": lambda: Uniform(1.0, 0.0),
    "nothing between": lambda: Uniform(1.0, 1.0),
    "infinite": lambda: Uniform(0.0, math.inf),
    "log of zero": lambda: LogUniform(0.0, 1.0),
    "log of negative": lambda: LogUniform(-1.0, 1.0),
    "half an integer": lambda: Integer(1, 2.5),
    "integers reversed": lambda: Integer(3, 2),
    "log of integer zero": lambda: LogInteger(0, 3),
    "no choice": lambda: Choice(()),
    "a text of choices": lambda: Choice("sgd"),
    "a bare choice": lambda: Choice(3),  # type: ignore[arg-type]
    "no axes": lambda: draw({}, RNG),
    "no dictionary": lambda: draw([Uniform(0, 1)], RNG),  # type: ignore[arg-type]
    "a pair for an axis": lambda: draw({"rate": (0, 1)}, RNG),  # type: ignore[dict-item]
    "a number for a name": lambda: draw({3: Uniform(0, 1)}, RNG),  # type: ignore[dict-item]
    "condition on a later": lambda: draw(
        {"a": When("b", (1,), Uniform(0, 1)), "b": Choice((1,))}, RNG
    ),
    "condition within": lambda: draw(
        {"b": Choice((1,)), "a": When("b", (1,), When("b", (1,), Uniform(0, 1)))},  # type: ignore[arg-type]
        RNG,
    ),
    "a seed for a generator": lambda: draw(SPACE, 3),  # type: ignore[arg-type]
    "one level": lambda: grid_points({"x": Uniform(0, 1)}, 1),
    "levels for another axis": lambda: grid_points({"x": Uniform(0, 1)}, {"y": 3}),
    "wide margin": lambda: borders(SPACE, {"rate": 1e-2}, 0.5),
}


@pytest.mark.parametrize("call", BAD.values(), ids=BAD)
def test_bad_axes_and_spaces_are_refused(call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=re.compile(r"^.+ must .+; got .+: .+$", re.DOTALL)):
        call()
