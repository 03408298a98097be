"""A problem set of two exercises for tests of the grader, and submissions of it."""

from __future__ import annotations

import json

import nbformat
import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib.checks import Case, Exercise, Mistake
from course_lib.grading.admit import admit
from course_lib.grading.rebuild import rebuild
from course_lib.grading.released import Released
from course_lib.grading.run import grade_notebook
from course_lib.grading.sandbox import Limits
from course_lib.grading.states import Result

SET, NAME = "ps0_tiny", "tiny"
# Soft limits that no honest answer of this set comes near, on a busy machine too.
QUICK = Limits(cell_seconds=4, call_seconds=2, submission_seconds=40)
IMPORTS = "import numpy as np\nfrom course_lib.checks import check"
STUB = 'def {0}(x):\n    raise NotImplementedError("{0}: write your answer here")'
RIGHT = {
    "double": "def double(x):\n    return 2 * np.asarray(x)",
    "total": "def total(x):\n    return np.sum(x)",
}
# What a page must never hold: it is drawn for hidden cases alone.
HIDDEN_MARK = 77777.0


def double(x):
    return 2 * np.asarray(x)


def total(x):
    return np.sum(np.asarray(x))


def _others(reference, count, sentence):
    """Functions of ``x``: the reference plus 1, 2, ... (or plus nothing, without a sentence)."""

    def other(number):
        def function(x):
            return reference(x) + (number if sentence else 0)

        function.__name__ = f"{'plus' if sentence else 'again'}_{number}"
        return function

    return [other(number) for number in range(1, count + 1)]


def exercise(reference, points, **more):
    wrong = _others(reference, 6, sentence=True)
    return Exercise(
        name=reference.__name__,
        task=f"Return the {reference.__name__} of x.",
        points=points,
        reference=reference,
        public=(Case((np.arange(3.0),)),),
        hidden=lambda rng: [Case((np.append(rng.normal(size=4), HIDDEN_MARK),)) for _ in range(3)],
        mistakes=tuple(Mistake(f, f"This is {f.__name__}.") for f in wrong),
        variants=tuple(_others(reference, 4, sentence=False)),
        **more,
    )


EXERCISES = {"double": exercise(double, 3), "total": exercise(total, 2, forbid=("numpy.cumsum",))}


def marks(**told):
    return {"nbgrader": {"schema_version": 3, "task": False, **told}}


def answer_cell(name: str, source: str | None = None) -> NotebookNode:
    told = marks(grade_id=name, solution=True, grade=False, locked=False)
    return new_code_cell(source or STUB.format(name), metadata=told, id=name)


def test_cell(name: str, points: int) -> NotebookNode:
    told = marks(grade_id=f"test_{name}", solution=False, grade=True, locked=True, points=points)
    source = f'check("{name}", {name})'
    return new_code_cell(source, metadata=told, id=f"test_{name}")


test_cell.__test__ = False


def released_notebook() -> NotebookNode:
    """The student version, as release writes it."""
    told = marks(grade_id="why", solution=True, grade=True, locked=False, points=2)
    return new_notebook(
        cells=[
            new_markdown_cell("# Tiny", id="text-01"),
            new_code_cell(IMPORTS, id="code-01"),
            answer_cell("double"),
            test_cell("double", 3),
            answer_cell("total"),
            test_cell("total", 2),
            new_markdown_cell("*Write your answer here.*", metadata=told, id="why"),
        ]
    )


def submitted_notebook(**answers: str) -> NotebookNode:
    """The released notebook with ``answers`` by exercise; the right one where none is given."""
    notebook = released_notebook()
    for cell in notebook.cells:
        cell.source = {**RIGHT, **answers}.get(cell.id, cell.source)
    return notebook


def content(notebook: NotebookNode) -> bytes:
    return nbformat.writes(notebook).encode()


def admitted(notebook: NotebookNode) -> NotebookNode:
    return admit(json.dumps(notebook).encode())


def released() -> Released:
    return Released(SET, {NAME: content(released_notebook())}, EXERCISES)


def grade(notebook: NotebookNode, limits: Limits = QUICK, seed: int = 1) -> Result:
    """One submission through the grader, without a course folder."""
    return grade_notebook(
        rebuild(released_notebook(), admitted(notebook)), released(), seed, limits
    )


def grade_with(*cells: str, limits: Limits = QUICK, **answers: str) -> Result:
    """A submission with code cells added between its two exercises."""
    notebook = submitted_notebook(**answers)
    notebook.cells[4:4] = [new_code_cell(cell) for cell in cells]
    return grade(notebook, limits)


def points(result: Result) -> dict[str, float]:
    return {name: mark.points for name, mark in result.marks.items()}
