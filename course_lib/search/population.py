"""Population based training: hyperparameters that change while the networks train."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from .._scalars import real, whole
from .spaces import Entry, draw, mutated
from .trials import Proposal, Trial, ranked

__all__ = ["PopulationBased"]


@dataclass(frozen=True)
class PopulationBased:
    """Members train side by side; now and then the worst take over from the best.

    After each round the worst ``share`` of the members, and those that failed, *exploit*: each goes
    on from the snapshot (the weights) of one of the best ``share``; and *explore*: with its
    parameters moved by a normal step of ``scale`` times the axis. The others go on as they are.
    The line of the best member is a schedule that no fixed setting has. For ``train_population``.

    Only what may change in mid-training belongs in the space: rates and penalties, not the width.

    Parameters
    ----------
    population
        members
    generations
        how often each member is trained on, ``train_population``'s ``step``
    share
        of the members that copy, and that are copied, above 0 and at most ½
    scale
        standard deviation of a move, as a share of the axis

    Raises ValueError where a setting is out of range.

    Source: Jaderberg et al. (2017), "Population based training of neural networks" (truncation
    selection; they move by factors 0.8 and 1.2).

    >>> PopulationBased(population=4, generations=3).share
    0.2
    """

    population: int = 10
    generations: int = 5
    share: float = 0.2
    scale: float = 0.1

    def __post_init__(self) -> None:
        whole("population", self.population, at_least=2)
        whole("generations", self.generations, at_least=1)
        real("share", self.share, above=0, at_most=0.5)
        real("scale", self.scale, above=0, at_most=1)

    def rounds(
        self, space: dict[str, Entry], rng: np.random.Generator
    ) -> Generator[list[Proposal], list[Trial], None]:
        members = yield [Proposal(draw(space, rng)) for _ in range(self.population)]
        for _ in range(self.generations - 1):
            members = yield self._next(space, members, rng)

    def _next(
        self, space: dict[str, Entry], members: list[Trial], rng: np.random.Generator
    ) -> list[Proposal]:
        n = max(1, int(self.share * self.population))
        order = ranked(members)
        top, rest = order[:n], order[n:]
        staying = {trial.number for trial in top + rest[: self.population - 2 * n]}
        proposals = []
        for member in members:
            if member.number in staying:
                proposals.append(Proposal(member.parameters, member.number))
            elif not top:
                proposals.append(Proposal(draw(space, rng)))
            else:
                model = top[rng.integers(len(top))]
                moved = mutated(space, model.parameters, rng, self.scale)
                proposals.append(Proposal(moved, model.number))
        return proposals
