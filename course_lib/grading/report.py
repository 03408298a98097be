"""The class summary for the instructor: one page to read and one table to compute with."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from ..course import Course
from .class_rows import Row, class_rows, exercise_summaries
from .pages import render

BINS = 10  # of the histogram: tenths of the full score
BAR_WIDTH, BAR_HEIGHT = 56, 120  # pixels
# A spreadsheet takes a text that begins so for a formula; an apostrophe keeps it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Report:
    """Where the summary was written, and what stands in it."""

    html: Path
    csv: Path
    rows: list[Row]


@dataclass(frozen=True)
class Bar:
    """One bar of the histogram: its range in percent, students in it, and its height in pixels."""

    label: str
    count: int
    height: float


def write_report(course: Course, set_name: str) -> Report:
    """Write ``build/reports/<set>.html`` and ``.csv``; the same marks make the same bytes.

    Raises
    ------
    ValueError
        one line where the set is unknown or nothing of it has been graded.
    """
    rows = class_rows(course, set_name)
    course.reports.mkdir(parents=True, exist_ok=True)
    page, table = (course.reports / f"{set_name}.{kind}" for kind in ("html", "csv"))
    handed_in = {path.parent.name for path in course.submitted.glob(f"*/{set_name}")}
    ungraded = sorted(handed_in - {row.student for row in rows})
    page.write_text(report_page(set_name, rows, ungraded), "utf-8")
    table.write_text(report_csv(rows), "utf-8", newline="")
    return Report(page, table, rows)


def report_page(set_name: str, rows: list[Row], ungraded: list[str]) -> str:
    """The page as HTML, complete in itself; every name and reason in it is escaped."""
    scores = [row.score for row in rows]
    exercises = exercise_summaries(rows)
    return render(
        "report.html.j2",
        set_name=set_name,
        rows=rows,
        ungraded=ungraded,
        exercises=exercises,
        max_score=max(row.max_score for row in rows),
        mean=mean(scores),
        median=median(scores),
        states=sorted(Counter(row.state for row in rows).items()),
        bars=histogram(rows),
        bar_width=BAR_WIDTH,
        bar_height=BAR_HEIGHT,
        pending=Counter(name for row in rows for name in row.pending),
        troubles=[row for row in rows if row.state != "graded"],
        late=[row for row in rows if row.late_days or row.penalty],
    )


def histogram(rows: list[Row]) -> list[Bar]:
    """Students by tenths of their full score; a full score is in the last bar."""
    counts = [0] * BINS
    for row in rows:
        share = row.score / row.max_score if row.max_score else 0.0
        # Rounded first: 0.3 of 3 points is a tenth, though not in binary.
        counts[min(BINS - 1, max(0, int(round(share * BINS, 6))))] += 1
    step = 100 // BINS
    tallest = max(counts)
    return [
        Bar(f"{i * step}–{(i + 1) * step}", count, round(BAR_HEIGHT * count / tallest, 1))
        for i, count in enumerate(counts)
    ]


def report_csv(rows: list[Row]) -> str:
    """One line a student: who, how grading ended, points by exercise, penalty, score."""
    names = list(dict.fromkeys(name for row in rows for name in row.exercise_points))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    after = ("penalty", "score", "max_score", "needs_manual", "reason")
    writer.writerow(["student", "state", "late_days", *names, *after])
    for row in rows:
        points = [row.exercise_points.get(name, "") for name in names]
        sums = [row.penalty, row.score, row.max_score, int(row.needs_manual)]
        student, reason = _text(row.student), _text(row.reason)
        writer.writerow([student, row.state, row.late_days, *points, *sums, reason])
    return text.getvalue()


def _text(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
