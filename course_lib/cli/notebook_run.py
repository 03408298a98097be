"""Runs a student's notebook in a fresh kernel and reads off what its checks said."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from ..checks.cells import WRITTEN_STUB, checked_name
from ..checks.exercise import Exercise
from ..checks.judge import Verdict
from ..checks.registry import find_exercise


@dataclass(frozen=True)
class Checked:
    """What one check cell said."""

    name: str
    right: bool
    points: float  # earned so far, by the cases that students see
    max_points: float
    text: str


@dataclass(frozen=True)
class Run:
    """A notebook that has run.

    ``failures`` has one line for each other cell that raised; ``written`` gives name, points and
    whether it was begun of each question answered in words.
    """

    checked: list[Checked]
    written: list[tuple[str, float, bool]]
    failures: list[str]


def run_notebook(path: Path, seconds: int) -> Run:
    """Run ``path`` as Restart and Run All does; the file is not changed.

    Raises
    ------
    ValueError
        where it is no notebook, holds no check, or checks an exercise that is not declared.
    """
    notebook = _read(path)
    names = {i: checked_name(c.source) for i, c in enumerate(notebook.cells) if _is_code(c)}
    exercises = {name: find_exercise(name) for name in names.values() if name}
    if not exercises:
        raise ValueError(f"{path} holds no check cell: is it one of the course's assignments?")
    died = _execute(notebook, path, seconds)
    checked, failures = [], [died] if died else []
    for index, name in names.items():
        cell = notebook.cells[index]
        if name:
            checked.append(_checked(exercises[name], cell))
        elif error := _error(cell):
            failures.append(f"cell {index + 1} ({_first_line(cell)}) failed: {error}")
    return Run(checked, _written(notebook), failures)


def _is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code")


def _checked(exercise: Exercise, cell: NotebookNode) -> Checked:
    error, printed = _error(cell), _printed(cell)
    text = error or printed or "did not run"
    if not text.startswith(("✓", "✗")):
        text = f"✗ {exercise.name}: {text}"
    right = not error and bool(printed)
    # A kernel hands over text alone, so the parts that are right are read off it.
    parts = {part: right or f" {part}: right" in text for part in exercise.parts}
    points = Verdict(exercise, parts, findings=(), mistake=None).points
    return Checked(exercise.name, right, points, exercise.points, text)


def _read(path: Path) -> NotebookNode:
    if not path.is_file():
        raise ValueError(f"there is no file {path}: give the path of your notebook")
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat lets through whatever JSON and its schemas raise
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise ValueError(f"{path} is no notebook: {reason}") from error


def _execute(notebook: NotebookNode, path: Path, seconds: int) -> str:
    """Run all cells in place; a line on what ended the kernel, where something did."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []  # those of another day must not be taken for today's
    client = NotebookClient(
        notebook,
        timeout=seconds,
        kernel_name="python3",
        allow_errors=True,
        interrupt_on_timeout=True,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        # What a cell says comes by message; what the kernel itself logs would only puzzle.
        client.execute(stderr=subprocess.DEVNULL)
    except DeadKernelError:
        return "the kernel died before the end: did a cell use up the memory?"
    return ""


def _error(cell: NotebookNode) -> str:
    for output in cell.outputs:
        if output.output_type == "error":
            if output.ename == "CheckFailed":
                return str(output.evalue)
            if output.ename == "KeyboardInterrupt":
                return "stopped after its time was up: does a loop never end?"
            return f"{output.ename}: {output.evalue}"
    return ""


def _printed(cell: NotebookNode) -> str:
    parts = [o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stdout"]
    return "".join(parts).rstrip()


def _first_line(cell: NotebookNode) -> str:
    lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
    return lines[0][:40] if lines else ""


def _written(notebook: NotebookNode) -> list[tuple[str, float, bool]]:
    marks = [(cell, cell.metadata.get("nbgrader", {})) for cell in notebook.cells]
    return [
        (mark["grade_id"], mark["points"], WRITTEN_STUB not in cell.source)
        for cell, mark in marks
        if mark.get("grade") and mark.get("solution")
    ]
