"""The notebook that is run: the released one with a student's answers in it.

Everything that could change how it is graded (tests, points, tags, metadata, outputs, ids, kernel)
is the release's. Of the student's only what was written is taken: answers, edits of the cells given
for editing, and cells that were added, in their place.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from .roles import is_grade, is_locked, is_solution

NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


@dataclass
class Rebuilt:
    """``notes`` say for instructors what of a submission was put right, each in a few words."""

    notebook: NotebookNode
    notes: list[str] = field(default_factory=list)


@dataclass
class _Slot:
    """One released cell, and what the student's notebook has for it and after it."""

    released: NotebookNode
    written: NotebookNode | None = None
    seen: bool = False
    added: list[NotebookNode] = field(default_factory=list)


def rebuild(released: NotebookNode, submitted: NotebookNode) -> Rebuilt:
    """``released`` with what was written in ``submitted`` (as ``admit`` gives it).

    A cell of the student's is known by its grade id, else by its cell id; any other is an added
    cell. Where an answer stands twice, the first that is not the empty stub is the answer, for that
    one has been written, and further ones stay in their place as added cells: run from top to
    bottom, the notebook does what it did for the student.
    """
    first, slots = _matched(released, submitted)
    notebook = copy.deepcopy(released)
    notebook.cells = []
    for cell in _in_order(first, slots):
        if "id" not in cell:
            cell.id = f"added-{len(notebook.cells):03d}"
        notebook.cells.append(cell)
    return Rebuilt(notebook, _notes(slots))


def is_test(cell: NotebookNode) -> bool:
    """True for a cell that is graded by itself: its outputs are the verdict."""
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def _matched(
    released: NotebookNode, submitted: NotebookNode
) -> tuple[list[NotebookNode], list[_Slot]]:
    """Cells added before all others; and the released cells, with what was written in each."""
    first: list[NotebookNode] = []
    slots = [_Slot(cell) for cell in released.cells]
    by_cell_id = {slot.released.id: slot for slot in slots}
    by_grade_id = {_grade_id(slot.released): slot for slot in slots}
    here = first
    for cell in submitted.cells:
        slot = by_grade_id.get(_grade_id(cell)) if _grade_id(cell) else None
        slot = slot or by_cell_id.get(cell.get("id", ""))
        if slot is None or not _fits(cell, slot.released):
            here.append(cell)
            continue
        if not slot.seen:
            slot.seen, here = True, slot.added
        if is_locked(slot.released) or _same(cell, slot.released):
            continue  # the release's word counts, or both say the same
        if slot.written is None:
            slot.written = cell
        else:
            here.append(cell)
    return first, slots


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _fits(cell: NotebookNode, released: NotebookNode) -> bool:
    """A locked cell is itself whatever it was made; words may be written in any kind of cell."""
    kind = released.cell_type
    return bool(is_locked(released) or kind == cell.cell_type or kind == "markdown")


def _same(left: NotebookNode, right: NotebookNode) -> bool:
    return bool(left.source.strip() == right.source.strip()) and not left.get("attachments")


def _in_order(first: list[NotebookNode], slots: list[_Slot]) -> list[NotebookNode]:
    """All cells as they are run.

    A missing cell is put back before the cells added in its place, which may hold the answer; but
    a missing test comes after them.
    """
    cells: list[NotebookNode] = []
    added = [_added(cell) for cell in first]
    tests: list[NotebookNode] = []
    for slot in slots:
        if slot.seen:
            cells += added + tests
            added, tests = [_added(cell) for cell in slot.added], []
        waits = added and not slot.seen and is_test(slot.released)
        (tests if waits else cells).append(_filled(slot))
    return cells + added + tests


def _filled(slot: _Slot) -> NotebookNode:
    cell = copy.deepcopy(slot.released)
    if slot.written is not None:
        cell.source = slot.written.source
        if slot.written.get("attachments"):
            cell.attachments = slot.written.attachments
    return cell


def _added(cell: NotebookNode) -> NotebookNode:
    """A cell of the student's without its metadata and id."""
    fresh = NEW_CELL[cell.cell_type](cell.source)
    del fresh["id"]
    if cell.cell_type == "raw":  # a raw cell of no kind is taken for HTML by nbconvert's pages
        fresh.metadata.raw_mimetype = "text/plain"
    if cell.get("attachments"):
        fresh.attachments = cell.attachments
    return fresh


def _notes(slots: list[_Slot]) -> list[str]:
    missing = [_grade_id(slot.released) for slot in slots if not slot.seen]
    named = [name for name in missing if name]
    return [f"put back from the release: {', '.join(named)}"] if named else []
