"""How long a submission takes in a class run: beside plain ``nbgrader autograde``, and by workers.

The notebooks are those of the sample class to which both give the same marks. What is counted is
what each submission adds to a run that is under way; what comes before its first one (imports, the
warm processes, the cluster) is given apart, as ``start_seconds``.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from record_seconds import SET, sample_course
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from course_lib.course import Course
from course_lib.grading.classroom import grade_class
from course_lib.release_generate import course_config

# Right, or never written: nbgrader runs public cases only, so of half-right answers it knows less.
# (Nor one that it gives nothing for: a renamed file, or a word on stderr.)
STUDENTS = ("ada", "bela", "chiara", "farid", "ines", "kira", "lars", "quinn")
ROUNDS = 3
COPIES = 5
SHORT = {"students": ("ada", "farid"), "copies": 4, "rounds": 1}


@contextmanager
def two_courses(students: Sequence[str], copies: int) -> Iterator[tuple[Course, Course]]:
    """The same notebooks twice: each student's ``copies`` times for us, once for nbgrader."""
    with tempfile.TemporaryDirectory() as place:
        own, other = Path(place, "own"), Path(place, "other")
        own.mkdir()
        course, names = sample_course(own)
        for name in set(names) - set(students):
            shutil.rmtree(course.submitted / name)
        shutil.copytree(own, other)
        for name in students:
            for number in range(1, copies):
                shutil.copytree(course.submitted / name, course.submitted / f"{name}-{number}")
        yield course, Course(other)


class Run:
    """Seconds of a class run with this many workers, forced: before, and for each submission."""

    def __init__(self, course: Course, workers: int) -> None:
        times = [time.perf_counter()]
        outcomes = grade_class(
            course,
            SET,
            force=True,
            workers=workers,
            on_done=lambda _: times.append(time.perf_counter()),
        )
        wrong = [f"{o.student}: {o.state} {o.reason}" for o in outcomes if o.state != "graded"]
        if wrong:
            raise RuntimeError(f"not graded: {wrong[0]}")
        # The last worker to start may come later than the first result.
        counted = times[workers:]
        self.start = times[1] - times[0]
        self.each = (counted[-1] - counted[0]) / (len(counted) - 1)


def plain_config(course: Course) -> Config:
    """nbgrader's own steps with nbgrader's own kernel."""
    config = course_config(course)
    del config.Autograde
    config.CourseDirectory.root = str(course.root)
    return config


def theirs(course: Course, students: Sequence[str]) -> float:
    """Seconds for each submission by plain ``nbgrader autograde``."""
    api = NbGraderAPI(config=plain_config(course))
    started = time.perf_counter()
    for student in students:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # of nbgrader's way to add a submission
            result = api.autograde(SET, student, force=True, create=True)
        if not result["success"]:
            raise RuntimeError(f"nbgrader could not grade {student}:\n{result['log']}")
    return (time.perf_counter() - started) / len(students)


def given_marks(course: Course, students: Sequence[str]) -> dict[str, dict[str, float]]:
    """Points given by running, by student and test cell."""
    with Gradebook(course.gradebook_url) as gradebook:
        return {
            name: {
                grade.name: grade.auto_score
                for notebook in gradebook.find_submission(SET, name).notebooks
                for grade in notebook.grades
                if grade.name.startswith("test_")
            }
            for name in students
        }


def require_same_marks(own: Course, other: Course, students: Sequence[str]) -> None:
    mine, plain = given_marks(own, students), given_marks(other, students)
    for name in students:
        if mine[name] != plain[name]:
            raise RuntimeError(f"{name}: ours {mine[name]}, nbgrader's {plain[name]}")


def against_nbgrader(students: Sequence[str], copies: int, rounds: int) -> dict[str, Any]:
    """One worker beside nbgrader, run in turns."""
    measured = []
    with two_courses(students, copies) as (own, other):
        for _ in range(rounds):
            plain = theirs(other, students)
            measured.append((Run(own, workers=1), plain))
        require_same_marks(own, other, students)
    pairs = [(run.each, plain) for run, plain in measured]
    return {
        "name": "grading/one-worker-against-nbgrader",
        "unit": "s per submission",
        "compared_with": "plain nbgrader autograde",
        **compared(pairs),
        **beginning([run for run, _ in measured]),
    }


def two_against_one(students: Sequence[str], copies: int, rounds: int) -> dict[str, Any]:
    """Two workers beside one, run in turns."""
    with two_courses(students, copies) as (own, _):
        measured = [(Run(own, workers=2), Run(own, workers=1)) for _ in range(rounds)]
    return {
        "name": "grading/two-workers-against-one",
        "unit": "s per submission",
        "compared_with": "one worker",
        **compared([(two.each, one.each) for two, one in measured]),
        **beginning([two for two, _ in measured]),
    }


def compared(pairs: Sequence[tuple[float, float]]) -> dict[str, float]:
    """The medians of what was measured in turns, and of its ratios."""
    return {
        "figure": round(median(mine for mine, _ in pairs), 3),
        "compared_figure": round(median(other for _, other in pairs), 3),
        "ratio": round(median(mine / other for mine, other in pairs), 4),
    }


def beginning(runs: Sequence[Run]) -> dict[str, Any]:
    seconds = round(median(run.start for run in runs), 1)
    return {"start_seconds": seconds, "besides": f"{seconds} s before the first, once a run"}


def rows(
    students: Sequence[str] = STUDENTS, copies: int = COPIES, rounds: int = ROUNDS
) -> Iterator[dict[str, Any]]:
    yield against_nbgrader(students, copies, rounds)
    yield two_against_one(students, copies, rounds)
