"""Evolution: the best so far have children, which differ from them a little."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from .._scalars import real, whole
from .spaces import Entry, Parameters, crossed, draw, mutated
from .trials import Proposal, Trial, ranked

__all__ = ["Evolution"]


@dataclass(frozen=True)
class Evolution:
    """(μ + λ): of all trials so far the ``parents`` best have ``population`` children each round.

    The first round is random. A child takes each parameter from one of two parents drawn at random,
    then moves it by a normal step of ``scale`` times its axis (a choice is drawn anew with
    probability ``scale``). Where every trial has failed, the next round is random again.

    Parameters
    ----------
    population
        λ, trials in each round
    generations
        rounds
    parents
        μ
    scale
        standard deviation of a mutation, as a share of the axis

    Raises ValueError where a setting is out of range.

    Source: Beyer and Schwefel (2002), "Evolution strategies: a comprehensive introduction".

    >>> from course_lib.search import Uniform, search
    >>> space = {"a": Uniform(-1.0, 1.0), "b": Uniform(-1.0, 1.0)}
    >>> objective = lambda p, rng: p["a"] ** 2 + p["b"] ** 2
    >>> search(objective, space, Evolution(10, generations=8), seed=0).best.value < 1e-2
    True
    """

    population: int = 10
    generations: int = 5
    parents: int = 3
    scale: float = 0.1

    def __post_init__(self) -> None:
        whole("population", self.population, at_least=1)
        whole("generations", self.generations, at_least=1)
        whole("parents", self.parents, at_least=1)
        real("scale", self.scale, above=0, at_most=1)

    def rounds(
        self, space: dict[str, Entry], rng: np.random.Generator
    ) -> Generator[list[Proposal], list[Trial], None]:
        known: list[Trial] = []
        for _ in range(self.generations):
            best = ranked(known)[: self.parents]
            known += yield [Proposal(self._child(space, best, rng)) for _ in range(self.population)]

    def _child(
        self, space: dict[str, Entry], parents: list[Trial], rng: np.random.Generator
    ) -> Parameters:
        if not parents:
            return draw(space, rng)
        mother, father = (parents[i].parameters for i in rng.integers(len(parents), size=2))
        return mutated(space, crossed(space, mother, father, rng), rng, self.scale)
