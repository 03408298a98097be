"""Submissions that never end, end themselves, or take all there is: each costs only its own."""

from __future__ import annotations

import json
import time

import pytest
from sandbox_probes import assert_gone, host_processes
from tiny_set import QUICK, grade_with, points

from course_lib.grading import line
from course_lib.grading.sandbox import Limits
from course_lib.grading.session import Session
from course_lib.grading.states import State

pytestmark = pytest.mark.sandbox
FIRST_ONLY = {"double": 3, "total": 0}
# For what never ends; no cell or call here that does end takes a tenth of it.
SHORT = Limits(cell_seconds=2, call_seconds=1, submission_seconds=30)


# --- ending and outliving -------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch):
    """What is deaf to the soft limit is killed soon after it."""
    monkeypatch.setattr(line, "GRACE", 0.3)


@pytest.mark.parametrize(
    "answer",
    [
        "def total(x):\n    while True: pass",
        # Deaf to the soft limit: killed from outside.
        "def total(x):\n    while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass",
        "import signal\ndef total(x):\n    signal.pthread_sigmask(signal.SIG_BLOCK, "
        "range(1, 65))\n    while True: pass",
        "import os, signal\ndef total(x):\n    os.kill(os.getpid(), signal.SIGSTOP)",
    ],
    ids=["loop", "swallows", "blocks", "stops"],
)
def test_an_answer_that_never_ends_costs_only_itself(answer, impatient):
    started = time.monotonic()
    result = grade_with(total=answer, limits=SHORT)
    assert (result.state, points(result)) == (State.TIMEOUT, FIRST_ONLY)
    assert time.monotonic() - started < 8 + SHORT.start_seconds / 2
    assert "total: 0 of 2 points" in result.notebook.cells[-2].outputs[0].text


def test_a_cell_that_never_ends_is_stopped_and_the_next_exercise_counts():
    result = grade_with("while True: pass", limits=SHORT)
    assert (result.state, points(result)) == (State.TIMEOUT, {"double": 3, "total": 2})
    assert "a loop never end" in str(result.notebook.cells[4].outputs)


def test_the_whole_submission_has_a_limit():
    result = grade_with(
        *["import time; time.sleep(0.8)"] * 5, limits=Limits(cell_seconds=4, submission_seconds=3)
    )
    assert (result.state, points(result)) == (State.TIMEOUT, FIRST_ONLY)
    assert "3 s in all" in result.reason


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        ("import os; os._exit(0)", "with status 0"),
        ("import ctypes; ctypes.string_at(0)", "Segmentation fault"),
        ("import os; os.abort()", "Aborted"),
    ],
)
def test_ending_ones_own_process_keeps_what_was_earned(attack, reason):
    result = grade_with(attack)
    assert (result.state, points(result)) == (State.CRASH, FIRST_ONLY)
    assert reason in result.reason
    assert "Not reached" in result.notebook.cells[-2].outputs[0].text


def test_nothing_outlives_a_submission():
    orphan = (
        "import os, subprocess, sys\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        os.execv('/usr/bin/sleep', ['sleep', '86399.5'])\n"
        "    os._exit(0)\n"
        "import time; time.sleep(0.3)"
    )
    with Session(QUICK) as session:
        session.run_cell(orphan)
        assert host_processes("86399.5")
    assert_gone("86399.5")


def test_a_child_that_a_cell_forked_does_not_answer():
    result = grade_with("import os\npid = os.fork()")
    assert (result.state, result.points) == (State.GRADED, 5)


# --- resources ------------------------------------------------------------------------------


def test_memory_is_limited():
    result = grade_with("import torch; torch.ones(1 << 31)", "x = bytearray(8 << 30)")
    assert (result.state, points(result)) == (State.MEMORY, {"double": 3, "total": 2})


def test_memory_eaten_in_small_bites_is_limited_too():
    result = grade_with("hoard = []\nwhile True: hoard.append(bytes(1 << 20))")
    assert (result.state, points(result)["double"]) == (State.MEMORY, 3)


def test_a_fork_bomb_leaves_a_neighbour_alone():
    bomb = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError: pass"
    with Session(QUICK) as neighbour:
        result = grade_with(bomb, limits=SHORT)
        (output,) = neighbour.run_cell("import subprocess; subprocess.run(['true']).returncode")
    assert output.data["text/plain"] == "0"
    assert points(result)["double"] == 3
    assert result.state in (State.TIMEOUT, State.CRASH, State.MEMORY)


def test_output_is_cut_while_it_comes():
    flood = "while True: print('x' * 10_000)"
    result = grade_with(flood, "import sys\nwhile True: sys.stderr.write('y')", limits=SHORT)
    assert (result.state, points(result)) == (State.TIMEOUT, {"double": 3, "total": 2})
    assert len(json.dumps(result.notebook)) < 2_000_000


def test_disk_and_files_are_limited():
    fill = (
        "import os\n"
        "def fill(folder):\n"
        "    written = 0\n"
        "    try:\n"
        "        for i in range(64):\n"
        "            with open(f'{folder}/{i}', 'wb') as file:\n"
        "                written += file.write(bytes(16 << 20))\n"
        "    except OSError: pass\n"
        "    return written >> 20\n"
        "many = []\n"
        "try:\n"
        "    while True: many.append(open('/dev/null'))\n"
        "except OSError: pass\n"
        "opened = len(many); many.clear()\n"
        "[fill('/tmp'), fill('/dev/shm'), opened]"
    )
    with Session(QUICK) as session:
        (output,) = session.run_cell(fill)
    first, second, opened = json.loads(output.data["text/plain"])
    assert first <= 128
    assert second <= 128
    assert opened < 256
