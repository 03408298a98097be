"""Submissions that are made of a released notebook, and the marks that come of them."""

from __future__ import annotations

from collections.abc import Mapping

import nbformat
from nbgrader.api import Gradebook

from course_lib.course import Course


def hand_in_answers(
    course: Course, set_name: str, name: str, student: str, answers: Mapping[str, str]
) -> None:
    """The released notebook with ``answers`` by the id of their cell."""
    notebook = nbformat.read(course.assignments / set_name / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    folder = course.submitted / student / set_name
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{name}.ipynb")


def given_marks(course: Course, set_name: str) -> dict[str, dict[str, float]]:
    """What the gradebook holds, by student and by cell; 0 for what is still to be read."""
    with Gradebook(course.gradebook_url) as gradebook:
        return {
            submission.student_id: {g.name: g.score for g in submission.notebooks[0].grades}
            for submission in gradebook.assignment_submissions(set_name)
        }
