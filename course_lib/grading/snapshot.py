"""A notebook's process as it was at one test cell, and what it answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..checks.asking import Answer
from ..checks.plain import Plain
from .line import Ended, Forged, HungUp, Line, Silent
from .readable import readable
from .sandbox import Limits, Sandbox
from .states import State
from .wire import WireError

MAX_ERROR = 500  # characters
MAX_RAW_ERROR = 10_000  # of which so much is looked at: millions of words would become a list
ENDED = "the call ended Python itself"
FORGED = "the call wrote to the line that only the sandbox writes to"
TIME_UP = "the calls of this notebook took longer than {:g} s in all"


@dataclass(frozen=True)
class Trial:
    """What came of a test cell: ``passed`` where it ran to its end without an error.

    ``result`` is the number that it ended with, if any; ``error`` is one line.
    """

    passed: bool = False
    result: float | None = None
    error: str = ""


class Home(Protocol):
    """What a snapshot needs of the session that it belongs to."""

    limits: Limits
    sandbox: Sandbox
    main: Line

    @property
    def questions_end(self) -> float: ...

    def again(self, cells: tuple[str, ...]) -> Home: ...

    def note(self, state: State, reason: str) -> None: ...

    def note_memory(self, error: str) -> None: ...

    def why_gone(self, line: Line) -> Ended: ...


class Snapshot:
    """One copy of the worker. What a call does to it costs the rest of its own exercise alone."""

    def __init__(self, session: Home, line: Line, cells: tuple[str, ...] = ()) -> None:
        self.session, self.line, self.cells = session, line, cells
        self.gone: Answer | None = None
        self.asked = False

    def alone(self) -> None:
        """Let no other copy go on, until it is left alone in its turn: it could help this one."""
        self.session.sandbox.leave_alone(self.line.process)

    def ask(
        self, name: str, driver: str, args: tuple[Plain, ...], forbid: tuple[str, ...] = ()
    ) -> Answer:
        """Call the notebook's function ``name`` on one case; all else as below."""
        return self.ask_all(name, driver, [args], forbid)[0]

    def ask_all(
        self,
        name: str,
        driver: str,
        cases: Sequence[tuple[Plain, ...]],
        forbid: tuple[str, ...] = (),
    ) -> list[Answer]:
        """Call the function ``name`` on one case after the other; what came back, as plain data.

        ``forbid`` are the dotted names that cannot be used from the first call on. After a call
        that does not come back there is none: its answer stands for theirs.

        Raises
        ------
        Ended
            where all time is up, or far too much came back.
        """
        answers: list[Answer] = []
        seconds = self.session.limits.call_seconds
        told = {"name": name, "driver": driver, "forbid": forbid, "cases": [*cases]}
        try:
            replies = self._line().replies(len(cases), seconds, self._end(), do="ask", **told)
            while len(answers) < len(cases) and not self.gone:
                reply = self._reply(lambda: next(replies), seconds)
                if reply.get("timed_out") is True and self._runs_again():
                    return answers + self.ask_all(name, driver, cases[len(answers) :], forbid)
                answers.append(self._answer(name, reply, len(cases[len(answers)])))
        except WireError:
            if len(cases) < 2:
                raise
            half = len(cases) // 2  # too large for one frame
            first = self.ask_all(name, driver, cases[:half], forbid)
            return first + self.ask_all(name, driver, cases[half:], forbid)
        return answers + [self.gone or Answer()] * (len(cases) - len(answers))

    def _answer(self, name: str, reply: dict[str, Any], arguments: int) -> Answer:
        answer = _answer(reply, arguments)
        if answer.timed_out:
            # In our words: what the notebook says here could be a hidden case.
            seconds = self.session.limits.call_seconds
            self.session.note(State.TIMEOUT, f"{name} gave no answer within {seconds:g} s")
        if answer.error in (ENDED, FORGED) or answer.timed_out:
            self.gone = answer
        self.session.note_memory(answer.error)
        return answer

    def run_test(self, source: str) -> Trial:
        """Run a test cell of plain asserts, whose outputs are for nobody.

        Raises
        ------
        Ended
            where all time is up, or far too much came back.
        """
        seconds = self.session.limits.cell_seconds
        line, end = self._line(), self._end()
        reply = self._reply(lambda: line.request(seconds, end, do="test", source=source), seconds)
        if reply.get("late"):
            self.session.note(State.TIMEOUT, f"a test ran longer than {seconds:g} s")
        result, error = reply.get("result"), reply.get("error")
        return Trial(
            passed=reply.get("passed") is True,
            result=result if type(result) is float else None,
            error=error[:MAX_ERROR] if isinstance(error, str) else "",
        )

    def _line(self) -> Line:
        if not self.asked and not self._lives():  # a later cell killed it
            self.line.close()
            self.session = self.session.again(self.cells)
            self.line = self.session.main
        self.asked = True
        return self.line

    def _runs_again(self) -> bool:
        """Whether the cells have run again, to be asked beside the threads that they have left.

        A call in a copy waits in vain for what these would do.
        """
        if not self.line.incomplete:
            return False
        try:
            session = self.session.again(self.cells)
        except Ended:
            return False
        self.session.sandbox.end_process(self.line.process)
        self.line.close()
        self.session, self.line = session, session.main
        return True

    def _lives(self) -> bool:
        try:
            self.line.meet(min(self._end(), time.monotonic() + self.session.limits.call_seconds))
        except (HungUp, Silent):
            return False
        return not self.line.hung_up()

    def _reply(self, take: Callable[[], dict[str, Any]], seconds: float) -> dict[str, Any]:
        """The next reply, or what stands for it where the process hangs, ends or forges one."""
        try:
            return take()
        except Silent:
            self._end()
            told = {"error": f"no answer within {seconds:g} s", "timed_out": True, "late": True}
        except Forged as error:  # the line is this copy's alone: others are believed as before
            self.session.note(error.state, error.reason)
            told = {"error": FORGED}
        except HungUp:
            ended = self.session.why_gone(self.line)
            self.session.note(ended.state, ended.reason)
            told = {"error": ENDED}
        self.session.sandbox.end_process(self.line.process)
        return told

    def _end(self) -> float:
        """The moment at which all calls of the submission must have ended."""
        end = self.session.questions_end
        if time.monotonic() >= end:
            raise Ended(State.TIMEOUT, TIME_UP.format(self.session.limits.questions_seconds))
        return end


def _answer(reply: dict[str, object], arguments: int) -> Answer:
    """A reply as an answer: whatever is not well formed is left out."""
    changed = reply.get("changed")
    places = [i for i in range(arguments) if isinstance(changed, tuple) and i in changed]
    return Answer(
        value=reply.get("value"),
        error=readable(str(reply.get("error") or "")[:MAX_RAW_ERROR], MAX_ERROR),
        unwritten=reply.get("unwritten") is True,
        timed_out=reply.get("timed_out") is True,
        changed=tuple(places),
    )
