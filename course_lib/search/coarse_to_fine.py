"""Coarse to fine: rounds of random search, each closer around the best of the one before."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .._scalars import real, whole
from .spaces import Entry, When, bare, borders, draw
from .trials import Proposal, Trial, ranked

__all__ = ["BorderWarning", "CoarseToFine"]


class BorderWarning(UserWarning):
    """The best value lies at the end of its range: what is better may lie beyond.

    >>> issubclass(BorderWarning, UserWarning)
    True
    """


@dataclass(frozen=True)
class CoarseToFine:
    """Rounds of ``trials`` random ones; each round's ranges hold the ``keep`` best of the last.

    A range becomes the span of the kept values and ``margin`` of its old width on either side; but
    half of that width where the best value lies on its border, in the outer ``margin``/2: there it
    moves on instead of closing in, though never past the whole space. A choice keeps the kept
    values. A best value on the border at the end, of the last range or of the space, gives a
    ``BorderWarning``: what is better may lie beyond.

    Parameters
    ----------
    trials
        in each round
    stages
        one dictionary for each round, added to its parameters: ``({"epochs": 5}, {"epochs": 20})``
        is deck C's short first stage and longer second one. Two empty ones by default
    keep
        how many trials decide the next ranges
    margin
        as a share of the old range, between 0 and ½

    Raises ValueError where a setting is out of range.

    Source: deck B, I. Goodfellow, "run 25 jobs in parallel with random hyperparameters, choose the
    best 2–3 jobs, tighten the random distributions to spend more time near those best jobs, and run
    another 25"; deck C, "Coarse-to-fine" and "Careful with best values on border".

    >>> from course_lib.search import LogUniform, search
    >>> objective = lambda p, rng: (np.log10(p["rate"]) + 2.5) ** 2
    >>> result = search(objective, {"rate": LogUniform(1e-5, 1e0)}, CoarseToFine(25), seed=0)
    >>> spread = [np.ptp([np.log10(t.parameters["rate"]) for t in part])
    ...           for part in (result.trials[:25], result.trials[25:])]
    >>> bool(spread[0] > 4), bool(spread[1] < 2)
    (True, True)
    """

    trials: int = 25
    stages: Sequence[Mapping[str, Any]] = field(default_factory=lambda: ({}, {}))
    keep: int = 3
    margin: float = 0.1

    def __post_init__(self) -> None:
        whole("trials", self.trials, at_least=1)
        whole("number of stages", len(self.stages), at_least=1)
        whole("keep", self.keep, at_least=1, at_most=self.trials)
        real("margin", self.margin, above=0, below=0.5)

    def rounds(
        self, space: dict[str, Entry], rng: np.random.Generator
    ) -> Generator[list[Proposal], list[Trial], None]:
        ranges, searched, best = space, space, []
        for stage in self.stages:
            searched = ranges
            drawn = [draw(searched, rng) for _ in range(self.trials)]
            done = yield [Proposal({**parameters, **stage}) for parameters in drawn]
            # Only this round's: a value after fewer epochs says nothing of one after more.
            best = ranked(done)[: self.keep]
            ranges = self._narrowed(searched, space, best)
        if best:
            self._warn(searched, space, best[0])

    def _narrowed(
        self, ranges: dict[str, Entry], space: dict[str, Entry], best: list[Trial]
    ) -> dict[str, Entry]:
        narrow = dict(ranges)
        for name, entry in ranges.items():
            values = [trial.parameters[name] for trial in best if name in trial.parameters]
            if values:
                narrow[name] = _around(entry, space[name], values, self.margin)
        return narrow

    def _warn(self, ranges: dict[str, Entry], space: dict[str, Entry], best: Trial) -> None:
        for searched in (space, ranges):
            found = borders(searched, best.parameters, self.margin / 2)
            for border in found:
                # Five frames up: the line that called search.
                warnings.warn(str(border), BorderWarning, stacklevel=5)
            if found:
                return


def _around(entry: Entry, full: Entry, best_first: list[Any], margin: float) -> Entry:
    axis = bare(entry)
    on_border = axis.border(best_first[0], margin / 2)
    narrow = axis.around(best_first, 0.5 if on_border else margin, bare(full))
    return replace(entry, axis=narrow) if isinstance(entry, When) else narrow
