"""The gradebook's rows: those of nbgrader's own steps, written whole or not at all."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from datetime import datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from quick_grader import all_rows, quick_grading
from sqlalchemy import create_engine, event
from tiny_course import LATE, answers, copy_of, hand_in
from tiny_set import NAME, SET, STUB, content, submitted_notebook

from course_lib.course import Course
from course_lib.grading import gradebook_file, result_folder
from course_lib.grading.classroom import grade_class
from course_lib.grading.gradebook_file import GradebookFile
from course_lib.grading.record import CannotWrite
from course_lib.release_generate import course_config

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
READ_ONLY = 'c.CourseDirectory.db_url = f"sqlite:///file:{root}/gradebook.db?mode=ro&uri=true"'


@pytest.fixture(scope="module", autouse=True)
def quick():
    with quick_grading():
        yield


def hand_in_class(course: Course) -> None:
    hand_in(course, "right", answers())
    hand_in(course, "late", answers(), when=LATE)
    hand_in(course, "wrong", answers(double="def double(x): return 2 * x + 1"), when=LATE)
    hand_in(course, "blank", content(submitted_notebook(double=STUB.format("double"))))
    hand_in(course, "missing", None)
    hand_in(course, "broken", b"PK\x03\x04", when=LATE)
    (course.submitted / "blank" / SET / "timestamp.txt").unlink()


def by_nbgrader(course: Course) -> None:
    result = NbGraderAPI(config=course_config(course)).autograde(SET, "*", force=True)
    assert result["success"], result.get("error", "") + result.get("log", "")


def mark_by_hand(course: Course) -> None:
    """What a person does in the formgrader: points, a comment, extra credit, more time."""
    with Gradebook(course.gradebook_url) as gradebook:
        for student in ("late", "missing"):
            grade = gradebook.find_grade("why", NAME, SET, student)
            grade.manual_score, grade.needs_manual_grade = 1.5, False
        override = gradebook.find_grade("test_double", NAME, SET, "wrong")
        override.manual_score, override.extra_credit = 2.5, 0.25
        gradebook.find_comment("why", NAME, SET, "late").manual_comment = "Well said."
        gradebook.find_submission(SET, "late").extension = timedelta(hours=13)
        gradebook.db.commit()


def test_the_rows_are_those_of_nbgraders_own_command(course, tmp_path):
    hand_in_class(course)
    theirs = copy_of(course, tmp_path / "theirs")
    grade_class(course, SET)
    by_nbgrader(theirs)
    rows = all_rows(course.gradebook_url)
    assert rows == all_rows(theirs.gradebook_url)
    assert rows["wrong"][SET]["notebooks"][NAME]["late_submission_penalty"] == 0.4
    assert rows["late"][SET]["notebooks"][NAME]["late_submission_penalty"] == 1.0
    # Once more, over marks given by hand, with one answer changed.
    for each in (course, theirs):
        mark_by_hand(each)
        hand_in(each, "right", answers(double="def double(x): pass"), when=LATE)
    grade_class(course, SET, force=True)
    by_nbgrader(theirs)
    rows = all_rows(course.gradebook_url)
    assert rows == all_rows(theirs.gradebook_url)
    late = rows["late"][SET]["notebooks"][NAME]
    assert (late["score"], late["late_submission_penalty"]) == (6.5, 0.65)  # one day, with the 13 h
    assert late["grades"]["why"]["needs_manual_grade"]
    assert late["comments"]["why"]["manual_comment"] == "Well said."
    assert rows["right"][SET]["timestamp"] == datetime(2026, 10, 7, 12)


def test_points_given_by_hand_later_are_reduced_by_the_next_run(course):
    for student in ("late", "wrong"):
        hand_in(course, student, answers(), when=LATE)
    hand_in(course, "right", answers())
    grade_class(course, SET)
    with Gradebook(course.gradebook_url) as gradebook:
        for student in ("late", "right"):
            gradebook.find_grade("why", NAME, SET, student).manual_score = 2
        gradebook.find_submission(SET, "wrong").extension = timedelta(days=3)
        gradebook.db.commit()
    assert all(o.skipped for o in grade_class(course, SET))
    rows = all_rows(course.gradebook_url)
    taken = {s: row[SET]["notebooks"][NAME]["late_submission_penalty"] for s, row in rows.items()}
    assert taken == {"late": 1.4, "wrong": None, "right": None}


def locked(course: Course) -> sqlite3.Connection:
    other = sqlite3.connect(course.root / "gradebook.db", check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    return other


def test_a_locked_gradebook_is_waited_for(course):
    hand_in(course, "ada", answers())
    other = locked(course)
    timer = threading.Timer(0.5, other.rollback)
    timer.start()
    started = time.monotonic()
    assert [o.state for o in grade_class(course, SET)] == ["graded"]
    assert time.monotonic() - started >= 0.4
    timer.join()
    other.close()


def test_a_gradebook_that_stays_locked_is_one_line(course, monkeypatch):
    hand_in(course, "ada", answers())
    monkeypatch.setattr(gradebook_file, "LOCK_SECONDS", 0.2)
    other = locked(course)
    with pytest.raises(CannotWrite, match=r"gradebook\.db cannot be written .*locked.*close that"):
        grade_class(course, SET)
    other.close()
    assert not course.autograded.exists()
    assert [o.state for o in grade_class(course, SET)] == ["graded"]


def test_a_gradebook_that_is_locked_in_the_middle_keeps_old_results_whole(course, monkeypatch):
    hand_in(course, "ada", answers())
    grade_class(course, SET)
    before = folder_of(course, "ada"), all_rows(course.gradebook_url)
    hand_in(course, "ada", answers(total="def total(x): return 0"))
    monkeypatch.setattr(gradebook_file, "LOCK_SECONDS", 0.2)
    real, others = gradebook_file.GradebookFile.write, []

    def lock_first(self, change):
        others.append(locked(course))
        real(self, change)

    with monkeypatch.context() as patch:
        patch.setattr(gradebook_file.GradebookFile, "write", lock_first)
        with pytest.raises(CannotWrite):
            grade_class(course, SET)
    others[0].close()
    assert (folder_of(course, "ada"), all_rows(course.gradebook_url)) == before
    (outcome,) = grade_class(course, SET)
    assert (outcome.points, outcome.skipped) == (3, False)


def folder_of(course: Course, student: str) -> dict[str, bytes]:
    files = [path for path in (course.autograded / student).rglob("*") if path.is_file()]
    return {str(path.relative_to(course.autograded)): path.read_bytes() for path in files}


def test_a_read_only_gradebook_is_one_line_before_anything_is_graded(course):
    hand_in(course, "ada", answers())
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(READ_ONLY)
    with pytest.raises(CannotWrite, match=r"readonly database.*the right to write it"):
        grade_class(course, SET)
    assert not course.autograded.exists()


def test_a_password_is_not_shown(tmp_path):
    with pytest.raises(CannotWrite) as told:
        GradebookFile("postgresql+psycopg://ada:secret@127.0.0.1:1/grades")
    assert "secret" not in str(told.value)
    assert "ada" in str(told.value)


@pytest.mark.parametrize("call", range(6))
def test_a_full_disk_at_any_write_ends_the_run_with_one_line_and_loses_nothing(
    course, monkeypatch, call
):
    for student in ("ada", "bob"):
        hand_in(course, student, answers(double="def double(x): pass"))
    grade_class(course, SET, students=["ada"])
    before = folder_of(course, "ada"), all_rows(course.gradebook_url)["ada"]
    for student in ("ada", "bob"):
        hand_in(course, student, answers())
    real, calls = os.fsync, iter(range(100))

    def full(handle):
        if next(calls) >= call:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(result_folder.os, "fsync", full)
        if call < 4:  # two submissions, two files each
            with pytest.raises(CannotWrite, match=r"No space left on device.*make room"):
                grade_class(course, SET)
            assert (folder_of(course, "ada"), all_rows(course.gradebook_url)["ada"]) == before
        else:
            grade_class(course, SET)
    outcomes = grade_class(course, SET)
    assert [(o.state, o.points) for o in outcomes] == [("graded", 5), ("graded", 5)]
    assert not list(course.autograded.glob("*/.*"))


def test_a_gradebook_that_cannot_grow_is_one_line_and_keeps_all_as_it_was(course, monkeypatch):
    hand_in(course, "zoe", answers(double="def double(x): pass"))
    grade_class(course, SET)
    before = folder_of(course, "zoe"), all_rows(course.gradebook_url)
    hand_in(course, "zoe", answers())
    for number in range(30):
        hand_in(course, f"student-{number}", answers())

    def full(url, **options):
        engine = create_engine(url, **options)
        event.listen(engine, "connect", lambda db, _: db.execute("PRAGMA max_page_count = 1"))
        return engine

    with monkeypatch.context() as patch:
        patch.setattr(gradebook_file, "create_engine", full)
        with pytest.raises(CannotWrite, match=r"database or disk is full.*make room on the disk"):
            grade_class(course, SET)
    assert all_rows(course.gradebook_url)["zoe"] == before[1]["zoe"]
    assert folder_of(course, "zoe") == before[0]
    assert {o.points for o in grade_class(course, SET)} == {5}
