"""Finds exercises by name and by set."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from .exercise import Exercise

EXERCISES_PACKAGE = "course_lib.exercises"


@cache
def exercise_sets() -> tuple[str, ...]:
    """Names of all sets that declare exercises, such as ``"ps1_losses"``."""
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
    module = importlib.import_module(f"{EXERCISES_PACKAGE}.{set_name}")
    found: dict[str, Exercise] = {}
    for exercise in module.EXERCISES:
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
