"""One sandbox: a process that sees a Python, and nothing of the course, the class or the network.

bubblewrap gives it mount, process, network, ipc and host name spaces of its own, in which all but
two small folders in memory is read-only. It has no environment but the one given here, no
capabilities, a user id that owns nothing, and it ends with its parent, as all its children do.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..checks import asking, drivers, given, plain

HERE = Path(__file__).parent
INSTALL = "student code runs in a sandbox only: apt-get install bubblewrap (0.8 or later)"
# Root changes to one of these: processes are counted by user id, so that with a common one a fork
# bomb in one sandbox would starve the others. Linux distributions leave this range unassigned.
USER_IDS = itertools.cycle(range(60706, 61184))
MERGED = ("bin", "sbin", "lib", "lib32", "lib64")  # links into /usr on today's systems
INSIDE = "/grader"
SCRATCH = ("/tmp", "/dev/shm")
HOME, WORK = "/tmp/home", "/tmp/work"


@dataclass(frozen=True)
class Limits:
    """What one submission may use: bytes, counts, and seconds of wall time."""

    memory_bytes: int = 4 * 2**30  # of address space, of which importing torch takes 0.8
    scratch_bytes: int = 128 * 2**20  # in each of /tmp and /dev/shm
    file_bytes: int = 64 * 2**20
    processes: int = 128
    open_files: int = 256
    start_seconds: float = 60.0
    cell_seconds: float = 30.0
    call_seconds: float = 10.0
    submission_seconds: float = 180.0


LIMITS = Limits()


def require_sandbox() -> None:
    """Make sure that a sandbox can be started.

    Raises
    ------
    ValueError
        one line that says what to install, or what the system refuses.
    """
    missing = [tool for tool in ("bwrap", "setpriv") if shutil.which(tool) is None]
    if "bwrap" in missing or (missing and os.geteuid() == 0):
        raise ValueError(f"{missing[0]} is not installed, and {INSTALL}")
    tried = subprocess.run(
        [*_bubblewrap(LIMITS, {}), *_without_privileges(), "/usr/bin/env", "true"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode:
        said = (tried.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ValueError(f"bubblewrap cannot start here ({said}), and {INSTALL}")


class Sandbox:
    """A running worker process; ``channel`` is the only way to it."""

    _live: set[Sandbox] = set()  # noqa: RUF012  all of this process's, for kill_all
    _lock = threading.Lock()

    def __init__(self, limits: Limits = LIMITS, files: Mapping[str, Path] | None = None) -> None:
        self.channel, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                _command(limits, files or {}),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                # A group of its own, so that bubblewrap's two processes can be ended at once: the
                # inner one does not yet heed the death of the outer one when it has just started.
                start_new_session=True,
            )
        with self._lock:
            self._live.add(self)

    def kill(self) -> None:
        """End every process inside; safe to call twice."""
        self._end()
        self.process.wait()
        self.channel.close()
        if self.process.stderr:
            self.process.stderr.close()
        with self._lock:
            self._live.discard(self)

    def exit_status(self, seconds: float = 2.0) -> int | None:
        """How the worker ended by itself: its status, 128 + n after signal n; None if it lives."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def complaint(self) -> str:
        """The last line that bubblewrap or Python wrote before the worker took over."""
        stream: IO[bytes] | None = self.process.stderr
        if stream is None:
            return ""
        os.set_blocking(stream.fileno(), False)
        said = (stream.read(4096) or b"").decode("utf-8", "replace").strip()
        return said.splitlines()[-1] if said else ""

    @classmethod
    def kill_all(cls) -> None:
        """End all sandboxes of this process, as after Ctrl-C."""
        with cls._lock:
            live = list(cls._live)
        for sandbox in live:
            sandbox._end()

    def _end(self) -> None:
        if self.process.returncode is None:  # else the number may be another process's by now
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def _command(limits: Limits, files: Mapping[str, Path]) -> list[str]:
    cpu = int(limits.start_seconds + limits.submission_seconds) + 1
    bounds = {
        "as": limits.memory_bytes,
        "nproc": limits.processes,
        "fsize": limits.file_bytes,
        "nofile": limits.open_files,
        "cpu": cpu,
        "core": 0,
        "msgqueue": 0,
    }
    # -I -S: no user folder, no start-up files; packages are added by hand.
    return [
        *_bubblewrap(limits, files),
        *_without_privileges(),
        *(sys.executable, "-I", "-S", f"{INSIDE}/worker.py", sysconfig.get_path("purelib")),
        *(f"{name}={limit}" for name, limit in bounds.items()),
    ]


def _bubblewrap(limits: Limits, files: Mapping[str, Path]) -> list[str]:
    words = ["bwrap", "--die-with-parent", "--new-session", "--hostname", "grader"]
    words += [f"--unshare-{name}" for name in ("pid", "net", "ipc", "uts", "cgroup-try")]
    if os.geteuid():
        words += ["--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534"]
    words += ["--clearenv"]
    for name, value in _environment().items():
        words += ["--setenv", name, value]
    words += [*_system(), "--proc", "/proc", "--dev", "/dev"]
    for scratch in SCRATCH:
        words += ["--perms", "1777", "--size", str(limits.scratch_bytes), "--tmpfs", scratch]
    words += ["--perms", "1777", "--dir", WORK]
    for name, path in files.items():
        words += _shown(str(path), f"{WORK}/{name}")
    words += [*_python(), *_own_files(), "--remount-ro", "/dev", "--remount-ro", "/"]
    return [*words, "--chdir", WORK, "--"]


def _without_privileges() -> list[str]:
    """Root's way to no privileges; an ordinary user has none to begin with."""
    if os.geteuid():
        return []
    user = next(USER_IDS)
    words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"]
    return [*words, "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all"]


def _environment() -> dict[str, str]:
    """Single-threaded numerics, plots into the notebook, and every cache in private memory."""
    threads = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
    return {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "USER": "student",
        "LOGNAME": "student",
        "HOME": HOME,
        "TMPDIR": "/tmp",
        "MPLCONFIGDIR": f"{HOME}/matplotlib",
        "IPYTHONDIR": f"{HOME}/ipython",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "TERM": "dumb",
        **{f"{name}_NUM_THREADS": "1" for name in threads},
    }


def _system() -> Iterator[str]:
    """/usr read-only, but not the fonts: looking through them takes matplotlib up to a minute."""
    yield from ("--ro-bind", "/usr", "/usr")
    for name in MERGED:
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", os.readlink(path), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    if Path("/usr/share/fonts").is_dir():
        yield from ("--tmpfs", "/usr/share/fonts")
    for name in ("/etc/ld.so.cache", "/etc/alternatives", "/sys/devices/system/cpu"):
        if Path(name).exists():
            yield from _shown(name, name)


def _python() -> Iterator[str]:
    """This Python and its packages at their own paths."""
    for prefix in dict.fromkeys((sys.base_prefix, sys.prefix)):
        if not Path(prefix).is_relative_to("/usr"):
            yield from _shown(prefix, prefix)


def _shown(path: str, inside: str) -> Iterator[str]:
    """``path`` read-only at ``inside``; of the folders above it only the names, open to all."""
    for folder in reversed(Path(inside).parents[:-1]):
        if str(folder) not in (*SCRATCH, WORK):  # these are there, and writable
            yield from ("--perms", "0755", "--dir", str(folder))
    yield from ("--ro-bind", path, inside)


def _own_files() -> Iterator[str]:
    """The worker and what it needs, and the stand-in for ``course_lib.checks``."""
    for name in ("worker.py", "notebook_shell.py", "wire.py"):
        yield from _shown(str(HERE / name), f"{INSIDE}/{name}")
    for module in (asking, drivers, given, plain):
        yield from _shown(str(module.__file__), f"{INSIDE}/{Path(str(module.__file__)).name}")
    yield from _shown(str(HERE / "stand_in.py"), f"{INSIDE}/course_lib/checks.py")
