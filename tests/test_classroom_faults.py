"""A class in which something goes wrong: it costs nobody else, and is told in one line."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from functools import partial

import psutil
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from tiny_course import answers, hand_in, record, scores
from tiny_set import NAME, SET

from course_lib.grading import classroom, sandbox
from course_lib.grading.class_rows import class_rows
from course_lib.grading.classroom import grade_class
from course_lib.grading.feedback import write_feedback
from course_lib.grading.marks import RECORD
from course_lib.release_generate import course_config

# nbgrader 0.9 adds a submission to its parent before its session, which SQLAlchemy 2 remarks on.
pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
]


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
