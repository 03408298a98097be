"""Grading on a cluster that exists already, and what passes between head and workers.

The ``scheduler`` of conftest.py has nothing to do with a run; it keeps its own files.
"""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
import tiny_set
from tiny_course import answers, copy_of, hand_in, scores
from tiny_set import NAME, QUICK, SET

from course_lib.grading import classroom, cluster
from course_lib.grading.classroom import grade_class
from course_lib.grading.jobs import JobFailed, read_reply, run_job

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")


@pytest.mark.sandbox
def test_workers_of_an_existing_cluster_need_no_course_folder(
    released_course, scheduler, tmp_path, monkeypatch
):
    course = copy_of(released_course, tmp_path / "course")
    (course.assignments / SET / "data.txt").write_text("21")
    reads = "def double(x): return int(open('data.txt').read()) // 21 * 2 * np.asarray(x)"
    hand_in(course, "ada", answers(double=reads))
    hand_in(course, "bob", b"PK")
    monkeypatch.setattr(classroom, "require_sandbox", lambda: pytest.fail("not on this machine"))
    outcomes = grade_class(course, SET, limits=QUICK, scheduler=scheduler)
    assert [(o.student, o.state, o.points) for o in outcomes] == [
        ("ada", "graded", 5),
        ("bob", "invalid", 0),
    ]
    assert scores(course)["ada"][1] == 5
    assert not list(Path("/tmp").glob("grading-*/data.txt"))  # the worker has tidied up


def test_no_scheduler_at_the_address_is_one_line(released_course, tmp_path, monkeypatch):
    course = copy_of(released_course, tmp_path / "course")
    hand_in(course, "ada", answers())
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(ValueError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        grade_class(course, SET, scheduler="tcp://127.0.0.1:1")


def test_processes_that_stay_away_are_started_anew(monkeypatch):
    monkeypatch.setattr(cluster, "LOOK_SECONDS", 0.5)
    released = tiny_set.released()
    with cluster.connected(1, None, released, QUICK) as there:
        (nanny,) = there.client.cluster.workers.values()
        nanny.auto_restart = False  # as if the process had died while it was started
        os.kill(nanny.pid, signal.SIGKILL)
        came = there.results(["ada"], lambda name: ({NAME: b"PK"}, 7))
        ((name, answer),) = chain.from_iterable(came)
    assert (name, read_reply(answer, released).worst.state) == ("ada", "invalid")


def reply(**changes: object) -> bytes:
    """What a worker says of a submission that is no notebook, with something changed in it."""
    released = tiny_set.released()
    told = json.loads(run_job(released, {NAME: b"PK"}, 7, QUICK))
    told["results"][NAME] |= {k: v for k, v in changes.items() if k != "top"}
    return json.dumps(told | dict(changes.get("top", {}))).encode()


def test_a_reply_is_taken_as_it_is():
    graded = read_reply(reply(), tiny_set.released())
    assert (graded.seed, graded.worst.state, graded.worst.max_points) == (7, "invalid", 5)


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"null",
        b"\x80\x04N.",  # a pickle
        reply(state="splendid"),
        reply(marks={"double": {"points": 4, "max_points": 3, "mistake": None}}),
        reply(marks={"double": {"points": float("nan"), "max_points": 3, "mistake": None}}),
        reply(marks={"other": {"points": 1, "max_points": 3, "mistake": None}}),
        reply(marks=[]),
        reply(top={"seed": "today"}),
        reply(top={"results": {}}),
    ],
    ids=range(10),
)
def test_what_is_no_reply_is_the_graders_fault(given):
    with pytest.raises(JobFailed, match="reply is none"):
        read_reply(given, tiny_set.released())


def test_a_job_that_fails_tells_its_traceback(monkeypatch):
    released = replace(tiny_set.released(), contents={"other": b"{}"})
    with pytest.raises(JobFailed, match=r"(?s)^'tiny'\nTraceback .*KeyError"):
        read_reply(run_job(released, {NAME: answers()}, 7, QUICK), released)
