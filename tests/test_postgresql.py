"""A gradebook on a PostgreSQL server: one of Debian's own, started and stopped here."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, Student
from quick_grader import all_rows, quick_grading
from sqlalchemy import insert
from tiny_course import LATE, answers, copy_of, hand_in, release_tiny, tiny_exercises
from tiny_set import NAME, SET

from course_lib.course import Course
from course_lib.grading import gradebook as gradebook_module
from course_lib.grading.class_rows import class_rows
from course_lib.grading.classroom import grade_class
from course_lib.grading.gradebook_file import GradebookFile
from course_lib.grading.record import CannotWrite

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")


def as_server(*words: object) -> list[str]:
    """A command of the server, which refuses to be root."""
    (home,) = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
    command = [str(home / str(words[0])), *map(str, words[1:])]
    if os.geteuid():
        return command
    user = pwd.getpwnam("postgres")
    return [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        *command,
    ]


def run(*words: object, cwd: Path) -> None:
    done = subprocess.run(as_server(*words), cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def db_url(tmp_path_factory) -> Iterator[str]:
    """The address of an empty database, on a socket in a folder of its own."""
    place = Path("/tmp", f"postgresql-{os.getpid()}")  # a socket's path must be short
    place.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(place, "postgres", "postgres")
    data = place / "data"
    run(
        "initdb",
        "-D",
        data,
        "-U",
        "ada",
        "-A",
        "trust",
        "--no-sync",
        "-E",
        "UTF8",
        "--no-locale",
        cwd=place,
    )
    quick = "-c fsync=off -c listen_addresses='' -c shared_buffers=16MB"
    options = f"-k {place} {quick}"
    run("pg_ctl", "-D", data, "-l", place / "log", "-w", "-o", options, "start", cwd=place)
    try:
        yield f"postgresql+psycopg://ada@/postgres?host={place}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop", cwd=place)
        shutil.rmtree(place)


@pytest.fixture(scope="module")
def course(db_url, tmp_path_factory) -> Iterator[Course]:
    with tiny_exercises(), quick_grading():
        yield release_tiny(
            tmp_path_factory.mktemp("course"), f"c.CourseDirectory.db_url = {db_url!r}"
        )


@pytest.fixture(scope="module")
def in_sqlite(course, tmp_path_factory) -> Course:
    return release_tiny(tmp_path_factory.mktemp("sqlite"))


def hand_in_class(course: Course) -> None:
    hand_in(course, "right", answers())
    hand_in(course, "late", answers(), when=LATE)
    hand_in(course, "wrong", answers(double="def double(x): return 2 * x + 1"))
    hand_in(course, "missing", None)


def mark_by_hand(db_url: str) -> None:
    with Gradebook(db_url) as gradebook:
        gradebook.find_grade("why", NAME, SET, "late").manual_score = 1.5
        gradebook.db.commit()


def test_it_holds_what_sqlite_would(course, in_sqlite, db_url):
    for each, url in ((course, db_url), (in_sqlite, in_sqlite.gradebook_url)):
        hand_in_class(each)
        grade_class(each, SET)
        mark_by_hand(url)
        hand_in(each, "late", answers(total="def total(x): pass"), when=LATE)
        outcomes = grade_class(each, SET)
        assert [o.student for o in outcomes if not o.skipped] == ["late"]
    rows = all_rows(db_url)
    assert rows == all_rows(in_sqlite.gradebook_url)
    late = rows["late"][SET]["notebooks"][NAME]
    assert (late["score"], late["late_submission_penalty"]) == (4.5, 0.9)
    assert {row.student: row.score for row in class_rows(course, SET)}["late"] == 3.6
    assert not (course.root / "gradebook.db").exists()


def test_a_student_entered_by_another_program_meanwhile_is_no_error(course, db_url, monkeypatch):
    hand_in(course, "new", answers())
    real, raced = gradebook_module.save_entries, []

    def second(db, set_name, entries, penalty):
        if not raced:
            raced.append(True)
            with closing(GradebookFile(db_url)) as other:
                other.write(lambda d: d.execute(insert(Student.__table__), [{"id": "new"}]))
            db.execute(insert(Student.__table__), [{"id": "new"}])
        real(db, set_name, entries, penalty)

    monkeypatch.setattr(gradebook_module, "save_entries", second)
    assert [o.state for o in grade_class(course, SET, students=["new"])] == ["graded"]
    assert all_rows(db_url)["new"][SET]["notebooks"][NAME]["score"] == 5


def test_a_server_that_is_not_there_is_one_line(in_sqlite, tmp_path):
    course = copy_of(in_sqlite, tmp_path / "course")
    nowhere = f"postgresql+psycopg://ada@/postgres?host={tmp_path}"
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(f"c.CourseDirectory.db_url = {nowhere!r}\n")
    hand_in(course, "ada", answers())
    with pytest.raises(CannotWrite, match="see that it can be reached"):
        grade_class(course, SET)
