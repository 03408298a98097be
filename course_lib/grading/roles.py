"""What a cell is for, as nbgrader's marks say.

These are nbgrader's own three questions. To import them from nbgrader takes each grading process
two thirds of a second, for its web pages come along.
"""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode


def _marks(cell: NotebookNode) -> dict[str, Any]:
    marks: dict[str, Any] = cell.metadata.get("nbgrader", {})
    return marks


def is_grade(cell: NotebookNode) -> bool:
    """True where points are given for the cell."""
    return bool(_marks(cell).get("grade", False))


def is_solution(cell: NotebookNode) -> bool:
    """True where the cell is given for an answer."""
    return bool(_marks(cell).get("solution", False))


def is_locked(cell: NotebookNode) -> bool:
    """True where the release's source counts, whatever a student has made of it."""
    if is_solution(cell):
        return False
    return is_grade(cell) or bool(_marks(cell).get("locked", False))
