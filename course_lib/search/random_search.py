"""Random search: the same number of trials, but each with values of its own on every axis."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from .._scalars import whole
from .spaces import Entry, draw
from .trials import Proposal, Trial

__all__ = ["Random"]


@dataclass(frozen=True)
class Random:
    """``trials`` points drawn independently, each axis uniformly on its own scale.

    Of n trials every axis sees n different values; where only one axis matters, and one does not
    know which, that is as good as n trials on it alone, and a grid of n is only n^(1/d) of them.

    A record made with fewer trials is gone on with.

    Raises ValueError where ``trials`` is not a positive integer.

    Source: Bergstra and Bengio (2012), "Random search for hyper-parameter optimization"; decks B,
    C and D.

    >>> from course_lib.search import Uniform, search
    >>> space = {"a": Uniform(0.0, 1.0), "b": Uniform(0.0, 1.0)}
    >>> result = search(lambda p, rng: p["a"] + p["b"], space, Random(trials=25), seed=0)
    >>> len(result.trials), result.distinct("a")
    (25, 25)
    """

    trials: int = 25

    def __post_init__(self) -> None:
        whole("trials", self.trials, at_least=1)

    def rounds(
        self, space: dict[str, Entry], rng: np.random.Generator
    ) -> Generator[list[Proposal], list[Trial], None]:
        yield [Proposal(draw(space, rng)) for _ in range(self.trials)]
