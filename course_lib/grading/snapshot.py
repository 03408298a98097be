"""A notebook's process as it was at one test cell, and what it answers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..checks.asking import Answer
from ..checks.plain import Plain
from .line import Ended, HungUp, Line, Silent
from .states import State

if TYPE_CHECKING:
    from .session import Session

MAX_ERROR = 500  # characters
ENDED = "the call ended Python itself"
TIME_UP = "the calls of this notebook took longer than {:g} s in all"


@dataclass(frozen=True)
class Trial:
    """What came of a test cell: ``passed`` where it ran to its end without an error.

    ``result`` is the number that it ended with, if any; ``error`` is one line.
    """

    passed: bool = False
    result: float | None = None
    error: str = ""


class Snapshot:
    """One copy of the worker. What a call does to it costs the rest of its own exercise alone."""

    def __init__(self, session: Session, line: Line, cells: tuple[str, ...] = ()) -> None:
        self.session, self.line, self.cells = session, line, cells
        self.gone: Answer | None = None
        self.asked = False

    def ask(
        self, name: str, driver: str, args: tuple[Plain, ...], forbid: tuple[str, ...] = ()
    ) -> Answer:
        """Call the notebook's function ``name``; what came back, checked to be plain data.

        ``forbid`` are the dotted names that cannot be used from the first call on.

        Raises
        ------
        Ended
            where the process answered in the grader's place, or all time is up.
        """
        if self.gone:
            return self.gone
        seconds = self.session.limits.call_seconds
        told = {"name": name, "driver": driver, "args": args, "forbid": forbid}
        answer = _answer(self._request(seconds, do="ask", **told), len(args))
        if answer.timed_out:
            # In our words: what the notebook says here could be a hidden case.
            self.session.note(State.TIMEOUT, f"{name} gave no answer within {seconds:g} s")
        if answer.error == ENDED or answer.timed_out:
            self.gone = answer
        self.session.note_memory(answer.error)
        return answer

    def run_test(self, source: str) -> Trial:
        """Run a test cell of plain asserts, whose outputs are for nobody.

        Raises
        ------
        Ended
            where the process answered in the grader's place, or all time is up.
        """
        seconds = self.session.limits.cell_seconds
        reply = self._request(seconds, do="test", source=source)
        if reply.get("late"):
            self.session.note(State.TIMEOUT, f"a test ran longer than {seconds:g} s")
        result, error = reply.get("result"), reply.get("error")
        return Trial(
            passed=reply.get("passed") is True,
            result=result if type(result) is float else None,
            error=error[:MAX_ERROR] if isinstance(error, str) else "",
        )

    def _request(self, seconds: float, **request: Any) -> dict[str, Any]:
        """The reply, or what stands for it where the process hangs or ends."""
        if not self.asked and self.line.hung_up():  # a later cell killed it
            self.line.close()
            self.session = self.session.again(self.cells)
            self.line = self.session.main
        self.asked = True
        try:
            return self.line.request(seconds, self._end(), None, **request)
        except Silent:
            self._end()
            self.session.sandbox.end_process(self.line.process)
            return {"error": f"no answer within {seconds:g} s", "timed_out": True, "late": True}
        except HungUp as error:
            ended = self.session.why_gone(self.line)
            if ended.state is State.TAMPERED:
                raise ended from error
            self.session.note(ended.state, ended.reason)
            return {"error": ENDED}

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
        error=" ".join(str(reply.get("error") or "").split())[:MAX_ERROR],
        unwritten=reply.get("unwritten") is True,
        timed_out=reply.get("timed_out") is True,
        changed=tuple(places),
    )
