"""A released problem set as the grader needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ..checks.exercise import Exercise
from ..checks.registry import exercises_of
from ..course import Course
from .judging import read_question
from .rebuild import is_test


@dataclass(frozen=True)
class Released:
    """The student version: its notebooks' bytes by name, and the exercises in them.

    ``files`` are those that were given along with the notebooks, by their path beside them.
    """

    set_name: str
    contents: dict[str, bytes]
    exercises: Mapping[str, Exercise]
    files: Mapping[str, Path] = field(default_factory=dict)

    def notebook(self, name: str) -> NotebookNode:
        """A fresh copy of one notebook."""
        return nbformat.reads(self.contents[name].decode("utf-8"), as_version=4)

    @property
    def max_points(self) -> float:
        """Points of all exercises; answers marked by hand are not among them."""
        notebooks = [self.notebook(name) for name in self.contents]
        cells = [cell for notebook in notebooks for cell in notebook.cells if is_test(cell)]
        return float(sum(cell.metadata.nbgrader.points for cell in cells))


def read_released(
    course: Course, set_name: str, exercises: Mapping[str, Exercise] | None = None
) -> Released:
    """The released notebooks of ``set_name``, with ``exercises`` or those that the set declares.

    Raises
    ------
    ValueError
        one line where the set is unknown or not released, or a test cell cannot be graded.
    """
    course.require_set(set_name)
    folder = course.assignments / set_name
    contents = {path.stem: path.read_bytes() for path in sorted(folder.glob("*.ipynb"))}
    if not contents:
        raise ValueError(f"{set_name} is not released: run course release {set_name}")
    if exercises is None:
        exercises = exercises_of(set_name)
    given = {path.relative_to(folder): path for path in sorted(folder.rglob("*"))}
    hidden = [name for name in given if any(part.startswith(".") for part in name.parts)]
    others = [name for name in given if given[name].is_file() and name.suffix != ".ipynb"]
    files = {str(name): given[name] for name in others if name not in hidden}
    released = Released(set_name, contents, exercises, files)
    for name in contents:
        for cell in released.notebook(name).cells:
            if is_test(cell):
                read_question(cell, exercises)
    return released
