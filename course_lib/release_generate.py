"""nbgrader's GenerateAssignment, run from Python with the course's own configuration."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from .course import MARK, Course

SOURCE, RELEASE = "source", "release"  # the folders inside ``root`` below


def course_config(course: Course) -> Config:
    """What ``nbgrader_config.py`` of the course says, with the gradebook's address in any case.

    Whoever opens the gradebook asks here first; so this is where nbgrader gets its ``alembic``.
    """
    put_commands_on_path()
    config = PyFileConfigLoader(MARK, path=str(course.root)).load_config()
    config.CourseDirectory.setdefault("db_url", course.gradebook_url)
    return config


def generate(course: Course, set_name: str, root: Path, *, record: bool) -> None:
    """Make ``root/release/<set>`` from ``root/source/<set>``, as nbgrader does.

    ``record`` registers the cells in the course's gradebook too. Working in a folder of its own
    keeps the committed assignment whole: nbgrader deletes its target where it fails.

    Raises
    ------
    ValueError
        where nbgrader refuses, with its reason.
    """
    config = course_config(course)
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.source_directory = SOURCE
    config.CourseDirectory.release_directory = RELEASE
    config.CourseDirectory.assignment_id = set_name
    config.CourseDirectory.notebook_id = "*"
    config.GenerateAssignment.force = True
    config.GenerateAssignment.no_database = not record
    config.SaveCells.enabled = record
    lines = _Lines()
    converter = GenerateAssignment(
        coursedir=CourseDirectory(config=config, log=lines.logger), config=config, log=lines.logger
    )
    try:
        converter.start()
    except NbGraderException as error:
        raise ValueError(f"{set_name}: nbgrader refuses: {lines.reason() or error}") from error


def put_commands_on_path() -> None:
    """nbgrader calls the bare command ``alembic``, which lies beside this Python."""
    folder = str(Path(sys.executable).parent)
    if folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])


class _Lines(logging.Handler):
    """Keeps nbgrader's log, whose last traceback is the only place that tells what went wrong."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[str] = []
        self.logger = logging.Logger("release")
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record.getMessage())

    def reason(self) -> str:
        """The last line of the last traceback in the log, without the exception's name."""
        tracebacks = [text for text in self.records if text.startswith("Traceback")]
        if not tracebacks:
            return ""
        last = tracebacks[-1].strip().splitlines()[-1]
        return last.partition(": ")[2] or last
