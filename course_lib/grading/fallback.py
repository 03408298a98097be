"""Where there is no bubblewrap: the weaker sandbox, for those who ask for it.

The same warm process runs without name spaces (see ``weaker``). A submission can read Python, its
packages and the system's libraries, and write to one folder of its own; it opens no socket, and it
reaches no process but those it has started. What it does not have, compared with bubblewrap:
processes, mounts and users of its own, a bound on all that it writes, and, where no control group
can be had, a bound on memory in all. Shared memory and sockets are refused it altogether, and
with them processes of ``multiprocessing`` that share a lock.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from . import bubblewrap, landlock, syscalls
from .server import INSTALL, Server

LOG = logging.getLogger(__name__)
ADVICE = "course grade --weaker-sandbox does without it, and protects less"
WEAKER = (
    "without bubblewrap student code is kept in by Landlock and seccomp alone, which is weaker: no "
    "process, mount and user name spaces, limits for each process and file only"
)
OWN_FILES = (
    *bubblewrap.OWN_FILES,
    *(bubblewrap.HERE / f"{name}.py" for name in ("weaker", "landlock", "left_behind")),
)
SYSTEM = (
    *(f"/{name}" for name in bubblewrap.MERGED),
    *(f"/usr/{name}" for name in (*bubblewrap.MERGED, "libexec", "include", "share")),
    *(f"/usr/local/{name}" for name in ("bin", "lib", "lib64", "include")),
    *("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu"),
)
END_SECONDS = 10.0


def needs_fallback() -> bool:
    """Whether there is no bubblewrap."""
    return shutil.which("bwrap") is None


def require_fallback() -> None:
    """Make sure that this system has what the weaker sandbox takes.

    Raises
    ------
    ValueError
        one line that says what it lacks.
    """
    known, machine = landlock.version(), os.uname().machine
    if known < landlock.OLDEST:
        lacks = f"Landlock of version {landlock.OLDEST} (Linux 6.2; here: {known or 'none'})"
    elif machine not in syscalls.ARCHITECTURES:
        lacks = f"a filter of system calls for {machine}"
    else:
        return
    raise ValueError(f"bwrap is not installed, the weaker sandbox lacks {lacks}, and {INSTALL}")


def server_kind(weaker: bool) -> type[Server]:
    """Which warm process is to be started; the weaker one only where there is no other."""
    return WeakerServer if weaker and needs_fallback() else Server


class WeakerServer(Server):
    """The warm process without bubblewrap, and its folder, which holds those of submissions."""

    ending = signal.SIGTERM  # on which the first process ends all others and itself

    def __init__(self, nested: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="course-grader-")).resolve()
        self.folder.chmod(0o711)  # other users may pass, to what is theirs
        programs = self.folder / "grader"
        (programs / "course_lib").mkdir(parents=True)
        for path in OWN_FILES:
            shutil.copyfile(path, programs / path.name)
        shutil.copyfile(bubblewrap.HERE / "stand_in.py", programs / "course_lib" / "checks.py")
        (self.folder / "home").mkdir()
        super().__init__(nested)

    def command(self) -> list[str]:
        words = ["-I", "-S", f"{self.folder}/grader/warm.py", sysconfig.get_path("purelib")]
        return [bubblewrap.python(), *words, "weaker"]

    def environment(self) -> dict[str, str]:
        home = str(self.folder / "home")
        known = bubblewrap.environment().items()
        moved = {name: value.replace(bubblewrap.HOME, home) for name, value in known}
        return {**moved, "TMPDIR": home}

    def wait_ready(self) -> None:
        """As with bubblewrap; what cannot be kept in is not started."""
        super().wait_ready()
        if self.refused:
            self.end()
            raise ValueError(f"the weaker sandbox did not start ({self.refused}), and {INSTALL}")
        LOG.info(WEAKER)

    def fork(self, sockets: list[socket.socket], told: dict[str, Any]) -> None:
        """As with bubblewrap, with what may be read."""
        read = [*SYSTEM, *_prefixes(), str(self.folder / "grader")]
        super().fork(sockets, {**told, "read": read, "closed": any(map(_closed, read))})

    def end(self) -> None:
        """End it, all that it has forked, and its folder."""
        if self.owner != os.getpid():
            return
        self.control.close()  # then it sees to everything itself
        if self.process and self.process.returncode is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(END_SECONDS)
        super().end()
        shutil.rmtree(self.folder, ignore_errors=True)


def _prefixes() -> list[str]:
    prefixes = dict.fromkeys((sys.base_prefix, sys.prefix))
    return [prefix for prefix in prefixes if prefix not in ("/usr", "/usr/local")]


def _closed(path: str) -> bool:
    """Whether other users cannot come to ``path``, as below /root."""
    place = Path(path).resolve()
    return place.exists() and any(
        not each.stat().st_mode & 1 for each in (place, *place.parents) if each.is_dir()
    )
