"""The grader killed at any moment: the next run finishes, and the gradebook is as if undisturbed.

The head is killed while it grades quickly in one process, at many instants drawn over the run's
length; workers of a real cluster are killed at a few.
"""

from __future__ import annotations

import os
import random
import signal
import time
import warnings
from collections.abc import Callable

import psutil
import pytest
from quick_grader import all_rows, quick_grading
from tiny_course import LATE, answers, copy_of, hand_in, release_tiny, tiny_exercises
from tiny_set import NAME, QUICK, SET

from course_lib.course import Course
from course_lib.grading import classroom
from course_lib.grading.classroom import Outcome, grade_class
from course_lib.grading.record import earlier_record

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
INSTANTS = range(50)
WRONG = answers(total="def total(x): return 0")


@pytest.fixture(scope="module")
def released_course(tmp_path_factory):
    with tiny_exercises():
        yield release_tiny(tmp_path_factory.mktemp("released"))


def hand_in_class(course: Course, size: int) -> None:
    for number in range(size):
        given = b"PK" if number == 1 else WRONG if number % 3 else answers()
        hand_in(course, f"student-{number:02d}", given, when=LATE if number % 4 == 2 else "")


@pytest.fixture(scope="module")
def once_graded(released_course, tmp_path_factory) -> Course:
    """Nine students, six of whom were graded and have handed in again since."""
    course = copy_of(released_course, tmp_path_factory.mktemp("once") / "course")
    hand_in_class(course, 6)
    with quick_grading():
        grade_class(course, SET)
    for number in range(6):
        hand_in(course, f"student-{number:02d}", answers())
    hand_in_class(course, 9)
    return course


@pytest.fixture(scope="module")
def undisturbed(once_graded, tmp_path_factory) -> tuple[dict, float]:
    """The gradebook's rows after an undisturbed run, and the seconds that it took."""
    course = copy_of(once_graded, tmp_path_factory.mktemp("undisturbed") / "course")
    with quick_grading(seconds=0.004):
        started = time.monotonic()
        grade_class(course, SET, force=True)
        took = time.monotonic() - started
    return all_rows(course.gradebook_url), took


def in_a_child(work: Callable[[], object]) -> int:
    """``work`` in a forked process; its number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of others do not matter here
        child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def assert_whole(course: Course) -> None:
    """Whatever has a record is a whole result."""
    for folder in course.autograded.glob(f"*/{SET}"):
        assert earlier_record(folder), folder
        assert (folder / f"{NAME}.ipynb").stat().st_size > 1000


@pytest.mark.parametrize("instant", INSTANTS)
def test_killing_the_head_costs_nothing(once_graded, undisturbed, tmp_path, instant):
    rows, seconds = undisturbed
    course = copy_of(once_graded, tmp_path / "course")
    with quick_grading(seconds=0.004):
        head = in_a_child(lambda: grade_class(course, SET, force=True))
        # One instant in each fiftieth of the run's length and a little more.
        share = (instant + random.Random(instant).random()) / len(INSTANTS)
        time.sleep(1.1 * seconds * share)
        os.kill(head, signal.SIGKILL)
        os.waitpid(head, 0)
        assert_whole(course)
        outcomes = grade_class(course, SET)
    assert len(outcomes) == 9
    assert all_rows(course.gradebook_url) == rows
    assert {o.student: o.points for o in outcomes} == points_of(rows)
    assert not list(course.autograded.glob("*/.*"))


def points_of(rows: dict) -> dict[str, float]:
    return {student: row[SET]["notebooks"][NAME]["score"] for student, row in rows.items()}


def test_ctrl_c_keeps_what_was_graded_and_the_next_run_finishes(once_graded, undisturbed, tmp_path):
    course, seen = copy_of(once_graded, tmp_path / "course"), []

    def stop(outcome: Outcome) -> None:
        seen.append(outcome.student)
        if len(seen) == 4:
            raise KeyboardInterrupt

    with quick_grading():
        with pytest.raises(KeyboardInterrupt):
            grade_class(course, SET, on_done=stop)
        outcomes = grade_class(course, SET)
    assert {o.student for o in outcomes if o.skipped} >= set(seen)
    assert all_rows(course.gradebook_url) == undisturbed[0]


def workers() -> list[psutil.Process]:
    """The processes of this process's clusters."""
    return [child for child in psutil.Process().children() if "spawn_main" in told(child)]


def told(process: psutil.Process) -> str:
    """Its command; empty where it has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@pytest.mark.sandbox
def test_killing_workers_costs_a_retry_and_not_a_mark(once_graded, undisturbed, tmp_path):
    course, seen = copy_of(once_graded, tmp_path / "course"), []
    others = workers()  # the cluster that other modules' tests share may be running

    def kill_one(outcome: Outcome) -> None:
        seen.append(outcome.student)
        if len(seen) in (2, 5):
            own = [worker for worker in workers() if worker not in others]
            own[len(seen) % len(own)].kill()

    outcomes = grade_class(course, SET, limits=QUICK, force=True, on_done=kill_one)
    assert len(seen) == len(set(seen)) == 9
    assert {o.student: o.points for o in outcomes} == points_of(undisturbed[0])
    assert all_rows(course.gradebook_url) == undisturbed[0]


class Deadly:
    """Ends the process that unpacks it, but for the one that made it: the scheduler is there."""

    def __init__(self) -> None:
        self.home = os.getpid()

    def __setstate__(self, state: dict) -> None:
        self.home = state["home"]
        if os.getpid() != self.home:
            os._exit(9)


@pytest.mark.sandbox
def test_a_submission_that_ends_its_workers_is_set_apart_and_the_class_graded(
    released_course, tmp_path, monkeypatch
):
    course, real = copy_of(released_course, tmp_path / "course"), classroom.read_submission
    for student in ("ada", "bob", "cy", "dot"):
        hand_in(course, student, b"")

    def read(released, folder):
        submission = real(released, folder)
        if folder.parent.name == "bob":
            submission.contents[NAME] = Deadly()
        return submission

    monkeypatch.setattr(classroom, "read_submission", read)
    outcomes = {o.student: o for o in grade_class(course, SET, workers=1)}
    assert {student: o.state for student, o in outcomes.items()} == {
        "ada": "invalid",
        "bob": "grader-error",
        "cy": "invalid",
        "dot": "invalid",
    }
    assert outcomes["bob"].reason.startswith("the process that graded it died")
