"""An answer that is shown with its error is asked before any hidden case of the notebook."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell
from tiny_set import EXERCISES, HIDDEN_MARK, NAME, QUICK, SET, content, marks, submitted_notebook

from course_lib.grading.rebuild import Rebuilt
from course_lib.grading.released import Released
from course_lib.grading.run import grade_notebook

pytestmark = pytest.mark.sandbox

KEEPS = """
def double(x):
    with open("/tmp/seen", "a") as file: file.write(str(list(x)))
    return 2 * np.asarray(x)
"""
TELLS = """
def total(x):
    try: seen = open("/tmp/seen").read()
    except OSError: seen = "nothing yet"
    raise ValueError(f"seen: {seen}")
"""


def test_the_error_of_a_plain_test_tells_no_hidden_case():
    told = marks(grade_id="plain", solution=False, grade=True, locked=True, points=1)
    plain = new_code_cell("assert total([1.0]) == 1", metadata=told, id="plain")
    notebook = submitted_notebook(double=KEEPS, total=TELLS)
    notebook.cells.insert(6, plain)
    sources = {("plain", plain.source): plain.source}
    released = Released(SET, {NAME: content(notebook)}, EXERCISES, {}, sources)
    result = grade_notebook(Rebuilt(notebook), released, 1, QUICK)
    shown = content(result.notebook).decode()
    assert result.marks["double"].points == 3
    assert "seen: " in shown
    assert f"{HIDDEN_MARK:.0f}" not in shown
