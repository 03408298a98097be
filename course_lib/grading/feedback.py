"""Feedback for a class: nbgrader's own converter, run for the pages that are out of date."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from ..course import Course
from ..release_generate import course_config
from .feedback_page import fingerprint
from .marks import Marks, class_marks, read_record
from .released import require_known


def write_feedback(
    course: Course,
    set_name: str,
    force: bool = False,
    on_done: Callable[[Path], None] | None = None,
) -> list[Path]:
    """Write the feedback page of every graded submission of ``set_name`` that has changed.

    A page is written anew where its notebook, a mark, a penalty or a comment has changed since;
    ``force`` writes all. ``nbgrader generate_feedback`` makes the same pages.

    Parameters
    ----------
    on_done : called with each page once it is written

    Returns
    -------
    The pages written now, students in order; those of the others stand as they were.

    Raises
    ------
    ValueError
        one line where the set is unknown, nothing has been graded, or a page could not be made
        (after all the others were).
    """
    require_known(course, set_name)
    marks = class_marks(course_config(course).CourseDirectory.db_url, set_name)
    if not marks:
        raise ValueError(f"nothing of {set_name} has been graded: run course grade {set_name}")
    written, failed = [], []
    for student in marks:
        stale = [page for page, due in _pages(course, set_name, marks[student]) if due or force]
        if stale and not _convert(course, set_name, student):
            failed.append(student)
            continue
        for page in stale:
            written.append(page)
            if on_done:
                on_done(page)
    if failed:
        raise ValueError(f"no feedback page could be made for {', '.join(failed)}: grade again")
    return written


def _pages(course: Course, set_name: str, marks: Marks) -> Iterator[tuple[Path, bool]]:
    """Each page of one student, and whether it is out of date."""
    graded = course.autograded / marks.student / set_name
    record = read_record(graded)
    for notebook in sorted(graded.glob("*.ipynb")):
        page = course.feedback / marks.student / set_name / f"{notebook.stem}.html"
        current = f'content="{fingerprint(notebook, marks, record)}"'
        yield page, not page.is_file() or current not in page.read_text("utf-8")


class _OfOneStudent(GenerateFeedback):
    """nbgrader's converter for exactly one student.

    nbgrader itself reads ids as file patterns: with it, the page of ``a[bc]`` would be ``ab``'s.
    """

    def init_notebooks(self) -> None:
        folder = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        self.assignments = {folder: [str(path) for path in sorted(Path(folder).glob("*.ipynb"))]}


def _convert(course: Course, set_name: str, student: str) -> bool:
    """Run nbgrader's converter for one student; False where it failed."""
    config = course_config(course)
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.assignment_id = set_name
    config.CourseDirectory.student_id = student
    config.GenerateFeedback.force = True
    log = logging.Logger("feedback")  # a logger of its own: nbgrader's chatter goes nowhere
    log.addHandler(logging.NullHandler())
    try:
        _OfOneStudent(
            coursedir=CourseDirectory(config=config, log=log), config=config, log=log
        ).start()
    except NbGraderException:
        return False
    return True
