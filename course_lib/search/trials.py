"""What a search proposes, and what became of it: a trial, and the result of them all."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .spaces import Border, Entry, Parameters, borders

__all__ = ["Method", "Proposal", "Result", "Trial"]

DONE, FAILED = "done", "failed"


@dataclass(frozen=True)
class Proposal:
    """Parameters to try; ``parent`` is the trial whose snapshot they go on from, if any.

    >>> Proposal({"rate": 0.1}).parent is None
    True
    """

    parameters: Parameters
    parent: int | None = None


@dataclass(frozen=True)
class Trial:
    """One evaluation of the objective.

    Parameters
    ----------
    number
        0, 1, ... in the order of proposal, however many workers there were
    parameters
        what the objective was called with
    state
        ``"done"`` or ``"failed"``
    value
        what the search minimises; None where it failed
    measures
        whatever else the objective returned, by name
    error
        one line, where it failed
    parent
        the number of the trial that it went on from (population based training)
    seconds
        wall-clock time; two trials that differ only in it are equal

    >>> Trial(0, {"rate": 0.1}, "done", 0.25).failed
    False
    """

    number: int
    parameters: Parameters
    state: str
    value: float | None = None
    measures: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    parent: int | None = None
    seconds: float = field(default=0.0, compare=False)

    @property
    def failed(self) -> bool:
        return self.state == FAILED


class Method(Protocol):
    """A way to search: a generator that proposes a round, is sent its trials, and so on.

    The generator may depend on nothing but the space, ``rng`` and the trials it was sent: then a
    search is the same with any number of workers, and after an interruption.

    >>> from course_lib.search import Uniform, draw, search
    >>> class Twice:
    ...     def rounds(self, space, rng):
    ...         yield [Proposal(draw(space, rng)) for _ in range(2)]
    >>> result = search(lambda p, rng: p["rate"], {"rate": Uniform(0.0, 1.0)}, Twice(), seed=0)
    >>> len(result.trials)
    2
    """

    def rounds(
        self, space: dict[str, Entry], rng: np.random.Generator
    ) -> Generator[list[Proposal], list[Trial], None]: ...


def ranked(trials: list[Trial]) -> list[Trial]:
    """Those that did not fail, lowest value first; of equals the earlier first."""
    done = [(trial.value, trial.number, trial) for trial in trials if trial.value is not None]
    return [trial for _, _, trial in sorted(done, key=lambda entry: entry[:2])]


@dataclass(frozen=True)
class Result:
    """All trials of a search in their order, and what one asks of them.

    >>> from course_lib.search import Random, Uniform, search
    >>> space = {"rate": Uniform(0.0, 1.0)}
    >>> result = search(lambda p, rng: (p["rate"] - 0.5) ** 2, space, Random(20), seed=0)
    >>> bool(result.best.value == result.best_so_far()[-1]), result.failed
    (True, [])
    """

    trials: tuple[Trial, ...]
    space: dict[str, Entry]

    @property
    def best(self) -> Trial:
        """The trial of the lowest value; ValueError where every trial failed."""
        done = self.ranked()
        if not done:
            reason = self.trials[0].error if self.trials else "there was none"
            raise ValueError(
                f"at least one trial must succeed; got {len(self.trials)} failed, the first with "
                f"{reason}: call the objective with its parameters to see where it arises"
            )
        return done[0]

    def ranked(self) -> list[Trial]:
        """Trials that did not fail, lowest value first."""
        return ranked(list(self.trials))

    @property
    def failed(self) -> list[Trial]:
        """Trials that failed, in their order."""
        return [trial for trial in self.trials if trial.failed]

    def borders(self, margin: float = 0.05) -> list[Border]:
        """Parameters of the best trial that lie at an end of their axis."""
        return borders(self.space, self.best.parameters, margin)

    def best_so_far(self) -> NDArray[np.float64]:
        """The lowest value among trials 0..i, for every i, shape (n_trials,); inf before any."""
        values = [np.inf if trial.value is None else trial.value for trial in self.trials]
        return np.minimum.accumulate(np.array(values, dtype=np.float64))

    def distinct(self, name: str) -> int:
        """How many values of the hyperparameter ``name`` were tried.

        Bergstra and Bengio's argument in one number: of n trials over d axes a grid tries n^(1/d),
        random search n.
        """
        tried = [trial.parameters[name] for trial in self.trials if name in trial.parameters]
        return len({repr(value) for value in tried})

    def lineage(self, number: int) -> list[Trial]:
        """The trial ``number`` and all it went on from, the first first: a schedule that was found.

        Raises ValueError where there is no such trial.
        """
        if not 0 <= number < len(self.trials):
            raise ValueError(
                f"number must be that of a trial, 0..{len(self.trials) - 1}; got {number}: "
                "take it from trial.number"
            )
        line = [self.trials[number]]
        while line[0].parent is not None:
            line.insert(0, self.trials[line[0].parent])
        return line


def error_line(error: BaseException) -> str:
    """``TypeError: first line of the message``, short enough for one line of a record."""
    message: Any = str(error).strip().splitlines()
    text = f"{type(error).__name__}: {message[0]}" if message else type(error).__name__
    return text if len(text) <= 300 else f"{text[:299]}…"
