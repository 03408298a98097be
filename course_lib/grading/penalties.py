"""Late penalties brought up to the points that count now, those given by hand among them."""

from __future__ import annotations

from typing import Any

from nbgrader.api import Assignment, Grade, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import Connection, bindparam, func, select, update

from .rows import Penalty, seconds_late

COLUMNS = (
    SubmittedNotebook.id,
    SubmittedNotebook.late_submission_penalty,
    SubmittedAssignment.student_id,
    SubmittedAssignment.timestamp,
    SubmittedAssignment.extension,
    Assignment.duedate,
)


def refresh_penalties(db: Connection, set_name: str, penalty: Penalty) -> None:
    """Take the penalty of each late notebook of a set from the points that it has now.

    nbgrader assigns penalties when it grades, and at no point where a person marks: an essay's
    points, given later, would not be reduced.
    """
    query = (
        select(*COLUMNS, func.sum(Grade.score).label("score"))
        .select_from(SubmittedNotebook)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .where(Assignment.name == set_name)
        .where(SubmittedNotebook.late_submission_penalty.is_not(None))
        .group_by(*COLUMNS)
    )
    changed = []
    for row in db.execute(query):
        late = seconds_late(row.timestamp, row.duedate, row.extension)
        taken = penalty(row.student_id, row.score, late) if late > 0 else None
        if taken != row.late_submission_penalty:
            changed.append({"row": row.id, "taken": taken})
    if changed:
        table = SubmittedNotebook.__table__
        values: dict[str, Any] = {"late_submission_penalty": bindparam("taken")}
        db.execute(update(table).where(table.c.id == bindparam("row")).values(values), changed)
