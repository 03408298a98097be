"""What all commands share: exit codes, consoles, the progress bar, the line of an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

FILE_CLOCK = 0.05  # seconds by which a file's time may lag behind time.time()

FINE = 0
NOT_RIGHT = 1  # the command worked; something it looked at is not right
BAD_INPUT = 2  # as for a wrong option
FAULT = 3  # the program failed; kept apart from 1, which scripts may expect

EXIT_CODES = (
    "Exit codes: 0 all is fine; 1 something looked at is not right (listed); "
    "2 the command or its input is wrong (one line says what to do); 3 the program failed."
)


def console() -> Console:
    """Where results go. Made on the spot: a console keeps the stream it was made with."""
    return Console(highlight=False)


def error_console() -> Console:
    """Where errors and progress go, so that results can be piped."""
    return Console(stderr=True, highlight=False)


def say(text: str, style: str | None = None) -> None:
    """One line of result; never wrapped, and brackets in it are no markup."""
    console().print(text, style=style, markup=False, soft_wrap=True)


def say_error(text: str) -> None:
    """The one line of an error, in red."""
    line = " ".join(text.split())
    error_console().print(f"course: {line}", style="red", markup=False, soft_wrap=True)


def say_table(table: Table) -> None:
    console().print(table)


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[object], None]]:
    """A progress bar with count, time so far and time to go; what it gives counts one more.

    Where nothing was done, because of an error or because all was done before, no bar stays.
    """
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("elapsed"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=error_console(),
    )
    task = progress.add_task(what, total=total)
    progress.start()
    try:
        yield lambda _: progress.advance(task)
        progress.update(task, total=progress.tasks[0].completed)  # it may be less than thought
    finally:
        if progress.tasks[0].completed:
            progress.stop()
        else:
            progress.live.transient = True
            progress.live.stop()  # progress.stop() would leave an empty line


def written_since(moment: float, paths: Iterable[Path]) -> bool:
    """Whether any of ``paths`` was written at ``moment`` (of ``time.time()``) or later."""
    return any(path.stat().st_mtime >= moment - FILE_CLOCK for path in paths)


def short(path: Path) -> str:
    """``path`` as one would type it here."""
    here = Path.cwd().resolve()
    full = path.resolve()
    return str(full.relative_to(here)) if full.is_relative_to(here) else str(full)


def number(value: float | None) -> str:
    """Points as people write them: 3, 2.5, or – where there are none."""
    return "–" if value is None else f"{value:g}"


def count(things: int, one: str, many: str = "") -> str:
    """``1 page``, ``2 pages``."""
    return f"{things} {one if things == 1 else many or one + 's'}"
