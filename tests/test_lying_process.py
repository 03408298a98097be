"""What a process in the sandbox can say that is not so, and what the grader makes of it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

import numpy as np
import pytest
from tiny_set import QUICK

from course_lib.grading import line, wire
from course_lib.grading import session as session_module
from course_lib.grading.line import Ended
from course_lib.grading.session import Session
from course_lib.grading.states import State

Talk = Callable[[socket.socket, dict], None]


class LyingSandbox:
    """Its worker says that it is ready and copies itself; then it answers with ``talk``."""

    killed, bounds_memory = False, True

    def __init__(self, talk: Talk, status: int | None = 0) -> None:
        self.channel, far = socket.socketpair()
        self.talk, self.status = talk, status
        self.threads = []
        self._start(self._run, far)

    def _start(self, action, far) -> None:
        thread = threading.Thread(target=action, args=(far,))
        self.threads.append(thread)
        thread.start()

    def _run(self, far) -> None:
        far.sendall(wire.pack({"id": "ready", "process": 2}))
        with far, contextlib.suppress(OSError):
            while True:
                request = wire.receive(lambda n: received(far, n))
                if request["do"] != "snapshot":
                    self._talk(far, request)
                    return
                _, (copy,), _, _ = socket.recv_fds(far, 1, 1)
                far.sendall(wire.pack({"id": request["id"]}))
                self._start(self._copy, socket.socket(fileno=copy))

    def _copy(self, far) -> None:
        with far, contextlib.suppress(OSError):
            far.sendall(wire.pack({"id": "ready", "process": 3}))
            self._talk(far, wire.receive(lambda n: received(far, n)))

    def _talk(self, far, request) -> None:
        self.talk(far, request)
        while far.recv(100):  # until the grader hangs up
            pass

    def leave(self) -> None:
        self.channel.close()
        for thread in self.threads:
            thread.join()

    def exit_status(self, process: int) -> int | None:
        return self.status

    def end_process(self, process: int) -> None:
        pass

    def end_others(self) -> None:
        pass

    def spare_process(self, process: int) -> None:
        pass

    def out_of_memory(self) -> bool:
        return False


def received(far, length: int) -> bytes:
    content = far.recv(length, socket.MSG_WAITALL) if length else b""
    if len(content) < length:
        raise ConnectionError("the grader has hung up")
    return content


def replies(**reply) -> Talk:
    def talk(channel, request):
        mark = request["id"] + ("-0" if request["do"] == "ask" else "")
        channel.sendall(wire.pack({"id": mark, **reply}))

    return talk


def sends(content: bytes) -> Talk:
    return lambda channel, _: channel.sendall(content)


@pytest.fixture
def lying(monkeypatch):
    """``lying(talk)``: a session whose other end does ``talk`` once it is asked."""
    monkeypatch.setattr(line, "GRACE", 0.2)

    def start(talk, status=0, limits=QUICK):
        monkeypatch.setattr(session_module, "Sandbox", lambda _: LyingSandbox(talk, status))
        return Session(limits)

    return start


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({}, {"value": None, "error": "", "changed": ()}),
        ({"value": np.ones(2), "changed": (0, 7, "x")}, {"changed": (0,)}),
        ({"error": "a\nb" + "c" * 9999}, {"error": ("a b" + "c" * 9999)[:499] + "…"}),
        ({"error": 3, "unwritten": "yes", "timed_out": 1}, {"error": "3", "unwritten": False}),
        ({"changed": "000"}, {"changed": ()}),
    ],
)
def test_an_answer_is_made_of_what_is_well_formed(lying, reply, expected):
    with lying(replies(**reply)) as session:
        answer = session.snapshot().ask("double", "call", (np.zeros(2),))
    for name, value in expected.items():
        assert getattr(answer, name) == value


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (wire.pack({"id": "guessed", "value": 1}), "not asked"),
        (wire.pack({"value": 1}), "not asked"),
        (b"\xff" * 64, "larger than allowed"),
        (b"\0\0\0\4\0\0\0\0evil", "malformed"),
    ],
)
def test_what_is_no_reply_is_tampering(lying, content, reason):
    with lying(sends(content)) as session, pytest.raises(Ended, match=reason) as ended:
        session.run_cell("1")
    assert ended.value.state is State.TAMPERED


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (0, State.CRASH),
        (1, State.CRASH),
        (-11, State.CRASH),
        (-9, State.CRASH),
        (71, State.MEMORY),
        (None, State.TAMPERED),
    ],
)
def test_the_end_of_the_process_is_told(lying, status, state):
    def hang_up(channel, _):
        channel.shutdown(socket.SHUT_RDWR)

    with lying(hang_up, status) as session, pytest.raises(Ended) as ended:
        session.run_cell("1")
    assert ended.value.state is state


def test_silence_and_drops_of_bytes_end_in_time(lying):
    limits = QUICK.__class__(cell_seconds=0.1, call_seconds=0.1)
    with lying(sends(b"\0"), limits=limits) as session, pytest.raises(Ended) as ended:
        session.run_cell("1")
    assert ended.value.state is State.TIMEOUT


def test_all_replies_together_are_bounded(lying, monkeypatch):
    monkeypatch.setattr(line, "MAX_RECEIVED", 300)
    with lying(replies(value="x" * 1000)) as session, pytest.raises(Ended, match="more than 300"):
        session.run_cell("1")
