"""Finds exercises by name and by set.

The course declares them in ``course_lib.exercises``; what students are given holds them as files in
``course_lib/published`` (see ``published``).
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import cast

from .exercise import Exercise
from .published import read_file

EXERCISES_PACKAGE = "course_lib.exercises"
PUBLISHED = Path(__file__).parents[1] / "published"
FILE = "exercises.json"  # of each set, in a folder of its name


@cache
def exercise_sets() -> tuple[str, ...]:
    """Names of all sets that declare exercises, such as ``"ps1_losses"``."""
    if _are_published():
        return tuple(sorted(path.parent.name for path in PUBLISHED.glob(f"*/{FILE}")))
    package = importlib.import_module(EXERCISES_PACKAGE)
    return tuple(sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.ispkg))


@cache
def exercises_of(set_name: str) -> dict[str, Exercise]:
    """The exercises of one set by name, in the order of the notebook.

    Raises
    ------
    ValueError
        if there is no such set, or two exercises of it have the same name.
    """
    if set_name not in exercise_sets():
        known = ", ".join(exercise_sets())
        raise ValueError(f"no exercise set {set_name!r}; the sets are {known}")
    found: dict[str, Exercise] = {}
    for exercise in _told(set_name):
        if exercise.name in found:
            raise ValueError(f"{set_name}: two exercises are named {exercise.name!r}: rename one")
        found[exercise.name] = exercise
    return found


def find_exercise(name: str) -> Exercise:
    """The exercise that ``check(name, ...)`` means.

    Raises
    ------
    ValueError
        if no set declares it.
    """
    for set_name in exercise_sets():
        if name in exercises_of(set_name):
            return exercises_of(set_name)[name]
    raise ValueError(f"no exercise is named {name!r}: check the first argument of check()")


def _are_published() -> bool:
    return importlib.util.find_spec(EXERCISES_PACKAGE) is None


def _told(set_name: str) -> Sequence[Exercise]:
    if _are_published():
        told = read_file((PUBLISHED / set_name / FILE).read_text(encoding="utf-8"))
        return cast(Sequence[Exercise], told)  # as one wherever it is judged
    module = importlib.import_module(f"{EXERCISES_PACKAGE}.{set_name}")
    return tuple(module.EXERCISES)
