"""``course report``: the class on one page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from rich.table import Table

from .arguments import SetName
from .output import count, number, say, say_table, short

if TYPE_CHECKING:
    from ..grading.class_rows import Row


def report(set_name: SetName) -> None:
    """Write the class's marks as a web page and a CSV table.

    Scores are those of nbgrader's gradebook, less the late penalty; written answers that a person
    has yet to mark are named.

    Example:

        course report ps1_losses
    """
    from ..course import find_course
    from ..grading.report import write_report

    course = find_course()
    made = write_report(course, course.require_set(set_name))
    say_table(_table(made.rows))
    mean = fmean(row.score for row in made.rows)
    say(f"{count(len(made.rows), 'student')}, mean score {mean:.1f}")
    say(f"web page: {short(made.html)}")
    say(f"table:    {short(made.csv)}")


def _table(rows: Sequence[Row]) -> Table:
    table = Table("student", "state")
    for heading in ("days late", "penalty", "score", "of"):
        table.add_column(heading, justify="right")
    table.add_column("still to read")
    for row in rows:
        table.add_row(
            row.student,
            row.state,
            number(row.late_days),
            number(row.penalty),
            number(row.score),
            number(row.max_score),
            ", ".join(row.pending),
        )
    return table
