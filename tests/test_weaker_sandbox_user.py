"""The weaker sandbox of an ordinary user, whose grader is killed: it leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sandbox_probes import ROOT, as_ordinary_user, assert_gone, without_bubblewrap

from course_lib.grading import warm

pytestmark = pytest.mark.sandbox


AS_ANYBODY = """
import os, sys, time
sys.path.insert(0, {tests!r})
from dataclasses import replace
from pathlib import Path
from tiny_set import QUICK, grade_with
from course_lib.grading import fallback, server
from course_lib.grading.session import Session
assert os.getuid() != 0
# A warm process that imports little is soon there.
light = Path({light!r})
fallback.OWN_FILES = (*[path for path in fallback.OWN_FILES if path.name != "warm.py"], light)
weaker = replace(QUICK, weaker=True)
harm = ("import os, resource\\n"
        "for harm in (lambda: os.kill({{0}}, 9), lambda: os.chmod({tests!r}, 0),"
        " lambda: open('/x'), lambda: resource.prlimit({{0}}, resource.RLIMIT_CPU, (0, 0))):\\n"
        "    try: harm()\\n"
        "    except OSError: print('refused')")
result = grade_with(harm.format(os.getpid()), limits=weaker)
print(result.points, result.notebook.cells[4].outputs[0].text.count("refused"))
print(server._shared.server.folder)
with Session(weaker) as session:
    session.run_cell("import subprocess; subprocess.Popen(['sleep', '86393.5'])")
    print(os.getpid(), flush=True)
    time.sleep(60)
"""


@pytest.fixture
def light():
    """The warm process without most of its imports, where any user can read it."""
    source = Path(warm.__file__).read_text(encoding="utf-8")
    for name in ("MODULES", "MORE_MODULES"):
        source = source.replace(f"\n{name} = (", f"\n{name} = () and (")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        path = Path(folder, "warm.py")
        path.write_text(source, encoding="utf-8")
        yield path


def test_an_ordinary_user_grades_so_too_and_a_killed_grader_leaves_nothing(light, tmp_path):
    path = without_bubblewrap(tmp_path)
    environment = {"PATH": path, "HOME": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"}
    tool, *words = as_ordinary_user() if os.geteuid() == 0 else ["env"]
    words = [
        shutil.which(tool),
        *words,
        sys.executable,
        "-c",
        AS_ANYBODY.format(tests=str(ROOT / "tests"), light=str(light)),
    ]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, env=environment, cwd="/tmp", text=True
    ) as process:
        assert process.stdout.readline() == "5.0 4\n"
        folder = process.stdout.readline().strip()
        assert os.path.isdir(folder)
        os.kill(int(process.stdout.readline()), signal.SIGKILL)
        process.wait()
    assert_gone("86393.5")
    end = time.monotonic() + 5
    while os.path.exists(folder) and time.monotonic() < end:
        time.sleep(0.02)
    assert not os.path.exists(folder)
