"""The grader as nbgrader's own steps, named in ``nbgrader_config.py``.

With them ``nbgrader autograde`` and the formgrader's button admit, rebuild, run and judge as
``course grade`` does. nbgrader works in two passes: it writes the rebuilt notebook to
``autograded/``, with nought at every test cell; then it reads that, runs it, and saves the points.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from ..course import find_course
from ..release_generate import course_config
from .admit import Rejected, admit, find_notebook, read_regular
from .careful import list_later, make_careful
from .fallback import WEAKER, needs_fallback
from .judging import write_unjudged
from .other_files import copy_other_files
from .rebuild import Rebuilt, is_test, rebuild
from .record import due_date, write_record
from .released import Released, read_released
from .run import fresh_seed, grade_notebook, invalid_result
from .sandbox import LIMITS, require_sandbox
from .submission import Graded, read_submission

TOLD = "grading"  # what one step tells the next, in the notebook's metadata
# Results by submission (student, set), from the last pass to the hook that records them.
_graded: dict[tuple[str, str], Graded] = {}


class AdmittingExporter(NotebookExporter):
    """Reads what was handed in through ``admit``, and what the grader wrote itself as it is."""

    weaker_sandbox = Bool(
        False, help="Where bubblewrap is not installed: use Landlock and seccomp, which are weaker."
    ).tag(config=True)

    def __init__(self, config: Any = None, **kw: Any) -> None:
        super().__init__(config=config, **kw)
        if isinstance(self.parent, Autograde):
            try:
                require_sandbox(self.weaker_sandbox)
            except ValueError as error:
                self.log.error(str(error))
                raise NbGraderException(str(error)) from error
            if self.weaker_sandbox and needs_fallback():
                self.log.warning(WEAKER)
            make_careful(self.parent)

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """One notebook through the steps of this pass; one that is none is told as rejected."""
        path = Path(filename)
        course = find_course(path.parent)
        if resources is None or not path.is_relative_to(course.submitted):
            return super().from_filename(filename, resources=resources, **kw)
        resources["metadata"] = ResourcesDict(name=path.stem, path=str(path.parent))
        released = _released(resources)
        try:
            found = find_notebook(path.parent, path.stem, list(released.contents))
            notebook = admit(read_regular(found))
        except Rejected as reason:
            notebook = new_notebook(metadata={TOLD: {"rejected": str(reason)}})
        student, set_name = _whose(resources)
        copy_other_files(path.parent, course.autograded / student / set_name)
        return self.from_notebook_node(notebook, resources, **kw)


list_later(Autograde, AdmittingExporter)


class Rebuild(NbGraderPreprocessor):
    """First pass: the released notebook with the student's answers, and nought at every test."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        rebuilt = rebuild(_released(resources).notebook(resources["nbgrader"]["notebook"]), nb)
        for cell in rebuilt.notebook.cells:
            if is_test(cell):
                write_unjudged(cell, "Not marked yet.")
        told = nb.metadata.get(TOLD, {"notes": rebuilt.notes})
        rebuilt.notebook.metadata[TOLD] = told
        return rebuilt.notebook, resources


class SandboxExecute(NbGraderPreprocessor):
    """Second pass: run the rebuilt notebook in a sandbox and write a verdict at every test cell."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        told = nb.metadata.pop(TOLD)
        released = _released(resources)
        graded = _graded.setdefault(_whose(resources), Graded(fresh_seed()))
        if "rejected" in told:
            result = invalid_result(nb, released, told["rejected"])
        else:
            limits = replace(LIMITS, weaker=self.parent.weaker_sandbox)
            result = grade_notebook(Rebuilt(nb, told["notes"]), released, graded.seed, limits)
        graded.results[resources["nbgrader"]["notebook"]] = result
        self.log.info("%s: %s %s", _whose(resources)[0], result.state, result.reason)
        return result.notebook, resources


def keep_record(assignment: str, student: str, notebooks: list[str]) -> None:
    """Hook after all notebooks of a submission: write ``grading.json``, the last thing of all.

    nbgrader gives the student as it was asked for, which may be a pattern; the notebooks know.
    """
    folder = Path(notebooks[0]).parent
    course = find_course(folder)
    owner, set_name = folder.parent.name, folder.name
    graded = _graded.pop((owner, set_name))
    submission = read_submission(read_released(course, set_name), folder)
    due = due_date(str(course_config(course).CourseDirectory.db_url), set_name)
    write_record(course.autograded / owner / set_name, graded.record(submission.sha256, due))


def _whose(resources: dict[str, Any]) -> tuple[str, str]:
    return resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]


def _released(resources: dict[str, Any]) -> Released:
    course = find_course(Path(resources["metadata"]["path"]))
    return read_released(course, resources["nbgrader"]["assignment"])
