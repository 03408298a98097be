"""The grader's end of a line to one worker process: it trusts no reply."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import wire
from .states import State

GRACE = 3.0  # seconds that a worker has to stop a cell by itself before it is killed
MAX_RECEIVED = 2**27  # bytes of all replies to one submission


class Ended(Exception):  # noqa: N818  the end of a submission, not an error of the grader
    """A submission is at its end before the notebook is."""

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


class Silent(Exception):  # noqa: N818
    """The worker has not answered in time."""


class Forged(Ended):
    """Something came on a line that is no reply: nothing more is believed that comes on it."""

    def __init__(self, reason: str) -> None:
        super().__init__(State.TAMPERED, reason)


class HungUp(Exception):  # noqa: N818
    """The worker's process has gone, or has closed the line."""


@dataclass
class Account:
    """What all lines of one submission have brought so far: bytes, and trouble.

    ``trouble`` is the first thing that went wrong without an end; a forged reply outweighs others.
    ``killed``: a process has gone that was killed by itself, by the notebook or from outside.
    """

    received: int = 0
    killed: bool = False
    trouble: tuple[State, str] | None = None

    def note(self, state: State, reason: str) -> None:
        known = self.trouble[0] if self.trouble else None
        if known is None or (state is State.TAMPERED and known is not State.TAMPERED):
            self.trouble = state, reason

    def end(self, ended: Ended) -> None:
        """The end outweighs all trouble before it but a forged reply."""
        if self.trouble is None or self.trouble[0] is not State.TAMPERED:
            self.trouble = ended.state, ended.reason


class Line:
    """A socket to a worker. Every reply is bounded, well formed, and tied to its request."""

    def __init__(self, channel: socket.socket, account: Account) -> None:
        self.channel, self.account = channel, account
        self.process = 0  # its number in the sandbox, as it is told there
        self.incomplete = False  # what a cell has left running is missing there
        self._met = False

    def know(self, process: Any) -> None:
        """Note the worker's number, where it is one."""
        self.process = process if type(process) is int and 0 < process < 2**31 else 0

    def meet(self, end: float) -> None:
        """Wait until the worker is ready, the first time."""
        if not self._met:
            self.know(self._receive("ready", end).get("process"))
            self._met = True

    def request(
        self, seconds: float, end: float, passed: socket.socket | None = None, **request: Any
    ) -> dict[str, Any]:
        """Send one request, and a socket with it; wait for its reply, and for no other.

        ``seconds`` is how long it may take, and ``end`` the moment at which all time is up.

        Raises
        ------
        Silent, HungUp
            where no reply comes.
        Forged
            where something comes that is no reply.
        """
        end = min(end, time.monotonic() + seconds + GRACE)
        return self._receive(self._send(seconds, end, passed, request), end)

    def replies(
        self, count: int, seconds: float, end: float, **request: Any
    ) -> Iterator[dict[str, Any]]:
        """Send one request and give its ``count`` replies, each of which may take ``seconds``.

        All else as above.
        """
        mark = self._send(seconds, min(end, time.monotonic() + seconds + GRACE), None, request)
        for place in range(count):
            yield self._receive(f"{mark}-{place}", min(end, time.monotonic() + seconds + GRACE))

    def _send(
        self, seconds: float, end: float, passed: socket.socket | None, request: dict[str, Any]
    ) -> str:
        """Send one request; the mark that its replies must bear."""
        mark = secrets.token_hex(8)
        frame = wire.pack({"id": mark, "seconds": seconds, **request})
        try:
            self.channel.settimeout(max(end - time.monotonic(), 0.01))
            self.channel.sendall(frame)
            if passed:
                socket.send_fds(self.channel, [b"s"], [passed.fileno()])
        except TimeoutError as error:
            raise Silent from error
        except OSError as error:
            raise HungUp from error
        return mark

    def hung_up(self) -> bool:
        """Whether the other end is closed, of a line on which no reply is due."""
        self.channel.settimeout(0)
        try:
            return self.channel.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        self.channel.close()

    def _receive(self, mark: str, end: float) -> dict[str, Any]:
        try:
            reply = wire.receive(lambda length: self._read(length, end))
        except wire.WireError as error:
            rule = str(error).partition(":")[0]  # what follows may be the notebook's own words
            raise Forged(f"a reply that is none: {rule}") from error
        if reply.get("id") != mark:
            raise Forged("a reply to a question that was not asked")
        return reply

    def _read(self, length: int, end: float) -> bytes:
        """Exactly ``length`` bytes, before the moment ``end``."""
        self.account.received += length
        if self.account.received > MAX_RECEIVED:
            raise Ended(State.TAMPERED, f"more than {MAX_RECEIVED} bytes of replies")
        parts = bytearray()
        while len(parts) < length:
            left = end - time.monotonic()
            if left <= 0:
                raise Silent
            self.channel.settimeout(left)
            try:
                part = self.channel.recv(min(length - len(parts), 2**16))
            except TimeoutError as error:
                raise Silent from error
            except OSError as error:
                raise HungUp from error
            if not part:
                raise HungUp
            parts += part
        return bytes(parts)
