"""A search's record: what was stopped or killed goes on where it was."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from search_objectives import SPACE, descend, noisy
from search_runs import RATES, every_method, quiet, x_squared

from course_lib.search import Choice, PopulationBased, Random, Trial, search, train_population


class StopError(Exception):
    pass


def stop_after(n: int) -> Callable[[Trial], None]:
    seen = []

    def on_done(trial: Trial) -> None:
        seen.append(trial)
        if len(seen) == n:
            raise StopError

    return on_done


@quiet
@every_method
@pytest.mark.parametrize("workers", [1, 2])
def test_a_search_that_was_stopped_goes_on(method: Any, workers: int, tmp_path: Path) -> None:
    undisturbed = search(noisy, SPACE, method, seed=1)
    record, calls = tmp_path / "new folder" / "search.jsonl", []
    with pytest.raises(StopError):
        search(noisy, SPACE, method, seed=1, resume=record, on_done=stop_after(7))

    def counted(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
        calls.append(parameters)
        return noisy(parameters, rng)

    resumed = search(counted, SPACE, method, seed=1, workers=workers, resume=record)
    assert resumed.trials == undisturbed.trials
    assert len(calls) == len(undisturbed.trials) - 7
    again = search(counted, SPACE, method, seed=1, resume=record)
    assert again.trials == undisturbed.trials
    assert len(calls) == len(undisturbed.trials) - 7


def test_a_killed_population_goes_on_from_its_snapshots(tmp_path: Path) -> None:
    record = tmp_path / "population.jsonl"
    method = PopulationBased(population=5, generations=20)
    expected, weights = train_population(descend, RATES, method, seed=3)
    code = "import sys; from search_objectives import train_slowly; train_slowly(sys.argv[1])"
    command = [sys.executable, "-c", code, str(record)]
    with subprocess.Popen(command, cwd=Path(__file__).parent) as process:
        deadline = time.monotonic() + 60
        while not record.exists() or record.read_bytes().count(b"\n") < 33:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert 33 <= record.read_bytes().count(b"\n") < 101
    resumed, again = train_population(descend, RATES, method, seed=3, resume=record)
    assert resumed.trials == expected.trials
    assert again == weights
    kept = sorted(int(f.stem) for f in (tmp_path / "population.jsonl.snapshots").iterdir())
    assert kept == list(range(95, 100))


def test_a_last_line_cut_short_is_run_again(tmp_path: Path) -> None:
    record = tmp_path / "search.jsonl"
    expected = search(noisy, SPACE, Random(5), seed=1, resume=record)
    record.write_bytes(record.read_bytes()[:-20])
    assert search(noisy, SPACE, Random(5), seed=1, resume=record).trials == expected.trials
    assert len(record.read_text().splitlines()) == 6
    record.write_bytes(b'{"form')
    assert search(noisy, SPACE, Random(5), seed=1, resume=record).trials == expected.trials


def test_random_search_goes_on_from_a_record_of_fewer_trials(tmp_path: Path) -> None:
    record = tmp_path / "search.jsonl"
    search(noisy, SPACE, Random(5), seed=1, resume=record)
    longer = search(noisy, SPACE, Random(9), seed=1, resume=record)
    assert longer.trials == search(noisy, SPACE, Random(9), seed=1).trials


def test_a_record_is_lines_that_a_person_can_read(tmp_path: Path) -> None:
    record = tmp_path / "search.jsonl"
    space = {"size": Choice((np.int64(3),)), "kind": Choice((torch.nn.ReLU,)), "f": Choice((abs,))}
    result = search(lambda p, rng: 0.5, space, Random(1), seed=0, resume=record)
    assert result.trials[0].parameters["kind"] is torch.nn.ReLU
    header, trial = map(json.loads, record.read_text().splitlines())
    assert header == {"format": "course_lib.search 1", "seed": 0}
    assert trial["parameters"] == {"size": 3, "kind": "ReLU", "f": "abs"}
    assert (trial["number"], trial["state"], trial["value"]) == (0, "done", 0.5)
    assert search(x_squared, space, Random(1), seed=0, resume=record).trials == result.trials
