"""What one worker does: call the objective once, and say what became of it, whatever that is."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from .._scalars import plain, real
from .spaces import Parameters
from .trials import DONE, FAILED, Trial, error_line

__all__ = ["Stateless"]

# (parameters, snapshot, rng) -> (value, snapshot)
Step = Callable[[Parameters, Any, np.random.Generator], tuple[Any, Any]]


@dataclass(frozen=True)
class Stateless:
    """An objective that keeps nothing from call to call, in the form that keeps a snapshot."""

    objective: Callable[[Parameters, np.random.Generator], Any]

    def __call__(
        self, parameters: Parameters, snapshot: Any, rng: np.random.Generator
    ) -> tuple[Any, Any]:
        return self.objective(parameters, rng), None


@dataclass(frozen=True)
class Task:
    """One call to make; the snapshot is pickled, so that two children never share one object."""

    number: int
    parameters: Parameters
    parent: int | None
    snapshot: bytes | None
    seed: int

    def failed(self, error: BaseException, seconds: float = 0.0) -> Trial:
        return Trial(
            self.number,
            self.parameters,
            FAILED,
            error=error_line(error),
            parent=self.parent,
            seconds=seconds,
        )


@dataclass(frozen=True)
class Outcome:
    trial: Trial
    snapshot: bytes | None = None


def attempt(step: Step, task: Task) -> Outcome:
    """Call ``step``; an exception, or a value that is no finite number, is a failed trial."""
    # The number of the trial, not of the worker, decides what is drawn.
    rng = np.random.default_rng([task.seed, 1, task.number])
    before = None if task.snapshot is None else pickle.loads(task.snapshot)
    began = perf_counter()
    try:
        returned, after = step(dict(task.parameters), before, rng)
        value, measures = _measured(returned)
        snapshot = pickle.dumps(after)
    except (Exception, SystemExit) as error:
        return Outcome(task.failed(error, perf_counter() - began))
    seconds = perf_counter() - began
    trial = Trial(
        task.number, task.parameters, DONE, value, measures, parent=task.parent, seconds=seconds
    )
    return Outcome(trial, snapshot)


def _measured(returned: Any) -> tuple[float, dict[str, float]]:
    """The value and all other measures of what an objective returned."""
    if not isinstance(returned, Mapping):
        return real("the objective's value", plain(returned)), {}
    if "value" not in returned:
        raise ValueError(
            f"the objective's measures must have a 'value'; got {', '.join(map(str, returned))}: "
            "name the number to minimise 'value'"
        )
    measures = {str(name): real(str(name), plain(x)) for name, x in returned.items()}
    return measures.pop("value"), measures
