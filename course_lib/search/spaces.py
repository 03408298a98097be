"""Spaces: a dictionary from the name of a hyperparameter to its axis, and what is drawn from it.

``{"rate": LogUniform(1e-4, 1e-1), "layers": Integer(1, 3)}`` is a space. An entry may depend on an
earlier one: ``"momentum": When("optimizer", ("sgd",), Uniform(0.0, 0.99))`` is there only where the
optimizer is ``"sgd"``. A point of the space is a dictionary, the *parameters* of one trial.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._random import generator
from .._scalars import real, whole
from .axes import Axis, Choice, require_values

__all__ = ["Border", "Space", "When", "borders", "build", "draw", "grid_points"]

Parameters = dict[str, Any]


@dataclass(frozen=True)
class When:
    """``axis``, but only where the earlier entry ``name`` has one of ``values``.

    Raises ValueError where there is no value, or a single text in place of a sequence.

    >>> from course_lib.search import Choice, Uniform
    >>> momentum = When("optimizer", ("sgd",), Uniform(0.0, 0.9))
    >>> draw({"optimizer": Choice(("adam",)), "momentum": momentum}, np.random.default_rng(0))
    {'optimizer': 'adam'}
    """

    name: str
    values: Sequence[Any]
    axis: Axis

    def __post_init__(self) -> None:
        require_values(self.values)


Entry = Axis | When
Space = Mapping[str, Entry]


def checked(space: Space) -> dict[str, Entry]:
    """The space as a dictionary of its own.

    Raises ValueError where it is empty, a name is no text, an entry is neither an axis nor
    ``When``, or a ``When`` names no earlier entry.
    """
    if not isinstance(space, Mapping) or not space:
        raise ValueError(
            f"space must be a dictionary of at least one axis; got {space!r}: "
            'pass one such as {"rate": LogUniform(1e-4, 1e-1)}'
        )
    earlier: list[str] = []
    for name, entry in space.items():
        _require_entry(name, entry, earlier)
        earlier.append(name)
    return dict(space)


def _require_entry(name: Any, entry: Any, earlier: Sequence[str]) -> None:
    axis = bare(entry)
    if not isinstance(name, str) or not isinstance(axis, Axis):
        raise ValueError(
            f"each entry of space must be a name and an axis; got {name!r}: {entry!r}: "
            "pass Uniform, LogUniform, Integer, LogInteger, Choice, or When with one of them"
        )
    if isinstance(entry, When) and entry.name not in earlier:
        raise ValueError(
            f"{name} must depend on an entry before it; got {entry.name!r} "
            f"after {', '.join(earlier) or 'nothing'}: put {entry.name!r} earlier in the space"
        )


def bare(entry: Entry) -> Axis:
    """The axis of ``entry``, whether it applies or not."""
    return entry.axis if isinstance(entry, When) else entry


def axis_of(entry: Entry, parameters: Parameters) -> Axis | None:
    """The axis of ``entry``, or None where it does not apply to ``parameters``."""
    if not isinstance(entry, When):
        return entry
    applies = entry.name in parameters and parameters[entry.name] in entry.values
    return entry.axis if applies else None


def build(space: Space, choose: Callable[[str, Axis], Any]) -> Parameters:
    """Parameters with ``choose(name, axis)`` for every entry that applies, in the space's order."""
    parameters: Parameters = {}
    for name, entry in space.items():
        axis = axis_of(entry, parameters)
        if axis is not None:
            parameters[name] = choose(name, axis)
    return parameters


def draw(space: Space, rng: np.random.Generator) -> Parameters:
    """Parameters drawn at random: each axis uniformly on its own scale, independently.

    Raises ValueError where the space is none, or ``rng`` is no generator.

    >>> from course_lib.search import Integer
    >>> draw({"layers": Integer(1, 3)}, np.random.default_rng(0))
    {'layers': 2}
    """
    rng = generator(rng)
    return build(checked(space), lambda name, axis: axis.draw(rng))


def grid_points(space: Space, levels: int | Mapping[str, int]) -> list[Parameters]:
    """All combinations of each axis's ``levels``, the last axis changing fastest.

    ``levels`` is one number for all axes, or one for each by name; a choice has all its values.

    Raises ValueError where the space is none, or a number of levels is not at least 2.

    >>> from course_lib.search import Choice, Uniform
    >>> grid_points({"a": Uniform(0.0, 1.0), "b": Choice((True, False))}, levels=2)[1:3]
    [{'a': 0.0, 'b': False}, {'a': 1.0, 'b': True}]
    """
    points: list[Parameters] = [{}]
    for name, entry in checked(space).items():
        n = levels.get(name) if isinstance(levels, Mapping) else levels
        points = [longer for point in points for longer in _extended(point, name, entry, n)]
    return points


def _extended(point: Parameters, name: str, entry: Entry, n: Any) -> list[Parameters]:
    axis = axis_of(entry, point)
    if axis is None:
        return [point]
    if not isinstance(axis, Choice):
        n = whole(f"levels of {name}", n, at_least=2)
    return [{**point, name: value} for value in axis.levels(n)]


@dataclass(frozen=True)
class Border:
    """One parameter whose value lies at an end of its axis: what is best may lie beyond.

    >>> from course_lib.search import Uniform
    >>> print(borders({"rate": Uniform(0.0, 1.0)}, {"rate": 0.99})[0].side)
    high
    """

    name: str
    value: Any
    side: str
    axis: Axis

    def __str__(self) -> str:
        return (
            f"{self.name} = {self.value:g} lies at the {self.side} end of {self.axis}: "
            "the best may lie beyond, so search on with a wider range"
        )


def borders(space: Space, parameters: Parameters, margin: float = 0.05) -> list[Border]:
    """Each of the ``parameters`` in the outer ``margin`` of its axis, as a share of the axis.

    Deck C: "Careful with best values on border". Its best run has a rate of 9.47e-4 where rates
    were drawn between 1e-4 and 1e-3, on a log scale: "this result is worrying. Why?"

    Raises ValueError where the space is none, or ``margin`` is not in [0, ½).

    >>> from course_lib.search import LogUniform
    >>> found = borders({"rate": LogUniform(1e-4, 1e-3)}, {"rate": 9.471549e-4})
    >>> found[0].name, found[0].side
    ('rate', 'high')
    """
    real("margin", margin, at_least=0, below=0.5)
    found = []
    for name, entry in checked(space).items():
        axis = axis_of(entry, parameters)
        if axis is not None and name in parameters:
            side = axis.border(parameters[name], margin)
            if side:
                found.append(Border(name, parameters[name], side, axis))
    return found


def mutated(
    space: Space, parameters: Parameters, rng: np.random.Generator, scale: float
) -> Parameters:
    """Each parameter moved by about ``scale`` of its axis; one that now applies is drawn."""

    def choose(name: str, axis: Axis) -> Any:
        known = name in parameters
        return axis.near(parameters[name], rng, scale) if known else axis.draw(rng)

    return build(space, choose)


def crossed(
    space: Space, mother: Parameters, father: Parameters, rng: np.random.Generator
) -> Parameters:
    """Each parameter from one of two, either as likely; drawn where neither has it."""

    def choose(name: str, axis: Axis) -> Any:
        having = [parent for parent in (mother, father) if name in parent]
        return having[rng.integers(len(having))][name] if having else axis.draw(rng)

    return build(space, choose)
