"""One sandbox: the processes of one submission, which see a Python and nothing of anyone else.

They are forked from a warm process inside bubblewrap and enter process, mount, ipc, network, host
and user name spaces of their own; what they write is in memory of their own and ends with them.
Where such name spaces cannot be nested, each submission has a bubblewrap of its own; where there is
no bubblewrap, nothing is run, or what ``fallback`` tells for those who have asked for it.

In force for each process: address space, CPU time, file size, open files; for all of a submission:
the number of processes, the size of what it writes, and, where the system lends a control group
(see ``memory_group``), memory in all.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from dataclasses import dataclass

from .bubblewrap import bubblewrap, without_privileges
from .fallback import ADVICE, needs_fallback, require_fallback, server_kind
from .memory_group import MemoryGroup, give_back, lend_group
from .server import INSTALL, Server, end_hung_server, ready, shared_server
from .warm import ASKED, TOLD, UNKNOWN

STATUS_SECONDS = 20.0  # a fork bomb makes everything slow
CREDENTIALS = struct.Struct("3i")  # process, user, group


@dataclass(frozen=True)
class Limits:
    """What one submission may use: bytes, counts, and seconds of wall time."""

    memory_bytes: int = 3 * 2**30  # of each process's address space; importing torch takes 0.9
    total_memory_bytes: int = 3 * 2**30  # of all processes and files, where it can be bounded
    scratch_bytes: int = 128 * 2**20  # in each of /tmp and /dev/shm
    file_bytes: int = 64 * 2**20
    processes: int = 128
    open_files: int = 256
    start_seconds: float = 60.0
    cell_seconds: float = 30.0
    call_seconds: float = 10.0
    submission_seconds: float = 180.0  # for all cells
    questions_seconds: float = 180.0  # for all calls, which come after the cells
    weaker: bool = False  # where there is no bubblewrap: see ``fallback``

    @property
    def notebook_seconds(self) -> float:
        """How long one notebook may take at most."""
        return self.start_seconds + self.submission_seconds + self.questions_seconds

    @property
    def bounds(self) -> dict[str, int]:
        """As ``setrlimit`` names them."""
        return {
            "as": self.memory_bytes,
            "nproc": self.processes,
            "fsize": self.file_bytes,
            "nofile": self.open_files,
            "cpu": int(self.notebook_seconds) + 1,
            "core": 1,  # with 0 a program that the system names is still given the memory
            "msgqueue": 0,
            "memlock": 0,
        }


LIMITS = Limits()


class Lost(Exception):  # noqa: N818
    """The sandbox has gone through no fault of what ran in it: begin again."""


def require_sandbox(weaker: bool = False) -> None:
    """Make sure that a sandbox can be started; ``weaker`` will do where there is no bubblewrap.

    Raises
    ------
    ValueError
        one line that says what to install, or what the system refuses.
    """
    if needs_fallback():
        if not weaker:
            raise ValueError(f"bwrap is not installed, and {INSTALL}; {ADVICE}")
        require_fallback()
        return
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        raise ValueError(f"setpriv is not installed, and {INSTALL}")
    tried = subprocess.run(
        [*bubblewrap(LIMITS.scratch_bytes), *without_privileges(), "/usr/bin/env", "true"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode:
        said = (tried.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ValueError(f"bubblewrap cannot start here ({said}), and {INSTALL}")


class Sandbox:
    """The processes of one submission; ``channel`` leads to the worker among them.

    Raises
    ------
    ValueError
        where it cannot be started.
    Lost
        where the warm process went away just now.
    """

    _live: set[Sandbox] = set()  # noqa: RUF012  all of this process's, for kill_all
    _lock = threading.Lock()

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.killed, self._pidfd = False, -1
        self._group: MemoryGroup | None = None
        self._asking = threading.Lock()
        try:
            self._shared = shared_server(server_kind(limits.weaker))
            self._own = None if self._shared else _own_server()
        except OSError as error:
            raise Lost(str(error)) from error
        self._ending = self._shared.ending if self._shared else Server.ending
        self.channel, worker = socket.socketpair()
        self._status, first = socket.socketpair()
        self._status.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with worker, first:
            try:
                told = {"scratch_bytes": limits.scratch_bytes, "bounds": limits.bounds}
                (self._shared or self._own).fork([worker, first], told)  # type: ignore[union-attr]
            except OSError as error:
                raise self._failed(Lost("the warm process has gone")) from error
        self._begin(limits)
        with self._lock:
            self._live.add(self)

    def _begin(self, limits: Limits) -> None:
        """Wait for the first process, bound it, and let it go on."""
        self._status.settimeout(limits.start_seconds)
        space = socket.CMSG_SPACE(CREDENTIALS.size)
        try:
            said, credentials, _, _ = self._status.recvmsg(500, space)
            if said != b"born":
                reason = said[1:].decode("utf-8", "replace")
                raise self._failed(ValueError(f"no sandbox: {reason}") if reason else Lost("gone"))
            # As the kernel tells it, in this process's own numbers.
            process, _, _ = CREDENTIALS.unpack(credentials[0][2])
            self._pidfd = os.pidfd_open(process)
            self._group = lend_group(limits.total_memory_bytes, limits.processes + 2)
            if self._group:
                self._group.add(process)
            self._status.send(b"g")
        except OSError as error:
            if isinstance(error, TimeoutError) and self._shared:
                end_hung_server(self._shared)
            raise self._failed(Lost(f"it ended as it began: {error}")) from error

    def _failed(self, error: Exception) -> Exception:
        self.kill()
        return error

    def exit_status(self, process: int, seconds: float = 2.0) -> int | None:
        """How a process of the sandbox ended: its status, −n after signal n; None if it lives.

        ``process`` is its number inside.

        Raises
        ------
        Lost
            where the sandbox as a whole has gone, and not for want of memory.
        """
        end = time.monotonic() + seconds
        while True:
            status = self._first_process(b"s", process)
            if status != UNKNOWN:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > end:
                return None
            time.sleep(0.005)

    def end_process(self, process: int) -> None:
        """Kill one process inside, by its number there."""
        self._first_process(b"k", process)

    def spare_process(self, process: int) -> None:
        """Let one process live through ``end_others``."""
        self._first_process(b"p", process)

    def end_others(self) -> None:
        """Kill all processes inside but those that are to be spared."""
        self._first_process(b"o", 0)

    def leave_alone(self, process: int) -> None:
        """Let one process that is to be spared go on, with its own; stop the others."""
        self._first_process(b"a", process)

    def _first_process(self, what: bytes, process: int) -> int:
        try:
            with self._asking:
                self._status.settimeout(STATUS_SECONDS)
                self._status.sendall(ASKED.pack(what, process))
                return int(TOLD.unpack(self._status.recv(TOLD.size, socket.MSG_WAITALL))[0])
        except (OSError, struct.error) as error:
            if self.out_of_memory():
                return int(signal.SIGKILL)
            raise Lost("the sandbox has gone") from error

    @property
    def bounds_memory(self) -> bool:
        """Whether memory in all is bounded here, and ``out_of_memory`` can know."""
        return self._group is not None

    def out_of_memory(self) -> bool:
        """Whether the kernel ended a process of this submission because all asked for too much."""
        return self._group is not None and self._group.out_of_memory()

    def leave(self) -> None:
        """End every process inside, and wait for the last of them only where it could be met.

        In name spaces of their own they meet nobody who comes later.
        """
        self._end()
        if self._ending == signal.SIGKILL:
            threading.Thread(target=self.kill).start()
        else:
            self.kill()

    def kill(self) -> None:
        """End every process inside, and wait for the last of them; safe to call twice."""
        self._end()
        for line in (self.channel, self._status):
            line.close()
        if self._pidfd >= 0:
            select.select([self._pidfd], [], [], 10)  # until the last process inside has gone
            os.close(self._pidfd)
            self._pidfd = -1
        if self._own:
            self._own.end()
        if self._group:
            give_back(self._group)
            self._group = None
        with self._lock:
            self._live.discard(self)

    @classmethod
    def kill_all(cls) -> None:
        """End all sandboxes of this process, as after Ctrl-C."""
        with cls._lock:
            live = list(cls._live)
        for sandbox in live:
            sandbox.killed = True
            sandbox._end()

    def _end(self) -> None:
        if self._pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, self._ending)


def _own_server() -> Server:
    return ready(lambda: Server(nested=False))
