"""The released notebook with a student's answers in it, whatever was done to their cells."""

from __future__ import annotations

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.nbgraderformat import MetadataValidator
from tiny_set import RIGHT, STUB, admitted, answer_cell, released_notebook, submitted_notebook
from tiny_set import test_cell as check_cell

from course_lib.grading.rebuild import rebuild

IDS = ["text-01", "code-01", "double", "test_double", "total", "test_total", "why"]
MINE = "def double(x): return x + x"


def rebuilt(notebook):
    """Rebuild, and hold what must hold of every result."""
    released = released_notebook()
    before = copy.deepcopy(released)
    result = rebuild(released, admitted(notebook))
    assert released == before
    nbformat.validate(result.notebook)
    MetadataValidator().validate_nb(result.notebook)
    kept = [cell for cell in result.notebook.cells if not cell.id.startswith("added-")]
    assert sorted(cell.id for cell in kept) == sorted(IDS)
    own = {cell.id: cell for cell in before.cells}
    for cell in kept:
        assert cell.metadata == own[cell.id].metadata
        if cell.id.startswith("test_"):
            assert cell.source == own[cell.id].source
    return result


def order(result) -> list[str]:
    """Released cells by id, added ones by their source."""
    cells = result.notebook.cells
    return [cell.source if cell.id.startswith("added-") else cell.id for cell in cells]


def source_of(result, name) -> str:
    return next(cell.source for cell in result.notebook.cells if cell.id == name)


def test_answers_are_taken_and_nothing_else():
    notebook = submitted_notebook(double=MINE)
    notebook.metadata.kernelspec = {"name": "evil", "display_name": "evil"}
    for cell in notebook.cells:
        cell.metadata.tags = ["skip-execution"]
    notebook.cells[3].source = "check = print"
    notebook.cells[3].metadata.nbgrader.points = 300
    result = rebuilt(notebook)
    assert order(result) == IDS
    assert source_of(result, "double") == MINE
    assert result.notebook.metadata == released_notebook().metadata
    assert result.notes == []


def test_added_cells_stay_where_they_are():
    notebook = submitted_notebook()
    notebook.cells.insert(0, new_markdown_cell("first"))
    notebook.cells.insert(4, new_code_cell("before the test"))
    notebook.cells.append(new_raw_cell("last"))
    result = rebuilt(notebook)
    assert order(result) == ["first", *IDS[:3], "before the test", *IDS[3:], "last"]


def test_cells_given_for_editing_are_the_students():
    notebook = submitted_notebook()
    notebook.cells[1].source = "import numpy as np, math"
    assert source_of(rebuilt(notebook), "code-01") == "import numpy as np, math"


def test_missing_cells_are_put_back():
    notebook = submitted_notebook()
    del notebook.cells[1:4]
    result = rebuilt(notebook)
    assert order(result) == IDS
    assert source_of(result, "double") == STUB.format("double")
    assert source_of(result, "total") == RIGHT["total"]
    assert result.notes == ["put back from the release: double, test_double"]


def test_an_empty_notebook_becomes_the_release():
    assert rebuilt(new_notebook()).notebook.cells == released_notebook().cells


def test_an_answer_that_has_lost_its_marks_comes_after_the_stub_and_before_the_test():
    notebook = submitted_notebook()
    notebook.cells[2] = new_code_cell(MINE)
    assert order(rebuilt(notebook)) == [*IDS[:3], MINE, *IDS[3:]]


def test_a_notebook_without_any_marks_still_runs_every_answer_before_its_test():
    notebook = submitted_notebook(double=MINE)
    notebook.cells = [new_code_cell(c.source) for c in notebook.cells if c.cell_type == "code"]
    where = order(rebuilt(notebook))
    assert where.index("double") < where.index(MINE) < where.index("test_double")
    assert where.index("total") < where.index(RIGHT["total"]) < where.index("test_total")


def test_an_answer_is_known_by_its_cell_id_where_its_marks_are_gone():
    notebook = submitted_notebook(double=MINE)
    notebook.cells[2].metadata = {}
    assert source_of(rebuilt(notebook), "double") == MINE


def test_of_two_answers_the_first_that_was_written_counts_and_the_other_stays():
    notebook = submitted_notebook(double=MINE)
    notebook.cells.insert(2, answer_cell("double"))
    notebook.cells.insert(4, answer_cell("double", "second = 1"))
    result = rebuilt(notebook)
    assert source_of(result, "double") == MINE
    assert order(result) == [*IDS[:3], "second = 1", *IDS[3:]]


def test_a_second_test_is_left_out():
    notebook = submitted_notebook()
    notebook.cells.insert(4, check_cell("double", 300))
    assert order(rebuilt(notebook)) == IDS


def test_a_test_marked_as_an_answer_is_no_test_and_harms_nobody():
    notebook = submitted_notebook(double=MINE)
    notebook.cells[3].metadata.nbgrader.grade_id = "double"
    result = rebuilt(notebook)
    assert source_of(result, "double") == MINE
    assert order(result) == [*IDS[:3], 'check("double", double)', *IDS[3:]]


def test_an_answer_marked_as_a_test_is_not_run_in_its_place():
    notebook = submitted_notebook()
    notebook.cells[2].metadata.nbgrader.grade_id = "test_double"
    assert source_of(rebuilt(notebook), "test_double") == 'check("double", double)'


def test_marks_that_the_release_does_not_know_make_an_added_cell():
    notebook = submitted_notebook()
    notebook.cells.append(check_cell("bonus", 100))
    result = rebuilt(notebook)
    assert order(result) == [*IDS, 'check("bonus", bonus)']
    assert result.notebook.cells[-1].metadata == {}


def test_code_turned_into_text_is_no_answer():
    notebook = submitted_notebook()
    told = notebook.cells[2]
    notebook.cells[2] = new_markdown_cell(told.source, metadata=told.metadata, id="double")
    result = rebuilt(notebook)
    assert source_of(result, "double") == STUB.format("double")
    assert order(result) == [*IDS[:3], told.source, *IDS[3:]]


@pytest.mark.parametrize("new_cell", [new_code_cell, new_raw_cell, new_markdown_cell])
def test_words_count_in_any_kind_of_cell(new_cell):
    notebook = submitted_notebook()
    notebook.cells[6] = new_cell("Because.", metadata=notebook.cells[6].metadata, id="why")
    result = rebuilt(notebook)
    assert source_of(result, "why") == "Because."
    assert result.notebook.cells[-1].cell_type == "markdown"


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    "AAAABJRU5ErkJggg=="
)


def test_a_picture_in_a_written_answer_stays():
    notebook = submitted_notebook()
    notebook.cells[6].attachments = {"a.png": {"image/png": PIXEL}}
    result = rebuilt(notebook)
    assert result.notebook.cells[-1].attachments == notebook.cells[6].attachments


def test_cells_in_another_order_are_run_in_the_order_of_the_release():
    notebook = submitted_notebook(double=MINE)
    notebook.cells.reverse()
    result = rebuilt(notebook)
    assert order(result) == IDS
    assert source_of(result, "double") == MINE
