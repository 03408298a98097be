"""A released problem set as the grader needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ..checks.exercise import Exercise
from ..checks.registry import exercise_sets, exercises_of
from ..course import Course
from .judging import read_question
from .plain_tests import Sources, is_plain
from .rebuild import is_test


@dataclass(frozen=True)
class Released:
    """The student version: its notebooks' bytes by name, and the exercises in them.

    ``files`` are those that were given along with the notebooks, by their path beside them;
    ``test_sources`` the test cells of plain asserts with their hidden tests.
    """

    set_name: str
    contents: dict[str, bytes]
    exercises: Mapping[str, Exercise]
    files: Mapping[str, Path] = field(default_factory=dict)
    test_sources: Sources = field(default_factory=dict)

    def notebook(self, name: str) -> NotebookNode:
        """A fresh copy of one notebook."""
        return nbformat.reads(self.contents[name].decode("utf-8"), as_version=4)

    @property
    def tests(self) -> list[NotebookNode]:
        """All cells that are graded by themselves."""
        notebooks = [self.notebook(name) for name in self.contents]
        return [cell for notebook in notebooks for cell in notebook.cells if is_test(cell)]

    @cached_property
    def labels(self) -> set[str]:
        """The names that marks can stand under."""
        return {*self.exercises, *(str(cell.metadata.nbgrader.grade_id) for cell in self.tests)}

    @property
    def max_points(self) -> float:
        """Points of all exercises; answers marked by hand are not among them."""
        return float(sum(cell.metadata.nbgrader.points for cell in self.tests))


def read_released(
    course: Course, set_name: str, exercises: Mapping[str, Exercise] | None = None
) -> Released:
    """The released notebooks of ``set_name``, with ``exercises`` or those that the set declares.

    Raises
    ------
    ValueError
        one line where the set is unknown or not released, or a test cell cannot be graded.
    """
    require_known(course, set_name)
    folder = course.assignments / set_name
    contents = {path.stem: path.read_bytes() for path in sorted(folder.glob("*.ipynb"))}
    if not contents:
        raise ValueError(f"{set_name} is not released: run course release {set_name}")
    if exercises is None:
        exercises = declared_exercises(set_name)
    given = {path.relative_to(folder): path for path in sorted(folder.rglob("*"))}
    hidden = [name for name in given if any(part.startswith(".") for part in name.parts)]
    others = [name for name in given if given[name].is_file() and name.suffix != ".ipynb"]
    files = {str(name): given[name] for name in others if name not in hidden}
    released = Released(set_name, contents, exercises, files)
    if any(is_plain(cell) for cell in released.tests):
        sources = _test_sources(course, released)
        released = replace(released, test_sources=sources)
    for cell in released.tests:
        read_question(cell, exercises, released.test_sources)
    return released


def require_known(course: Course, set_name: str) -> None:
    """Make sure that there is such a set: one with a source, or one that nbgrader released.

    Raises
    ------
    ValueError
        where there is not; the message lists those there are.
    """
    if not any((course.assignments / set_name).glob("*.ipynb")):
        course.require_set(set_name)


def declared_exercises(set_name: str) -> dict[str, Exercise]:
    """The exercises of a set; none where it was made without this program's ``check``."""
    try:
        return exercises_of(set_name)
    except ValueError:
        if set_name in exercise_sets():
            raise
        return {}


def _test_sources(course: Course, released: Released) -> Sources:
    """Test cells of plain asserts as they were before release, from the gradebook.

    There nbgrader keeps them to put their hidden tests back.
    """
    # Here, for the processes that grade do without nbgrader.
    from nbgrader.api import Gradebook, MissingEntry

    from ..release_generate import course_config

    sources: dict[tuple[str, str], str] = {}
    with Gradebook(str(course_config(course).CourseDirectory.db_url)) as gradebook:
        for name in released.contents:
            for cell in filter(is_test, released.notebook(name).cells):
                grade_id = str(cell.metadata.nbgrader.grade_id)
                try:
                    kept = gradebook.find_source_cell(grade_id, name, released.set_name).source
                except MissingEntry:
                    continue
                if sources.setdefault((grade_id, cell.source), kept) != kept:
                    raise ValueError(
                        f"two notebooks of {released.set_name} have a test cell {grade_id!r} "
                        "with other hidden tests: rename one"
                    )
    return sources
