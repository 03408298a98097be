"""Processes of the grader killed or stopped at any moment: a retry, not a mark, and no long wait.

Victims are drawn among all there are: workers, bubblewrap, the warm process in it, the first
process of a submission and the submission's own.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from dataclasses import replace

import psutil
import pytest
from fault_course import points_of, rows_of_undisturbed
from quick_grader import all_rows
from tiny_course import copy_of, hand_in
from tiny_set import NAME, QUICK, SET, grade_with, points

from course_lib.grading import classroom, cluster, sandbox, server
from course_lib.grading.classroom import Outcome, grade_class
from course_lib.grading.states import State

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
]
INSTANTS = 24
SLOWLY = "import time; time.sleep(0.05)"
ALL = {"double": 3, "total": 2}


@pytest.fixture(scope="module")
def seconds(light) -> float:
    """How long grading takes once all is warm."""
    for _ in range(2):
        started = time.monotonic()
        assert points(grade_with(SLOWLY, SLOWLY)) == ALL
    return time.monotonic() - started


def warm_processes() -> list[psutil.Process]:
    """bubblewrap and all that runs in it."""
    outer = server._shared.server.process
    return descendants(psutil.Process(outer.pid))


def descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def kill_one(processes: list[psutil.Process], rng: random.Random) -> None:
    if processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            rng.choice(processes).kill()


@pytest.mark.parametrize("instant", range(INSTANTS))
def test_killing_a_process_of_the_sandbox_costs_a_retry_and_not_a_mark(seconds, instant):
    rng = random.Random(instant)
    share = (instant + rng.random()) / INSTANTS
    killer = threading.Timer(1.1 * seconds * share, lambda: kill_one(warm_processes(), rng))
    killer.start()
    result = grade_with(SLOWLY, SLOWLY)
    killer.join()
    assert (result.state, points(result)) == (State.GRADED, ALL), result.reason


def test_killing_what_is_still_starting_costs_a_retry_and_not_a_mark(light):
    server.end_shared_server()
    rng = random.Random(1)
    killer = threading.Timer(0.1, lambda: kill_one(warm_processes(), rng))
    killer.start()
    result = grade_with()
    killer.join()
    assert (result.state, points(result)) == (State.GRADED, ALL), result.reason


def test_killing_start_after_start_costs_no_mark(light, monkeypatch):
    server.end_shared_server()
    wait_ready, killed = server.Server.wait_ready, []

    def kill_first(starting: server.Server) -> None:
        if len(killed) < 5:
            killed.append(starting.process.pid)
            os.killpg(starting.process.pid, signal.SIGKILL)
        wait_ready(starting)

    monkeypatch.setattr(server.Server, "wait_ready", kill_first)
    result = grade_with()
    assert len(killed) == 5
    assert (result.state, points(result)) == (State.GRADED, ALL), result.reason


def test_a_notebook_that_kills_itself_is_tried_twice_and_has_crashed(seconds):
    kills = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    result = grade_with(kills)
    assert (result.state, points(result)) == (State.CRASH, {"double": 3, "total": 0})


def test_a_warm_process_that_is_stopped_is_replaced(seconds):
    for process in warm_processes():
        process.suspend()
    started = time.monotonic()
    result = grade_with(limits=replace(QUICK, start_seconds=1))
    assert (result.state, points(result)) == (State.GRADED, ALL), result.reason
    assert time.monotonic() - started < 20


def test_a_first_process_that_is_stopped_is_replaced(seconds, monkeypatch):
    monkeypatch.setattr(sandbox, "STATUS_SECONDS", 0.5)
    before = {process.pid for process in warm_processes()}
    over, stopped = threading.Event(), []

    def own() -> list[psutil.Process]:
        return [each for each in warm_processes() if each.pid not in before]

    def stop_first() -> None:
        while not stopped and not over.wait(0.3):
            for first in own()[:1]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    first.suspend()
                    stopped.append(first)

    stopper = threading.Thread(target=stop_first)
    stopper.start()
    result = grade_with("import time; time.sleep(2)")
    over.set()
    stopper.join()
    assert (result.state, points(result)) == (State.GRADED, ALL), result.reason
    assert not stopped[0].is_running()


@pytest.fixture(scope="module")
def rows(once_graded, tmp_path_factory) -> dict:
    return rows_of_undisturbed(once_graded, tmp_path_factory.mktemp("undisturbed") / "course")[0]


def workers() -> list[psutil.Process]:
    """The processes of this process's clusters."""
    return [child for child in psutil.Process().children() if "spawn_main" in told(child)]


def told(process: psutil.Process) -> str:
    """Its command; empty where it has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@pytest.fixture
def others() -> list[psutil.Process]:
    """The cluster that other modules' tests share may be running."""
    return workers()


def test_killing_workers_and_what_they_started_costs_retries_and_not_a_mark(
    light, once_graded, rows, others, tmp_path
):
    course, seen = copy_of(once_graded, tmp_path / "course"), []
    rng = random.Random(7)

    def kill(outcome: Outcome) -> None:
        seen.append(outcome.student)
        own = [worker for worker in workers() if worker not in others]
        if len(seen) in (2, 5):
            kill_one(own, rng)
        elif len(seen) in (3, 4, 6, 7):
            kill_one([p for worker in own for p in descendants(worker)[1:]], rng)

    outcomes = grade_class(course, SET, limits=QUICK, force=True, on_done=kill)
    assert len(seen) == len(set(seen)) == 9
    assert {o.student: (o.points, o.reason) for o in outcomes if o.state == "grader-error"} == {}
    assert {o.student: o.points for o in outcomes} == points_of(rows)
    assert all_rows(course.gradebook_url) == rows


@pytest.fixture
def impatient(monkeypatch) -> None:
    """A head that waits for seconds, not minutes."""
    monkeypatch.setattr(cluster, "START_SECONDS", 0.0)
    monkeypatch.setattr(cluster, "GRACE_SECONDS", 1.0)


SOON = replace(QUICK, start_seconds=2, submission_seconds=1, questions_seconds=1)
AT_ONCE = replace(QUICK, start_seconds=1, submission_seconds=0.5, questions_seconds=0.5)


def test_a_worker_that_is_stopped_is_replaced(
    light, once_graded, rows, others, tmp_path, impatient
):
    course, stopped = copy_of(once_graded, tmp_path / "course"), []

    def stop(outcome: Outcome) -> None:
        if not stopped:
            stopped.append(next(worker for worker in workers() if worker not in others))
            stopped[0].suspend()

    outcomes = grade_class(course, SET, limits=SOON, force=True, on_done=stop)
    assert {o.student: o.points for o in outcomes} == points_of(rows)
    assert all_rows(course.gradebook_url) == rows
    assert not stopped[0].is_running()


class Unpacked:
    """Does something in the process that unpacks it, but for the one that made it."""

    def __init__(self) -> None:
        self.home = os.getpid()  # the scheduler is there

    def __setstate__(self, state: dict) -> None:
        self.home = state["home"]
        if os.getpid() != self.home:
            self.act()


class Deadly(Unpacked):
    def act(self) -> None:
        os._exit(9)


class Endless(Unpacked):
    def act(self) -> None:
        signal.pause()


@pytest.mark.parametrize(
    ("kind", "grace", "reason"),
    [(Deadly, 60.0, "the process that graded it died"), (Endless, 3.0, "gave no answer within")],
    ids=["ends", "hangs"],
)
def test_a_submission_that_takes_its_workers_along_is_set_apart_and_the_class_graded(
    released_course, tmp_path, monkeypatch, impatient, kind, grace, reason
):
    monkeypatch.setattr(cluster, "GRACE_SECONDS", grace)
    course, real = copy_of(released_course, tmp_path / "course"), classroom.read_submission
    for student in ("ada", "bob", "cy", "dot"):
        hand_in(course, student, b"")

    def read(released, folder):
        submission = real(released, folder)
        if folder.parent.name == "bob":
            submission.contents[NAME] = kind()
        return submission

    monkeypatch.setattr(classroom, "read_submission", read)
    outcomes = {o.student: o for o in grade_class(course, SET, workers=1, limits=AT_ONCE)}
    assert {student: o.state for student, o in outcomes.items()} == {
        "ada": "invalid",
        "bob": "grader-error",
        "cy": "invalid",
        "dot": "invalid",
    }
    assert reason in outcomes["bob"].reason
