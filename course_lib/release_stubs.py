"""Solutions become stubs that name the exercise; and a look whether anything was left behind."""

from __future__ import annotations

from collections.abc import Iterator

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    SaveCells,
)

from .checks.asking import STUB_ENDING
from .checks.cells import WRITTEN_STUB

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"
# A line shorter than this, such as `return a - y`, may well stand in given code too.
TELLING_LENGTH = 24


class ClearSolutionsByName(ClearSolutions):
    """nbgrader's ``ClearSolutions`` with a stub that says which exercise is not written yet.

    The grader knows an answer that was never begun by this ``NotImplementedError``.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        self.code_stub = {"python": f'raise NotImplementedError("{name}: {STUB_ENDING}")'}
        self.text_stub = WRITTEN_STUB
        return super().preprocess_cell(cell, resources, cell_index)


# nbgrader's own list without header files and generated tests, which this course does not use.
PREPROCESSORS = [
    LockCells,
    ClearSolutionsByName,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    # Checksums again, because these two change cells that SaveCells must see whole.
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]


def solution_lines(source: str) -> list[str] | None:
    """The lines between solution markers, stripped; None where markers are missing or unpaired.

    >>> solution_lines("### BEGIN SOLUTION\\nreturn 1\\n### END SOLUTION")
    ['return 1']
    """
    lines: list[str] = []
    inside = found = False
    for line in source.splitlines():
        if BEGIN in line or END in line:
            if inside == (BEGIN in line):
                return None
            inside, found = not inside, True
        elif inside:
            lines.append(line.strip())
    return lines if found and not inside else None


def leaked_lines(source: NotebookNode, released: NotebookNode) -> Iterator[tuple[str, str]]:
    """``(grade_id, line)`` of each telling solution line that students could still read."""
    texts = [cell.source for cell in released.cells]
    texts += [str(output) for cell in released.cells for output in cell.get("outputs", ())]
    for cell in source.cells:
        for line in solution_lines(cell.source) or ():
            if len(line) >= TELLING_LENGTH and any(line in text for text in texts):
                yield cell.id, line
    for cell in released.cells:
        if BEGIN in cell.source or END in cell.source:
            yield cell.id, "a solution marker"
