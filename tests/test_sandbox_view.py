"""What a student's code can see and do from inside the sandbox: nothing but its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from sandbox_probes import ATTEMPT, ROOT
from tiny_set import QUICK

from course_lib.grading import bubblewrap
from course_lib.grading.session import Session

pytestmark = pytest.mark.sandbox


PROBE = """
import json, os, socket, sys, tempfile
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
            *_, output = session.run_cell(ATTEMPT + PROBE)
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
