"""Answers as students would hand them in, from what the exercises declare."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from ..checks.exercise import Exercise


def answer_source(exercise: Exercise, choice: str) -> str:
    """The source of one answer cell for ``choice`` (see ``sample_students``).

    Raises
    ------
    ValueError
        where the exercise declares no such variant or mistake.
    """
    if "\n" in choice:
        return choice.strip()
    return renamed_source(_declared(exercise, choice), exercise.name)


def _declared(exercise: Exercise, choice: str) -> Callable[..., Any]:
    variants = {function.__name__: function for function in exercise.variants}
    mistakes = {mistake.name: mistake.function for mistake in exercise.mistakes}
    if choice == "first mistake":
        return next(iter(mistakes.values()))
    if choice.startswith("like "):
        part = choice.removeprefix("like ")
        return next((v for name, v in variants.items() if part in name), exercise.variants[0])
    if choice not in variants | mistakes:
        known = ", ".join(variants | mistakes)
        raise ValueError(f"{exercise.name} declares no {choice!r}: there are {known}")
    return (variants | mistakes)[choice]


def renamed_source(function: Callable[..., Any], name: str) -> str:
    """The source of ``function`` as a function called ``name``, with the imports that it needs.

    A student's notebook has imported ``np`` and ``torch``; other modules come with the answer.

    >>> print(renamed_source(textwrap.dedent, "f").splitlines()[0])
    def f(text):
    """
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    names = [node for node in ast.walk(definition) if isinstance(node, ast.Name)]
    lines = source.encode().splitlines(keepends=True)  # ast counts columns in bytes
    old, new = function.__name__.encode(), name.encode()
    uses = [(node.lineno, node.col_offset) for node in names if node.id == function.__name__]
    line = definition.lineno
    uses.append((line, lines[line - 1].index(old)))
    for row, column in sorted(uses, reverse=True):
        text = lines[row - 1]
        lines[row - 1] = text[:column] + new + text[column + len(old) :]
    imports = "import math\n\n\n" if any(node.id == "math" for node in names) else ""
    return imports + b"".join(lines).decode().strip()
