"""Search: an objective, a space, a method; trials in parallel, recorded, and repeatable."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .crew import Crew, Pool
from .record import Record
from .snapshots import NoSnapshots, Snapshots, snapshots_beside
from .spaces import Entry, Parameters, Space, checked
from .trials import Method, Proposal, Result, Trial
from .work import Stateless, Step, Task

__all__ = ["search", "train_population"]

StrPath = str | os.PathLike[str]
OnDone = Callable[[Trial], object]


def search(
    objective: Callable[[Parameters, np.random.Generator], Any],
    space: Space,
    method: Method,
    *,
    seed: int,
    workers: int = 1,
    pool: Pool | None = None,
    resume: StrPath | None = None,
    on_done: OnDone | None = None,
) -> Result:
    """Look for the parameters of ``space`` with the lowest ``objective``.

    Parameters
    ----------
    objective
        ``objective(parameters, rng)`` returns the number to minimise, or a dictionary of numbers of
        which ``"value"`` is minimised. Whatever it draws comes from ``rng``, its own for each trial
    space
        from the name of a hyperparameter to its axis
    method
        ``Grid``, ``Random``, ``CoarseToFine``, ``Evolution``, ``Bayesian``, or another ``Method``
    seed
        the same seed, the same trials, however many workers (if the objective itself is repeatable)
    workers, pool
        how many trials at a time, and in what: threads, unless ``pool(workers)`` makes another
        executor, such as ``concurrent.futures.ProcessPoolExecutor``. A process that dies costs
        only its own trial; with torch let processes spawn, since forked ones may hang
    resume
        a file for the record, one line of JSON for each trial. Where it exists, its trials are
        taken from it and not run again: a search that was killed goes on. A record belongs to one
        objective; after a change in it take another path
    on_done
        called with each trial when it is finished, or read from the record

    Returns
    -------
    Result
        all trials, in order; one that raised or returned no finite number is among them, failed

    Raises
    ------
    ValueError
        where the space or a setting is not right, or the record is that of another search.

    >>> from course_lib.search import Grid, Uniform
    >>> def objective(parameters, rng):
    ...     return (parameters["x"] - 3) ** 2
    >>> result = search(objective, {"x": Uniform(0.0, 5.0)}, Grid(levels=6), seed=0)
    >>> result.best.parameters, result.best.value
    ({'x': 3.0}, 0.0)
    """
    entries = _checked(objective, space, method)
    crew = Crew(Stateless(objective), workers, pool)
    with _Run(seed, crew, Record(resume, seed), NoSnapshots(), on_done) as run:
        rounds = run.rounds(method.rounds(entries, run.rng()))
    return Result(tuple(trial for trials in rounds for trial in trials), entries)


def train_population(
    step: Step,
    space: Space,
    method: Method,
    *,
    seed: int,
    workers: int = 1,
    pool: Pool | None = None,
    resume: StrPath | None = None,
    on_done: OnDone | None = None,
) -> tuple[Result, dict[int, Any]]:
    """Train a population, each member going on from a snapshot: population based training.

    Parameters
    ----------
    step
        ``step(parameters, snapshot, rng)`` trains on from ``snapshot`` (None at first) for a while
        and returns ``(value, snapshot)``; a snapshot is anything that can be pickled, such as
        weights and the optimizer's state
    method
        ``PopulationBased``, or another that proposes parents
    resume
        as in ``search``; the snapshots that are still needed lie beside it, in ``resume``.snapshots

    All else is as in ``search``.

    Returns
    -------
    result, snapshots
        all trials, each with its parent (``Result.lineage`` follows them), and the snapshot of each
        member of the last round that did not fail, by the number of its trial

    Raises
    ------
    ValueError
        as ``search``, or where a snapshot cannot be found again.

    >>> from course_lib.search import LogUniform, PopulationBased
    >>> def step(parameters, w, rng):
    ...     w = 5.0 if w is None else w
    ...     w = w - parameters["rate"] * 2 * w
    ...     return w**2, w
    >>> method = PopulationBased(population=4, generations=3)
    >>> result, weights = train_population(step, {"rate": LogUniform(1e-3, 0.5)}, method, seed=0)
    >>> len(result.trials), result.best.value == weights[result.best.number] ** 2
    (12, True)
    """
    entries = _checked(step, space, method)
    crew, record = Crew(step, workers, pool), Record(resume, seed)
    with _Run(seed, crew, record, snapshots_beside(resume), on_done) as run:
        rounds = run.rounds(method.rounds(entries, run.rng()))
        last = [trial.number for trials in rounds[-1:] for trial in trials if not trial.failed]
        snapshots = {number: pickle.loads(run.snapshots.get(number)) for number in last}
    return Result(tuple(trial for trials in rounds for trial in trials), entries), snapshots


def _checked(objective: Any, space: Space, method: Any) -> dict[str, Entry]:
    if not callable(objective):
        raise ValueError(
            f"the objective must be callable; got {objective!r}: pass a function of parameters"
        )
    if not callable(getattr(method, "rounds", None)):
        raise ValueError(
            f"method must be a way to search; got {method!r}: pass one such as Random(trials=25)"
        )
    return checked(space)


@dataclass(frozen=True)
class _Run:
    """One search under way."""

    seed: int
    crew: Crew
    record: Record
    snapshots: Snapshots
    on_done: OnDone | None

    def __enter__(self) -> _Run:
        return self

    def __exit__(self, *exception: object) -> None:
        self.crew.dismiss()
        self.record.close()

    def rng(self) -> np.random.Generator:
        """What the method draws from; trial n has its own, [seed, 1, n]."""
        return np.random.default_rng([self.seed, 0])

    def rounds(self, proposals: Generator[list[Proposal], list[Trial], None]) -> list[list[Trial]]:
        """Ask, evaluate and answer until there is nothing more to try."""
        rounds: list[list[Trial]] = []
        asked = next(proposals, None)
        first = 0
        while asked:
            rounds.append(self._evaluate(asked, first))
            self.snapshots.forget_before(first)
            first += len(asked)
            try:
                asked = proposals.send(rounds[-1])
            except StopIteration:
                break
        return rounds

    def _evaluate(self, proposals: list[Proposal], first: int) -> list[Trial]:
        trials: dict[int, Trial] = {}
        tasks = []
        for number, proposal in enumerate(proposals, first):
            known = self.record.recall(number, proposal)
            if known is None:
                tasks.append(self._task(number, proposal))
            else:
                trials[number] = known
                self._tell(known)
        for outcome in self.crew.run(tasks):
            trial = trials[outcome.trial.number] = outcome.trial
            # In this order: a trial in the record has its snapshot, wherever the search is killed.
            if outcome.snapshot is not None:
                self.snapshots.put(trial.number, outcome.snapshot)
            self.record.add(trial)
            self._tell(trial)
        return [trials[number] for number in sorted(trials)]

    def _task(self, number: int, proposal: Proposal) -> Task:
        parent = proposal.parent
        snapshot = None if parent is None else self.snapshots.get(parent)
        return Task(number, proposal.parameters, parent, snapshot, self.seed)

    def _tell(self, trial: Trial) -> None:
        if self.on_done is not None:
            self.on_done(trial)
