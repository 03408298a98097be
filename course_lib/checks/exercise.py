"""One exercise, told once: what is asked, what is right, and what students get wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from .asking import Answer, ask_quietly
from .drivers import DRIVERS

Function = Callable[..., Any]

MAX_FALSE_ALARM = 1e-6

# What the args of a case are called, from the arguments of the answer, where they differ.
INPUTS: dict[str, Callable[[tuple[str, ...]], tuple[str, ...]]] = {
    "object": lambda names: ("init", "calls"),
    "module": lambda names: ("init", "calls"),
    "steps": lambda names: (names[0], names[1], *names[3:]),
    "optimizer": lambda names: ("parameters", "gradients", "options"),
}


@dataclass(frozen=True)
class Case:
    """One call of the student's function.

    Parameters
    ----------
    args
        what the driver takes (see ``drivers``), for most the positional arguments: numpy arrays,
        plain numbers, and what ``given`` tells of generators, tensors and functions
    part
        the part of the exercise that this case belongs to (see ``Exercise.parts``)

    >>> Case(args=(np.array([1.0, 3.0]), np.array([0.0, 0.0]))).part
    'value'
    """

    args: tuple[Any, ...]
    part: str = "value"


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that students really write, and the sentence that helps.

    ``function`` stands alone (it uses only ``np``, ``torch`` and ``math``): its source becomes a
    submission of the sample class.

    >>> def summed(a, y):
    ...     return np.sum((a - y) ** 2)
    >>> Mistake(summed, "This is the sum; the loss is the mean.").name
    'summed'
    """

    function: Function
    sentence: str

    @property
    def name(self) -> str:
        return self.function.__name__


@dataclass(frozen=True)
class Exercise:
    """The declaration behind ``check(name, function)``.

    Parameters
    ----------
    name
        the student's function, the first argument of ``check``, and the stem of the cells' ids
    task
        one sentence that says what is asked
    points
        what it is worth; shared between parts by their weights
    reference
        the right answer, from course_lib
    public
        cases that students see
    hidden
        draws fresh cases from a generator, for grading
    mistakes
        at least six wrong implementations, each with its sentence
    variants
        at least four other right implementations (a loop, numpy, torch), which must pass
    driver
        how the function is called, a key of ``drivers.DRIVERS``
    parts
        weight of each part, where partial credit is given; each case names its part
    rtol, atol
        tolerance of a float64 answer; a float32 one is granted 1e-4, see ``compare``
    accept
        judges an answer to a question that has many right ones, instead of a comparison with the
        reference's: ``accept(args, value)`` is empty where the value is right, else a sentence that
        says what is wrong and gives away no number of the case. A mistake is known by its sentence.
    false_alarm
        bound on the probability that a right answer is refused, over all cases of one grading,
        where ``accept`` judges what was drawn at random; at most 1e-6
    forbid
        dotted names that the answer may not use, each standing for all below it

    Raises
    ------
    ValueError
        where the declaration breaks a rule above, or an argument's name differs from the
        reference's.

    >>> from course_lib.checks.registry import find_exercise
    >>> mse = find_exercise("mse")
    >>> mse.arguments, len(mse.mistakes) >= 6
    (('a', 'y'), True)
    """

    name: str
    task: str
    points: int
    reference: Function
    public: tuple[Case, ...]
    hidden: Callable[[np.random.Generator], list[Case]]
    mistakes: tuple[Mistake, ...]
    variants: tuple[Function, ...]
    driver: str = "call"
    parts: dict[str, float] = field(default_factory=lambda: {"value": 1.0})
    rtol: float = 1e-6
    atol: float = 1e-9
    accept: Callable[[tuple[Any, ...], Any], str] | None = None
    false_alarm: float = 0.0
    forbid: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problem = _first_problem(self)
        if problem:
            raise ValueError(f"exercise {self.name!r}: {problem}")

    @property
    def arguments(self) -> tuple[str, ...]:
        """Names of the arguments, as the reference has them."""
        return _arguments(self.reference)

    def right(self, case: Case) -> Answer:
        """What the reference gives."""
        for known, answer in zip(self.public, self._public_rights, strict=True):
            if known is case:
                return answer
        return ask_quietly(self.driver, self.reference, case.args)

    @cached_property
    def _public_rights(self) -> list[Answer]:
        """Asked for once, as these cases are the same for each student."""
        return [ask_quietly(self.driver, self.reference, case.args) for case in self.public]

    def wrong(self, mistake: Mistake, case: Case) -> Answer:
        """What ``mistake`` gives."""
        return ask_quietly(self.driver, mistake.function, case.args)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of what a case holds, one for each of its ``args``."""
        return INPUTS.get(self.driver, lambda names: names)(self.arguments)


def _arguments(function: Function) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def _stray(exercise: Exercise) -> str:
    """The first mistake or variant that cannot stand in for the student's function."""
    functions = (*(mistake.function for mistake in exercise.mistakes), *exercise.variants)
    for function in functions:
        if not function.__name__.isidentifier():
            return "write mistakes and variants with def: each becomes a submission"
        if _arguments(function) != exercise.arguments:
            got, want = ", ".join(_arguments(function)), ", ".join(exercise.arguments)
            return f"{function.__name__} takes ({got}), the reference ({want}): name them alike"
    return ""


def _first_problem(exercise: Exercise) -> str:
    """The first rule that a declaration breaks, with what to do; empty where it breaks none."""
    names = [mistake.name for mistake in exercise.mistakes]
    sentences = [mistake.sentence for mistake in exercise.mistakes]
    used = {case.part for case in exercise.public}
    rules = (
        (not exercise.name.isidentifier(), "the name must be a Python name, as the function's is"),
        (
            not isinstance(exercise.points, int) or exercise.points < 1,
            f"points must be a whole number from 1 up, got {exercise.points}",
        ),
        (
            exercise.driver not in DRIVERS,
            f"no driver {exercise.driver!r}; there are {', '.join(sorted(DRIVERS))}",
        ),
        (not exercise.public, "give at least one public case"),
        (len(names) < 6, f"give at least six mistakes, got {len(names)}"),
        (len(set(names)) < len(names), "two mistakes have the same function name: rename one"),
        (len(set(sentences)) < len(sentences), "two mistakes share a sentence: give each its own"),
        (len(exercise.variants) < 4, f"give at least four variants, got {len(exercise.variants)}"),
        (
            used != set(exercise.parts),
            f"public cases name the parts {sorted(used)}, parts has "
            f"{sorted(exercise.parts)}: give each part a weight and a public case",
        ),
        (any(weight <= 0 for weight in exercise.parts.values()), "weights must be positive"),
        (
            not 0 <= exercise.false_alarm <= MAX_FALSE_ALARM,
            f"false_alarm must be at most {MAX_FALSE_ALARM:g}, got {exercise.false_alarm:g}",
        ),
    )
    problem = next((sentence for broken, sentence in rules if broken), "")
    return problem or _stray(exercise)
