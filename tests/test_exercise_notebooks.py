"""The notebooks of every set agree with its exercises, and their worked solutions are right."""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import Any

import jupytext
from exercise_runs import ROOT, all_cases, each, each_set, verdict
from matplotlib import pyplot

from course_lib.checks.forbidden import forbidden_uses
from course_lib.checks.registry import exercise_sets, exercises_of


@cache
def cells(set_name: str) -> list[Any]:
    """The cells of all notebooks of a set, as jupytext reads them."""
    fmt = {"extension": ".md", "format_name": "myst"}
    paths = sorted((ROOT / "solutions" / set_name).glob("*.md"))
    return [cell for path in paths for cell in jupytext.read(path, fmt=fmt).cells]


@cache
def namespace_after(set_name: str) -> dict[str, Any]:
    """What is defined when all cells of a set have run but those that check or draw."""
    namespace: dict[str, Any] = {}
    for cell in cells(set_name):
        if cell.cell_type == "code" and not {"check", "tags"} & cell.metadata.keys():
            exec(compile(cell.source, "<notebook>", "exec"), namespace)
    return namespace


@each_set
def test_each_exercise_has_one_answer_and_one_check_in_the_declared_order(set_name):
    for role in ("exercise", "check"):
        named = [cell.metadata[role] for cell in cells(set_name) if role in cell.metadata]
        assert named == list(exercises_of(set_name))


@each_set
def test_a_notebook_begins_with_the_imports_that_every_answer_may_use(set_name):
    first = next(cell for cell in cells(set_name) if cell.cell_type == "code")
    for line in ("import numpy as np", "import torch", "from course_lib.checks import check"):
        assert line in first.source.split("\n")


@each_set
def test_the_points_in_the_text_are_those_declared(set_name):
    text = "\n".join(cell.source for cell in cells(set_name) if cell.cell_type == "markdown")
    told = [int(number) for number in re.findall(r"### Exercise .*\((\d+) points?\)", text)]
    assert told == [exercise.points for exercise in exercises_of(set_name).values()]


@each
def test_the_worked_solution_passes(exercise):
    set_name = next(name for name in exercise_sets() if exercise.name in exercises_of(name))
    function = namespace_after(set_name)[exercise.name]
    for drawn in all_cases(exercise):
        assert verdict(exercise, function, drawn).passed


@each
def test_the_worked_solution_uses_nothing_forbidden_and_says_what_it_does(exercise):
    set_name = next(name for name in exercise_sets() if exercise.name in exercises_of(name))
    source = "\n".join(cell.source for cell in cells(set_name) if cell.cell_type == "code")
    assert forbidden_uses(source, exercise.forbid, [exercise.name]) == []
    function = namespace_after(set_name)[exercise.name]
    assert function.__doc__
    assert tuple(inspect.signature(function).parameters) == exercise.arguments


@each_set
def test_drawing_cells_bear_answers_that_are_not_written(set_name):
    pyplot.switch_backend("agg")
    namespace = dict(namespace_after(set_name))

    def stub(*_: Any) -> Any:
        raise NotImplementedError

    namespace.update(dict.fromkeys(exercises_of(set_name), stub))
    for cell in cells(set_name):
        if "raises-exception" in cell.metadata.get("tags", ()):
            exec(compile(cell.source, "<notebook>", "exec"), namespace)
    pyplot.close("all")


@each_set
def test_the_order_of_answers_does_not_matter(set_name):
    """Each answer alone, after the imports only, and all of them from last to first."""
    named = {c.metadata["exercise"]: c.source for c in cells(set_name) if "exercise" in c.metadata}
    imports = next(cell.source for cell in cells(set_name) if cell.cell_type == "code")
    backwards: dict[str, Any] = {}
    for source in (imports, *reversed(named.values())):
        exec(compile(source, "<notebook>", "exec"), backwards)
    for exercise in exercises_of(set_name).values():
        assert verdict(exercise, backwards[exercise.name], exercise.public).passed
