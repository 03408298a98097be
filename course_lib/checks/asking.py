"""How a student's answer is asked: one case, one private copy of its arguments, one answer.

This file is also mounted in the grading sandbox: it holds no reference and no expected value.
"""

from __future__ import annotations

import copy
import signal
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

if __package__:
    from .drivers import DRIVERS
    from .given import made, told_again
    from .plain import Plain, equal, to_plain
else:  # inside the sandbox the files lie side by side
    from drivers import DRIVERS  # type: ignore[no-redef]
    from given import made, told_again  # type: ignore[no-redef]
    from plain import Plain, equal, to_plain  # type: ignore[no-redef]

# How the stub of an answer ends its message; release_stubs writes it.
STUB_ENDING = "write your answer here"

# For code of the course itself: its first call may import for seconds on a busy machine, and what
# fails for want of time would be taken for a broken reference.
OWN_SECONDS = 300.0


@dataclass(frozen=True)
class Answer:
    """What came back from one call.

    ``value`` is meaningful only where ``error`` is empty. ``error`` is one line such as
    ``"ZeroDivisionError: division by zero"``; ``unwritten`` marks a stub that was never filled in;
    ``changed`` gives the positions of arguments that the call changed in place.
    """

    value: Plain = None
    error: str = ""
    unwritten: bool = False
    timed_out: bool = False
    changed: tuple[int, ...] = ()


class CallTimeoutError(BaseException):
    """A call ran longer than it may; a student's ``except Exception`` does not swallow it."""


def ask(driver: str, function: Any, args: tuple[Any, ...], seconds: float = 10.0) -> Answer:
    """Call ``function`` on a private copy of ``args`` and say what came back; never raises."""
    mine = made(copy.deepcopy(tuple(args)))
    try:
        with time_limit(seconds):
            value = to_plain(DRIVERS[driver](function, mine))
            changed = _changed(args, told_again(tuple(args), mine))
    except CallTimeoutError:
        return Answer(
            error=f"no answer within {seconds:g} s: does a loop never end?", timed_out=True
        )
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a student's exit() must not end the judge
        return Answer(error=one_line(error), unwritten=_is_stub(error))
    return Answer(value=value, changed=changed)


def ask_quietly(driver: str, function: Any, args: tuple[Any, ...]) -> Answer:
    """``ask`` code of the course itself."""
    with quiet():
        return ask(driver, function, args, OWN_SECONDS)


@contextmanager
def quiet() -> Iterator[None]:
    """The body is the course's own: its warnings and numpy's settings are no student's."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _is_stub(error: BaseException) -> bool:
    """A stub's own NotImplementedError: torch raises that too, with messages of its own."""
    if type(error) is not NotImplementedError:  # a student's own kind may answer with anything
        return False
    message = error.args[0] if error.args else STUB_ENDING
    return type(message) is str and message.endswith(STUB_ENDING)


def _changed(before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[int, ...]:
    pairs = enumerate(zip(before, after, strict=True))
    return tuple(i for i, (a, b) in pairs if not equal(to_plain(a), to_plain(b)))


def one_line(error: BaseException, limit: int = 300) -> str:
    """``"ValueError: the message"``, with the line of the notebook where one is known."""
    try:
        message = " ".join(str(error).split())
    except BaseException:  # whatever a student's __str__ raises, SystemExit too
        message = "(its message could not be read)"
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if "ipykernel" in f.filename or f.filename.startswith("<ipython")
    ]
    where = f" (line {frames[-1].lineno} of your cell)" if frames else ""
    return text[:limit] + where


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ``CallTimeoutError`` in the body after ``seconds`` (only where signals can do that)."""
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(signum: int, frame: Any) -> None:
        # Again shortly after: student code may have swallowed the first with a bare except.
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        raise CallTimeoutError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def find(namespace: dict[str, Any], name: str) -> Any:
    """The student's function by name; a missing one answers with a sentence when called."""
    if name in namespace:
        return namespace[name]

    def missing(*_: Any, **__: Any) -> Any:
        raise NameError(f"{name} is not defined: run or restore the cell that defines it")

    return missing


__all__ = ["DRIVERS", "Answer", "ask", "ask_quietly", "find", "one_line", "quiet", "time_limit"]
