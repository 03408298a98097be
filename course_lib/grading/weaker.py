"""Without bubblewrap: one submission's processes, kept in by Landlock, seccomp and limits alone.

The warm process stays outside, as its user; it runs no student code. For each submission it forks a
first process, which runs none either: it takes in whatever the others leave behind, and ends with
all of them and their folder. The worker gives up root, files, network and signals, and only then
reads what a student wrote. This file is used in the sandbox: the standard library only.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import tempfile
from collections.abc import Iterable
from types import FrameType
from typing import Any, NoReturn

BASE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
# Linux distributions leave these user numbers unassigned.
FIRST_USER, USERS = 60706, 478
READ_ANYWHERE = 1 << 2  # CAP_DAC_READ_SEARCH
MORE_LIKELY = "500"  # that the kernel ends this one, and not the first, where memory runs out


class Over(BaseException):
    """The grader is done with a submission, or has gone."""


def serve(control: socket.socket) -> NoReturn:
    """Fork one submission after the other, until the grader hangs up; then remove everything."""
    import isolate
    import left_behind
    import warm

    refused = refusal()
    if not refused:
        warm.prepare(warm.MODULES + warm.MORE_MODULES)
    isolate.adopt_orphans()
    firsts: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: left_behind.end_children(firsts))
    control.send(json.dumps({"refused": refused}).encode())
    while True:
        line, sockets, _, _ = socket.recv_fds(control, 2**16, 2)
        if not line:
            break
        if isolate.thread_count() != 1:  # a lock held by another thread would stay held
            raise RuntimeError("the warm process has more than one thread")
        if fork_known(firsts) == 0:
            control.close()
            first_process(sockets, json.loads(line))
        for number in sockets:
            os.close(number)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for first in firsts:
        left_behind.send(signal.SIGTERM, first)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(first, 0)
    left_behind.end_children(set())
    left_behind.remove(BASE)
    os._exit(0)


def fork_known(firsts: set[int]) -> int:
    """Fork; ``firsts`` knows the child before it can be taken for a stray one.

    The child is not told to end before it has unblocked that signal.
    """
    blocked = {signal.SIGCHLD, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    else:
        firsts.add(child)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, blocked)
    return child


def refusal() -> str:
    """Why nothing can be kept in here; empty where it can."""
    import isolate

    def confine() -> str:
        keep_in((), BASE)
        return "it opens files and sockets all the same" if leaks() else "yes"

    return isolate.refusal_of(confine)


def leaks() -> bool:
    """Whether this process, which is kept in, still opens a socket or a file that it may not."""
    with contextlib.suppress(PermissionError):
        socket.socket(socket.AF_UNIX).close()
        return True
    with contextlib.suppress(PermissionError):
        os.listdir("/")
        return True
    return False


def first_process(sockets: list[int], told: dict[str, Any]) -> NoReturn:
    """See to the worker until the grader hangs up or says so; leave no process and no file."""
    import isolate
    import left_behind
    import warm

    channel, status = sockets
    folder = f"{BASE}/{os.getpid()}"
    grader = socket.socket(fileno=status)
    try:
        isolate.close_all_but(sockets)
        os.setsid()
        isolate.adopt_orphans()
        isolate.end_with_parent(signal.SIGTERM)
        signal.signal(signal.SIGTERM, _over)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD, signal.SIGTERM})
        user = make_folder(folder)
        isolate.set_dumpable(False)
        grader.send(b"born")
        if grader.recv(1):
            if os.fork() == 0:
                become_worker(grader, channel, folder, user, told)
            os.close(channel)
            warm.watch(grader, inside=left_behind.descendants)
    except OSError as error:
        with contextlib.suppress(OSError):
            grader.send(f"!{error}".encode())
    except Over:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        left_behind.end_children(set())
        left_behind.remove(folder)
        os._exit(0)


def _over(signum: int, frame: FrameType | None) -> NoReturn:
    raise Over


def make_folder(folder: str) -> int:
    """The one place a submission can write; the number of the user it runs as."""
    os.mkdir(folder, 0o700)
    if os.geteuid():
        return os.geteuid()
    user = FIRST_USER + os.getpid() % USERS
    os.chown(folder, user, user)
    return user


def become_worker(
    grader: socket.socket, channel: int, folder: str, user: int, told: dict[str, Any]
) -> NoReturn:
    """Give up all that a student must not have, then serve."""
    import isolate
    import worker

    try:
        grader.close()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        isolate.set_dumpable(True)  # else what is below /proc/self is root's
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(MORE_LIKELY)
        set_bounds(told["bounds"], user)
        if os.geteuid() == 0:
            give_up_root(user, READ_ANYWHERE if told["closed"] else 0)
        isolate.end_with_parent(signal.SIGKILL)
        move_to(folder)
        worker.WORK = f"{folder}/work"
        keep_in(told["read"], folder)
        worker.main(channel)
    finally:
        os._exit(1)


def set_bounds(bounds: dict[str, int], user: int) -> None:
    """Limits of each process; processes are counted by user, so those there are do not count."""
    import isolate

    for name, limit in bounds.items():
        isolate.set_bound(name, limit + (thread_total(user) if name == "nproc" else 0))


def thread_total(user: int) -> int:
    """How many threads a user has on this machine."""
    total = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{name}").st_uid == user:
                total += len(os.listdir(f"/proc/{name}/task"))
    return total


def give_up_root(user: int, capabilities: int) -> None:
    """Become ``user``, in no group, with none but these capabilities."""
    import isolate

    os.setgroups([])
    isolate.drop_bounding()
    isolate.keep_over_change_of_user()
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    isolate.drop_privileges(capabilities)


def move_to(folder: str) -> None:
    """Home, scratch and caches below ``folder``; the worker makes them."""
    home = f"{folder}/home"
    os.environ |= {"HOME": home, "TMPDIR": f"{folder}/tmp", "MPLCONFIGDIR": f"{home}/matplotlib"}
    os.environ["IPYTHONDIR"] = f"{home}/ipython"
    os.mkdir(os.environ["TMPDIR"])
    tempfile.tempdir = None  # it may remember another


def keep_in(read: Iterable[str], folder: str) -> None:
    """Landlock and seccomp, for good.

    Raises
    ------
    OSError
        where the kernel has not what it takes.
    """
    import landlock
    import syscalls

    landlock.restrict(read, [folder], DEVICES)
    syscalls.refuse_needless()
    syscalls.refuse_outside(signals=landlock.version() < landlock.WITH_SCOPE)
