"""Where the sandbox starts, who may start it, and how all are ended at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import pytest
from sandbox_probes import ROOT, as_ordinary_user, assert_gone
from tiny_set import QUICK

from course_lib.grading import server
from course_lib.grading.line import Ended
from course_lib.grading.sandbox import Sandbox, require_sandbox
from course_lib.grading.session import Session

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("light")]


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


def test_a_python_that_was_found_by_a_relative_path_starts_inside(monkeypatch):
    server.end_shared_server()
    monkeypatch.setattr(sys, "executable", os.path.relpath(sys.executable))
    with Session(QUICK) as session:
        assert session.run_cell("1 + 1")[0].data["text/plain"] == "2"
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
from light_sandbox import LightServer
from tiny_set import grade_with
from course_lib.grading import sandbox
assert os.getuid() != 0
sandbox.server_kind = lambda weaker: LightServer
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
