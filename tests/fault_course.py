"""A class that is graded while things go wrong, and what its gradebook must hold in the end."""

from __future__ import annotations

import time
from pathlib import Path

from quick_grader import all_rows, quick_grading
from tiny_course import LATE, answers, copy_of, hand_in
from tiny_set import NAME, SET

from course_lib.course import Course
from course_lib.grading.classroom import grade_class

WRONG = answers(total="def total(x): return 0")


def hand_in_class(course: Course, size: int) -> None:
    for number in range(size):
        given = b"PK" if number == 1 else WRONG if number % 3 else answers()
        hand_in(course, f"student-{number:02d}", given, when=LATE if number % 4 == 2 else "")


def graded_once(released: Course, root: Path) -> Course:
    """Nine students, six of whom were graded and have handed in again since."""
    course = copy_of(released, root)
    hand_in_class(course, 6)
    with quick_grading():
        grade_class(course, SET)
    for number in range(6):
        hand_in(course, f"student-{number:02d}", answers())
    hand_in_class(course, 9)
    return course


def rows_of_undisturbed(once_graded: Course, root: Path) -> tuple[dict, float]:
    """The gradebook's rows after an undisturbed run, and the seconds that it took."""
    course = copy_of(once_graded, root)
    with quick_grading(seconds=0.004):
        started = time.monotonic()
        grade_class(course, SET, force=True)
        took = time.monotonic() - started
    return all_rows(course.gradebook_url), took


def points_of(rows: dict) -> dict[str, float]:
    return {student: row[SET]["notebooks"][NAME]["score"] for student, row in rows.items()}
