"""A class graded into nbgrader's gradebook, by ``course grade`` and by nbgrader's own command."""

from __future__ import annotations

from datetime import datetime

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from tiny_course import LATE, WARNS, answers, copy_of, hand_in, record, scores
from tiny_set import NAME, SET, STUB, content, submitted_notebook

from course_lib.course import Course
from course_lib.grading.classroom import Outcome
from course_lib.grading.marks import RECORD
from course_lib.grading.submission import read_timestamp
from course_lib.release_generate import course_config

# nbgrader 0.9 adds a submission to its parent before its session, which SQLAlchemy 2 remarks on.
pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
]


@pytest.fixture(scope="module")
def graded(released_course, grade, tmp_path_factory) -> tuple[Course, list[Outcome], list[str]]:
    """A class of every kind, its outcomes, and the order in which they came."""
    course = copy_of(released_course, tmp_path_factory.mktemp("graded") / "course")
    hand_in(course, "right", answers(total=WARNS))
    hand_in(course, "late", answers(), when=LATE)
    hand_in(course, "wrong", answers(double="def double(x): return 2 * x + 1"))
    hand_in(course, "blank", content(submitted_notebook(double=STUB.format("double"))))
    hand_in(course, "renamed", b"\xef\xbb\xbf" + answers(), name="tiny (2)")
    hand_in(course, "missing", None)
    hand_in(course, "broken", b"PK\x03\x04")
    seen: list[str] = []
    outcomes = grade(course, on_done=lambda outcome: seen.append(outcome.student))
    return course, outcomes, seen


def test_each_outcome_says_what_came_of_it(graded):
    _, outcomes, seen = graded
    told = {o.student: (o.state, o.points, o.max_points, o.skipped) for o in outcomes}
    assert told == {
        "blank": ("graded", 2, 5, False),
        "broken": ("invalid", 0, 5, False),
        "late": ("graded", 5, 5, False),
        "missing": ("invalid", 0, 5, False),
        "renamed": ("graded", 5, 5, False),
        "right": ("graded", 5, 5, False),
        "wrong": ("graded", 2, 5, False),
    }
    assert [o.student for o in outcomes] == sorted(told) == sorted(seen)
    reasons = {o.student: o.reason for o in outcomes}
    assert reasons["broken"] == "the file is not JSON: is it really a notebook?"
    assert "there is no notebook at all" in reasons["missing"]


def test_the_gradebook_holds_the_marks(graded):
    kept = scores(graded[0])
    assert {student: row[1] for student, row in kept.items()} == {
        "blank": 2,
        "broken": 0,
        "late": 5,
        "missing": 0,
        "renamed": 5,
        "right": 5,
        "wrong": 2,
    }
    assert kept["late"][2] == 1.0  # two days begun, a tenth each
    assert [row[2] for student, row in kept.items() if student != "late"] == [None] * 6
    grades = {name: (points, waits) for name, points, waits in kept["right"][3]}
    assert grades == {"test_double": (3, False), "test_total": (2, False), "why": (None, True)}
    assert ("why", 0.0, False) in kept["broken"][3]  # nothing to read by hand
    assert ("double", "No response.") in kept["blank"][4]


def test_the_record_tells_how_it_went(graded):
    course, _, _ = graded
    told = record(course, "wrong")
    assert told["exercises"] == {
        "double": {"points": 0.0, "max_points": 3.0, "mistake": "This is plus_1."},
        "total": {"points": 2.0, "max_points": 2.0, "mistake": None},
    }
    assert (told["state"], told["points"], told["max_points"]) == ("graded", 2.0, 5.0)
    assert len({record(course, student)["seed"] for student in ("right", "wrong", "late")}) == 3


def test_an_autograded_notebook_is_whole_and_holds_no_seed(graded):
    course, outcomes, _ = graded
    for outcome in outcomes:
        path = course.autograded / outcome.student / SET / f"{NAME}.ipynb"
        nbformat.validate(nbformat.read(path, as_version=4))
        assert str(record(course, outcome.student)["seed"]) not in path.read_text()
    assert "Nothing to mark" in (course.autograded / "missing" / SET / f"{NAME}.ipynb").read_text()


def test_what_has_not_changed_is_passed_over(graded, grade):
    course, outcomes, _ = graded
    before = scores(course)
    again = grade(course)
    assert all(outcome.skipped for outcome in again)
    assert [(o.student, o.points) for o in again] == [(o.student, o.points) for o in outcomes]
    assert scores(course) == before


def test_nbgraders_own_command_gives_the_same_marks_and_notebooks(graded, grade, tmp_path):
    course = copy_of(graded[0], tmp_path / "course")
    before, notebooks = scores(course), _notebooks(course)
    result = NbGraderAPI(config=course_config(course)).autograde(SET, "*", force=True)
    assert result["success"], result.get("error", "") + result.get("log", "")
    assert scores(course) == before
    assert _notebooks(course) == notebooks
    assert all(o.skipped for o in grade(course))
    assert {record(course, s)["seed"] for s in before} - {
        record(graded[0], s)["seed"] for s in before
    }


def _notebooks(course: Course) -> dict[str, str]:
    return {str(p): p.read_text() for p in course.autograded.rglob("*.ipynb")} | {
        "files": str(sorted(p.name for p in course.autograded.rglob("*")))
    }


def test_a_new_submission_a_new_due_date_and_force_are_graded_again(course, grade):
    hand_in(course, "ada", answers(double="def double(x): return x"))
    (first,) = grade(course)
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.find_grade("why", NAME, SET, "ada").manual_score = 1.5
        gradebook.db.commit()
    hand_in(course, "ada", answers())
    (second,) = grade(course)
    assert (first.points, second.points, second.skipped) == (2, 5, False)
    seed = record(course, "ada")["seed"]
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.update_or_create_assignment(SET, duedate=datetime(2026, 10, 4))
    assert not grade(course)[0].skipped
    assert scores(course)["ada"][1:3] == (6.5, 1.3)  # the mark given by hand has stayed
    assert not grade(course, force=True)[0].skipped
    assert record(course, "ada")["seed"] != seed


def test_only_the_students_asked_for_are_graded(course, grade):
    for student in ("ada", "bob"):
        hand_in(course, student, b"")
    assert [o.student for o in grade(course, students=["bob"])] == ["bob"]
    assert set(scores(course)) == {"bob"}


@pytest.mark.parametrize("lost", ["record", "gradebook"])
def test_a_grading_that_was_cut_short_is_done_again(course, grade, lost):
    hand_in(course, "ada", b"")
    grade(course)
    if lost == "record":
        (course.autograded / "ada" / SET / RECORD).unlink()
    else:
        with Gradebook(course.gradebook_url) as gradebook:
            gradebook.remove_submission(SET, "ada")
    assert not grade(course)[0].skipped
    assert grade(course)[0].skipped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-05 16:20:00 UTC", datetime(2026, 10, 5, 16, 20)),
        ("2026-10-05 18:20:00 +0200", datetime(2026, 10, 5, 16, 20)),
        ("2026-10-05 16:20:00.000000 +0000\n", datetime(2026, 10, 5, 16, 20)),
        ("", None),
        ("yesterday-ish", None),
        ("9" * 2000, None),
    ],
)
def test_a_time_is_read_from_what_is_one(tmp_path, text, expected):
    (tmp_path / "timestamp.txt").write_text(text)
    assert read_timestamp(tmp_path) == expected
