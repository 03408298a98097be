"""One submission in one sandbox: its cells run in order, and its answers asked afterwards.

At each test cell the worker leaves a copy of itself behind. The copies are asked when all cells
have run: no cell ever knows what is asked, no call can change what a later cell does, and a call
that crashes or hangs costs one exercise. Where a cell hangs so that nothing inside can stop it, the
worker is killed, and a fork of the last copy runs the cells since then again, without that one.

A copy has the notebook's main thread only: a function that waits for another gets no answer. It
sees files as the last cell leaves them.
"""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from nbformat import NotebookNode

from .line import Account, Ended, HungUp, Line, Silent
from .outputs import Notebook, new_output, notebook_outputs, update_displays
from .sandbox import LIMITS, Limits, Lost, Sandbox
from .snapshot import Snapshot
from .states import State
from .worker import MESSAGE, OUT_OF_MEMORY

PIECE = 2**23  # bytes of a file that are sent at once
FILE_SECONDS = 20.0
NO_ROOM = "the notebook left no room for another process"
OUT_OF_MEMORY_SIGNS = ("MemoryError", "can't allocate memory", "Unable to allocate")


class Session:
    """One submission in one sandbox, as a context manager.

    ``trouble`` is what went wrong first without ending the session: a cell or a call that had to be
    stopped. ``files`` lie beside the notebook, by their path there.
    """

    def __init__(self, limits: Limits = LIMITS, files: Mapping[str, Path] | None = None) -> None:
        self.limits, self.files = limits, files or {}
        self.account = Account()
        self.shown = Notebook()
        self.snapshots: list[Snapshot] = []
        self._cells: list[str] = []  # that have run
        self._since: list[str] = []  # of them, those since the last snapshot
        self._again: list[Session] = []
        self._questions_end = 0.0

    def __enter__(self) -> Session:
        self.sandbox = Sandbox(self.limits)
        self.main = Line(self.sandbox.channel, self.account)
        try:
            self.end = time.monotonic() + self.limits.start_seconds
            self.main.meet(self.end)
            self._send_files()
            self.snapshot()  # to begin again from, should the first cells hang
        except (Silent, HungUp, Ended) as error:  # no code of the notebook's has run yet
            self.__exit__(None, None, None)
            raise Lost("the sandbox ended as it began") from error
        except BaseException:
            self.__exit__(None, None, None)
            raise
        self.end = time.monotonic() + self.limits.submission_seconds
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for session in self._again:
            session.__exit__(None, None, None)
        for snapshot in self.snapshots:
            snapshot.line.close()
        self.main.close()
        self.sandbox.leave()

    def _send_files(self) -> None:
        for name, path in self.files.items():
            content = np.frombuffer(path.read_bytes(), np.uint8)
            for start in range(0, max(len(content), 1), PIECE):
                piece = content[start : start + PIECE]
                self.main.request(FILE_SECONDS, self.end, do="file", name=name, content=piece)

    def run_cell(self, source: str) -> list[NotebookNode]:
        """Run one cell and give its outputs.

        Raises
        ------
        Ended
            where the sandbox did not survive it, or all time is up.
        Lost
            where the sandbox has gone through no fault of the cell.
        """
        seconds = self.limits.cell_seconds
        try:
            reply = self.main.request(seconds, self.end, do="cell", source=source)
        except HungUp as error:
            raise self.why_gone(self.main) from error
        except Silent as error:
            if time.monotonic() >= self.end:
                limit = self.limits.submission_seconds
                reason = f"the notebook ran longer than {limit:g} s in all"
                raise Ended(State.TIMEOUT, reason) from error
            self._begin_again()
            text = MESSAGE.format(seconds)
            self.note(State.TIMEOUT, "a cell could not be interrupted and was killed")
            return [new_output("error", ename="Timeout", evalue=text, traceback=[text])]
        self._cells.append(source)
        self._since.append(source)
        return self._shown(reply)

    def _shown(self, reply: dict[str, Any]) -> list[NotebookNode]:
        outputs = notebook_outputs(reply.get("outputs"), self.shown)
        update_displays(reply.get("updates"), self.shown)
        if reply.get("late"):
            seconds = self.limits.cell_seconds
            self.note(State.TIMEOUT, f"a cell ran longer than {seconds:g} s")
        errors = [f"{o.ename}: {o.evalue}" for o in outputs if o.output_type == "error"]
        for error in [*errors, *(["MemoryError"] if reply.get("memory") else [])]:
            self.note_memory(error)
        return outputs

    def snapshot(self) -> Snapshot:
        """A copy of the notebook's process as it is now, to be asked later.

        Raises
        ------
        Ended
            where the process has gone or does not answer.
        """
        try:
            snapshot = Snapshot(self, self._copy(self.main), tuple(self._cells))
        except HungUp as error:
            raise self.why_gone(self.main) from error
        except Silent as error:
            raise Ended(State.TIMEOUT, "the notebook's process did not answer") from error
        self.snapshots.append(snapshot)
        self._since = []
        return snapshot

    def finish_cells(self) -> None:
        """End whatever the cells have left running: from now on, copies are asked."""
        for snapshot in self.snapshots:
            self.sandbox.spare_process(snapshot.line.process)
        self.sandbox.end_others()

    def _copy(self, line: Line, apart: bool = False) -> Line:
        """A line to a copy of the process at the end of ``line``, which gets ready meanwhile."""
        ours, theirs = socket.socketpair()
        copy = Line(ours, self.account)
        try:
            with theirs:
                seconds = self.limits.call_seconds
                reply = line.request(seconds, self.end, theirs, do="snapshot", apart=apart)
            if reply.get("refused"):
                raise Ended(State.CRASH, NO_ROOM)
        except BaseException:
            ours.close()
            raise
        copy.know(reply.get("process"))
        copy.incomplete = reply.get("incomplete") is True
        return copy

    def _meet(self, copy: Line) -> None:
        try:
            copy.meet(min(self.end, time.monotonic() + self.limits.call_seconds))
        except HungUp as error:
            raise Ended(State.CRASH, NO_ROOM) from error

    def _begin_again(self) -> None:
        """Kill the process of the cells, and bring another one to where it was."""
        self.finish_cells()
        self.main.close()
        last = self.snapshots[-1].line
        try:
            self._meet(last)
            self.main = self._copy(last, apart=True)
            self._meet(self.main)
            for source in self._since:
                self.main.request(self.limits.cell_seconds, self.end, do="cell", source=source)
        except (Silent, HungUp) as error:
            reason = "a cell could not be interrupted, and its notebook could not be run again"
            raise Ended(State.TIMEOUT, reason) from error

    @property
    def questions_end(self) -> float:
        """The moment at which all calls must have ended, counted from the first of them."""
        if not self._questions_end:
            self._questions_end = time.monotonic() + self.limits.questions_seconds
        return self._questions_end

    def again(self, cells: tuple[str, ...]) -> Session:
        """Another session in which ``cells`` have run: for a copy that a later cell has killed."""
        session = Session(self.limits, self.files)
        session.account = self.account
        session.__enter__()
        self._again.append(session)
        session.end = session._questions_end = self.questions_end
        for source in cells:
            session.run_cell(source)
        return session

    def why_gone(self, line: Line) -> Ended:
        """Why a worker has gone that nobody asked to."""
        if self.sandbox.killed:
            return Ended(State.CRASH, "the grader was stopped")
        status = self.sandbox.exit_status(line.process)
        if status is None:
            return Ended(State.TAMPERED, "the notebook closed the line to the grader")
        # Nothing tells who has killed it, or, without a group, whether it was for want of memory.
        self.account.killed |= status == -signal.SIGKILL and not self.sandbox.out_of_memory()
        likely = status == -signal.SIGKILL and not self.sandbox.bounds_memory
        if likely or status == OUT_OF_MEMORY or self.sandbox.out_of_memory():
            return Ended(State.MEMORY, "the notebook asked for more memory than it may have")
        if status < 0:
            name = signal.strsignal(-status) or f"signal {-status}"
            return Ended(State.CRASH, f"the notebook's process was ended: {name}")
        return Ended(State.CRASH, f"the notebook ended its own process with status {status}")

    @property
    def trouble(self) -> tuple[State, str] | None:
        return self.account.trouble

    def note(self, state: State, reason: str) -> None:
        self.account.note(state, reason)

    def note_memory(self, error: str) -> None:
        if any(sign in error for sign in OUT_OF_MEMORY_SIGNS):
            self.note(State.MEMORY, "a cell or a call asked for more memory than it may have")
