"""The grader's side of one sandbox: asks for cells and calls, and trusts no reply."""

from __future__ import annotations

import secrets
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from nbformat import NotebookNode

from ..checks.asking import Answer
from ..checks.plain import Plain
from . import wire
from .outputs import notebook_outputs
from .sandbox import INSTALL, LIMITS, Limits, Sandbox
from .states import State
from .worker import OUT_OF_MEMORY

GRACE = 3.0  # seconds that the sandbox has to stop a cell by itself before it is killed
MAX_RECEIVED = 2**27  # bytes of all replies to one submission
MAX_ERROR = 500  # characters
OUT_OF_MEMORY_SIGNS = ("MemoryError", "can't allocate memory", "Unable to allocate")


class Ended(Exception):  # noqa: N818  the end of a submission, not an error of the grader
    """The sandbox is gone before the notebook's end."""

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


@dataclass(frozen=True)
class Trial:
    """What came of a test cell: ``passed`` where it ran to its end without an error.

    ``result`` is the number that it ended with, if any; ``error`` is one line.
    """

    passed: bool = False
    result: float | None = None
    error: str = ""


class Session:
    """One submission in one sandbox, as a context manager.

    ``trouble`` is the first thing that went wrong without ending the session: a cell or a call that
    had to be stopped. ``files`` lie beside the notebook, by their path there.
    """

    def __init__(self, limits: Limits = LIMITS, files: Mapping[str, Path] | None = None) -> None:
        self.limits, self.files = limits, files or {}
        self.trouble: tuple[State, str] | None = None
        self.received = 0

    def __enter__(self) -> Session:
        self.sandbox = Sandbox(self.limits, self.files)
        self.end = time.monotonic() + self.limits.start_seconds
        try:
            self._receive("ready", self.end)
        except BaseException as error:
            complaint = self.sandbox.complaint()
            self.sandbox.kill()
            if isinstance(error, Ended):
                raise ValueError(
                    f"the sandbox did not start ({complaint or error}), and {INSTALL}"
                ) from error
            raise
        self.end = time.monotonic() + self.limits.submission_seconds
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.sandbox.kill()

    def run_cell(self, source: str) -> list[NotebookNode]:
        """Run one cell and give its outputs.

        Raises
        ------
        Ended
            where the sandbox did not survive it.
        """
        seconds = self.limits.cell_seconds
        reply = self._request(seconds, do="cell", source=source)
        outputs = notebook_outputs(reply.get("outputs"))
        if reply.get("late"):
            self._note(State.TIMEOUT, f"a cell ran longer than {seconds:g} s")
        errors = [f"{o.ename}: {o.evalue}" for o in outputs if o.output_type == "error"]
        for error in [*errors, *(["MemoryError"] if reply.get("memory") else [])]:
            self._note_memory(error)
        return outputs

    def run_test(self, source: str) -> Trial:
        """Run a test cell of plain asserts, whose outputs are for nobody.

        Raises
        ------
        Ended
            where the sandbox did not survive it.
        """
        seconds = self.limits.cell_seconds
        reply = self._request(seconds, do="test", source=source)
        if reply.get("late"):
            self._note(State.TIMEOUT, f"a test ran longer than {seconds:g} s")
        result = reply.get("result")
        error = reply.get("error")
        return Trial(
            passed=reply.get("passed") is True,
            result=result if type(result) is float else None,
            error=error[:MAX_ERROR] if isinstance(error, str) else "",
        )

    def ask(self, name: str, driver: str, args: tuple[Plain, ...]) -> Answer:
        """Call the notebook's function ``name``; what came back, checked to be plain data.

        Raises
        ------
        Ended
            where the sandbox did not survive it.
        """
        seconds = self.limits.call_seconds
        reply = self._request(seconds, do="ask", name=name, driver=driver, args=args)
        changed = reply.get("changed")
        places = [i for i in range(len(args)) if isinstance(changed, tuple) and i in changed]
        answer = Answer(
            value=reply.get("value"),
            error=" ".join(str(reply.get("error") or "").split())[:MAX_ERROR],
            unwritten=reply.get("unwritten") is True,
            timed_out=reply.get("timed_out") is True,
            changed=tuple(places),
        )
        if answer.timed_out:
            # In our words: what the notebook says here could be a hidden case.
            self._note(State.TIMEOUT, f"{name} gave no answer within {seconds:g} s")
        self._note_memory(answer.error)
        return answer

    def _request(self, seconds: float, **request: Any) -> dict[str, Any]:
        """Send one request and wait for its reply, and for no other."""
        end = min(self.end, time.monotonic() + seconds + GRACE)
        mark = secrets.token_hex(8)
        frame = wire.pack({"id": mark, "seconds": seconds, **request})
        try:
            self.sandbox.channel.settimeout(max(end - time.monotonic(), 0.01))
            self.sandbox.channel.sendall(frame)
        except TimeoutError as error:
            raise self._too_late() from error
        except OSError as error:
            raise self._ended() from error
        return self._receive(mark, end)

    def _receive(self, mark: str, end: float) -> dict[str, Any]:
        try:
            reply = wire.receive(lambda length: self._read(length, end))
        except wire.WireError as error:
            rule = str(error).partition(":")[0]  # what follows may be the notebook's own words
            raise Ended(State.TAMPERED, f"a reply that is none: {rule}") from error
        if reply.get("id") != mark:
            raise Ended(State.TAMPERED, "a reply to a question that was not asked")
        return reply

    def _read(self, length: int, end: float) -> bytes:
        """Exactly ``length`` bytes, before the moment ``end``."""
        self.received += length
        if self.received > MAX_RECEIVED:
            raise Ended(State.TAMPERED, f"more than {MAX_RECEIVED} bytes of replies")
        parts = bytearray()
        while len(parts) < length:
            left = end - time.monotonic()
            if left <= 0:
                raise self._too_late()
            self.sandbox.channel.settimeout(left)
            try:
                part = self.sandbox.channel.recv(min(length - len(parts), 2**16))
            except TimeoutError as error:
                raise self._too_late() from error
            except OSError as error:
                raise self._ended() from error
            if not part:
                raise self._ended()
            parts += part
        return bytes(parts)

    def _too_late(self) -> Ended:
        if time.monotonic() >= self.end:
            limit = self.limits.submission_seconds
            return Ended(State.TIMEOUT, f"the notebook ran longer than {limit:g} s in all")
        return Ended(State.TIMEOUT, "a cell or a call could not be interrupted and was killed")

    def _ended(self) -> Ended:
        """Why the worker has gone: nobody asked it to."""
        status = self.sandbox.exit_status()
        if status is None:
            return Ended(State.TAMPERED, "the notebook closed the line to the grader")
        if status in (OUT_OF_MEMORY, 128 + signal.SIGKILL):
            return Ended(State.MEMORY, "the notebook asked for more memory than it may have")
        if status > 128:
            name = signal.strsignal(status - 128) or f"signal {status - 128}"
            return Ended(State.CRASH, f"the notebook's process was ended: {name}")
        return Ended(State.CRASH, f"the notebook ended its own process with status {status}")

    def _note(self, state: State, reason: str) -> None:
        self.trouble = self.trouble or (state, reason)

    def _note_memory(self, error: str) -> None:
        if any(sign in error for sign in OUT_OF_MEMORY_SIGNS):
            self._note(State.MEMORY, "a cell or a call asked for more memory than it may have")
