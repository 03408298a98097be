"""One submission: read, graded notebook by notebook, and told in a record."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from .admit import Rejected, admit, find_notebook, read_regular
from .rebuild import rebuild
from .released import Released
from .run import grade_notebook, invalid_result
from .sandbox import LIMITS, Limits
from .states import Mark, Result, State

TIMESTAMP = "timestamp.txt"


@dataclass
class Submission:
    """What was handed in: bytes by notebook name, or why there are none."""

    contents: dict[str, bytes | Rejected]
    timestamp: datetime | None  # UTC without time zone, as nbgrader keeps it
    sha256: str  # changes with the notebooks, the time and the release


def read_submission(released: Released, folder: Path) -> Submission:
    """Read a submission folder; a file that cannot be admitted is a reason, not an error."""
    contents: dict[str, bytes | Rejected] = {}
    digest = hashlib.sha256()
    for name, given in released.contents.items():
        try:
            content = read_regular(find_notebook(folder, name, list(released.contents)))
        except Rejected as reason:
            contents[name], told = reason, str(reason).encode()
        else:
            contents[name] = told = content
        for part in (name.encode(), given, told):
            digest.update(len(part).to_bytes(8) + part)
    if released.test_sources:  # hidden tests may change where what is released does not
        digest.update(repr(sorted(released.test_sources.items())).encode())
    timestamp = read_timestamp(folder)
    digest.update(str(timestamp).encode())
    return Submission(contents, timestamp, digest.hexdigest())


def read_timestamp(folder: Path) -> datetime | None:
    """When it was handed in, as nbgrader's ``timestamp.txt`` says; None where that says nothing."""
    # Here, for the processes that grade read no time, and do without nbgrader.
    from nbgrader.utils import parse_utc

    try:
        text = read_regular(folder / TIMESTAMP, limit=1000).decode("utf-8-sig").strip()
        # nbgrader takes the +0200 of "18:20:00 +0200" for 200 seconds: take the blank away.
        return parse_utc(re.sub(r" ([+-]\d{4})$", r"\1", text)) if text else None
    except (Rejected, ValueError, OverflowError, TypeError, AttributeError):
        return None


@dataclass
class Graded:
    """The results of one submission, by notebook name; all drew their cases from ``seed``.

    ``said`` is what the process that graded it has to say to the instructor, if anything.
    """

    seed: int
    results: dict[str, Result] = field(default_factory=dict)
    said: str = ""

    @property
    def worst(self) -> Result:
        """The first result that did not end as graded, else the first of all."""
        results = list(self.results.values())
        return next((r for r in results if r.state is not State.GRADED), results[0])

    @property
    def marks(self) -> dict[str, Mark]:
        return {name: mark for r in self.results.values() for name, mark in r.marks.items()}

    def record(self, sha256: str, due: datetime | None) -> dict[str, Any]:
        """What ``grading.json`` holds."""
        return {
            "state": str(self.worst.state),
            "reason": self.worst.reason,
            "seed": self.seed,
            "submission_sha256": sha256,
            "due": str(due) if due else None,
            "points": round(sum(r.points for r in self.results.values()), 2),
            "max_points": sum(r.max_points for r in self.results.values()),
            "exercises": {name: mark.to_dict() for name, mark in self.marks.items()},
        }


def grade_submission(
    released: Released,
    contents: Mapping[str, bytes | Rejected],
    seed: int,
    limits: Limits = LIMITS,
) -> Graded:
    """Run and judge every notebook of a submission, each in a sandbox of its own."""
    graded = Graded(seed)
    for name, content in contents.items():
        notebook = released.notebook(name)
        try:
            if isinstance(content, Rejected):
                raise content
            rebuilt = rebuild(notebook, admit(content))
        except Rejected as reason:
            result = invalid_result(notebook, released, str(reason))
        else:
            result = grade_notebook(rebuilt, released, graded.seed, limits)
        graded.results[name] = result
    return graded
