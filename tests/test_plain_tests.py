"""Test cells of plain asserts: in the sandbox they give the marks that nbgrader gives, or fewer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from submissions import given_marks, hand_in_answers
from tiny_course import ROOT
from tiny_set import EXERCISES, QUICK, marks, test_cell

from course_lib.course import MARK, Course
from course_lib.grading.classroom import grade_class
from course_lib.grading.feedback import write_feedback
from course_lib.grading.plain_tests import PlainTest, is_plain, plain_mark
from course_lib.grading.released import read_released
from course_lib.grading.snapshot import Trial
from course_lib.release_generate import course_config, generate

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
]

SET, NAME = "ps0_plain", "plain"
HIDDEN = "hidden_secret_9"
SOLUTION = "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION"
# By grade id: the test as an instructor writes it, with nbgrader's marks of what is hidden.
TESTS = {
    "shown": "assert square(2) == 4\nassert square(-1) == 1",
    "hiding": f"assert square(0) == 0\n### BEGIN HIDDEN TESTS\n{HIDDEN} = 9\n"
    f"assert square(3) == {HIDDEN}, '{HIDDEN} is wanted'\n### END HIDDEN TESTS",
    "partial": "score = 0\nfor x in (0, 1, 2, 3):\n    score += 0.5 * (square(x) == x * x)\nscore",
    "printing": "print(square(2))\nassert square(2) == 4",
}
MOST = {"shown": 2, "hiding": 2, "partial": 2, "printing": 2}


def source_notebook() -> NotebookNode:
    """The instructor's version."""
    answer = marks(grade_id="square", solution=True, grade=False, locked=False)
    cells = [new_markdown_cell("# Squares"), new_code_cell(SOLUTION, metadata=answer, id="square")]
    for name, source in TESTS.items():
        told = marks(grade_id=name, solution=False, grade=True, locked=True, points=MOST[name])
        cells.append(new_code_cell(source, metadata=told, id=name))
    return new_notebook(cells=cells)


# By student: the answer, and the marks by grade id that both ways of grading give.
FULL = dict(MOST)
NONE = dict.fromkeys(MOST, 0)
AGREE = {
    "right": ("def square(x): return x * x", FULL),
    "wrong": ("def square(x): return 2 * x", {**NONE, "partial": 1, "printing": 2}),
    "only-shown": (
        "def square(x): return {2: 4, -1: 1, 0: 0}.get(x, 7)",
        {**FULL, "hiding": 0, "partial": 1},
    ),
    "raises": ("def square(x): return 1 / 0", NONE),
    "unwritten": ("", NONE),
    "exits": ("import sys\ndef square(x): sys.exit(0)", NONE),
}
# nbgrader takes seconds for each.
COMPARED = ("right", "only-shown", "raises", "warns")
# Where we differ on purpose: what is written to stderr costs nothing, no kernel's death or
# interruption gives points, and numbers that cannot be points are nought.
DIFFER = {
    "warns": ("import sys\ndef square(x):\n    print('!', file=sys.stderr); return x * x", FULL),
    "more-than-all": (
        "class Many(int):\n    def __eq__(self, other): return 99\n    __hash__ = int.__hash__\n"
        "def square(x): return Many(x * x)",
        {**FULL, "partial": 0},
    ),
    "ends-python": ("import os\ndef square(x): os._exit(0)", NONE),
    "never-ends": ("def square(x):\n    while True: pass", NONE),
    "buries-the-number": (
        "def square(x):\n    for _ in range(200): display('x' * 2000)\n    return -1",
        NONE,
    ),
    "prints-and-fails": (
        "def square(x):\n    for _ in range(200): display(5.0)\n    raise ValueError(x)",
        NONE,
    ),
}
LIMITS = QUICK.__class__(cell_seconds=2, call_seconds=1, submission_seconds=40)


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Course:
    return _released(tmp_path_factory.mktemp("plain"))


def _released(root: Path) -> Course:
    """A course whose set was written and released with nbgrader alone."""
    course = Course(root / "course")
    course.root.mkdir()
    shutil.copy(ROOT / MARK, course.root)
    made = root / "made"
    (made / "source" / SET).mkdir(parents=True)
    nbformat.write(source_notebook(), made / "source" / SET / f"{NAME}.ipynb")
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.add_assignment(SET)
    generate(course, SET, made, record=True)
    shutil.copytree(made / "release" / SET, course.assignments / SET)
    for student, (answer, _) in {**AGREE, **DIFFER}.items():
        hand_in_answers(course, SET, NAME, student, {"square": answer})
    return course


@pytest.fixture(scope="module")
def ours(course) -> dict[str, dict[str, float]]:
    states = {o.student: o.state for o in grade_class(course, SET, limits=LIMITS)}
    assert {name for name, state in states.items() if state != "graded"} == {
        "ends-python",
        "never-ends",
    }
    write_feedback(course, SET)
    return given_marks(course, SET)


def test_the_marks_are_those_of_the_tests(ours):
    assert ours == {student: wanted for student, (_, wanted) in {**AGREE, **DIFFER}.items()}


@pytest.fixture(scope="module")
def theirs(course, tmp_path_factory) -> dict[str, dict[str, float]]:
    """Plain nbgrader: its own steps, its own kernel."""
    other = Course(Path(shutil.copytree(course.root, tmp_path_factory.mktemp("theirs") / "c")))
    shutil.rmtree(other.autograded, ignore_errors=True)
    config = course_config(other)
    (other.root / "gradebook.db").unlink()
    with Gradebook(other.gradebook_url) as gradebook:
        gradebook.add_assignment(SET)
    generate(other, SET, course.root.parent / "made", record=True)
    del config.Autograde
    config.CourseDirectory.root = str(other.root)
    for student in COMPARED:
        result = NbGraderAPI(config=config).autograde(SET, student, create=True)
        assert result["success"], result
    return given_marks(other, SET)


def test_nbgraders_own_way_of_running_gives_the_same_marks(ours, theirs):
    for student in AGREE.keys() & COMPARED:
        assert theirs[student] == ours[student], student
    assert theirs["warns"] == NONE  # any text on stderr costs all points there


def test_no_hidden_test_comes_back(ours, course):
    for folder in (course.assignments, course.autograded, course.feedback):
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files
        for path in files:
            assert HIDDEN not in path.read_text("utf-8"), path


def test_a_student_reads_which_kind_of_error_it_was(ours, course):
    path = course.autograded / "only-shown" / SET / f"{NAME}.ipynb"
    told = json.dumps(nbformat.read(path, as_version=4))
    assert "a test, perhaps a hidden one, failed with AssertionError" in told
    path = course.autograded / "raises" / SET / f"{NAME}.ipynb"
    assert "failed with ZeroDivisionError: division by zero" in json.dumps(nbformat.read(path, 4))


def test_an_unchanged_submission_is_graded_again_where_a_hidden_test_has_changed(ours, course):
    assert all(outcome.skipped for outcome in grade_class(course, SET, ["right"], limits=LIMITS))
    with Gradebook(course.gradebook_url) as gradebook:
        cell = gradebook.find_source_cell("hiding", NAME, SET)
        cell.source = cell.source.replace("square(3)", "3 + square(3)")
        gradebook.db.commit()
    (outcome,) = grade_class(course, SET, ["right"], limits=LIMITS)
    assert (outcome.skipped, outcome.points, outcome.max_points) == (False, 6, 8)


def test_check_cells_and_plain_tests_work_side_by_side(course):
    folder = course.assignments / SET
    mixed = nbformat.read(folder / f"{NAME}.ipynb", as_version=4)
    mixed.cells.append(test_cell("double", 3))
    (folder / f"{NAME}.ipynb").write_text(nbformat.writes(mixed))
    released = read_released(course, SET, EXERCISES)
    assert released.max_points == 11
    assert {"double", "hiding"} <= released.labels
    assert HIDDEN in str(released.test_sources)


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("assert f(1) == 2", True),
        ("%time x = f(1)\nassert x", True),
        ("check('f', f)", False),
        ("assert f(1) == 2\ncheck('f', f)", False),
        ("g = check", False),
        ("assert f(", False),
        ("# nothing", False),
        ("", False),
    ],
)
def test_a_plain_test_is_code_that_calls_no_check(source, plain):
    assert is_plain(new_code_cell(source)) is plain


class Said:
    """A session that says this of every test."""

    def __init__(self, *told, **more) -> None:
        self.tested = Trial(*told, **more)

    def run_test(self, source: str) -> Trial:
        return self.tested


@pytest.mark.parametrize(
    ("said", "points"),
    [
        (Said(), 0),
        (Said(False, 2.0), 0),
        (Said(True), 2),
        (Said(True, 2.0), 2),
        (Said(True, 0.5), 0.5),
        (Said(True, 0.0), 0),
        (Said(True, -1.0), 0),
        (Said(True, 2.01), 0),
        (Said(True, float("nan")), 0),
        (Said(True, float("inf")), 0),
        (Said(False, None, "\x1b[2J: x"), 0),
    ],
)
def test_without_a_word_or_with_an_impossible_number_there_are_no_points(said, points):
    mark, lines = plain_mark(PlainTest("t", 2.0, "assert True", hides=False), said)
    assert mark.points == points
    assert (lines[0][0] == "✓") == (points == 2)
    assert "\x1b" not in "".join(lines)
