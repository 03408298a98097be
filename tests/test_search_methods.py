"""What each method promises: which values it tries, and that it finds what the others miss."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_lib.search import (
    Bayesian,
    BorderWarning,
    Choice,
    CoarseToFine,
    Evolution,
    Grid,
    Integer,
    LogUniform,
    Method,
    PopulationBased,
    Random,
    Result,
    Uniform,
    When,
    search,
)

SQUARE = {"x": Uniform(0.0, 1.0), "y": Uniform(0.0, 1.0)}
RATE = {"rate": LogUniform(1e-6, 1e0)}


def effectively_one_dimensional(x_best: float) -> Callable[..., float]:
    """y hardly matters, and nobody knows."""
    return lambda p, rng: (p["x"] - x_best) ** 2 + 1e-6 * p["y"]


def off_by(rate: float) -> Callable[..., float]:
    return lambda p, rng: float(np.log10(p["rate"] / rate) ** 2)


@pytest.mark.parametrize("d", [1, 2, 4])
def test_a_grid_tries_the_d_th_root_of_n_values_and_random_search_n(d: int) -> None:
    space = {f"x{i}": Uniform(0.0, 1.0) for i in range(d)}
    n = 16
    levels = round(n ** (1 / d))
    grid, drawn = (search(_sum, space, m, seed=0) for m in (Grid(levels), Random(n)))
    assert len(grid.trials) == len(drawn.trials) == n
    assert {grid.distinct(name) for name in space} == {levels}
    assert {drawn.distinct(name) for name in space} == {n}


def _sum(parameters: dict[str, Any], rng: np.random.Generator) -> float:
    return float(sum(parameters.values()))


def test_random_search_is_better_where_one_axis_matters() -> None:
    """Bergstra and Bengio (2012), figure 1: 25 trials, two axes, one of them important.

    The nearest of 5 levels, ¼ apart, is off by at most 1/8: squared, on average, (1/8)²/3 = 1/192;
    the nearest of n = 25 draws, squared and on average, by about 1/(2n²) = 1/1250.
    """
    targets = np.random.default_rng(0).random(100)
    grid = [_best(x, Grid(5), 0) for x in targets]
    drawn = [_best(x, Random(25), seed) for seed, x in enumerate(targets)]
    assert np.mean(grid) == pytest.approx(1 / 192, rel=0.2)
    assert np.mean(drawn) < np.mean(grid) / 2
    assert np.median(drawn) < np.median(grid) / 5


def _best(x: float, method: Method, seed: int) -> float:
    best = search(effectively_one_dimensional(x), SQUARE, method, seed=seed).best
    return float((best.parameters["x"] - x) ** 2)


def spread(result: Result, first: int, last: int) -> float:
    return float(np.ptp([np.log10(t.parameters["rate"]) for t in result.trials[first:last]]))


def test_coarse_to_fine_closes_in_over_rounds_of_25() -> None:
    result = search(off_by(3e-3), RATE, CoarseToFine(25, stages=({}, {}, {})), seed=0)
    assert len(result.trials) == 75
    spreads = [spread(result, n, n + 25) for n in (0, 25, 50)]
    assert spreads[0] > 2 * spreads[1] > 4 * spreads[2]
    bests = [min(t.value for t in result.trials[n : n + 25]) for n in (0, 25, 50)]
    assert bests[2] < bests[0]
    assert result.best.parameters["rate"] == pytest.approx(3e-3, rel=0.1)


def test_coarse_to_fine_follows_what_is_best_past_the_end_of_a_round() -> None:
    """The best of a longer stage may lie outside the range that a short one left."""

    def moving(parameters: dict[str, Any], rng: np.random.Generator) -> float:
        target = 1e-3 if parameters["epochs"] == 1 else 1e-2
        return float(np.log10(parameters["rate"] / target) ** 2)

    stages = ({"epochs": 1}, *({"epochs": 9},) * 4)
    for seed in (1, 3):
        result = search(moving, RATE, CoarseToFine(15, stages, keep=2), seed=seed)
        second = [trial.parameters["rate"] for trial in result.trials[15:30]]
        assert max(second) < 1e-2
        assert result.best.parameters["rate"] == pytest.approx(1e-2, rel=0.05)


def test_a_best_value_at_the_end_of_the_space_is_warned_of() -> None:
    with pytest.warns(BorderWarning, match=r"^rate = .+ lies at the high end of LogU") as caught:
        search(off_by(10.0), RATE, CoarseToFine(25), seed=0)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search(off_by(1e-3), RATE, CoarseToFine(25), seed=0)


def test_the_trap_of_deck_c() -> None:
    """Its finer search draws rates from 1e-4 to 1e-3 and finds 9.5e-4 best: look beyond."""
    result = search(off_by(3e-3), {"rate": LogUniform(1e-4, 1e-3)}, Random(100), seed=0)
    (border,) = result.borders()
    assert (border.name, border.side) == ("rate", "high")


def test_coarse_to_fine_keeps_choices_conditions_and_whole_numbers() -> None:
    space = {
        "kind": Choice(("good", "bad", "worse")),
        "rate": When("kind", ("good",), LogUniform(1e-6, 1e0)),
        "layers": Integer(1, 9),
    }

    def objective(parameters: dict[str, Any], rng: np.random.Generator) -> float:
        penalty = {"good": 0, "bad": 50, "worse": 100}[parameters["kind"]]
        off = np.log10(parameters.get("rate", 1) / 1e-3)
        return float(penalty + off**2 + abs(parameters["layers"] - 5))

    trials = search(objective, space, CoarseToFine(40), seed=0).trials
    assert {t.parameters["kind"] for t in trials[40:]} == {"good"}
    assert np.ptp([t.parameters["layers"] for t in trials[40:]]) < 8
    assert all(1 <= t.parameters["layers"] <= 9 for t in trials)


def test_rounds_in_which_all_fail_do_not_stop_a_search() -> None:
    def hopeless(parameters: dict[str, Any], rng: np.random.Generator) -> float:
        raise RuntimeError("no")

    for method in (CoarseToFine(4), Evolution(4, 3), Bayesian(8, batch=4, startup=2)):
        result = search(hopeless, RATE, method, seed=0)
        assert len(result.failed) == len(result.trials) > 4
        assert result.distinct("rate") == len(result.trials)


def sphere(parameters: dict[str, Any], rng: np.random.Generator) -> float:
    return float(sum((value - 0.3) ** 2 for value in parameters.values()))


@pytest.mark.parametrize(
    "method", [Evolution(10, 6), Bayesian(60), CoarseToFine(15, ({},) * 4)], ids=repr
)
@pytest.mark.filterwarnings("ignore::course_lib.search.BorderWarning")
def test_methods_that_learn_beat_60_random_trials_in_four_dimensions(method: Method) -> None:
    space = {f"x{i}": Uniform(-1.0, 1.0) for i in range(4)}
    learned = [search(sphere, space, method, seed=s).best.value for s in range(3)]
    drawn = [search(sphere, space, Random(60), seed=s).best.value for s in range(3)]
    assert np.mean(learned) < np.mean(drawn) / 2


def test_children_come_from_the_best_so_far() -> None:
    space = {"kind": Choice(tuple("abcdefgh")), "rate": LogUniform(1e-6, 1e0)}

    def objective(parameters: dict[str, Any], rng: np.random.Generator) -> float:
        return float("abcdefgh".index(parameters["kind"]) + off_by(1e-3)(parameters, rng))

    result = search(objective, space, Evolution(20, 6, parents=2, scale=0.02), seed=0)
    kinds = [t.parameters["kind"] for t in result.trials]
    assert len(set(kinds[:20])) > 4
    assert kinds[100:].count(result.best.parameters["kind"]) > 15


def test_bayesian_search_says_nothing_and_knows_conditions(
    capfd: pytest.CaptureFixture[str],
) -> None:
    space = {
        "optimizer": Choice((min, max)),
        "momentum": When("optimizer", (max,), Uniform(0.0, 0.99)),
    }

    def objective(parameters: dict[str, Any], rng: np.random.Generator) -> float:
        return abs(parameters.get("momentum", 3) - 0.9)

    result = search(objective, space, Bayesian(40, batch=3), seed=0)
    assert len(result.trials) == 40
    assert result.best.parameters["optimizer"] is max
    assert result.best.value < 0.05
    assert capfd.readouterr() == ("", "")


BAD: dict[str, Callable[[], Any]] = {
    "no random trials": lambda: Random(0),
    "one level": lambda: search(sphere, SQUARE, Grid(1), seed=0),
    "no coarse trials": lambda: CoarseToFine(0),
    "no stages": lambda: CoarseToFine(5, ()),
    "keeps more than it has": lambda: CoarseToFine(5, keep=6),
    "margin": lambda: CoarseToFine(5, margin=0.5),
    "no children": lambda: Evolution(0),
    "no generations": lambda: Evolution(5, 0),
    "no parents": lambda: Evolution(5, 5, 0),
    "no mutation": lambda: Evolution(5, 5, scale=0),
    "a population of one": lambda: PopulationBased(1),
    "no training": lambda: PopulationBased(4, 0),
    "all copy": lambda: PopulationBased(4, share=0.6),
    "no exploration": lambda: PopulationBased(4, scale=0),
    "no model": lambda: Bayesian(0),
    "no batch": lambda: Bayesian(5, batch=0),
    "no startup": lambda: Bayesian(5, startup=0),
}


@pytest.mark.parametrize("call", BAD.values(), ids=BAD)
def test_bad_settings_are_refused(call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=re.compile(r"^.+ must .+; got .+: .+$")):
        call()
