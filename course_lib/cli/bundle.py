"""``course bundle``: the zip that students are given."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import count, error_console, say, short


def bundle(
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Where it goes.", show_default=False)
    ] = None,
    book: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="Address of the built book, for the notebooks' links to it; without one they "
            "become plain words.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Make the zip that students are given: every released notebook, the checks, and how to start.

    It holds no solution, no hidden case and no grading code. Without --to it is written to
    build/students.zip of the course folder.

    Example:

        course bundle --book https://example.org/book
    """
    from ..bundle import write_bundle
    from ..course import find_course

    course = find_course()
    target = to or course.root / "build" / "students.zip"
    with error_console().status("making the zip"):
        names = write_bundle(course, target, book)
    notebooks = sum(name.endswith(".ipynb") for name in names)
    say(f"{short(target)}: {count(notebooks, 'notebook')}, {count(len(names), 'file')}")
