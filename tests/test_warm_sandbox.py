"""The warm process: what hangs or crashes costs one exercise, and submissions share nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
import unnested
from light_sandbox import LightServer
from tiny_course import answers, copy_of, hand_in
from tiny_set import HIDDEN_MARK, QUICK, SET, grade, grade_with, points, submitted_notebook

from course_lib.grading import cluster, isolate, line, server
from course_lib.grading.classroom import grade_class
from course_lib.grading.memory_group import give_back, lend_group
from course_lib.grading.sandbox import Limits
from course_lib.grading.session import Session
from course_lib.grading.states import State

pytestmark = pytest.mark.sandbox

SHORT = Limits(cell_seconds=2, call_seconds=1, submission_seconds=60)
# An hour inside of one call of C code, deaf to every Python handler.
HANG_IN_C = "sum(range(10**12))"
ALL = {"double": 3, "total": 2}


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(line, "GRACE", 0.3)


def value(outputs) -> str:
    return outputs[-1].data["text/plain"]


def test_a_cell_that_hangs_in_c_costs_only_itself(impatient):
    cells = ("x = 'before'", HANG_IN_C, "y = 'after'", "print(x, y)")
    result = grade_with(*cells, limits=SHORT)
    assert (result.state, points(result)) == (State.TIMEOUT, ALL)
    assert "was killed" in result.reason
    outputs = [cell.outputs for cell in result.notebook.cells if cell.id.startswith("added-")]
    assert outputs[1][0].ename == "Timeout"
    assert outputs[3][0].text == "before after\n"


def test_a_cell_that_hangs_before_the_first_question_costs_only_itself(impatient):
    notebook = submitted_notebook()
    notebook.cells.insert(0, nbformat.v4.new_code_cell(HANG_IN_C))
    result = grade(notebook, SHORT)
    assert (result.state, points(result)) == (State.TIMEOUT, ALL)


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (f"exec({HANG_IN_C!r})", State.TIMEOUT),
        ("import os; os._exit(3)", State.CRASH),
        ("import ctypes; ctypes.string_at(0)", State.CRASH),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", State.CRASH),
    ],
    ids=["hangs", "exits", "faults", "kills"],
)
def test_a_call_that_hangs_in_c_or_ends_python_costs_only_its_exercise(impatient, body, state):
    result = grade_with(double=f"def double(x):\n    {body}", limits=SHORT)
    assert (result.state, points(result)) == (state, {"double": 0, "total": 2})


def test_no_cell_ever_knows_what_was_asked():
    stash = (
        "SEEN = []\n"
        "def double(x):\n"
        "    SEEN.append(x)\n"
        "    with open('/tmp/seen', 'a') as file: file.write(str(x))\n"
        "    print(x)\n"
        "    return 2 * x"
    )
    tell = "import os; print(SEEN, os.path.exists('/tmp/seen'))"
    result = grade_with(tell, double=stash)
    assert points(result) == ALL
    assert result.notebook.cells[4].outputs[0].text == "[] False\n"
    assert f"{HIDDEN_MARK:.0f}" not in nbformat.writes(result.notebook)


@pytest.mark.parametrize("number", ["KILL", "STOP"])
def test_a_cell_cannot_take_back_what_was_answered_before_it(number):
    result = grade_with(f"import os, signal\nos.kill(-1, signal.SIG{number})", limits=SHORT)
    assert points(result)["double"] == 3


def test_no_answer_that_is_shown_knows_a_hidden_case():
    keep = "def double(x):\n    open('/tmp/kept', 'a').write(f'{x.max():.0f} ')\n    return 2 * x"
    tell = "def total(x): return float((open('/tmp/kept').read() or '0').split()[-1])"
    result = grade_with(double=keep, total=tell)
    assert points(result) == {"double": 3, "total": 0}
    assert f"{HIDDEN_MARK:.0f}" not in nbformat.writes(result.notebook)


def test_a_question_is_asked_in_the_state_of_its_test_cell():
    spoil = "double = total = None\nimport numpy\nnumpy.sum = None"
    result = grade_with(spoil, total="import numpy as np\ndef total(x): return float(sum(x))")
    assert points(result) == ALL


def test_a_question_meets_threads_a_cell_has_started():
    threads = (
        "import threading, time, torch\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "torch.set_num_threads(4)\n"
        "torch.ones(300, 300) @ torch.ones(300, 300);"
    )
    answer = "import torch\ndef double(x):\n    m = torch.ones(300, 300)\n    m @ m; return 2 * x"
    result = grade_with(threads, threads, double=answer)
    assert (result.state, points(result)) == (State.GRADED, ALL)


SHARED = """
import ctypes, os, socket
def mine(word):
    for path in ("/tmp/word", "/dev/shm/word", "word", os.environ["HOME"] + "/word"):
        with open(path, "a+") as file:
            file.write(word)
    ctypes.CDLL(None).syscall(248, b"user", word.encode(), b"x", 1, -3)  # into the keyring
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind("\\0same name")
    return abstract, os.openpty()
def theirs():
    found = [path for path in ("/tmp/word", "/dev/shm/word", "word") if os.path.exists(path)]
    return found, len(os.listdir("/dev/pts")), [n for n in os.listdir("/proc") if n.isdigit()]
spaces = {name: os.readlink(f"/proc/self/ns/{name}") for name in os.listdir("/proc/self/ns")}
"""


def test_two_submissions_share_nothing():
    with Session(QUICK) as first, Session(QUICK) as second:
        first.run_cell(SHARED)
        second.run_cell(SHARED)
        first.run_cell("kept = mine('first')")
        assert value(second.run_cell("theirs()")) == "([], 1, ['1', '2', '3'])"
        assert second.run_cell("kept = mine('second')") == []
        assert "first" not in str(second.run_cell("print(open('/proc/keys').read())"))
        spaces = [eval(value(session.run_cell("spaces"))) for session in (first, second)]
    for name in ("pid", "mnt", "ipc", "net", "user", "uts"):
        assert spaces[0][name] != spaces[1][name]


def test_a_worker_holds_no_line_but_its_own():
    look = (
        "import os\n"
        "links = []\n"
        "for name in os.listdir('/proc/self/fd'):\n"
        "    try: links.append(os.readlink(f'/proc/self/fd/{name}').split(':')[0])\n"
        "    except OSError: pass\n"
        "print(links.count('socket'), ctypes.CDLL(None).unshare(0x10000000))"
    )
    with Session(QUICK) as session:
        (output,) = session.run_cell(f"import ctypes\n{look}")
    assert output.text == "1 -1\n"


def test_random_numbers_differ_between_submissions():
    draw = "import random\nimport numpy as np\n(random.random(), float(np.random.rand()))"
    drawn = []
    for _ in range(2):
        with Session(QUICK) as session:
            drawn.append(eval(value(session.run_cell(draw))))
    assert not set(drawn[0]) & set(drawn[1])


def test_starting_and_ending_one_more_is_quick():
    seconds = []
    for _ in range(5):
        started = time.monotonic()
        with Session(QUICK):
            pass
        seconds.append(time.monotonic() - started)
    assert np.median(seconds) < 0.5  # some 0.05 on a machine that does nothing else


def test_a_warm_process_that_is_killed_costs_a_retry_and_no_mark(light):
    with Session(QUICK):
        group = os.getpgid(server.shared_server(LightServer).process.pid)
    threading.Timer(0.5, os.killpg, (group, signal.SIGKILL)).start()
    result = grade_with("import time; time.sleep(1)")
    assert (result.state, points(result)) == (State.GRADED, ALL)


def test_all_memory_of_a_submission_is_bounded_where_a_group_can_be_had():
    group = lend_group(2**28, 10)
    limits = Limits(total_memory_bytes=2**28, cell_seconds=10)
    eat = (
        "import os, time\n"
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n"
        "        hoard = bytearray(64 << 20); time.sleep(5); os._exit(0)\n"
        "time.sleep(2)"
    )
    result = grade_with(eat, limits=limits)
    assert points(result)["double"] == 3
    if group:
        give_back(group)
        assert result.state is State.MEMORY


@pytest.fixture
def alone(light, monkeypatch):
    """A system that does not nest name spaces."""
    server.end_shared_server()
    monkeypatch.setattr(server._shared, "slow", True)


def test_where_name_spaces_cannot_be_nested_each_submission_has_its_own_sandbox(alone, impatient):
    result = grade_with("x = 'before'", HANG_IN_C, "x", limits=SHORT)
    assert (result.state, points(result)) == (State.TIMEOUT, ALL)
    assert result.notebook.cells[6].outputs[0].data["text/plain"] == "'before'"


def test_that_it_is_slower_is_said_once(light, monkeypatch, caplog):
    server.end_shared_server()
    unnested.forbid_nesting(monkeypatch.setattr)
    assert server.shared_server(LightServer) is None
    assert server.shared_server(LightServer) is None
    (record,) = caplog.records
    assert "name spaces cannot be nested here" in record.message
    server.end_shared_server()


@pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
def test_a_class_is_graded_more_slowly_and_the_instructor_told_once(
    light, released_course, tmp_path, monkeypatch, capfd
):
    preloads = [*cluster.CONFIG["distributed.worker.preload"], unnested.__name__]
    monkeypatch.setitem(cluster.CONFIG, "distributed.worker.preload", preloads)
    course = copy_of(released_course, tmp_path / "course")
    for student in ("ada", "bob", "cy"):
        hand_in(course, student, answers())
    capfd.readouterr()
    said: list[str] = []
    outcomes = grade_class(course, SET, limits=QUICK, workers=2, on_said=said.append)
    assert [(o.state, o.points) for o in outcomes] == [("graded", 5)] * 3
    (line,) = said
    assert line.startswith("name spaces cannot be nested here (")
    assert capfd.readouterr() == ("", "")


BELOW_SCRATCH = """
import os, sys
sys.path.insert(0, sys.argv[1])
import isolate
shown = sys.argv[2]
isolate.enter()
if os.fork() == 0:
    isolate._mount("none", "/", None, isolate.PRIVATE)
    isolate._mount("/usr", shown, None, isolate.BIND)
    isolate.furnish(["/tmp"], 2**20)
    print(sorted(os.listdir("/tmp")), os.path.isdir(shown + "/bin"), flush=True)
    os._exit(0)
os.wait()
"""


@pytest.mark.sandbox
def test_what_is_shown_below_scratch_stays_there_when_scratch_is_covered():
    """A course folder below /tmp has its Python there."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        grading = str(Path(isolate.__file__).parent)
        done = subprocess.run(
            [sys.executable, "-c", BELOW_SCRATCH, grading, folder], capture_output=True, text=True
        )
    assert done.stdout == f"['{Path(folder).name}'] True\n", done.stderr
