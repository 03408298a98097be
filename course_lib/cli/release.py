"""``course release``: the student version of a problem set."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from .output import NOT_RIGHT, count, say, say_error, short, written_since

if TYPE_CHECKING:
    from ..course import Course

DUE_FORM = '"2026-10-05 23:59 UTC", "2026-10-05 23:59 +02:00" or "2026-10-05 23:59 Europe/Berlin"'


def release(
    set_names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SET]...", help="The problem sets; all of them if none is named."),
    ] = None,
    due: Annotated[
        str | None, typer.Option(help=f"When answers are due, with a time zone: {DUE_FORM}.")
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit 1 where assignments/ is out of date."),
    ] = False,
) -> None:
    """Make the student version of problem sets.

    Writes assignments/SET from solutions/SET: solutions become stubs, and nbgrader's gradebook
    learns the cells and their points. Releasing again is safe: it keeps every grade,
    and what it replaces lies in build/replaced afterwards.

    Example:

        course release ps1_losses --due "2026-10-05 23:59 UTC"
    """
    from ..course import find_course

    course = find_course()
    names = [course.require_set(name) for name in set_names or course.set_names()]
    if not names:
        raise ValueError("there is nothing to release: write solutions/SET/NOTEBOOK.md first")
    if check:
        _check(course, names)
        return
    from ..release import release as write_release

    deadline = None if due is None else parse_due(due)
    until = f", due {deadline:%Y-%m-%d %H:%M %Z}" if deadline else ""
    for name in names:
        started = time.time()
        files = write_release(course, name, due=deadline)
        done = "released" if written_since(started, files) else "current, nothing to write"
        say(f"{name}: {done}{until}: {', '.join(short(path) for path in files)}")


def _check(course: Course, names: list[str]) -> None:
    from ..release import stale

    out_of_date = {name: stale(course, name) for name in names}
    for name, paths in out_of_date.items():
        for path in paths:
            say_error(f"{path} is out of date: run course release {name}")
    if any(out_of_date.values()):
        raise typer.Exit(NOT_RIGHT)
    say(f"{count(len(names), 'problem set')} current: {', '.join(names)}")


def parse_due(text: str) -> datetime:
    """The moment that ``text`` names, in its own time zone.

    >>> parse_due("2026-10-05 23:59 UTC").isoformat()
    '2026-10-05T23:59:00+00:00'

    Raises
    ------
    ValueError
        where it is no date and time with a time zone.
    """
    moment, _, zone = text.strip().rpartition(" ")
    try:
        if zone[:1] in ("+", "-"):
            return datetime.fromisoformat(f"{moment}{zone}")
        if zone == "UTC":
            return datetime.fromisoformat(moment).replace(tzinfo=UTC)
        return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    except (ValueError, OSError, KeyError) as error:  # ZoneInfo: KeyError for an unknown zone
        raise ValueError(f"--due {text!r} is no time with a time zone: write {DUE_FORM}") from error
