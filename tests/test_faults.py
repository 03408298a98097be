"""The grader killed at any moment: the next run finishes, and the gradebook is as if undisturbed.

The head is killed while it grades quickly in one process, at many instants drawn over the run's
length. What happens to other processes is in ``test_faults_processes.py``.
"""

from __future__ import annotations

import os
import random
import signal
import time
import warnings
from collections.abc import Callable

import pytest
from fault_course import points_of, rows_of_undisturbed
from quick_grader import all_rows, quick_grading
from tiny_course import copy_of
from tiny_set import NAME, SET

from course_lib.course import Course
from course_lib.grading.classroom import Outcome, grade_class
from course_lib.grading.record import earlier_record

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
INSTANTS = range(50)


@pytest.fixture(scope="module")
def undisturbed(once_graded, tmp_path_factory) -> tuple[dict, float]:
    return rows_of_undisturbed(once_graded, tmp_path_factory.mktemp("undisturbed") / "course")


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
