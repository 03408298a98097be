"""One hyperparameter each: the values it may have, as a map from the unit interval.

``axis.at(u)`` goes from u in [0, 1] to a value and ``axis.position(value)`` back. On that map all
methods of search work alike: a draw is a uniform u, a mutation a step of u, a range of u a finer
search. What differs between axes, a logarithm or whole numbers, is told here and nowhere else.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from .._scalars import real, whole

__all__ = ["Axis", "Choice", "Integer", "LogInteger", "LogUniform", "Range", "Uniform"]


class Axis(ABC):
    """What every axis has; a new kind of axis is a class with these methods.

    >>> isinstance(Uniform(0.0, 1.0), Axis)
    True
    """

    @abstractmethod
    def at(self, u: float) -> Any:
        """The value at u, 0 ≤ u ≤ 1."""

    @abstractmethod
    def levels(self, n: int) -> tuple[Any, ...]:
        """At most n values that cover the axis evenly, for a grid."""

    @abstractmethod
    def near(self, value: Any, rng: np.random.Generator, scale: float) -> Any:
        """A value drawn about ``scale`` of the axis away from ``value``."""

    @abstractmethod
    def around(self, values: Sequence[Any], margin: float, within: Any) -> Self:
        """The axis that spans ``values`` and ``margin`` of this one more, but not past ``within``.

        An axis that lies inside ``within`` may so move past its own ends.
        """

    def border(self, value: Any, margin: float) -> str:
        """``"low"`` or ``"high"`` where ``value`` lies in the outer ``margin`` of the axis."""
        return ""

    def draw(self, rng: np.random.Generator) -> Any:
        """A value drawn uniformly in u."""
        return self.at(rng.random())


@dataclass(frozen=True)
class Range(Axis):
    """Numbers from ``low`` to ``high``, both included: what the four numeric axes share."""

    low: Any
    high: Any

    # From one value to the next, which a narrowed range always includes.
    _gap = 0

    @abstractmethod
    def _point(self, u: float) -> Any:
        """The value at u, where u may lie outside [0, 1]."""

    @abstractmethod
    def position(self, value: Any) -> float:
        """The u of ``value``; of a whole number, the middle of all u that map to it."""

    def at(self, u: float) -> Any:
        return min(max(self._point(u), self.low), self.high)

    def near(self, value: Any, rng: np.random.Generator, scale: float) -> Any:
        u = self.position(value) + scale * rng.standard_normal()
        # Reflected at the ends: clipped, many mutants would sit exactly on the border.
        u = abs(u) % 2
        return self.at(min(u, 2 - u))

    def around(self, values: Sequence[Any], margin: float, within: Any) -> Self:
        positions = [self.position(value) for value in values]
        low = min(self._point(min(positions) - margin), min(values) - self._gap)
        high = max(self._point(max(positions) + margin), max(values) + self._gap)
        return type(self)(max(low, within.low), min(high, within.high))

    def border(self, value: Any, margin: float) -> str:
        u = self.position(value)
        if value == self.low or u < margin:
            return "low"
        return "high" if value == self.high or u > 1 - margin else ""


@dataclass(frozen=True)
class Uniform(Range):
    """Real numbers between ``low`` and ``high``, all equally likely: momentum, dropout rate.

    Raises ValueError where ``low`` is not below ``high`` or one is not finite.

    >>> Uniform(0.0, 0.8).at(0.5), Uniform(0.0, 0.8).levels(3)
    (0.4, (0.0, 0.4, 0.8))
    """

    def __post_init__(self) -> None:
        real("high", self.high, above=real("low", self.low))

    def _point(self, u: float) -> float:
        return float(self.low + u * (self.high - self.low))

    def position(self, value: float) -> float:
        return float((value - self.low) / (self.high - self.low))

    def levels(self, n: int) -> tuple[float, ...]:
        return tuple(np.linspace(self.low, self.high, n).tolist())


@dataclass(frozen=True)
class LogUniform(Range):
    """Positive numbers whose logarithm is uniform: each decade is as likely as the next.

    For what acts by its order of magnitude: a learning rate, a weight decay (deck C: "Search for
    hyperparameters on log scale", 10 ** uniform(-6, -3)).

    Raises ValueError where ``low`` is not above 0 and below ``high``.

    >>> [round(v, 6) for v in LogUniform(1e-6, 1e-2).levels(3)]
    [1e-06, 0.0001, 0.01]
    """

    def __post_init__(self) -> None:
        real("high", self.high, above=real("low", self.low, above=0))

    def _point(self, u: float) -> float:
        return math.exp(math.log(self.low) + u * math.log(self.high / self.low))

    def position(self, value: float) -> float:
        return math.log(value / self.low) / math.log(self.high / self.low)

    def levels(self, n: int) -> tuple[float, ...]:
        return tuple(np.geomspace(self.low, self.high, n).tolist())


@dataclass(frozen=True)
class Integer(Range):
    """Whole numbers from ``low`` to ``high``, both included and all equally likely.

    Raises ValueError where one is no integer or ``low`` is above ``high``.

    >>> [Integer(1, 4).at(u) for u in (0.0, 0.24, 0.26, 1.0)]
    [1, 1, 2, 4]
    """

    _gap = 1

    def __post_init__(self) -> None:
        whole("low", self.low, at_least=-math.inf)
        whole("high", self.high, at_least=self.low)

    def _point(self, u: float) -> int:
        return int(self.low + math.floor(u * (self.high - self.low + 1)))

    def position(self, value: int) -> float:
        return float((value - self.low + 0.5) / (self.high - self.low + 1))

    def levels(self, n: int) -> tuple[int, ...]:
        return _distinct(np.linspace(self.low, self.high, n))


@dataclass(frozen=True)
class LogInteger(Range):
    """Positive whole numbers, k about as likely as ln((k + 1)/k): units of a layer, batch size.

    Raises ValueError where ``low`` is not at least 1 or above ``high``.

    >>> LogInteger(1, 100).levels(3)
    (1, 10, 100)
    """

    _gap = 1

    def __post_init__(self) -> None:
        whole("low", self.low, at_least=1)
        whole("high", self.high, at_least=self.low)

    def _point(self, u: float) -> int:
        return math.floor(self.low * ((self.high + 1) / self.low) ** u)

    def position(self, value: int) -> float:
        return math.log((value + 0.5) / self.low) / math.log((self.high + 1) / self.low)

    def levels(self, n: int) -> tuple[int, ...]:
        return _distinct(np.geomspace(self.low, self.high, n))


@dataclass(frozen=True)
class Choice(Axis):
    """One of ``values``, without an order: the kind of optimizer, the activation.

    Raises ValueError where there is no value, or a single text in place of a sequence.

    >>> Choice(("sgd", "adam")).at(0.7)
    'adam'
    """

    values: Sequence[Any]

    def __post_init__(self) -> None:
        require_values(self.values)

    def at(self, u: float) -> Any:
        return self.values[min(int(u * len(self.values)), len(self.values) - 1)]

    def levels(self, n: int) -> tuple[Any, ...]:
        # Values without an order cannot be thinned out: a grid takes them all.
        return tuple(self.values)

    def near(self, value: Any, rng: np.random.Generator, scale: float) -> Any:
        return self.draw(rng) if rng.random() < scale else value

    def around(self, values: Sequence[Any], margin: float, within: Any) -> Self:
        return type(self)(tuple(value for value in within.values if value in values))


def require_values(values: Any) -> None:
    """Refuse what is no sequence of at least one value; a single text is one by mistake."""
    if not isinstance(values, Sequence) or isinstance(values, str) or not values:
        raise ValueError(
            f"values must be a sequence of at least one; got {values!r}: "
            'pass a tuple such as ("sgd", "adam")'
        )


def _distinct(numbers: np.ndarray) -> tuple[int, ...]:
    return tuple(np.unique(np.rint(numbers).astype(int)).tolist())
