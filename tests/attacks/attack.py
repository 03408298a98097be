"""What an attack is, and what must come of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from tiny_set import NAME, submitted_notebook

WRONG = "def total(x):\n    return -1.0"
HONEST = 3.0  # points of the honest answer
SLEEPER = "86399.25"  # seconds; stands in the command line of a process that must not be left
# The modules of the program that runs the notebook, which no import finds, but its callers know.
OWN = """
import sys
def own(name):
    frame = sys._getframe()
    while frame:
        module = getattr(frame.f_locals.get("self"), name, None)
        if hasattr(module, "__spec__"): return module
        frame = frame.f_back
    raise SystemExit(f"no {name}")
"""


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    ``cells`` stand between the two exercises, ``first`` before both, ``last`` after them.
    ``change`` makes the file's content of the notebook; ``place`` changes the folder that it was
    put into. ``states`` and ``points`` are those that are right; ``never`` must not stand in
    anything that comes back to students.
    """

    name: str
    cells: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    total: str = WRONG
    double: str = ""
    change: Callable[[NotebookNode], NotebookNode | bytes | None] | None = None
    place: Callable[[Path], None] | None = None
    states: tuple[str, ...] = ("graded",)
    points: tuple[float, ...] = (HONEST,)
    never: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """The notebook file."""
        answers = {"total": self.total, **({"double": self.double} if self.double else {})}
        notebook = submitted_notebook(**answers, **self.texts)
        notebook.cells[6:6] = [new_code_cell(cell) for cell in self.last]
        notebook.cells[4:4] = [new_code_cell(cell) for cell in self.cells]
        notebook.cells[2:2] = [new_code_cell(cell) for cell in self.first]
        changed = self.change(notebook) if self.change else None
        notebook = notebook if changed is None else changed
        return notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()

    def hand_in(self, folder: Path) -> None:
        """Put everything into ``folder``."""
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text("2026-10-05 16:20:00 UTC")
        (folder / f"{NAME}.ipynb").write_bytes(self.content())
        if self.place:
            self.place(folder)


def cell_named(notebook: NotebookNode, name: str) -> Any:
    """The cell of a grade id."""
    return next(
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name
    )
