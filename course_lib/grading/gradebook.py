"""Results into nbgrader's gradebook and folders, as ``nbgrader autograde`` leaves them.

Only the head of a class run does this, for as many submissions at once as have come in.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nbformat import NotebookNode, v4
from nbgrader.api import Assignment, SubmittedAssignment
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, SaveAutoGrades
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task
from sqlalchemy import select
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from ..course import Course
from ..release_generate import course_config
from .gradebook_file import GradebookFile
from .penalties import refresh_penalties
from .plugins import SandboxExecute
from .record import CannotWrite, due_date
from .released import Released
from .result_folder import ResultFolder
from .rows import Comments, Entry, Scores, save_entries
from .submission import Graded

NO_RESPONSE = "No response."  # nbgrader's words
# The marks of cells, which the last of these checks for a tenth of a second, are the release's.
TAKEN_OTHERWISE = (SaveAutoGrades, AssignLatePenalties, CheckCellMetadata)


@dataclass(frozen=True)
class Recordable:
    """One submission's results, with the time and the fingerprint of what was graded."""

    student: str
    timestamp: datetime | None
    sha256: str
    graded: Graded


class Recorder:
    """Writes the results of one problem set; ``close`` at the end.

    Of the steps that ``nbgrader autograde`` takes after running a notebook, those that write the
    gradebook are taken for many submissions at once (``rows``); others, such as an instructor's
    own, are taken notebook by notebook before.
    """

    def __init__(self, course: Course, released: Released, log: logging.Logger) -> None:
        # nbgrader 0.9 adds a submission to its parents before its session; SQLAlchemy 2 remarks it.
        warnings.filterwarnings("ignore", "Object of type", SAWarning)
        self.course, self.set_name, self.log = course, released.set_name, log
        self.config = course_config(course)
        self.db_url = str(self.config.CourseDirectory.db_url)
        self.gradebook = GradebookFile(self.db_url)
        self.due = due_date(self.db_url, self.set_name)
        steps = _steps_after_running(self.config)
        self.own_steps = [step for step in steps if step not in TAKEN_OTHERWISE]
        self.penalty = self._penalty if AssignLatePenalties in steps else None
        if self.penalty:
            self.late = AssignLatePenalties(config=self.config, log=log)
            self.late.init_plugin()

    def close(self) -> None:
        self.gradebook.close()

    def refresh_penalties(self) -> None:
        """Late penalties from the points that count now, those given by hand since among them."""
        penalty = self.penalty
        if penalty:
            self.gradebook.write(lambda db: refresh_penalties(db, self.set_name, penalty))

    def students(self) -> set[str]:
        """Students whose submission of this set is in the gradebook."""
        query = select(SubmittedAssignment.student_id).join(Assignment)
        return {str(name) for (name,) in self.gradebook.read(query.where(self._here()))}

    def _here(self) -> Any:
        return Assignment.name == self.set_name

    def folder(self, student: str) -> Path:
        """Where the graded submission lies."""
        return self.course.autograded / student / self.set_name

    def record(self, batch: Sequence[Recordable]) -> dict[str, dict[str, Any] | Exception]:
        """Replace what is kept of each submission; gives each its record, or what went wrong.

        Killed anywhere before its end, this leaves old or new results whole, or none, and then the
        submission is graded again.

        Raises
        ------
        CannotWrite
            one line where gradebook or disk cannot be written; nothing is replaced then.
        """
        told: dict[str, dict[str, Any] | Exception] = {}
        entries, folders = [], []
        try:
            for each in batch:
                folders.append(ResultFolder(self.folder(each.student)))
                try:
                    told[each.student], entry = self._prepare(each, folders[-1])
                except CannotWrite:
                    raise
                except Exception as error:
                    told[each.student] = error
                    folders.pop().put_back()
                else:
                    entries.append(entry)
            for folder in folders:
                folder.set_aside()
            self._save(entries)
        except BaseException:
            for folder in folders:
                folder.put_back()
            raise
        for folder in folders:
            folder.put_in_place()
        return told

    def enter(self, student: str) -> None:
        """A student whose grading failed stands in the gradebook, with everything waiting."""
        self._save([Entry(student, None)])

    def _prepare(self, each: Recordable, folder: ResultFolder) -> tuple[dict[str, Any], Entry]:
        told = each.graded.record(each.sha256, self.due)
        entry, texts = Entry(each.student, each.timestamp), {}
        for name, result in each.graded.results.items():
            notebook = self._through_steps(each.student, name, result.notebook)
            scores, comments = _read_marks(name, notebook, self.log)
            entry.scores.update(scores)
            entry.comments.update(comments)
            texts[name] = v4.writes(notebook) + "\n"
        folder.prepare(self.course.submitted / each.student / self.set_name, texts, told)
        return told, entry

    def _save(self, entries: list[Entry]) -> None:
        self.gradebook.write(lambda db: save_entries(db, self.set_name, entries, self.penalty))

    def _through_steps(self, student: str, name: str, notebook: NotebookNode) -> NotebookNode:
        told = {"student": student, "assignment": self.set_name, "notebook": name}
        resources: dict[str, Any] = {"nbgrader": {**told, "db_url": self.db_url}}
        for step in self.own_steps:
            notebook, resources = step(config=self.config, log=self.log)(notebook, resources)
        return notebook

    def _penalty(self, student: str, score: float, seconds: float) -> float | None:
        """What the configured plugin takes, within nbgrader's own bounds."""
        taken = self.late.plugin_inst.late_submission_penalty(student, score, seconds)
        if taken is None:
            return None
        return float(self.late._check_late_penalty(SimpleNamespace(score=score), taken))


def _read_marks(name: str, notebook: NotebookNode, log: logging.Logger) -> tuple[Scores, Comments]:
    """What ``SaveAutoGrades`` reads off the cells of one notebook."""
    scores: Scores = {}
    comments: Comments = {}
    for cell in notebook.cells:
        if is_grade(cell):
            place = name, str(cell.metadata.nbgrader.grade_id)
            scores[place], _ = determine_grade(cell, log)
        if is_solution(cell) or is_task(cell):
            untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            place = name, str(cell.metadata.nbgrader.grade_id)
            comments[place] = NO_RESPONSE if untouched and not is_task(cell) else None
    return scores, comments


def _steps_after_running(config: Config) -> list[Any]:
    """The steps that ``nbgrader autograde`` takes, but for the one that runs the notebook."""
    named = config.Autograde.autograde_preprocessors
    steps = [import_item(step) if isinstance(step, str) else step for step in named]
    return [step for step in steps if step is not SandboxExecute]
