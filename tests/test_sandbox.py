"""Hostile submissions: none earns more than its honest part, none harms anything outside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny_set import EXERCISES, QUICK, grade_with, points

from course_lib.grading import bubblewrap, line, server
from course_lib.grading.judging import Question, verdict_on
from course_lib.grading.line import Ended
from course_lib.grading.sandbox import Limits, Sandbox, require_sandbox
from course_lib.grading.session import Session
from course_lib.grading.states import State

pytestmark = pytest.mark.sandbox

ROOT = Path(__file__).parents[1]
WRONG = "def total(x):\n    return -1.0"
FIRST_ONLY = {"double": 3, "total": 0}
# For what never ends; no cell or call here that does end takes a tenth of it.
SHORT = Limits(cell_seconds=2, call_seconds=1, submission_seconds=30)


def host_processes(marker: str) -> list[str]:
    """Command lines of processes on this machine that hold ``marker``."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if marker in line and int(path.parent.name) != os.getpid():
            found.append(line)
    return found


def assert_gone(marker: str) -> None:
    end = time.monotonic() + 5  # the kernel ends a name space soon, not at once
    while host_processes(marker) and time.monotonic() < end:
        time.sleep(0.05)
    assert not host_processes(marker)


# --- the view from inside -------------------------------------------------------------------

PROBE = """
import json, os, socket, sys, tempfile
def attempt(action):
    try:
        return repr(action())
    except BaseException as error:
        return type(error).__name__
def write(path):
    with open(path, "w") as file:
        file.write("x")
lines = open("/proc/self/status").read().splitlines()
status = dict(line.split(":\\t") for line in lines if ":\\t" in line)
scratch = ["/tmp/x", "/dev/shm/x", "x", os.environ["HOME"] + "/x"]
told = {
    "network": [attempt(lambda: socket.create_connection((host, 53), 1))
                for host in ("1.1.1.1", "127.0.0.1", "localhost")],
    "interfaces": os.listdir("/sys/class/net") if os.path.exists("/sys/class/net") else
        [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]],
    "course": attempt(lambda: os.listdir(COURSE)),
    "files": [attempt(lambda: open(path).read()) for path in FILES],
    "environment": dict(os.environ),
    "ids": [os.getuid(), os.geteuid(), os.getgid(), os.getgroups()],
    "capabilities": [status[name].strip() for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")],
    "no_new_privileges": status["NoNewPrivs"].strip(),
    "writes": [attempt(lambda: write(path)) for path in WRITES],
    "scratch": [attempt(lambda: write(path)) for path in scratch],
    "processes": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
    "init": [attempt(lambda: os.kill(1, 9)), attempt(lambda: os.listdir("/proc/1/fd")),
             attempt(lambda: SECRET in open("/proc/1/environ").read())],
    "root": attempt(lambda: os.setuid(0)),
    "mount": os.system("mount -t tmpfs none /tmp/work"),
    "host": socket.gethostname(),
}
json.dumps(told)
"""


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    """What a student's code can see and do."""
    secret = tmp_path_factory.mktemp("host") / "secret.txt"
    secret.write_text("secret")
    secret.chmod(0o644)
    files = [secret, ROOT / "nbgrader_config.py", ROOT / "gradebook.db", "/etc/passwd"]
    files += ["/root/.bashrc", "/etc/shadow", "/proc/1/root/etc/passwd"]
    writes = ["/x", "/usr/x", "/dev/x", "/grader/worker.py", "/grader/x", "/etc/x", "/sys/x"]
    writes += [f"{sys.prefix}/x", "/proc/sys/kernel/hostname", "/proc/self/oom_score_adj_x"]
    given = {"COURSE": str(ROOT), "FILES": list(map(str, files)), "WRITES": writes}
    given["SECRET"] = "hunter2"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_SECRET_TOKEN", "hunter2")
        with Session(QUICK) as session:
            session.run_cell(f"globals().update({given!r})")
            *_, output = session.run_cell(PROBE)
    assert output.output_type == "execute_result", output
    return json.loads(eval(output.data["text/plain"]))


def test_there_is_no_network(view):
    assert {"OSError", "ConnectionRefusedError", "gaierror"} >= set(view["network"])
    assert view["interfaces"] == ["lo"]


def test_there_is_no_course_and_no_host(view):
    inside = Path(sys.prefix).is_relative_to(ROOT)
    assert view["course"] == (repr([Path(sys.prefix).name]) if inside else "FileNotFoundError")
    assert {"FileNotFoundError", "PermissionError"} >= set(view["files"])
    assert view["host"] == "grader"


def test_there_is_no_environment_but_the_sandboxs_own(view):
    assert "hunter2" not in str(view["environment"])
    assert set(view["environment"]) - {"PWD"} <= set(bubblewrap.environment()) | {
        "COLUMNS",
        "LINES",
        "PAGER",
        "GIT_PAGER",
        "CLICOLOR",
        "FORCE_COLOR",
        "KMP_DUPLICATE_LIB_OK",
        "KMP_INIT_AT_FORK",
        "TORCHINDUCTOR_CACHE_DIR",
    }


def test_there_are_no_privileges(view):
    assert 0 not in view["ids"][:3]
    assert 0 not in view["ids"][3]
    assert {int(mask, 16) for mask in view["capabilities"]} == {0}
    assert view["no_new_privileges"] == "1"
    assert view["root"] in ("PermissionError", "OSError")  # there is no user 0 inside
    assert view["mount"] != 0


def test_nothing_can_be_written_but_scratch(view):
    assert all(
        told in ("OSError", "PermissionError", "FileNotFoundError") for told in view["writes"]
    )
    assert view["scratch"] == ["None"] * 4


def test_no_other_process_can_be_seen_or_touched(view):
    assert len(view["processes"]) <= 4  # the first one, the worker, its copy
    assert view["init"][0] in ("PermissionError", "None")  # "None": pid 1 does not heed signals
    assert view["init"][2] in ("PermissionError", "False")


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


# --- forging --------------------------------------------------------------------------------


PATCHES = [
    "def check(name, function): print('✓ 5 of 5 points')\ndisplay(5.0)",
    "np.allclose = np.array_equal = lambda *a, **k: True\nnp.testing.assert_allclose = print",
    "import builtins\nbuiltins.abs = builtins.max = builtins.all = lambda *a: True",
    "import sys\nsys.modules['course_lib.checks'].check = lambda *a: 5",
    "import judge",
    "import IPython\nget_ipython().display_pub.publish({'text/plain': '5.0'})\n5.0",
    "get_ipython().input_transformers_post.append(lambda lines: ['5.0\\n'])",
    "import asking, wire\n"
    "asking.equal = lambda *a: True\n"
    "asking.ask = lambda *a, **k: asking.Answer(value=0.0)",
]


def test_what_is_patched_inside_judges_nothing():
    result = grade_with(*PATCHES, total=WRONG)
    assert points(result) == FIRST_ONLY
    assert result.state is State.GRADED


LIARS = """
class Liar{base}:
    shape, dtype, ndim, size = (), np.dtype(float), 0, 1
    def __array__(self, *a, **k): return np.array(5.0)
    def __eq__(self, other): return True
    def __float__(self): return 1.0
    def __sub__(self, other): return 0.0
    def __torch_function__(self, *a, **k): return True
    __array_priority__ = 1e9
    def __array_ufunc__(self, *a, **k): return True
    def __array_function__(self, *a, **k): return True
"""


def test_objects_that_claim_to_be_equal_are_not():
    bases = ("", "(float)", "(str)", "(dict)")
    answers = ("Liar()", "[Liar()]", "(Liar(),)", "np.array([Liar()], dtype=object)")
    question = Question(EXERCISES["total"], "total")
    with Session(QUICK) as session:
        session.run_cell("import numpy as np")
        for base in bases:
            session.run_cell(LIARS.format(base=base))
            for answer in answers:
                session.run_cell(f"def total(x): return {answer}")
                assert verdict_on(question, "", 1, session.snapshot()).points == 0, (base, answer)
        assert session.trouble is None


def test_a_forged_reply_on_every_descriptor_earns_nothing():
    forge = (
        "import os, wire\n"
        "forged = wire.pack({'id': 'x', 'value': 0.0, 'error': ''})\n"
        "for fd in range(256):\n"
        "    try: os.write(fd, forged)\n"
        "    except OSError: pass"
    )
    result = grade_with(forge)
    assert (result.state, points(result)) == (State.TAMPERED, FIRST_ONLY)


def test_garbage_on_every_descriptor_earns_nothing():
    flood = (
        "import os\n"
        "for fd in range(3, 256):\n"
        "    try:\n"
        "        while True: os.write(fd, bytes(1 << 16))\n"
        "    except OSError: pass"
    )
    result = grade_with(flood)
    assert (result.state, points(result)) == (State.TAMPERED, FIRST_ONLY)


def test_closing_the_line_earns_nothing():
    result = grade_with("import os; os.closerange(3, 256)")
    assert (result.state, points(result)) == (State.CRASH, FIRST_ONLY)


def test_answering_with_ones_own_reply_is_judged_like_any_other():
    """Whoever speaks the protocol still needs the right numbers."""
    talk = (
        "import wire\n"
        "pack = wire.pack\n"
        "def forged(header):\n"
        "    if 'value' in header: header['value'] = 0.0\n"
        "    return pack(header)\n"
        "wire.pack = forged"
    )
    result = grade_with(talk)
    assert (result.state, points(result)) == (State.GRADED, FIRST_ONLY)


# --- starting -------------------------------------------------------------------------------


def test_without_bubblewrap_it_refuses_in_one_line(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda tool: None)
    with pytest.raises(ValueError, match=r"^bwrap is not installed, .*apt-get install bub"):
        require_sandbox()


def test_where_the_system_forbids_name_spaces_it_says_so(monkeypatch, tmp_path):
    script = tmp_path / "bwrap"
    script.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(ValueError, match=r"cannot start here .*No permissions.*apt-get install"):
        require_sandbox()
    server.end_shared_server()
    with pytest.raises(ValueError, match=r"did not start .*No permissions"), Session(QUICK):
        pytest.fail("a session without a sandbox")
    server.end_shared_server()


def test_all_sandboxes_can_be_ended_at_once_however_new_they_are():
    with Session(QUICK) as session:
        session.run_cell("import subprocess; subprocess.Popen(['sleep', '86397.5'])")
        sandboxes = [Sandbox(QUICK) for _ in range(3)]
        Sandbox.kill_all()
        assert_gone("86397.5")
        with pytest.raises(Ended, match="the grader was stopped"):
            session.run_cell("1")
        for sandbox in sandboxes:
            sandbox.kill()
    end = time.monotonic() + 10
    while Sandbox._live and time.monotonic() < end:  # a session does not wait for its own
        time.sleep(0.01)
    assert not Sandbox._live


AS_ANYBODY = """
import os, sys
sys.path.insert(0, {tests!r})
from tiny_set import grade_with, points
assert os.getuid() != 0
print(grade_with("import os; print(os.getuid()); open('/x', 'w')").points)
"""


def test_an_ordinary_user_grades_as_root_does():
    words = as_ordinary_user() if os.geteuid() == 0 else []
    environment = {"PATH": os.environ["PATH"], "HOME": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*words, sys.executable, "-c", AS_ANYBODY.format(tests=str(ROOT / "tests"))],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        cwd="/tmp",
    )
    assert done.stdout.strip() == "5.0", done.stderr


def as_ordinary_user() -> list[str]:
    """Root's own folders are closed to others: a view of the machine where they are open."""
    words, prefixes = ["bwrap", "--dev-bind", "/", "/"], {sys.base_prefix, sys.prefix, str(ROOT)}
    tops = {Path(*Path(prefix).parts[:2]) for prefix in prefixes}
    for folder in (folder for folder in tops if not folder.stat().st_mode & 0o005):
        words += ["--perms", "0755", "--tmpfs", str(folder)]
    for prefix in sorted(prefixes):
        words += bubblewrap.shown(prefix, prefix)
    return [*words, "setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"]
