"""Every released set through the sandbox: solutions earn all points, stubs none."""

from __future__ import annotations

import nbformat
import pytest
from exercise_runs import ROOT, each_set
from nbformat import NotebookNode

from course_lib.course import Course
from course_lib.grading.admit import admit
from course_lib.grading.rebuild import is_test, rebuild
from course_lib.grading.released import Released, read_released
from course_lib.grading.run import grade_notebook
from course_lib.grading.states import Result, State
from course_lib.release_source import source_notebooks

pytestmark = pytest.mark.sandbox
COURSE = Course(ROOT)


def graded(released: Released, name: str, submitted: NotebookNode) -> Result:
    rebuilt = rebuild(released.notebook(name), admit(nbformat.writes(submitted).encode()))
    return grade_notebook(rebuilt, released, seed=20261121)


def told(result: Result) -> list[str]:
    """What stands at the test cells."""
    cells = [cell for cell in result.notebook.cells if is_test(cell)]
    return [cell.outputs[0].text for cell in cells]


@each_set
def test_the_worked_solutions_earn_all_points_and_the_stubs_none(set_name):
    released = read_released(COURSE, set_name)
    sources = source_notebooks(COURSE.solutions / set_name, released.exercises)
    for name, source in sources.items():
        unsolved = graded(released, name, released.notebook(name))
        assert (unsolved.state, unsolved.points) == (State.GRADED, 0.0), unsolved.reason
        assert all("Not written yet" in text for text in told(unsolved))
        solved = graded(released, name, source)
        assert (solved.state, solved.points) == (State.GRADED, solved.max_points), told(solved)
