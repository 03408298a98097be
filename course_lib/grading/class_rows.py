"""A graded class as rows: one student each, as plain numbers and words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..course import Course
from ..release_generate import course_config
from .late import DailyPenalty
from .marks import Marks, class_marks, read_record
from .released import declared_exercises, require_known


@dataclass(frozen=True)
class Row:
    """One graded submission.

    Points are in points of the set, ``late_days`` in days begun after the due date and its grace;
    ``score`` is what counts: all points less ``penalty``. ``exercise_points`` is by exercise in the
    order of the notebook, ``exercise_max`` what each is worth, ``mistakes`` the sentence of each
    known mistake by exercise; ``pending`` names what a person has yet to read.
    """

    student: str
    state: str
    reason: str
    late_days: int
    exercise_points: dict[str, float]
    score: float
    penalty: float
    max_score: float
    needs_manual: bool
    exercise_max: dict[str, float] = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)
    pending: tuple[str, ...] = ()


def class_rows(course: Course, set_name: str) -> list[Row]:
    """The graded submissions of ``set_name``, students in order.

    Raises
    ------
    ValueError
        one line where the set is unknown or nothing of it has been graded.
    """
    require_known(course, set_name)
    config = course_config(course)
    late = DailyPenalty(config=config)
    marks = class_marks(config.CourseDirectory.db_url, set_name)
    if not marks:
        raise ValueError(f"nothing of {set_name} has been graded: run course grade {set_name}")
    order = {name: place for place, name in enumerate(declared_exercises(set_name))}
    return [_row(course, set_name, each, late, order) for each in marks.values()]


def _row(
    course: Course, set_name: str, marks: Marks, late: DailyPenalty, order: dict[str, int]
) -> Row:
    # What is not an exercise, such as a written answer, comes last.
    cells = sorted(marks.marks, key=lambda mark: order.get(mark.exercise, len(order)))
    record = read_record(course.autograded / marks.student / set_name)
    pending = tuple(mark.exercise for mark in cells if mark.pending)
    return Row(
        student=marks.student,
        state=record.state,
        reason=record.reason,
        late_days=late.days_late(marks.seconds_late),
        exercise_points={mark.exercise: mark.points for mark in cells},
        score=round(marks.score, 2),
        penalty=round(marks.penalty, 2),
        max_score=marks.max_score,
        needs_manual=bool(pending),
        exercise_max={mark.exercise: mark.max_points for mark in cells},
        mistakes=record.mistakes,
        pending=pending,
    )


@dataclass(frozen=True)
class ExerciseSummary:
    """How the class did in one exercise; shares are of those marked, from 0 to 1."""

    name: str
    max_points: float
    passed: float
    mean: float
    marked: int
    mistakes: list[tuple[str, int]]


def exercise_summaries(rows: list[Row], commonest: int = 3) -> list[ExerciseSummary]:
    """The class by exercise, with at most ``commonest`` known mistakes each, most frequent first.

    An answer that a person has yet to read is left out of the shares.
    """
    names = dict.fromkeys(name for row in rows for name in row.exercise_points)
    return [_summary(name, rows, commonest) for name in names]


def _summary(name: str, rows: list[Row], commonest: int) -> ExerciseSummary:
    worth = max(row.exercise_max.get(name, 0.0) for row in rows)
    earned = [
        row.exercise_points[name]
        for row in rows
        if name in row.exercise_points and name not in row.pending
    ]
    mistakes = Counter(row.mistakes[name] for row in rows if name in row.mistakes)
    return ExerciseSummary(
        name=name,
        max_points=worth,
        passed=sum(points >= worth for points in earned) / len(earned) if earned else 0.0,
        mean=sum(earned) / len(earned) if earned else 0.0,
        marked=len(earned),
        mistakes=sorted(mistakes.items(), key=lambda item: (-item[1], item[0]))[:commonest],
    )
