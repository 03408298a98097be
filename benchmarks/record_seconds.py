"""What recording a graded submission costs the head of a class run: files, gradebook, folder.

The sample class's notebooks, each with a verdict at every test cell, are recorded as they come in
batches; plain nbgrader takes its own three steps for the same notebooks: save the points, assign
the penalty, write the notebook.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, SaveAutoGrades

from course_lib.course import MARK, Course
from course_lib.grading.admit import admit
from course_lib.grading.gradebook import Recordable, Recorder
from course_lib.grading.judging import write_verdict
from course_lib.grading.rebuild import is_test, rebuild
from course_lib.grading.released import Released, read_released
from course_lib.grading.sample_class import SAMPLE_DUE, write_sample_class
from course_lib.grading.states import Mark, Result, State
from course_lib.grading.submission import Graded, read_submission
from course_lib.release import release
from course_lib.release_generate import course_config

ROOT = Path(__file__).parents[1]
SET = "ps1_losses"
BATCH = 4  # as many come at once while two workers grade
ROUNDS = 5
SHORT = {"rounds": 1}


def sample_course(root: Path) -> tuple[Course, list[str]]:
    """A course folder with the sample class handed in, and the students' names."""
    shutil.copy(ROOT / MARK, root)
    shutil.copytree(ROOT / "solutions" / SET, root / "solutions" / SET)
    course = Course(root)
    release(course, SET, due=SAMPLE_DUE)
    return course, write_sample_class(course, SET)


def graded(course: Course, released: Released, student: str) -> Recordable | None:
    """A submission with a point at each test; None where it is no notebook."""
    submission = read_submission(released, course.submitted / student / SET)
    results = {}
    for name, content in submission.contents.items():
        if not isinstance(content, bytes) or not content.startswith(b"{"):
            return None
        notebook = rebuild(released.notebook(name), admit(content)).notebook
        marks = {}
        for cell in filter(is_test, notebook.cells):
            write_verdict(cell, ["right"], 1.0)
            exercise = cell.metadata.nbgrader.grade_id.removeprefix("test_")
            marks[exercise] = Mark(1.0, float(cell.metadata.nbgrader.points))
        results[name] = Result(notebook, State.GRADED, "", 1, marks)
    return Recordable(student, submission.timestamp, submission.sha256, Graded(1, results))


def ours(course: Course, released: Released, batch: list[Recordable]) -> float:
    """Seconds that recording took for each submission."""
    recorder = Recorder(course, released, logging.getLogger("benchmark"))
    started = time.perf_counter()
    for first in range(0, len(batch), BATCH):
        recorder.record(batch[first : first + BATCH])
    seconds = time.perf_counter() - started
    recorder.close()
    return seconds / len(batch)


def theirs(course: Course, batch: list[Recordable]) -> float:
    """The same by the steps that nbgrader takes for each notebook."""
    config = course_config(course)
    url = config.CourseDirectory.db_url
    started = time.perf_counter()
    for each in batch:
        with Gradebook(url) as gradebook:
            gradebook.update_or_create_student(each.student)
        with Gradebook(url) as gradebook:
            gradebook.update_or_create_submission(SET, each.student, timestamp=each.timestamp)
        for name, result in each.graded.results.items():
            told = {"student": each.student, "assignment": SET, "notebook": name, "db_url": url}
            for step in (SaveAutoGrades, AssignLatePenalties, CheckCellMetadata):
                step(config=config)(result.notebook, {"nbgrader": told})
    return (time.perf_counter() - started) / len(batch)


def pairs(rounds: int) -> Iterator[tuple[float, float]]:
    """Seconds a submission, ours and theirs, in turns; each writes to a gradebook of its own."""
    with tempfile.TemporaryDirectory() as place:
        own, other = Path(place, "own"), Path(place, "other")
        own.mkdir()
        course, names = sample_course(own)
        shutil.copytree(own, other)
        released = read_released(course, SET)
        batch = [found for name in names if (found := graded(course, released, name))]
        for _ in range(rounds):
            yield ours(course, released, batch), theirs(Course(other), batch)


def rows(rounds: int = ROUNDS) -> list[dict[str, Any]]:
    measured = list(pairs(rounds))
    return [
        {
            "name": "grading/record-seconds",
            "figure": round(median(mine for mine, _ in measured), 4),
            "unit": "s per submission",
            "compared_with": "nbgrader's own steps, without writing the notebook",
            "compared_figure": round(median(other for _, other in measured), 4),
            "ratio": round(median(mine / other for mine, other in measured), 3),
        }
    ]


if __name__ == "__main__":
    print(rows())
