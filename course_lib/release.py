"""The student version of a problem set, generated from its solutions.

``solutions/<set>/*.md`` → ``build/source/<set>/*.ipynb`` → ``assignments/<set>/*.ipynb``; the same
solutions give the same bytes on any machine.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from .checks.registry import exercises_of
from .course import Course
from .release_generate import RELEASE, SOURCE, course_config, generate
from .release_source import source_notebooks
from .release_stubs import leaked_lines

NOT_MATERIAL = shutil.ignore_patterns("*.md", ".*", "__pycache__")


def release(course: Course, set_name: str, due: datetime | None = None) -> list[Path]:
    """Write the student version of ``set_name`` and register its cells in the gradebook.

    Releasing again keeps every grade. Files beside the solutions (data, pictures) come along.
    A file that is replaced, perhaps with someone's work in it, is kept in ``build/replaced``.

    Parameters
    ----------
    due : the deadline, with a time zone; None leaves the one in the gradebook as it is

    Returns
    -------
    The files of the student version, in ``assignments/<set>``.

    Raises
    ------
    ValueError
        one line where the set is unknown, a rule of ``release_source`` is broken, a solution
        would reach students, or nbgrader refuses; nothing is written then.
    """
    if due is not None and due.tzinfo is None:
        raise ValueError(f"the due date {due} has no time zone: give it one, such as UTC")
    with _generated(course, set_name) as root:
        # Only now: all rules hold, so nothing half-done can reach the gradebook.
        generate(course, set_name, root, record=True)
        aside = course.root / "build" / "replaced"
        _replace(root / SOURCE / set_name, course.source / set_name, aside / SOURCE / set_name)
        target = course.assignments / set_name
        files = _replace(root / RELEASE / set_name, target, aside / target.parent.name / set_name)
    if due is not None:
        with Gradebook(course_config(course).CourseDirectory.db_url) as gradebook:
            gradebook.update_or_create_assignment(set_name, duedate=due)
    return files


def stale(course: Course, set_name: str) -> list[str]:
    """Files of ``assignments/<set>`` that are not what ``release`` would write, by their path.

    Touches neither files nor gradebook. A file that should not be there counts too.
    """
    target = course.assignments / set_name
    with _generated(course, set_name) as root:
        made = root / RELEASE / set_name
        names = {*_files(made), *_files(target)}
        return [
            str((target / name).relative_to(course.root))
            for name in sorted(names)
            if not _same(made / name, target / name)
        ]


@contextmanager
def _generated(course: Course, set_name: str) -> Iterator[Path]:
    """A folder of its own with ``source/<set>`` and ``release/<set>``, checked."""
    solutions = course.solutions / course.require_set(set_name)
    sources = source_notebooks(solutions, exercises_of(set_name))
    with TemporaryDirectory(prefix="release-") as folder:
        root = Path(folder).resolve()
        shutil.copytree(solutions, root / SOURCE / set_name, ignore=NOT_MATERIAL)
        for name, notebook in sources.items():
            nbformat.write(notebook, root / SOURCE / set_name / f"{name}.ipynb")
        generate(course, set_name, root, record=False)
        for name, notebook in sources.items():
            _require_no_leak(name, notebook, root / RELEASE / set_name / f"{name}.ipynb")
        yield root


def _require_no_leak(name: str, source: NotebookNode, released: Path) -> None:
    for cell, line in leaked_lines(source, nbformat.read(released, as_version=4)):
        raise ValueError(
            f"{name}.md: students would read part of the solution of {cell!r}: {line!r}; "
            "take it out of what stands outside the markers"
        )


def _files(folder: Path) -> list[Path]:
    """Paths below ``folder``, relative to it; hidden ones, such as Jupyter's checkpoints, aside."""
    paths = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return [path for path in paths if not any(part.startswith(".") for part in path.parts)]


def _same(left: Path, right: Path) -> bool:
    return left.is_file() and right.is_file() and left.read_bytes() == right.read_bytes()


def _replace(made: Path, target: Path, aside: Path) -> list[Path]:
    """Make ``target`` hold what ``made`` holds; what stood there and differs goes ``aside``.

    Someone may have worked in place: nothing is ever lost. The same files stay untouched.
    """
    wanted = _files(made)
    for name in {*wanted, *_files(target)}:
        if (target / name).is_file() and not _same(made / name, target / name):
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).replace(aside / name)
    for name in wanted:
        if not (target / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made / name, target / name)
    return [target / name for name in wanted]
