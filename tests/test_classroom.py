"""A class graded into nbgrader's gradebook, by ``course grade`` and by nbgrader's own command."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

import nbformat
import psutil
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from tiny_course import (
    LATE,
    WARNS,
    answers,
    copy_of,
    hand_in,
    release_tiny,
    scores,
    tiny_exercises,
)
from tiny_set import NAME, QUICK, SET, STUB, content, submitted_notebook

from course_lib.course import Course
from course_lib.grading import classroom, plugins, sandbox
from course_lib.grading.class_rows import class_rows
from course_lib.grading.classroom import Outcome, grade_class
from course_lib.grading.feedback import write_feedback
from course_lib.grading.marks import RECORD
from course_lib.grading.submission import read_timestamp
from course_lib.release_generate import course_config

# nbgrader 0.9 adds a submission to its parent before its session, which SQLAlchemy 2 remarks on.
pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
]


@pytest.fixture(scope="module")
def released_course(tmp_path_factory):
    with tiny_exercises():
        yield release_tiny(tmp_path_factory.mktemp("released"))


@pytest.fixture
def course(released_course, tmp_path) -> Course:
    return copy_of(released_course, tmp_path / "course")


@pytest.fixture(scope="module")
def grade(scheduler) -> Callable[..., list[Outcome]]:
    """``grade_class`` on the tests' cluster."""
    return partial(grade_class, set_name=SET, limits=QUICK, scheduler=scheduler)


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


def record(course: Course, student: str) -> dict:
    return json.loads((course.autograded / student / SET / RECORD).read_text())


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


@pytest.mark.parametrize("where", ["read_submission", "read_reply"])
def test_a_fault_of_the_grader_costs_one_submission_and_nothing_that_was(
    course, grade, monkeypatch, where
):
    for student in ("ada", "bob", "cy"):
        hand_in(course, student, b"")
    grade(course)
    before, real = scores(course), getattr(classroom, where)
    faults = iter([RuntimeError("a fault\nin two lines")])

    def fails_once(*args):
        fault = next(faults, None)
        if fault:
            raise fault
        return real(*args)

    monkeypatch.setattr(classroom, where, fails_once)
    outcomes = grade(course, force=True)
    assert [o.state for o in outcomes] == ["grader-error", "invalid", "invalid"]
    assert outcomes[0].points is None
    assert outcomes[0].reason == "a fault (see build/grading.log)"
    assert scores(course) == before
    assert "in two lines" in (course.root / "build" / "grading.log").read_text()


def test_who_could_not_be_graded_stands_in_the_gradebook_and_is_graded_next(
    course, grade, monkeypatch
):
    hand_in(course, "ada", answers())

    def broken(*_):
        raise RuntimeError("a fault")

    with monkeypatch.context() as patch:
        patch.setattr(classroom, "read_reply", broken)
        assert [o.state for o in grade(course)] == ["grader-error"]
    (row,) = class_rows(course, SET)
    assert (row.state, row.score, row.pending) == ("grader-error", 0, ("double", "total", "why"))
    assert write_feedback(course, SET) == []
    assert [o.state for o in grade(course)] == ["graded"]
    (row,) = class_rows(course, SET)
    assert (row.state, row.score, row.pending) == ("graded", 5, ("why",))


def test_hostile_folders_leak_nothing_and_stop_nobody(course, grade):
    secret = course.root / "secret.txt"
    secret.write_text("secret")
    eve = hand_in(course, "eve", answers())
    (eve / "stolen.txt").symlink_to(secret)
    (eve / "figure.png").write_bytes(b"png")
    os.mkfifo(eve / "pipe.txt")
    (eve / "timestamp.txt").unlink()
    os.mkfifo(eve / "timestamp.txt")
    mal = hand_in(course, "mal", None)
    (mal / f"{NAME}.ipynb").symlink_to(eve / f"{NAME}.ipynb")
    (course.submitted / "sly").mkdir()
    (course.submitted / "sly" / SET).symlink_to(eve)
    os.symlink(course.submitted / "eve", course.submitted / "zoe")
    for by in (partial(_grade, grade), _autograde):
        by(course)
        assert {s: record(course, s)["state"] for s in ("eve", "mal", "sly")} == {
            "eve": "graded",
            "mal": "invalid",
            "sly": "invalid",
        }
        there = {p.name for p in course.autograded.rglob("*") if p.is_file()}
        assert there == {f"{NAME}.ipynb", RECORD, "figure.png", "timestamp.txt"}
        assert not list((course.autograded / "eve").rglob("timestamp.txt"))
        assert scores(course)["eve"][1] == 5
        shutil.rmtree(course.autograded)


def _grade(grade, course):
    outcomes = grade(course)
    assert [o.student for o in outcomes] == ["eve", "mal", "sly"]


def _autograde(course):
    (course.submitted / "zoe").unlink()
    assert NbGraderAPI(config=course_config(course)).autograde(SET, "*", force=True)["success"]


@pytest.mark.parametrize("given", ["nothing", "another"])
def test_nbgrader_records_a_submission_without_its_notebook(course, grade, given):
    folder = hand_in(course, "ada", None)
    if given == "another":
        (folder / "essay.docx").write_bytes(b"PK")
        (folder / "one.ipynb").write_bytes(b"PK")
        (folder / "two.ipynb").write_bytes(b"PK")
    result = NbGraderAPI(config=course_config(course)).autograde(SET, "ada")
    assert result["success"], result
    by_nbgrader = record(course, "ada"), scores(course)["ada"]
    assert by_nbgrader[0]["state"] == "invalid"
    assert "no tiny.ipynb was handed in" in by_nbgrader[0]["reason"]
    page = (course.autograded / "ada" / SET / f"{NAME}.ipynb").read_text("utf-8")
    assert "could not be read as this assignment's" in page
    grade(course, force=True)
    assert (record(course, "ada")["state"], scores(course)["ada"]) == ("invalid", by_nbgrader[1])


def test_nbgrader_still_tells_who_has_handed_in_nothing(course):
    hand_in(course, "ada", None)
    result = NbGraderAPI(config=course_config(course)).autograde(SET, "bob")
    assert not result["success"]
    assert "No notebooks were matched" in result["log"]


def test_nbgrader_refuses_without_a_sandbox(course, monkeypatch):
    hand_in(course, "ada", answers())
    monkeypatch.setattr(sandbox.shutil, "which", lambda _: None)
    result = NbGraderAPI(config=course_config(course)).autograde(SET, "ada", force=True)
    assert not result["success"]
    assert "apt-get install bubblewrap" in result["log"]
    assert scores(course) == {}


def test_a_step_switched_off_gives_no_points(course):
    hand_in(course, "ada", answers())
    config = course_config(course)
    config.SandboxExecute.enabled = False
    assert NbGraderAPI(config=config).autograde(SET, "ada", force=True)["success"]
    assert scores(course)["ada"][1] == 0
    plugins._graded.clear()


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


def test_what_cannot_be_graded_is_refused_in_one_line(course, monkeypatch):
    for set_name, reason in ((SET, "nobody has handed in"), ("ps9", "unknown assignment 'ps9'")):
        with pytest.raises(ValueError, match=reason):
            grade_class(course, set_name)
    hand_in(course, "ada", answers())
    with pytest.raises(ValueError, match="'bob' has not handed in ps0_tiny; there are ada"):
        grade_class(course, SET, students=["bob"])
    monkeypatch.setattr(sandbox.shutil, "which", lambda _: None)
    with pytest.raises(ValueError, match="apt-get install bubblewrap"):
        grade_class(course, SET)
    monkeypatch.undo()
    assert scores(course) == {}


def test_a_set_that_is_not_released_is_refused(course):
    hand_in(course, "ada", answers())
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.remove_assignment(SET)
    with pytest.raises(ValueError, match="not in the gradebook: run course release ps0_tiny"):
        grade_class(course, SET)
    shutil.rmtree(course.assignments)
    with pytest.raises(ValueError, match="is not released: run course release ps0_tiny"):
        grade_class(course, SET)


def test_stopping_a_run_ends_its_processes_soon(course):
    for student in ("ada", "bob", "cy", "dot"):
        hand_in(course, student, answers(double="while True: pass") if student > "b" else b"")

    def stop(_):
        raise KeyboardInterrupt

    started = time.monotonic()
    limits = sandbox.Limits(cell_seconds=100, submission_seconds=200)
    before = set(psutil.Process().children(recursive=True))  # of the other tests' graders
    with pytest.raises(KeyboardInterrupt):
        grade_class(course, SET, limits=limits, on_done=stop)
    assert time.monotonic() - started < 60
    time.sleep(0.2)
    left = []
    for process in set(psutil.Process().children(recursive=True)) - before:
        with contextlib.suppress(psutil.Error):
            left.append(" ".join(process.cmdline()))
    assert not [line for line in left if "bwrap" in line or "spawn_main" in line], left
