"""The warm process: it has imported what every notebook imports, and forks one process tree for
each submission. It never runs or reads anything that a student wrote.

Started as a script in the sandbox, with the folder of installed packages and the number of seconds
as arguments and a socket to the grader as standard input. A request there is a line of JSON (see
``begin``) with two more sockets: one for the worker, one for the first process of its name spaces.
That first process runs no student code either; it reaps, tells how workers ended, and ends them.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import site
import socket
import struct
import sys
import warnings
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

# "s", number: how did it end? "k", number: end it; "p", number: spare it; "o", 0: end all others;
# "a", number: let it be alone: of those spared only this one goes on, with what comes from it.
ASKED = struct.Struct("!ci")
TOLD = struct.Struct("!i")  # a wait status, or UNKNOWN
UNKNOWN = -1
MAX_REMEMBERED = 10_000  # processes that have ended
MAX_ROUNDS = 200
# What notebooks import, and what IPython and matplotlib would import at their first use.
MODULES = ("torch", "matplotlib.pyplot")
MORE_MODULES = (
    *("torch._dynamo", "matplotlib_inline.backend_inline", "matplotlib.backends.backend_agg"),
    *("PIL.PngImagePlugin", "asyncio", "IPython.core.pylabtools", "ipykernel.compiler"),
)
SCRATCH = ("/tmp", "/dev/shm")


def main() -> None:
    """Import, say whether name spaces can be nested, and serve until the grader hangs up."""
    sys.path[:0] = [os.path.dirname(__file__)]
    sys.path += sys.argv[1:2]
    control = private_channel()
    nested = "nested" in sys.argv[2:]
    if "weaker" in sys.argv[2:]:
        import weaker

        weaker.serve(control)
    prepare(MODULES + MORE_MODULES if nested else MODULES)
    control.send(json.dumps({"refused": refusal() if nested else "not asked for"}).encode())
    while True:
        line, sockets, _, _ = socket.recv_fds(control, 2**16, 2)
        if not line:
            return
        told = json.loads(line)
        if not nested:
            control.close()
            first_process(sockets, told, furnished=True)
        fork_for(control, sockets, told)


def private_channel() -> socket.socket:
    """The socket on standard input, moved where no print and no input() reaches it."""
    channel = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    return channel


def prepare(modules: tuple[str, ...]) -> None:
    """Import ``modules`` and the worker, and make the memory cheap to fork."""
    for variable in ("HOME", "MPLCONFIGDIR", "IPYTHONDIR"):
        os.makedirs(os.environ[variable], exist_ok=True)
    site.sethelper()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("wire", "asking", "guard", *modules):
            importlib.import_module(name)
    import isolate
    import worker

    worker.make_shell()
    gc.collect()
    gc.freeze()  # collections in a child then leave these objects' pages shared
    isolate.use_huge_pages()


def refusal() -> str:
    """Why name spaces cannot be nested here; empty where they can."""
    import isolate

    def nest() -> str:
        isolate.enter()
        if os.fork():
            return ""
        isolate.furnish(SCRATCH, 2**20)
        return "yes"

    return isolate.refusal_of(nest)


def fork_for(control: socket.socket, sockets: list[int], told: dict[str, Any]) -> None:
    """Fork the processes of one submission, in name spaces of their own."""
    import isolate

    if isolate.thread_count() != 1:  # a lock held by another thread would stay held in the child
        raise RuntimeError("the warm process has more than one thread")
    child = os.fork()
    if child == 0:
        control.close()
        try:
            isolate.enter()
            if os.fork() == 0:
                first_process(sockets, told)
        except OSError as error:
            os.write(sockets[1], f"!{error}".encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    for number in sockets:
        os.close(number)


def first_process(sockets: list[int], told: dict[str, Any], furnished: bool = False) -> NoReturn:
    """The first process of a submission: sees to the worker until the grader hangs up."""
    import isolate
    import syscalls
    import worker

    channel, status = sockets
    isolate.close_all_but(sockets)
    grader = socket.socket(fileno=status)
    if not furnished:
        os.setsid()  # signals to a process group know no name spaces
        isolate.furnish(SCRATCH, told["scratch_bytes"])
        isolate.drop_privileges()
    syscalls.refuse_needless()
    isolate.set_dumpable(False)
    grader.send(b"born")
    if not grader.recv(1):
        os._exit(0)
    for name, limit in told["bounds"].items():
        isolate.set_bound(name, limit)
    if os.fork() == 0:
        grader.close()
        worker.main(channel)
    os.close(channel)
    watch(grader)
    os._exit(0)


def all_processes() -> set[int]:
    """The processes of these name spaces."""
    return {int(name) for name in os.listdir("/proc") if name.isdigit()}


def watch(grader: socket.socket, inside: Callable[[], set[int]] = all_processes) -> None:
    """Reap what ends; tell the grader how, and end what it says, of the processes ``inside``.

    Returns when the grader hangs up.
    """
    ended: dict[int, int] = {}
    spared: set[int] = set()

    def reap(signum: int, frame: FrameType | None) -> None:
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                ended[found[0]] = found[1]
                while len(ended) > MAX_REMEMBERED:
                    ended.pop(next(iter(ended)))

    signal.signal(signal.SIGCHLD, reap)
    reap(0, None)
    while asked := grader.recv(ASKED.size, socket.MSG_WAITALL):
        what, number = ASKED.unpack(asked)
        if what == b"p":
            spared.add(number)
        elif what == b"o":
            end_all_but(spared, inside)
        elif what == b"a":
            leave_alone(number, spared, inside)
        elif what == b"k" and number > 1 and number not in ended and number in inside():
            send(signal.SIGKILL, number)
        grader.send(TOLD.pack(ended.get(number, UNKNOWN)))


def end_all_but(spared: set[int], inside: Callable[[], set[int]]) -> None:
    """Kill all processes ``inside`` but ``spared``, also while they go on forking."""
    for _ in range(MAX_ROUNDS):
        # All are stopped before any is killed: one that is not would fork in its place.
        others = inside() - spared - {os.getpid()}
        living = [number for number in others if send(signal.SIGSTOP, number)]
        for number in living:
            send(signal.SIGKILL, number)
        if not living:
            break
    for number in spared & inside():  # what ended may have stopped them
        send(signal.SIGCONT, number)


def leave_alone(process: int, spared: set[int], inside: Callable[[], set[int]]) -> None:
    """Let ``process`` and what comes from it go on; stop what comes from others, kill all else.

    Each one that is spared leads a session, which what comes from it can only leave for a new one.
    """
    here = os.getpid()
    for _ in range(MAX_ROUNDS):
        stopped = 0
        for number in inside() - {here}:
            leader = session_of(number)
            if leader != process and send(signal.SIGSTOP, number) and leader not in spared:
                stopped += send(signal.SIGKILL, number)
        if not stopped:
            break
    for number in inside() - {here}:
        if session_of(number) == process:
            send(signal.SIGCONT, number)


def session_of(process: int) -> int:
    """The first process of the session that ``process`` is in; 0 where it has gone."""
    try:
        return os.getsid(process)
    except OSError:
        return 0


def send(number: signal.Signals, process: int) -> bool:
    """Send a signal; True where there is such a process, and it is not a dead one."""
    try:
        os.kill(process, number)
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in ("Z", "X")
    except (OSError, IndexError):
        return False


if __name__ == "__main__":
    main()
