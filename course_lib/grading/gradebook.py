"""Results into nbgrader's gradebook and folders, as ``nbgrader autograde`` leaves them.

Only the head of a class run does this, one submission after the other.
"""

from __future__ import annotations

import logging
import shutil
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from ..course import Course
from ..release_generate import course_config, put_commands_on_path
from .marks import RECORD
from .other_files import copy_other_files
from .plugins import SandboxExecute
from .record import due_date, write_record
from .released import Released
from .submission import Graded, Submission


class Recorder:
    """Writes the results of one problem set."""

    def __init__(self, course: Course, released: Released, log: logging.Logger) -> None:
        # nbgrader 0.9 adds a submission to its parents before its session; SQLAlchemy 2 remarks it.
        warnings.filterwarnings("ignore", "Object of type", SAWarning)
        put_commands_on_path()
        self.course, self.set_name, self.log = course, released.set_name, log
        self.config = course_config(course)
        self.db_url = str(self.config.CourseDirectory.db_url)
        self.due = due_date(self.db_url, self.set_name)
        self.steps = _steps_after_running(self.config)

    def students(self) -> set[str]:
        """Students whose submission of this set is in the gradebook."""
        with Gradebook(self.db_url) as gradebook:
            submissions = gradebook.assignment_submissions(self.set_name)
            return {str(submission.student_id) for submission in submissions}

    def folder(self, student: str) -> Path:
        """Where the graded submission lies."""
        return self.course.autograded / student / self.set_name

    def record(self, student: str, submission: Submission, graded: Graded) -> dict[str, Any]:
        """Replace what is kept of a submission; gives its record, which is written last.

        Killed anywhere before its end, this leaves no record, so the submission is graded again.
        """
        folder = self.folder(student)
        if folder.exists():
            (folder / RECORD).unlink(missing_ok=True)
            shutil.rmtree(folder)
        self._enter(student, submission.timestamp)
        folder.mkdir(parents=True)
        copy_other_files(self.course.submitted / student / self.set_name, folder)
        for name, result in graded.results.items():
            notebook = self._save_points(student, name, result.notebook)
            path = folder / f"{name}.ipynb"
            path.write_text(nbformat.writes(notebook) + "\n", "utf-8")
            path.chmod(0o444)
        told = graded.record(submission.sha256, self.due)
        write_record(folder, told)
        return told

    def _enter(self, student: str, timestamp: datetime | None) -> None:
        when = {"timestamp": timestamp} if timestamp else {}
        with Gradebook(self.db_url) as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(self.set_name, student, **when)

    def _save_points(self, student: str, name: str, notebook: NotebookNode) -> NotebookNode:
        told = {"student": student, "assignment": self.set_name, "notebook": name}
        resources: dict[str, Any] = {"nbgrader": {**told, "db_url": self.db_url}}
        for step in self.steps:
            notebook, resources = step(config=self.config, log=self.log)(notebook, resources)
        return notebook


def _steps_after_running(config: Config) -> list[Any]:
    """The steps that ``nbgrader autograde`` takes, but for the one that runs the notebook."""
    named = config.Autograde.autograde_preprocessors
    steps = [import_item(step) if isinstance(step, str) else step for step in named]
    return [step for step in steps if step is not SandboxExecute]
