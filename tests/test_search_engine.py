"""The search itself: failures, workers, kinds of values; one seed, one list of trials."""

from __future__ import annotations

import multiprocessing
import re
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from search_objectives import SPACE, deadly, descend, noisy
from search_runs import RATES, every_method, quiet, x_squared

from course_lib.search import (
    Grid,
    Integer,
    PopulationBased,
    Proposal,
    Random,
    Uniform,
    progress_bar,
    search,
    train_population,
)

# A process that has torch's threads must not be forked.
PROCESSES = partial(ProcessPoolExecutor, mp_context=multiprocessing.get_context("spawn"))


@quiet
@every_method
def test_the_trials_are_the_same_with_any_number_of_workers(method: Any) -> None:
    alone = search(noisy, SPACE, method, seed=1)
    together = search(noisy, SPACE, method, seed=1, workers=3)
    assert together.trials == alone.trials
    assert [trial.number for trial in alone.trials] == list(range(len(alone.trials)))
    assert {trial.state for trial in alone.trials} == {"done", "failed"}


@quiet
@every_method
def test_another_seed_gives_other_trials(method: Any) -> None:
    first, second = (search(noisy, SPACE, method, seed=seed).trials for seed in (1, 2))
    assert [t.value for t in first] != [t.value for t in second]


def test_a_failed_trial_is_recorded_and_the_search_goes_on() -> None:
    result = search(noisy, SPACE, Random(30), seed=1)
    failed = result.failed
    assert 0 < len(failed) < 30
    assert {t.error for t in failed} == {"RuntimeError: out of memory"}
    assert all(t.value is None and t.parameters["layers"] == 4 for t in failed)
    assert result.best.parameters["layers"] == 2
    assert result.best.measures == {"parameters": 200.0}


FAILURES: dict[str, tuple[Callable[..., Any], str]] = {
    "nan": (lambda p, rng: float("nan"), r"ValueError: the objective's value must be a finite"),
    "inf": (lambda p, rng: np.inf, r"ValueError: the objective's value must be a finite"),
    "text": (lambda p, rng: "0.5", r"ValueError: the objective's value must be a finite"),
    "nothing": (lambda p, rng: None, r"ValueError: the objective's value must be a finite"),
    "an array": (lambda p, rng: np.ones(3), r"ValueError: the objective's value must be a finite"),
    "no value": (lambda p, rng: {"loss": 1.0}, r"ValueError: .*must have a 'value'; got loss: "),
    "nan measure": (lambda p, rng: {"value": 1, "s": np.nan}, r"ValueError: s must be a finite"),
    "exit": (lambda p, rng: sys.exit(3), r"SystemExit: 3"),
    "bare": (lambda p, rng: [][0] if p else None, r"IndexError: list index out of range"),
    "silent": (lambda p, rng: (_ for _ in ()).throw(KeyError()), r"KeyError$"),
    "long": (lambda p, rng: {}["x" * 400], r"KeyError: 'x{288}…$"),
}


@pytest.mark.parametrize(("objective", "error"), FAILURES.values(), ids=FAILURES)
def test_what_counts_as_a_failure(objective: Callable[..., Any], error: str) -> None:
    result = search(objective, {"x": Uniform(0.0, 1.0)}, Random(2), seed=0)
    assert all(re.match(error, trial.error) for trial in result.trials)
    assert all(trial.failed and "\n" not in trial.error for trial in result.trials)
    assert np.isinf(result.best_so_far()).all()
    with pytest.raises(ValueError, match=r"^at least one trial must succeed; got 2 failed, the fi"):
        _ = result.best


@pytest.mark.parametrize("value", [1, np.float32(1), np.array(1.0), torch.tensor(1.0)])
def test_any_single_number_is_a_value(value: Any) -> None:
    result = search(lambda p, rng: value, {"x": Uniform(0.0, 1.0)}, Random(1), seed=0)
    assert result.best.value == 1.0
    assert type(result.best.value) is float


def test_an_objective_cannot_change_what_is_recorded() -> None:
    def spoil(parameters: dict[str, Any], rng: np.random.Generator) -> float:
        return float(parameters.pop("x"))

    assert "x" in search(spoil, {"x": Uniform(0.0, 1.0)}, Random(1), seed=0).best.parameters


def test_processes_give_the_same_trials_and_a_dead_one_costs_only_its_own() -> None:
    space = {"layers": Integer(1, 4)}
    result = search(deadly, space, Grid(4), seed=0, workers=2, pool=PROCESSES)
    assert [t.value for t in result.trials] == [1.0, 2.0, None, 4.0]
    assert result.failed[0].error == (
        "RuntimeError: the process that ran this trial ended before it did"
    )
    in_processes = search(noisy, SPACE, Random(6), seed=1, workers=2, pool=PROCESSES)
    assert in_processes.trials == search(noisy, SPACE, Random(6), seed=1).trials


def test_a_pool_that_breaks_while_tasks_are_handed_out_costs_no_trial() -> None:
    class Breaking(ThreadPoolExecutor):
        """The first pool takes one task and then no more."""

        made = 0

        def __init__(self, workers: int) -> None:
            Breaking.made += 1
            self.left = 1 if Breaking.made == 1 else 99
            super().__init__(workers)

        def submit(self, *args: Any, **keywords: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise BrokenExecutor("a worker ended")
            return super().submit(*args, **keywords)

    result = search(noisy, SPACE, Random(6), seed=1, workers=2, pool=Breaking)
    assert result.trials == search(noisy, SPACE, Random(6), seed=1).trials
    assert Breaking.made == 2


def test_what_cannot_go_to_a_process_is_refused_with_a_remedy() -> None:
    with pytest.raises(ValueError, match=r"must be picklable .+; got .+: define the objective at"):
        search(lambda p, rng: 0.0, {"x": Uniform(0, 1)}, Random(1), seed=0, pool=PROCESSES)


def test_best_so_far_and_ties() -> None:
    values = iter([3.0, 1.0, 2.0, 1.0])
    result = search(lambda p, rng: next(values), {"x": Uniform(0, 1)}, Random(4), seed=0)
    assert result.best_so_far().tolist() == [3.0, 1.0, 1.0, 1.0]
    assert [trial.number for trial in result.ranked()] == [1, 3, 2, 0]
    assert result.distinct("x") == 4
    assert result.distinct("y") == 0


def test_a_method_of_ones_own_is_a_generator() -> None:
    class Halving:
        """Bisection for the zero of a slope: the next point depends on the last value."""

        def rounds(self, space: Any, rng: np.random.Generator) -> Any:
            low, high = space["x"].low, space["x"].high
            for _ in range(30):
                middle = (low + high) / 2
                (trial,) = yield [Proposal({"x": middle})]
                low, high = (low, middle) if trial.measures["slope"] > 0 else (middle, high)

    def objective(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        x = parameters["x"]
        return {"value": (x - 1) ** 2, "slope": 2 * (x - 1)}

    result = search(objective, {"x": Uniform(0.0, 4.0)}, Halving(), seed=0)
    assert result.best.parameters["x"] == pytest.approx(1, abs=1e-8)


def test_a_method_may_have_nothing_to_try() -> None:
    class Nothing:
        def rounds(self, space: Any, rng: np.random.Generator) -> Any:
            yield []

    result = search(x_squared, {"x": Uniform(0, 1)}, Nothing(), seed=0)
    assert result.trials == ()
    with pytest.raises(ValueError, match=r"got 0 failed, the first with there was none"):
        _ = result.best
    assert train_population(descend, RATES, Nothing(), seed=0)[1] == {}


def test_progress_is_told_of_every_trial_and_of_those_in_the_record(tmp_path: Path) -> None:
    from rich.console import Console

    record = tmp_path / "search.jsonl"
    search(noisy, SPACE, Random(5), seed=1, resume=record)
    with (tmp_path / "screen").open("w") as screen, progress_bar(9, Console(file=screen)) as on:
        search(noisy, SPACE, Random(9), seed=1, resume=record, on_done=on)
    shown = (tmp_path / "screen").read_text()
    assert "9/9" in shown
    assert re.search(r"best \d", shown)


def bad_record(content: str) -> Callable[[Path], object]:
    def call(folder: Path) -> object:
        (folder / "r").write_text(content)
        return search(x_squared, {"x": Uniform(0, 1)}, Random(3), seed=0, resume=folder / "r")

    return call


def other_search(folder: Path) -> object:
    search(x_squared, {"x": Uniform(0, 1)}, Random(3), seed=0, resume=folder / "r")
    return search(x_squared, {"x": Uniform(0, 2)}, Random(3), seed=0, resume=folder / "r")


def other_seed(folder: Path) -> object:
    search(x_squared, {"x": Uniform(0, 1)}, Random(3), seed=1, resume=folder / "r")
    return search(x_squared, {"x": Uniform(0, 1)}, Random(3), seed=0, resume=folder / "r")


def lost_snapshots(folder: Path) -> object:
    method = PopulationBased(population=2, generations=2)
    train_population(descend, RATES, method, seed=0, resume=folder / "r")
    for snapshot in (folder / "r.snapshots").iterdir():
        snapshot.unlink()
    return train_population(descend, RATES, method, seed=0, resume=folder / "r")


X = {"x": Uniform(0, 1)}
BAD: dict[str, Callable[[Path], object]] = {
    "no space": lambda _: search(x_squared, {}, Random(3), seed=0),
    "no objective": lambda _: search(3, X, Random(3), seed=0),  # type: ignore[arg-type]
    "no method": lambda _: search(x_squared, X, 25, seed=0),  # type: ignore[arg-type]
    "method's class": lambda _: search(x_squared, X, Proposal({}), seed=0),  # type: ignore[arg-type]
    "negative seed": lambda _: search(x_squared, X, Random(3), seed=-1),
    "no workers": lambda _: search(x_squared, X, Random(3), seed=0, workers=0),
    "another file": bad_record("name,value\n"),
    "another JSON": bad_record('{"a": 1}\n'),
    "a list": bad_record("[]\n"),
    "a damaged line": bad_record('{"format": "course_lib.search 1", "seed": 0}\n{"number"\n'),
    "a line of else": bad_record('{"format": "course_lib.search 1", "seed": 0}\n{"number": 0}\n'),
    "another search": other_search,
    "another seed": other_seed,
    "lost snapshots": lost_snapshots,
    "a population without state": lambda _: search(
        x_squared, X, PopulationBased(2, generations=2), seed=0
    ),
    "no such trial": lambda _: search(x_squared, X, Random(3), seed=0).lineage(3),
}


@pytest.mark.parametrize("call", BAD.values(), ids=BAD)
def test_bad_searches_are_refused(call: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=re.compile(r"^.+ must .+; got .+: .+$", re.DOTALL)):
        call(tmp_path)
