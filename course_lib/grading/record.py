"""What the grader keeps of a submission beside the gradebook: ``grading.json``, and a log."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from ..course import Course
from .marks import RECORD

LOG = Path("build", "grading.log")  # below the course folder


class CannotWrite(ValueError):  # noqa: N818  what ends a run, in one line
    """The gradebook, or the disk, takes nothing more."""


def write_record(folder: Path, told: dict[str, Any]) -> None:
    """Write ``grading.json`` whole or not at all."""
    new = folder / f".{RECORD}"
    with new.open("w", encoding="utf-8") as file:
        json.dump(told, file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / RECORD)


def earlier_record(folder: Path) -> dict[str, Any] | None:
    """The record of a grading that came to its end; None where there is none that can be read."""
    try:
        told = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def due_date(db_url: str, set_name: str) -> datetime | None:
    """The due date (UTC) of ``set_name`` in the gradebook, if it has one.

    Raises
    ------
    ValueError
        where the gradebook does not know the set.
    """
    with Gradebook(db_url) as gradebook:
        try:
            due: datetime | None = gradebook.find_assignment(set_name).duedate
        except MissingEntry as error:
            raise ValueError(
                f"{set_name} is not in the gradebook: run course release {set_name}"
            ) from error
    return due


class _Log(logging.FileHandler):
    """A log that stops nothing, and is not missed on the terminal, where the disk is full."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        pass

    def close(self) -> None:
        with suppress(OSError):
            super().close()


@contextmanager
def grading_log(course: Course) -> Iterator[logging.Logger]:
    """A log in ``build/``: what nbgrader says along the way is of no use on a terminal.

    Raises
    ------
    CannotWrite
        one line where it cannot be opened.
    """
    path = course.root / LOG
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = _Log(path, encoding="utf-8")
    except OSError as error:
        raise CannotWrite(
            f"{path} cannot be written ({error.strerror}): mend that, then run the same command "
            "again: what is graded stays"
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.Logger("grading", logging.INFO)
    log.addHandler(handler)
    try:
        yield log
    finally:
        handler.close()
