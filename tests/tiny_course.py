"""A course folder that holds the tiny set, for tests of grading a class."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbgrader.api
import pytest
from nbgrader.api import Gradebook
from tiny_set import EXERCISES, NAME, SET, content, submitted_notebook

from course_lib import release as release_module
from course_lib.course import MARK, Course
from course_lib.grading import released as released_module
from course_lib.grading.marks import RECORD
from course_lib.release import release

ROOT = Path(__file__).parents[1]
DUE = datetime(2026, 10, 5, 23, 59, tzinfo=UTC)
IN_TIME, LATE = "2026-10-05 16:20:00 UTC", "2026-10-07 12:00:00 UTC"
PAGE = """
```{code-cell}
import numpy as np
from course_lib.checks import check
```

```{code-cell}
:exercise: double
def double(x):
    ### BEGIN SOLUTION
    return x + x
    ### END SOLUTION
```

```{code-cell}
:check: double
check("double", double)
```

```{code-cell}
:exercise: total
def total(x):
    ### BEGIN SOLUTION
    return sum(x)
    ### END SOLUTION
```

```{code-cell}
:check: total
check("total", total)
```

+++ {"written": {"id": "why", "points": 2}}

Why?

### BEGIN SOLUTION
Because.
### END SOLUTION
"""
WARNS = "import sys; print('careful', file=sys.stderr)\ndef total(x): return x.sum()"


def hand_in(course: Course, student: str, given: bytes | None, name=NAME, when=IN_TIME) -> Path:
    """Put a submission where nbgrader looks for it."""
    folder = course.submitted / student / SET
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "timestamp.txt").write_text(when)
    if given is not None:
        (folder / f"{name}.ipynb").write_bytes(given)
    return folder


def answers(**given: str) -> bytes:
    """A submission; answers that are not given are right, and the written one is answered."""
    notebook = submitted_notebook(**given)
    notebook.cells[-1].source = "Because twice is twice."
    return content(notebook)


@contextmanager
def tiny_exercises() -> Iterator[pytest.MonkeyPatch]:
    """The tiny set declares its exercises."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (release_module, released_module):
            for name in ("exercises_of", "declared_exercises"):
                patch.setattr(module, name, lambda _: EXERCISES, raising=False)
        # Asking alembic for its version takes seconds; the number is of no interest here.
        patch.setattr(nbgrader.api, "get_alembic_version", lambda: "0")
        yield patch


def release_tiny(root: Path, config: str = "") -> Course:
    """A course folder with the set released and nothing handed in."""
    course = Course(root)
    text = (ROOT / MARK).read_text("utf-8")
    (course.root / MARK).write_text(f"{text}\n{config}", "utf-8")
    (course.solutions / SET).mkdir(parents=True)
    (course.solutions / SET / f"{NAME}.md").write_text(PAGE)
    release(course, SET, due=DUE)
    return course


def copy_of(course: Course, root: Path) -> Course:
    return Course(Path(shutil.copytree(course.root, root)))


def record(course: Course, student: str) -> dict[str, Any]:
    """What the grader has noted of a submission."""
    return json.loads((course.autograded / student / SET / RECORD).read_text())


def scores(course: Course, db_url: str = "") -> dict[str, tuple]:
    """Everything the gradebook holds of each submission."""
    with Gradebook(db_url or course.gradebook_url) as gradebook:
        return {
            submission.student_id: (
                submission.timestamp,
                notebook.score,
                notebook.late_submission_penalty,
                sorted((g.name, g.auto_score, g.needs_manual_grade) for g in notebook.grades),
                sorted((c.name, c.auto_comment) for c in notebook.comments),
            )
            for submission in gradebook.assignment_submissions(SET)
            for notebook in submission.notebooks
        }
