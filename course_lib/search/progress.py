"""A bar that says how far a search is, and what the best is so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from .._scalars import whole
from .trials import Trial

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(total: int, console: Console | None = None) -> Iterator[Callable[[Trial], None]]:
    """Draw a bar of ``total`` trials while the block runs: gives what ``on_done`` takes.

    Raises ValueError where ``total`` is not a positive integer.

    >>> import io
    >>> with progress_bar(1, Console(file=io.StringIO())) as on_done:
    ...     on_done(Trial(0, {}, "done", 0.25))
    """
    whole("total", total, at_least=1)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    best = float("inf")
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("no value yet", total=total)

        def on_done(trial: Trial) -> None:
            nonlocal best
            best = best if trial.value is None else min(best, trial.value)
            bar.update(task, advance=1, description=f"best {best:.4g}")

        yield on_done
