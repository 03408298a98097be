"""The sample class: what it hands in, and the marks that one would give it by hand."""

import ast
import doctest
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from course_lib.checks.registry import exercises_of
from course_lib.course import MARK, Course
from course_lib.grading import sample_answers
from course_lib.grading.class_rows import class_rows
from course_lib.grading.classroom import grade_class
from course_lib.grading.feedback import write_feedback
from course_lib.grading.sample_answers import answer_source
from course_lib.grading.sample_class import SAMPLE_DUE, write_sample_class
from course_lib.grading.sample_students import PS1_LOSSES
from course_lib.grading.sandbox import Limits
from course_lib.release import release

ROOT = Path(__file__).parents[1]
SET = "ps1_losses"
# nbgrader's own way of adding a submission; it does no harm.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning"),
]

EXERCISES = (
    "mse",
    "mae_gradient",
    "soft_cross_entropy",
    "kl_divergence",
    "max_star",
    "log_sum_exp",
    "cross_entropy_from_logits",
    "cross_entropy_from_logits_gradient",
    "binary_cross_entropy_from_logits",
    "hinge_by_ranking",
    "multiclass_hinge",
    "log_cosh",
)
ALL = (1, 2, 3, 2, 2, 3, 3, 3, 3, 2, 3, 3)
NONE = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
# Given by hand, from reading what each student wrote: points by exercise, late penalty, state, and
# whether an essay waits to be read (an empty one gets 0 without being read).
BY_HAND = {
    "ada": (ALL, 0, "graded", True),
    "bela": (ALL, 0, "graded", True),  # five minutes late, within the grace
    "chiara": (ALL, 0, "graded", True),
    # Epsilon: wrong for tiny probabilities only. One maximum for all, log of softmax, clipping:
    # right for ordinary logits, which is one point of three. The KL divergence the other way round,
    # and labels of 0 and 1 in the hinge, are right nowhere.
    "dan": ((1, 0, 2, 0, 2, 1, 1, 0, 1, 0, 0, 3), 0, "graded", True),
    # First mistakes: six of them overflow, and earn the points of ordinary numbers.
    "ella": ((0, 0, 0, 0, 1, 1, 1, 2, 1, 0, 0, 2), 0, "graded", True),
    "farid": (NONE, 0, "graded", False),
    "grete": ((0, 2, 3, 2, 2, 3, 3, 3, 3, 2, 3, 3), 0, "graded", True),
    "hugo": ((1, 2, 3, 2, 2, 0, 3, 3, 3, 2, 3, 3), 0, "timeout", True),
    "ines": (ALL, 6, "graded", True),  # two days begun: a fifth of 30
    "jamal": (ALL, 0, "graded", False),
    "kira": (ALL, 0, "graded", True),
    "lars": (ALL, 0, "graded", False),
    "mei": ((1, 2, 2, 1, 1, 1, 1, 2, 1, 2, 3, 2), 0, "graded", True),
    "noor": ((0, 2, 3, 0, 0, 3, 0, 3, 0, 2, 3, 3), 0, "graded", False),
    "oskar": (NONE, 0, "invalid", False),
    "pia": (NONE, 0, "invalid", False),
    "quinn": (NONE, 0, "graded", True),
    "rosa": ((1, 2, 3, 2, 0, 0, 0, 0, 3, 2, 3, 3), 0, "graded", False),
    "sven": ((1, 2, 3, 2, 2, 3, 3, 3, 3, 2, 0, 3), 0, "graded", False),
    "tara": (ALL, 0, "graded", False),
}


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A course folder with the set released."""
    root = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / MARK, root)
    shutil.copytree(ROOT / "solutions" / SET, root / "solutions" / SET)
    course = Course(root)
    release(course, SET, due=SAMPLE_DUE)
    return course


@pytest.fixture
def course(released, tmp_path):
    return Course(shutil.copytree(released.root, tmp_path / "course"))


@pytest.fixture(scope="module")
def graded(released, scheduler, tmp_path_factory):
    """The whole class, graded once: ``(course, outcomes by student)``."""
    course = Course(shutil.copytree(released.root, tmp_path_factory.mktemp("graded") / "course"))
    write_sample_class(course, SET)
    limits = Limits(call_seconds=5)  # hugo's calls never end; nobody else's takes a second
    outcomes = grade_class(course, SET, limits=limits, scheduler=scheduler)
    return course, {outcome.student: outcome for outcome in outcomes}


def marks(course, student):
    """Points by exercise and the late penalty, as nbgrader's gradebook has them."""
    with Gradebook(course.gradebook_url) as gradebook:
        submission = gradebook.find_submission(SET, student)
        (notebook,) = submission.notebooks
        points = {grade.name.removeprefix("test_"): grade.score for grade in notebook.grades}
        return tuple(points[name] for name in EXERCISES), notebook.late_submission_penalty or 0


def submitted_bytes(course):
    return {
        str(path.relative_to(course.submitted)): path.read_bytes()
        for path in sorted(course.submitted.rglob("*"))
        if path.is_file()
    }


def test_the_table_of_marks_has_every_student_and_every_exercise():
    assert [student.name for student in PS1_LOSSES] == list(BY_HAND)
    assert list(exercises_of(SET)) == list(EXERCISES)


@pytest.mark.sandbox
@pytest.mark.parametrize("student", BY_HAND)
def test_marks_are_those_given_by_hand(graded, student):
    course, outcomes = graded
    points, penalty, state, _ = BY_HAND[student]
    assert marks(course, student) == (points, penalty)
    assert outcomes[student].state == state
    assert outcomes[student].points == sum(points)


@pytest.mark.sandbox
def test_essays_wait_for_a_person_and_empty_ones_do_not(graded):
    rows = {row.student: row for row in class_rows(graded[0], SET)}
    assert {name: row.needs_manual for name, row in rows.items()} == {
        name: waits for name, (*_, waits) in BY_HAND.items()
    }
    assert {row.max_score for row in rows.values()} == {33}


@pytest.mark.sandbox
def test_a_reason_is_given_in_one_line_wherever_grading_did_not_end_well(graded):
    for name, outcome in graded[1].items():
        assert bool(outcome.reason) == (BY_HAND[name][2] != "graded")
        assert "\n" not in outcome.reason


@pytest.mark.sandbox
def test_every_student_gets_a_feedback_page_and_no_hidden_case(graded):
    course, _ = graded
    pages = write_feedback(course, SET)
    assert [page.parts[-3] for page in pages] == list(BY_HAND)
    words = {page.parts[-3]: page.read_text("utf-8") for page in pages}
    assert "The grader says: the file is not JSON" in words["oskar"]
    assert "The grader says: no losses.ipynb was handed in" in words["pia"]
    assert "a loop never end" in words["hugo"]
    # Jamal's function prints what it is called with: nothing of that stands at its check.
    (path,) = (course.autograded / "jamal" / SET).glob("*.ipynb")
    cells = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
    stream, result = cells["test_mse"].outputs
    assert (stream.text.strip(), result.data["text/plain"]) == ("✓ mse: 1 of 1 point.", "1.0")


@pytest.mark.sandbox
def test_nbgrader_autograde_gives_the_same_marks(course):
    write_sample_class(course, SET)
    command = [Path(sys.executable).with_name("nbgrader"), "autograde", SET]
    subprocess.run(
        [*command, "--student", "[ijm]*"],
        cwd=course.root,
        check=True,
        capture_output=True,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    for student in ("ines", "jamal", "mei"):
        assert marks(course, student) == BY_HAND[student][:2]


def test_the_same_release_gives_the_same_bytes_and_a_second_run_writes_nothing(course):
    assert write_sample_class(course, SET) == list(BY_HAND)
    first = submitted_bytes(course)
    times = {path: path.stat().st_mtime_ns for path in course.submitted.rglob("*")}
    write_sample_class(course, SET)
    assert {path: path.stat().st_mtime_ns for path in course.submitted.rglob("*")} == times
    shutil.rmtree(course.submitted)
    write_sample_class(course, SET)
    assert submitted_bytes(course) == first


def test_the_notebooks_are_the_released_ones_with_answers_filled_in(course):
    write_sample_class(course, SET)
    blank = nbformat.read(course.assignments / SET / "losses.ipynb", as_version=4)
    for student in PS1_LOSSES:
        if student.content or student.notes:
            continue
        (path,) = (course.submitted / student.name / SET).glob("*.ipynb")
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        given = [cell for cell in notebook.cells if not cell.id.startswith("own-")]
        assert [cell.id for cell in given] == [cell.id for cell in blank.cells]
        assert "SOLUTION" not in path.read_text("utf-8")
        changed = {a.id for a, b in zip(given, blank.cells, strict=True) if a.source != b.source}
        assert changed <= {*EXERCISES, "why_from_logits"}
        assert bool(changed) == (student.name != "farid")


def test_the_work_of_others_is_neither_touched_nor_added_to(course):
    theirs = course.submitted / "a-real-student" / SET / "losses.ipynb"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("hours of work")
    with pytest.raises(ValueError, match=r"^submitted/ holds work that is not .*a-real-student.*$"):
        write_sample_class(course, SET)
    assert submitted_bytes(course) == {f"a-real-student/{SET}/losses.ipynb": b"hours of work"}


def test_an_unknown_and_an_unreleased_set_are_told_in_one_line(course):
    with pytest.raises(ValueError, match=r"^unknown assignment 'ps9'.*$"):
        write_sample_class(course, "ps9")
    shutil.rmtree(course.assignments)
    with pytest.raises(ValueError, match=r"^ps1_losses has not been released: run course .*$"):
        write_sample_class(course, SET)


def test_every_declared_variant_and_mistake_becomes_an_answer_by_the_right_name():
    for exercise in exercises_of(SET).values():
        functions = [*exercise.variants, *(mistake.function for mistake in exercise.mistakes)]
        for function in functions:
            tree = ast.parse(answer_source(exercise, function.__name__))
            assert [n.name for n in tree.body if isinstance(n, ast.FunctionDef)] == [exercise.name]


def test_a_function_that_calls_itself_is_renamed_inside_too():
    def count_down(n):
        return "é"[:0] or (0 if n == 0 else count_down(n - 1))  # columns are counted in bytes

    names = {}
    exec(sample_answers.renamed_source(count_down, "f"), names)
    assert names["f"](3) == 0


def test_an_undeclared_name_is_refused():
    with pytest.raises(ValueError, match=r"^mse declares no 'by_magic': there are by_loop, .*$"):
        answer_source(exercises_of(SET)["mse"], "by_magic")


def test_docstrings():
    assert doctest.testmod(sample_answers).failed == 0
