"""Grading without sandbox and cluster, for tests of what becomes of its results."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from nbgrader.api import Gradebook, Student
from tiny_set import RIGHT

from course_lib.grading import classroom, cluster, plugins, submission
from course_lib.grading.jobs import run_job
from course_lib.grading.judging import write_verdict
from course_lib.grading.rebuild import Rebuilt, is_test
from course_lib.grading.released import Released
from course_lib.grading.sandbox import Limits
from course_lib.grading.states import Mark, Result, State


def quick_grade(rebuilt: Rebuilt, released: Released, seed: int, limits: Any = None) -> Result:
    """Full points where the answer is written as ``RIGHT`` has it, else none; nothing is run."""
    sources = {cell.get("id"): cell.source for cell in rebuilt.notebook.cells}
    marks = {}
    for cell in rebuilt.notebook.cells:
        if is_test(cell):
            name, most = cell.id.removeprefix("test_"), float(cell.metadata.nbgrader.points)
            points = most if sources[name] == RIGHT[name] else 0.0
            write_verdict(cell, [f"{name}: {points:g} of {most:g}"], points)
            marks[name] = Mark(points, most)
    return Result(rebuilt.notebook, State.GRADED, "; ".join(rebuilt.notes), seed, marks)


class InProcess:
    """As ``Cluster``: some results at a time, each after ``seconds``."""

    def __init__(self, released: Released, limits: Limits, seconds: float) -> None:
        self.released, self.limits, self.seconds = released, limits, seconds

    def results(
        self, names: Iterable[str], load: Callable[[str], tuple[dict[str, Any], int]]
    ) -> Iterator[list[tuple[str, bytes | Exception]]]:
        batch: list[tuple[str, bytes | Exception]] = []
        for number, name in enumerate(names):
            time.sleep(self.seconds)
            contents, seed = load(name)
            batch.append((name, run_job(self.released, contents, seed, self.limits)))
            if number % 3 == 2:
                yield batch
                batch = []
        if batch:
            yield batch


@contextmanager
def quick_grading(seconds: float = 0.0) -> Iterator[None]:
    """``grade_class`` and nbgrader's own command grade in this process, by ``quick_grade``."""

    @contextmanager
    def connected(workers: int, scheduler: Any, released: Released, limits: Limits) -> Any:
        yield InProcess(released, limits, seconds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "connected", connected)
        for module in (submission, plugins):
            patch.setattr(module, "grade_notebook", quick_grade)
        for module in (classroom, plugins):
            patch.setattr(module, "require_sandbox", lambda weaker: None)
        yield


def all_rows(db_url: str) -> dict[str, Any]:
    """Every column of every row about students, by names in place of the random ids."""
    with Gradebook(db_url) as gradebook:
        return {student.id: _student(student) for student in gradebook.db.query(Student)}


def _columns(row: Any) -> dict[str, Any]:
    names = [c.name for c in row.__table__.columns if c.name != "id" and not c.name.endswith("_id")]
    return {name: getattr(row, name) for name in names}


def _student(student: Student) -> dict[str, Any]:
    return _columns(student) | {
        submission.name: _columns(submission)
        | {"notebooks": {book.name: _notebook(book) for book in submission.notebooks}}
        for submission in student.submissions
    }


def _notebook(book: Any) -> dict[str, Any]:
    return _columns(book) | {
        "score": book.score,
        "grades": {g.name: _columns(g) for g in sorted(book.grades, key=lambda g: g.name)},
        "comments": {c.name: _columns(c) for c in sorted(book.comments, key=lambda c: c.name)},
    }
