"""What tests of either sandbox look with: from inside, on the host, and as another user."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

from course_lib.grading import bubblewrap

ROOT = Path(__file__).parents[1]
# For a cell: what an action gives, or how it is refused.
ATTEMPT = """
def attempt(action):
    try:
        return repr(action())
    except BaseException as error:
        return type(error).__name__
"""


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


def without_bubblewrap(folder: Path) -> str:
    """A PATH: an empty ``folder`` that is given all tools that are used but bubblewrap."""
    for tool in ("setpriv", "rm", "chmod"):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return str(folder)


def as_ordinary_user() -> list[str]:
    """Root's own folders are closed to others: a view of the machine where they are open."""
    words, prefixes = ["bwrap", "--dev-bind", "/", "/"], {sys.base_prefix, sys.prefix, str(ROOT)}
    tops = {Path(*Path(prefix).parts[:2]) for prefix in prefixes}
    for folder in (folder for folder in tops if not folder.stat().st_mode & 0o005):
        words += ["--perms", "0755", "--tmpfs", str(folder)]
    for prefix in sorted(prefixes):
        words += bubblewrap.shown(prefix, prefix)
    return [*words, "setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"]
