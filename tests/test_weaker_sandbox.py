"""The weaker sandbox, for where there is no bubblewrap: what it grades, and what it keeps in."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_probes import ATTEMPT, ROOT, assert_gone, host_processes, without_bubblewrap
from tiny_set import QUICK, grade_with, points

from course_lib.grading import fallback, landlock, server
from course_lib.grading.sandbox import Sandbox, require_sandbox
from course_lib.grading.session import Session
from course_lib.grading.states import State

pytestmark = pytest.mark.sandbox

WEAKER = replace(QUICK, weaker=True)
ALL = {"double": 3, "total": 2}


@pytest.fixture(scope="module", autouse=True)
def no_bubblewrap(tmp_path_factory):
    """One warm process for all tests here."""
    server.end_shared_server()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", without_bubblewrap(tmp_path_factory.mktemp("bin")))
        patch.setenv("COURSE_SECRET_TOKEN", "hunter2")
        yield
        server.end_shared_server()


def value(outputs):
    assert outputs[-1].output_type == "execute_result", outputs
    return outputs[-1].data["text/plain"]


# --- starting ------------------------------------------------------------------------------


def test_without_the_flag_it_refuses_in_one_line():
    with pytest.raises(ValueError, match=r"^bwrap is not installed, .*--weaker-sandbox") as told:
        require_sandbox()
    assert "\n" not in str(told.value)
    with pytest.raises(ValueError, match="did not start"), Session(QUICK):
        pytest.fail("a session without a sandbox")


def test_without_landlock_the_flag_does_not_help(monkeypatch):
    monkeypatch.setattr(landlock, "version", lambda: 2)
    with pytest.raises(ValueError, match=r"Landlock of version 3 .*Linux 6.2; here: 2") as told:
        require_sandbox(weaker=True)
    assert "\n" not in str(told.value)


def test_what_cannot_be_kept_in_is_not_started(monkeypatch, tmp_path):
    """A kernel without Landlock, as the warm process finds it."""
    server.end_shared_server()
    broken = tmp_path / "landlock.py"
    source = Path(landlock.__file__).read_text(encoding="utf-8")
    broken.write_text(source.replace("444, 445, 446", "1444, 1445, 1446"), encoding="utf-8")
    files = [path for path in fallback.OWN_FILES if path.name != "landlock.py"]
    monkeypatch.setattr(fallback, "OWN_FILES", (*files, broken))
    with pytest.raises(ValueError, match=r"did not start \(Landlock of version 3 is needed"):
        server.shared_server(fallback.server_kind(weaker=True))
    server.end_shared_server()


# --- grading --------------------------------------------------------------------------------


def test_an_honest_notebook_gets_all_its_points():
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);\nplt.show()"
    files = (
        "import subprocess, tempfile, torch, asyncio\n"
        "open('notes', 'w').write('x')\n"
        "torch.save(torch.ones(2), tempfile.mktemp())\n"
        "asyncio.new_event_loop().close()\n"
        "subprocess.run(['true'], check=True);"
    )
    result = grade_with(plot, files, limits=WEAKER)
    assert (result.state, points(result)) == (State.GRADED, ALL)
    assert "image/png" in result.notebook.cells[4].outputs[0].data
    assert result.notebook.cells[5].outputs == []


def test_a_wrong_answer_a_crash_and_a_loop_cost_only_themselves():
    wrong = grade_with(limits=WEAKER, total="def total(x): return -1.0")
    assert points(wrong) == {"double": 3, "total": 0}
    end = "import os\ndef total(x): os._exit(3)"
    crash = grade_with(limits=WEAKER, total=end)
    assert (crash.state, points(crash)) == (State.CRASH, {"double": 3, "total": 0})
    loop = grade_with("while True: pass", limits=replace(WEAKER, cell_seconds=1))
    assert (loop.state, points(loop)) == (State.TIMEOUT, ALL)


def test_memory_and_files_are_bounded_for_each_process():
    with Session(WEAKER) as session:
        outputs = session.run_cell("hoard = bytearray(4 << 30)")
        assert outputs[-1].ename == "MemoryError"
        outputs = session.run_cell("open('big', 'wb').write(bytes(65 << 20))")
        assert outputs[-1].ename == "OSError"


# --- attacks --------------------------------------------------------------------------------


PROBE = """
import ctypes, json, os, resource, signal, socket
def datagram():
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    left.sendto(b"x", LISTENER)
libc = ctypes.CDLL(None, use_errno=True)
told = {
    "read": {path: attempt(lambda: open(path).read()) for path in FILES},
    "list": {path: attempt(lambda: os.listdir(path)) for path in FOLDERS},
    "write": {path: attempt(lambda: open(path, "w")) for path in WRITES},
    "change": [
        attempt(lambda: os.chmod(VICTIM, 0)), attempt(lambda: os.utime(VICTIM)),
        attempt(lambda: os.truncate(VICTIM, 0)), attempt(lambda: os.unlink(VICTIM)),
        attempt(lambda: os.setxattr(VICTIM, "user.x", b"x")),
        attempt(lambda: os.rename(VICTIM, "mine")), attempt(lambda: os.link(VICTIM, "mine")),
    ],
    "network": [
        attempt(lambda: socket.create_connection(("127.0.0.1", PORT), 1)),
        attempt(lambda: socket.socket(socket.AF_UNIX).connect(LISTENER)),
        attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)), attempt(datagram),
    ],
    "signals": [attempt(lambda: os.kill(number, 0)) for number in (GRADER, WARM, os.getppid(), 1)],
    "limits": [attempt(lambda: resource.prlimit(number, resource.RLIMIT_CPU, (1, 1)))
               for number in (GRADER, os.getppid())],
    "calls": [libc.ptrace(16, GRADER, 0, 0), libc.unshare(0x10000000), libc.shmget(0, 4096, 0o1666),
              libc.syscall(425, 1, 0), libc.mount(b"none", b".", b"tmpfs", 0, None)],
    "ids": [*os.getresuid(), *os.getresgid(), *os.getgroups()],
    "root": attempt(lambda: os.setuid(0)),
    "environment": dict(os.environ),
    "capabilities": attempt(lambda: libc.prctl(39, 0, 0, 0, 0)),
}
json.dumps(told)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What an attack from inside tells of its success, beside another submission."""
    host = tmp_path_factory.mktemp("host")
    for folder in (host, *list(host.parents)[:3]):
        folder.chmod(0o777 if folder == host else 0o755)
    (host / "victim").write_text("whole")
    (host / "victim").chmod(0o666)
    listener, network = socket.socket(socket.AF_UNIX), socket.create_server(("127.0.0.1", 0))
    listener.bind(str(host / "listener"))
    listener.listen()
    with listener, network, Session(WEAKER) as neighbour, Session(WEAKER) as session:
        neighbour.run_cell("import os; open('mine', 'w').write('x')")
        other = eval(value(neighbour.run_cell("os.getcwd()")))
        process = server.shared_server(fallback.WeakerServer)
        files = [ROOT / "nbgrader_config.py", ROOT / "gradebook.db", host / "victim"]
        files += ["/root/.bashrc", "/etc/passwd", "/etc/shadow", f"{other}/mine"]
        files += [f"/proc/{pid}/environ" for pid in (os.getpid(), process.process.pid, 1)]
        folders = [ROOT / "course_lib", ROOT, "/root", "/", "/tmp", "/proc", other]
        given = {
            "FILES": list(map(str, files)),
            "FOLDERS": [*map(str, folders), str(Path(other).parents[1]), str(host)],
            "WRITES": [f"{other}/x", "/tmp/x", "/dev/shm/x", f"{host}/x", f"{host}/victim"],
            "VICTIM": str(host / "victim"),
            "LISTENER": str(host / "listener"),
            "PORT": network.getsockname()[1],
            "GRADER": os.getpid(),
            "WARM": process.process.pid,
        }
        given["WRITES"] += [f"{process.folder}/grader/worker.py", f"{sys.prefix}/x"]
        session.run_cell(f"globals().update({given!r})")
        told = json.loads(eval(value(session.run_cell(ATTEMPT + PROBE))))
        assert (host / "victim").read_text() == "whole"
        assert not select.select([listener, network], [], [], 0)[0]
        assert value(neighbour.run_cell("1 + 1")) == "2"
    return told


REFUSED = {"PermissionError"}


def test_no_file_but_its_own_can_be_read_or_written(told):
    # What another user's folder holds cannot even be named.
    assert set(told["read"].values()) <= REFUSED | {"FileNotFoundError"}
    assert set(told["list"].values()) == REFUSED
    assert set(told["write"].values()) == REFUSED
    assert set(told["change"]) <= REFUSED | {"OSError"}  # a link across folders is refused as such


def test_there_is_no_socket(told):
    assert set(told["network"]) == REFUSED


def test_no_process_but_its_own_can_be_signalled_or_limited(told):
    assert set(told["signals"]) == REFUSED
    assert set(told["limits"]) == REFUSED
    assert set(told["calls"]) == {-1}


def test_there_are_no_privileges_and_no_secrets(told):
    assert 0 not in told["ids"]
    assert told["root"] == "PermissionError"
    assert "hunter2" not in str(told["environment"])


LEAVE = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "{0}"])
    os._exit(0)
os.makedirs("shut/below"); os.mkdir("shut/closed", 0)
for _ in range(600):
    os.mkdir("deep"); os.chdir("deep")
"""


def wait_for(marker):
    end = time.monotonic() + 20
    while not host_processes(marker) and time.monotonic() < end:
        time.sleep(0.02)
    assert host_processes(marker)


def test_nothing_outlives_a_submission():
    folder = server.shared_server(fallback.WeakerServer).folder
    with Session(WEAKER) as session:
        session.run_cell(LEAVE.format("86395.5"))
        wait_for("86395.5")
        mine = f"{folder}/{first_of(session)}"
        assert os.path.isdir(f"{mine}/work/shut")
    assert not host_processes("86395.5")
    assert sorted(os.listdir(folder)) == ["grader", "home"]


def first_of(session):
    """The number of the first process of a session, as the kernel tells it."""
    (line,) = [
        line
        for line in Path(f"/proc/self/fdinfo/{session.sandbox._pidfd}").read_text().splitlines()
        if line.startswith("Pid:")
    ]
    return int(line.split()[1])


def test_what_its_first_process_leaves_behind_is_ended_too():
    with Session(WEAKER) as session:
        session.run_cell(LEAVE.format("86394.5"))
        wait_for("86394.5")
        os.kill(first_of(session), signal.SIGKILL)
        assert_gone("86394.5")


def test_processes_that_fork_without_end_are_ended():
    bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    result = grade_with(bomb, limits=replace(WEAKER, cell_seconds=1, processes=30))
    assert points(result)["double"] == 3


def test_a_number_that_a_student_makes_up_ends_nobody():
    with Session(WEAKER) as session:
        session.sandbox.end_process(os.getpid())
        session.sandbox.spare_process(os.getpid())
        session.sandbox.end_others()
        bystander = subprocess.Popen(["/bin/sleep", "60"])
        session.sandbox.end_process(bystander.pid)
        assert bystander.poll() is None
        bystander.kill()
        bystander.wait()


def test_all_can_be_ended_at_once():
    sandboxes = [Sandbox(WEAKER) for _ in range(2)]
    Sandbox.kill_all()
    for sandbox in sandboxes:
        sandbox.kill()
    assert not Sandbox._live
