"""The words of one bubblewrap: a process that sees a Python, and nothing of course or network.

bubblewrap gives it mount, process, network, ipc and host name spaces of its own, in which all but
two small folders in memory is read-only. It has no environment but the one given here, no
capabilities, a user id that owns nothing, and it ends with its parent, as all its children do.
"""

from __future__ import annotations

import itertools
import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from .worker import HOME, WORK

HERE = Path(__file__).parent
CHECKS = HERE.parent / "checks"
# What lies in the sandbox's folder of its own files.
OWN_FILES = (
    *(HERE / f"{name}.py" for name in ("warm", "worker", "isolate", "notebook_shell", "shown")),
    *(HERE / f"{name}.py" for name in ("guard", "syscalls", "wire")),
    *(CHECKS / f"{name}.py" for name in ("asking", "drivers", "given", "plain")),
)
# Root changes to one of these: processes are counted by user id, so that with a common one a fork
# bomb in one sandbox would starve the others. Linux distributions leave this range unassigned.
USER_IDS = itertools.cycle(range(60706, 61184))
MERGED = ("bin", "sbin", "lib", "lib32", "lib64")  # links into /usr on today's systems
INSIDE = "/grader"
SCRATCH = ("/tmp", "/dev/shm")
# bubblewrap covers parts of root's /proc, and a covered one cannot be mounted again further inside.
PLAIN_PROC = ("sh", "-c", 'mount -t proc proc /proc && exec "$@"', "sh")


def command(scratch_bytes: int, nested: bool) -> list[str]:
    """The warm process in bubblewrap; ``nested`` where it makes name spaces inside of its own."""
    # -I -S: no user folder, no start-up files; packages are added by hand.
    return [
        *bubblewrap(scratch_bytes, nested),
        *(PLAIN_PROC if nested and not os.geteuid() else ()),
        *without_privileges(),
        *(python(), "-I", "-S", f"{INSIDE}/warm.py", sysconfig.get_path("purelib")),
        *(("nested",) if nested else ()),
    ]


def python() -> str:
    """Where this Python lies, also from another folder: a relative PATH makes it say less."""
    return os.path.abspath(sys.executable)


def bubblewrap(scratch_bytes: int, nested: bool = False) -> list[str]:
    """Everything up to the command that runs inside."""
    words = ["bwrap", "--die-with-parent", "--new-session", "--hostname", "grader"]
    words += [f"--unshare-{name}" for name in ("pid", "net", "ipc", "uts", "cgroup-try")]
    if os.geteuid():
        words += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
        words += [] if nested else ["--disable-userns"]
    words += ["--clearenv"]
    for name, value in environment().items():
        words += ["--setenv", name, value]
    words += [*_system(), "--proc", "/proc", "--dev", "/dev"]
    for scratch in SCRATCH:
        words += ["--perms", "1777", "--size", str(scratch_bytes), "--tmpfs", scratch]
    words += ["--perms", "1777", "--dir", WORK]
    words += [*_python(), *_own_files(), "--remount-ro", "/dev", "--remount-ro", "/"]
    return [*words, "--chdir", WORK, "--"]


def without_privileges() -> list[str]:
    """Root's way to no privileges; an ordinary user has none to begin with."""
    if os.geteuid():
        return []
    user = next(USER_IDS)
    words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"]
    return [*words, "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all"]


def environment() -> dict[str, str]:
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
        # Whatever a notebook asks of torch: threads do not live on in a copy of a process.
        "OMP_THREAD_LIMIT": "1",
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
            yield from shown(name, name)


def _python() -> Iterator[str]:
    """This Python and its packages at their own paths."""
    for prefix in dict.fromkeys((sys.base_prefix, sys.prefix)):
        if not Path(prefix).is_relative_to("/usr"):
            yield from shown(prefix, prefix)


def shown(path: str, inside: str) -> Iterator[str]:
    """``path`` read-only at ``inside``; of the folders above it only the names, open to all."""
    for folder in reversed(Path(inside).parents[:-1]):
        if str(folder) not in (*SCRATCH, WORK):  # these are there, and writable
            yield from ("--perms", "0755", "--dir", str(folder))
    yield from ("--ro-bind", path, inside)


def _own_files() -> Iterator[str]:
    """The programs of the sandbox, and the stand-in for ``course_lib.checks``."""
    for path in OWN_FILES:
        yield from shown(str(path), f"{INSIDE}/{path.name}")
    yield from shown(str(HERE / "stand_in.py"), f"{INSIDE}/course_lib/checks.py")
