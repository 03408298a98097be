"""Rows of nbgrader's gradebook, for many submissions in one transaction.

They are the rows that ``SaveAutoGrades`` and ``AssignLatePenalties`` leave, which open the
gradebook for each notebook and commit each cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import Connection, Table, bindparam, insert, select, update

GRADED = ("GradeCell", "TaskCell")
COMMENTED = ("SolutionCell", "TaskCell")
# The penalty for a student's notebook with so many points, so many seconds late.
Penalty = Callable[[str, float, float], "float | None"]
Key = tuple[str, str]
Scores = dict[Key, "float | None"]
Comments = dict[Key, "str | None"]
Row = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """What one grading puts into the gradebook.

    ``scores`` (points) and ``comments`` are by notebook and cell; a score of None waits for a
    person. Without any, the submission is entered with everything waiting.
    """

    student: str
    timestamp: datetime | None
    scores: Scores = field(default_factory=dict)
    comments: Comments = field(default_factory=dict)


@dataclass(frozen=True)
class _Set:
    """A problem set in the gradebook: its notebooks, and their cells by notebook and name."""

    id: str
    due: datetime | None
    notebooks: dict[str, str]
    graded: dict[Key, tuple[str, str]]  # ids of notebook and cell
    commented: dict[Key, tuple[str, str]]


def save_entries(
    db: Connection, set_name: str, entries: Sequence[Entry], penalty: Penalty | None
) -> None:
    """Enter all ``entries`` of a set, one for a student at most; points given by hand are kept.

    Raises
    ------
    MissingEntry
        where the gradebook does not know the set, or a cell of it.
    """
    found = _read_set(db, set_name)
    _require_cells(found, entries)
    _present(db, Student, [{"id": entry.student} for entry in entries], ("id",), "id")
    submissions = _submissions(db, found, entries)
    notebooks = _notebooks(db, found, submissions.values())
    grades = _cells(db, Grade, found.graded, notebooks)
    comments = _cells(db, Comment, found.commented, notebooks)
    for entry in entries:
        submission = submissions[entry.student]["id"]
        for (notebook, cell), score in entry.scores.items():
            grade = grades[notebooks[submission, found.notebooks[notebook]]["id"], cell]
            waits = score is None or grade.get("manual_score") is not None
            grade |= {"auto_score": score, "needs_manual_grade": waits, "new": True}
        for (notebook, cell), text in entry.comments.items():
            comment = comments[notebooks[submission, found.notebooks[notebook]]["id"], cell]
            comment |= {"auto_comment": text, "new": True}
    _write(db, Grade, grades.values(), ("auto_score", "needs_manual_grade"))
    _write(db, Comment, comments.values(), ("auto_comment",))
    if penalty:
        _save_penalties(db, found, entries, submissions, notebooks, grades, penalty)


def _read_set(db: Connection, name: str) -> _Set:
    columns = select(Assignment.id, Assignment.duedate)
    told = db.execute(columns.where(Assignment.name == name)).one_or_none()
    if told is None:
        raise MissingEntry(f"{name} is not in the gradebook: run course release {name}")
    query = select(Notebook.name, Notebook.id).where(Notebook.assignment_id == told.id)
    notebooks = {row.name: row.id for row in db.execute(query)}
    names = {own: notebook for notebook, own in notebooks.items()}
    table = BaseCell.__table__.c
    cells = db.execute(
        select(table.notebook_id, table.name, table.id, table.type).where(
            table.notebook_id.in_(notebooks.values())
        )
    ).all()

    def of(kinds: tuple[str, ...]) -> dict[Key, tuple[str, str]]:
        return {(names[n], cell): (n, own) for n, cell, own, kind in cells if kind in kinds}

    return _Set(told.id, told.duedate, notebooks, of(GRADED), of(COMMENTED))


def _require_cells(found: _Set, entries: Sequence[Entry]) -> None:
    for entry in entries:
        for told, there in ((entry.scores, found.graded), (entry.comments, found.commented)):
            missing = [
                f"{notebook}/{cell}" for notebook, cell in told if (notebook, cell) not in there
            ]
            if missing:
                raise MissingEntry(f"the gradebook has no cell {missing[0]}: release the set again")


def _present(
    db: Connection, model: Any, wanted: Iterable[Row], key: tuple[str, ...], among: str
) -> dict[tuple[Any, ...], Row]:
    """The rows that agree with ``wanted`` in ``key``, by that key; what is not there is added.

    Only rows whose column ``among`` has one of the wanted values are looked at.
    """
    table: Table = model.__table__
    by_key = {tuple(row[name] for name in key): row for row in wanted}
    values = {row[among] for row in by_key.values()}
    rows = db.execute(select(table).where(table.c[among].in_(values))).mappings()
    there = {tuple(row[name] for name in key): dict(row) for row in rows}
    added = {own: {"id": new_uuid(), **row} for own, row in by_key.items() if own not in there}
    if added:
        db.execute(insert(table), list(added.values()))
    return {own: there[own] if own in there else added[own] for own in by_key}


def _submissions(db: Connection, found: _Set, entries: Sequence[Entry]) -> dict[str, Row]:
    """The submission of each student, with the time that is told now, if one is."""
    wanted = [
        {"assignment_id": found.id, "student_id": e.student, "timestamp": e.timestamp}
        for e in entries
    ]
    key = ("assignment_id", "student_id")
    rows = _present(db, SubmittedAssignment, wanted, key, among="student_id")
    submissions = {student: row for (_, student), row in rows.items()}
    for entry in entries:
        row = submissions[entry.student]
        if entry.timestamp and row["timestamp"] != entry.timestamp:
            row |= {"timestamp": entry.timestamp, "new": True}
    _write(db, SubmittedAssignment, submissions.values(), ("timestamp",))
    return submissions


def _notebooks(db: Connection, found: _Set, submissions: Iterable[Row]) -> dict[Key, Row]:
    """Every notebook of every submission, by the ids of submission and notebook."""
    wanted = [
        {"assignment_id": submission["id"], "notebook_id": notebook}
        for submission in submissions
        for notebook in found.notebooks.values()
    ]
    key = ("assignment_id", "notebook_id")
    return _present(db, SubmittedNotebook, wanted, key, among="assignment_id")


def _cells(
    db: Connection,
    model: Any,
    cells: Mapping[Key, tuple[str, str]],
    notebooks: Mapping[Key, Row],
) -> dict[Key, Row]:
    """The grade or comment of every cell, by the submitted notebook's id and the cell's name."""
    names = {own: name for (_, name), (_, own) in cells.items()}
    wanted = [
        {"cell_id": cell, "notebook_id": submitted["id"]}
        for (_, released), submitted in notebooks.items()
        for notebook, cell in cells.values()
        if notebook == released
    ]
    rows = _present(db, model, wanted, ("notebook_id", "cell_id"), among="notebook_id")
    return {(notebook, names[cell]): row for (notebook, cell), row in rows.items()}


def _write(db: Connection, model: Any, rows: Iterable[Row], columns: tuple[str, ...]) -> None:
    """Write ``columns`` of the rows that are marked as new."""
    changed = [{"row": row["id"]} | {c: row[c] for c in columns} for row in rows if row.get("new")]
    if changed:
        table: Table = model.__table__
        values: dict[str, Any] = {column: bindparam(column) for column in columns}
        db.execute(update(table).where(table.c.id == bindparam("row")).values(values), changed)


def _save_penalties(
    db: Connection,
    found: _Set,
    entries: Sequence[Entry],
    submissions: Mapping[str, Row],
    notebooks: Mapping[Key, Row],
    grades: Mapping[Key, Row],
    penalty: Penalty,
) -> None:
    """The late penalty of every notebook that has been graded, from the points that count now."""
    points: dict[str, float] = {}
    for (notebook, _), grade in grades.items():
        points[notebook] = points.get(notebook, 0.0) + _score(grade)
    for entry in entries:
        submission = submissions[entry.student]
        late = seconds_late(submission["timestamp"], found.due, submission.get("extension"))
        for name in {notebook for notebook, _ in entry.scores}:
            row = notebooks[submission["id"], found.notebooks[name]]
            score = points.get(row["id"], 0.0)
            taken = penalty(entry.student, score, late) if late > 0 else None
            row |= {"late_submission_penalty": taken, "new": True}
    _write(db, SubmittedNotebook, notebooks.values(), ("late_submission_penalty",))


def _score(grade: Row) -> float:
    """The points that count, as nbgrader's ``Grade.score``: those given by hand come first."""
    points = grade.get("manual_score")
    points = grade.get("auto_score") if points is None else points
    return 0.0 if points is None else float(points) + (grade.get("extra_credit") or 0.0)


def seconds_late(moment: datetime | None, due: datetime | None, more: timedelta | None) -> float:
    """Seconds (s) after the due date and the student's own extension; nought where in time."""
    if moment is None or due is None:
        return 0.0
    return max(0.0, (moment - due - (more or timedelta())).total_seconds())
