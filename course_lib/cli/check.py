"""``course check``: a student's own look at a whole notebook before handing it in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from .output import NOT_RIGHT, error_console, number, say, say_table

if TYPE_CHECKING:
    from .notebook_run import Checked


def check(
    notebook: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="Your notebook (.ipynb).")],
    seconds: Annotated[int, typer.Option(min=1, help="How long one cell may take.")] = 60,
) -> None:
    """Run your notebook from top to bottom and say what is right so far.

    Runs in a fresh kernel on your own machine, as Restart and Run All does; your file is not
    changed. Grading uses other inputs than these checks show. Exits with 1 while something is not
    right yet.

    Example:

        course check losses.ipynb
    """
    from .notebook_run import run_notebook

    with error_console().status(f"running {notebook.name}"):
        run = run_notebook(notebook, seconds)
    for line in run.failures:
        say(line, style="yellow")
    for checked in run.checked:
        say(checked.text, style=None if checked.right else "yellow")
    say_table(_table(run.checked, run.written))
    if run.failures or not all(checked.right for checked in run.checked):
        raise typer.Exit(NOT_RIGHT)


def _table(checked: Sequence[Checked], written: Sequence[tuple[str, float, bool]]) -> Table:
    earned = sum(c.points for c in checked)
    possible = sum(c.max_points for c in checked)
    table = Table(title="points so far", show_footer=True)
    table.add_column("exercise", footer="checked here", overflow="fold")
    table.add_column("points", justify="right", footer=number(earned))
    table.add_column("of", justify="right", footer=number(possible))
    table.add_column("")
    for c in checked:
        state = "" if c.right else "not right yet"
        table.add_row(c.name, number(c.points), number(c.max_points), state)
    for name, worth, begun in written:
        state = "for a person to read" if begun else "not written yet"
        table.add_row(name, "–", number(worth), state)
    return table
