"""The grader's side of a warm process: started once, asked to fork, started again where it died."""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from typing import IO, Any

from . import bubblewrap
from .memory_group import remove_groups

INSTALL = "student code runs in a sandbox only: apt-get install bubblewrap (0.8 or later)"
START_SECONDS = 240.0  # some 5 on a machine that does nothing else
KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)  # bubblewrap itself, or what runs in it
STARTS = 3  # where it is killed before it is ready: nothing of a student's has run in it
SCRATCH_BYTES = 2**26  # of the warm process itself, for the caches of what it imports
SLOWER = (
    "name spaces cannot be nested here ({}): each submission starts a sandbox of its own, which "
    "takes some 3 s longer"
)
LOG = logging.getLogger(__name__)


class Server:
    """A process in bubblewrap that waits to be asked; ``refused`` says why it cannot fork.

    With ``nested`` it forks a process tree for each request, in name spaces inside of its own;
    without, it becomes the process tree of the one request that it is sent. ``ending`` is the
    signal that ends such a tree, sent to its first process.
    """

    ending = signal.SIGKILL

    def __init__(self, nested: bool) -> None:
        self.nested, self.refused, self.owner = nested, "", os.getpid()
        self.control, self._theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        self.process: subprocess.Popen[bytes] | None = None
        self._started = threading.Event()
        # bubblewrap ends when the thread that started it does: so that is one of its own.
        threading.Thread(target=self._run, name="sandbox", daemon=True).start()
        self._started.wait()
        self._theirs.close()

    def _run(self) -> None:
        try:
            self.process = subprocess.Popen(
                self.command(),
                env=self.environment(),
                stdin=self._theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                # A group of its own, so that bubblewrap's two processes can be ended at once: the
                # inner one does not yet heed the death of the outer one when it has just started.
                start_new_session=True,
            )
        except OSError:
            return
        finally:
            self._started.set()
        # Wait, but do not reap: the number must stay its own until ``end``.
        with contextlib.suppress(ChildProcessError):  # ``end`` has just done so
            os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)

    def command(self) -> list[str]:
        """What is started."""
        return bubblewrap.command(SCRATCH_BYTES, self.nested)

    def environment(self) -> dict[str, str] | None:
        """What it is started with; None for this process's own, which bubblewrap keeps out."""
        return None

    def wait_ready(self) -> None:
        """Wait until everything is imported.

        Raises
        ------
        ValueError
            one line that says why it does not start here.
        OSError
            where it was killed as it started, or hung: another one may start.
        """
        self.control.settimeout(START_SECONDS)
        try:
            told = self.control.recv(2**16)
        except TimeoutError as error:
            self.end()
            raise TimeoutError(f"no sandbox within {START_SECONDS:g} s") from error
        except OSError:
            told = b""
        if not told:
            complaint = self._complaint() or "no reason given"
            self.end()
            if self.process and self.process.returncode in KILLED:
                raise ConnectionResetError("the sandbox was killed as it started")
            raise ValueError(f"the sandbox did not start ({complaint}), and {INSTALL}")
        self.refused = str(json.loads(told)["refused"])

    def fork(self, sockets: list[socket.socket], told: dict[str, Any]) -> None:
        """Ask for a process tree that is given ``sockets``.

        Raises
        ------
        OSError
            where the process has gone.
        """
        numbers = [each.fileno() for each in sockets]
        socket.send_fds(self.control, [json.dumps(told).encode()], numbers)

    def alive(self) -> bool:
        """Whether the process is there, and this process's own (not a fork's parent's)."""
        if self.owner != os.getpid() or self.process is None or self.process.returncode is not None:
            return False
        ready, _, _ = select.select([self.control], [], [], 0)
        return not ready  # it says nothing once it runs, so this would be its end

    def end(self) -> None:
        """End it and all that it has forked; safe to call twice."""
        if self.owner != os.getpid():
            return
        self.control.close()
        if self.process is None:
            return
        if self.process.returncode is None:  # else the number may be another process's by now
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()

    def _complaint(self) -> str:
        """The last line that bubblewrap or Python wrote."""
        stream: IO[bytes] | None = self.process.stderr if self.process else None
        if stream is None:
            return ""
        os.set_blocking(stream.fileno(), False)
        said = (stream.read(4096) or b"").decode("utf-8", "replace").strip()
        return said.splitlines()[-1] if said else ""


def ready(start: Callable[[], Server]) -> Server:
    """What ``start`` gives, once it is ready; another where that was killed before.

    Raises
    ------
    ValueError
        one line that says why it does not start here.
    OSError
        where the last of ``STARTS`` was killed too, or one hung.
    """
    left = STARTS
    while True:
        server, left = start(), left - 1
        try:
            server.wait_ready()
        except ConnectionResetError:
            if not left:
                raise
        else:
            return server


class _Shared:
    """The one warm process of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.server: Server | None = None
        self.slow, self.told = False, ""


_shared = _Shared()
os.register_at_fork(after_in_child=lambda: _shared.__init__())  # type: ignore[misc]


def shared_server(kind: type[Server] = Server) -> Server | None:
    """This process's warm process, started at its first use and again where it has died.

    None where name spaces cannot be nested: then each submission needs a sandbox of its own, which
    is said once.
    """
    with _shared.lock:
        if _shared.slow:
            return None
        if type(_shared.server) is not kind or not _shared.server.alive():
            if _shared.server:
                _shared.server.end()

            def start() -> Server:
                _shared.server = kind(nested=True)
                return _shared.server

            server = ready(start)
            if server.refused:
                _shared.told = SLOWER.format(server.refused)
                LOG.warning(_shared.told)
                server.end()
                _shared.server, _shared.slow = None, True
        return _shared.server


def told_about_speed() -> str:
    """The line that says why grading is slower here than it could be; empty where it is not."""
    return _shared.told


def end_hung_server(server: Server) -> None:
    """End a warm process that does not answer: whoever asks next starts another."""
    with _shared.lock:
        server.end()


def end_shared_server() -> None:
    """End this process's warm process; the next submission starts another."""
    with _shared.lock:
        if _shared.server:
            _shared.server.end()
        _shared.server, _shared.slow, _shared.told = None, False, ""
    remove_groups()


atexit.register(end_shared_server)
