"""Test cells of plain asserts, graded as nbgrader grades them, but in the sandbox.

Such a cell runs in the student's own process, after the cells before it: an error costs all of its
points, a number as its last value is the points earned, anything else is full points. Where
nbgrader is lenient this is not: without the worker's word that the cell ran to its end there are no
points, and a number that cannot be points (negative, too large, not finite) is nought. What is
written to stderr costs nothing.

What this cannot protect against: test and answer share a process, so a notebook that patches what
the test calls (``numpy.testing``, ``AssertionError``, the shell, the worker itself) can pass it,
and it can read the hidden tests while they run. What it reads goes nowhere: of a test nothing is
shown but its points and the kind of its error. A test that must not be forged is
``check("NAME", NAME)``, which is judged outside of the sandbox.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Mapping
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from ..checks.cells import is_test_code
from .readable import readable
from .snapshot import Snapshot, Trial
from .states import Mark
from .student_code import PARSING

# Test cells' whole sources, by grade id and by what of them was released.
Sources = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class PlainTest:
    """A test cell of plain asserts; ``source`` holds its hidden tests too."""

    label: str
    points: float
    source: str
    hides: bool


def is_plain(cell: NotebookNode) -> bool:
    """True for a test cell that is code of its own: it parses, and calls no ``check``.

    In the sandbox ``check`` says nothing, so a cell that does more with it would always pass.
    """
    try:
        with PARSING:
            return is_test_code(TransformerManager().transform_cell(cell.source))
    except SyntaxError:  # of IPython's own parser
        return False


def read_plain_test(cell: NotebookNode, sources: Sources) -> PlainTest:
    """The plain test that a released cell is the visible part of.

    Raises
    ------
    ValueError
        where its whole source is not known.
    """
    marks = cell.metadata.nbgrader
    source = sources.get((marks.grade_id, cell.source))
    if source is None:
        raise ValueError(
            f"the test cell {marks.grade_id!r} is not in the gradebook as it was released: "
            "release again"
        )
    hides = source.strip() != cell.source.strip()
    return PlainTest(str(marks.grade_id), float(marks.points), source, hides)


def plain_mark(test: PlainTest, snapshot: Snapshot) -> tuple[Mark, list[str]]:
    """Run the test after the cells so far: its mark, and the lines that students read."""
    tested = snapshot.run_test(test.source)
    earned = _earned(test, tested)
    mark = Mark(earned, test.points)
    sign = "✓" if earned >= test.points else "✗"
    lines = [f"{sign} {test.label}: {earned:g} of {test.points:g} points."]
    if not tested.passed:
        lines.append(f"  problem {_problem(test, tested)}")
    elif _number(tested) and earned == 0 and tested.result != 0:
        lines.append("  problem the test gave a number that cannot be points: ask your instructor")
    return mark, lines


def _number(tested: Trial) -> bool:
    return tested.result is not None


def _earned(test: PlainTest, tested: Trial) -> float:
    if not tested.passed:
        return 0.0
    if tested.result is None:
        return test.points
    possible = math.isfinite(tested.result) and 0 <= tested.result <= test.points
    return tested.result if possible else 0.0


def _problem(test: PlainTest, tested: Trial) -> str:
    """Of a hidden test only the kind of error: its message could be the test itself."""
    kind = tested.error.partition(":")[0]
    if not isinstance(getattr(builtins, kind, None), type):
        return "the test failed"
    if test.hides:
        return f"a test, perhaps a hidden one, failed with {kind}"
    return readable(f"the test failed with {tested.error}")
