"""What gradebook and grader say of each submission, read in one go and kept as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SolutionCell,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

RECORD = "grading.json"  # the grader's own record, beside the autograded notebook
TEST_PREFIX = "test_"


@dataclass(frozen=True)
class Mark:
    """What one graded cell earned, in points; ``pending`` where a person has yet to read it."""

    notebook: str
    cell: str
    points: float
    max_points: float
    pending: bool

    @property
    def exercise(self) -> str:
        """The exercise's name: its test cell is ``test_`` and that name."""
        return self.cell.removeprefix(TEST_PREFIX)


@dataclass
class Marks:
    """One submission in the gradebook.

    ``penalty`` is in points, ``seconds_late`` in seconds; ``comments`` are by notebook and cell.
    """

    student: str
    seconds_late: float = 0.0
    penalty: float = 0.0
    marks: list[Mark] = field(default_factory=list)
    comments: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def points(self) -> float:
        """The sum of all marks, before the penalty."""
        return sum(mark.points for mark in self.marks)

    @property
    def score(self) -> float:
        """What counts: the sum less the late penalty, never below nought."""
        return max(0.0, self.points - self.penalty)

    @property
    def max_score(self) -> float:
        return sum(mark.max_points for mark in self.marks)


def class_marks(db_url: str, set_name: str, student: str | None = None) -> dict[str, Marks]:
    """The marks of every submission of ``set_name``, or of one student's, by student, in order."""
    where = [Assignment.name == set_name]
    if student is not None:
        where.append(SubmittedAssignment.student_id == student)
    with Gradebook(db_url) as gradebook:
        database = gradebook.db
        found = _submissions(database.execute(_joined(SUBMISSION).where(*where)))
        for name, *mark in database.execute(_joined(MARK, Grade, GradeCell).where(*where)):
            found[name].marks.append(Mark(*mark))
        for name, notebook, cell, text in database.execute(
            _joined(COMMENT, Comment, SolutionCell).where(*where)
        ):
            if text:
                found[name].comments[notebook, cell] = text
    return found


PLACE = (SubmittedAssignment.student_id, Notebook.name)
SUBMISSION = (SubmittedAssignment, SubmittedNotebook.late_submission_penalty)
MARK = (*PLACE, GradeCell.name, Grade.score, GradeCell.max_score, Grade.needs_manual_grade)
COMMENT = (*PLACE, SolutionCell.name, Comment.comment)


def _joined(columns: tuple[Any, ...], told: Any = None, cell: Any = None) -> Any:
    """Select ``columns`` over submissions, and over what is ``told`` (grade, comment) of cells."""
    query = (
        select(*columns)
        .select_from(SubmittedNotebook)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
    )
    if told is not None:
        query = query.join(told, told.notebook_id == SubmittedNotebook.id)
        query = query.join(cell, told.cell_id == cell.id).order_by(cell.name)
    return query.order_by(SubmittedAssignment.student_id)


def _submissions(rows: Iterable[Any]) -> dict[str, Marks]:
    """One entry a student; the penalties of several notebooks add up."""
    found: dict[str, Marks] = {}
    for submission, penalty in rows:
        student = submission.student_id
        marks = found.setdefault(student, Marks(student, submission.total_seconds_late))
        marks.penalty += penalty or 0.0
    return found


@dataclass(frozen=True)
class Record:
    """How grading a submission went: ``state``, its ``reason``, and mistakes by exercise."""

    state: str = "graded"
    reason: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)


NO_RESULT = Record("grader-error", "no result yet: run course grade again, and see its log")


def read_record(folder: Path) -> Record:
    """The grader's record in an autograded ``folder``; that of a plain nbgrader run where none.

    Who stands in the gradebook without a folder could not be graded.
    """
    try:
        told = json.loads((folder / RECORD).read_text("utf-8"))
    except FileNotFoundError:
        return Record() if folder.is_dir() else NO_RESULT
    mistakes = {
        name: exercise["mistake"]
        for name, exercise in told.get("exercises", {}).items()
        if exercise.get("mistake")
    }
    return Record(told["state"], told.get("reason") or "", mistakes)
