"""``check``: what a test cell calls on the student's machine."""

from __future__ import annotations

import inspect
from typing import Any

from .asking import ask
from .forbidden import forbidden_uses, parsable
from .judge import judge
from .registry import find_exercise
from .sentences import forbidden_sentences, public_sentences


class CheckFailed(Exception):  # noqa: N818  shown to students as a result, not as an error
    """An answer is not right yet; its text is the whole message, shown without a traceback.

    >>> from course_lib.losses import mae
    >>> try:
    ...     check("mse", mae)
    ... except CheckFailed as failed:
    ...     print(str(failed)[0])
    ✗
    """

    def _render_traceback_(self) -> list[str]:
        """IPython asks for this instead of a traceback."""
        return [str(self)]


def check(name: str, function: Any) -> None:
    """Check a student's function on the public cases of exercise ``name``.

    Prints one line where all are right.

    Raises
    ------
    CheckFailed
        where one is not: the message says what was asked, what came, and the hint for a mistake
        that is known; or what the answer may not use. (Raised, so that nbgrader's Validate button
        sees it.)

    >>> from course_lib.losses import mse
    >>> check("mse", mse)
    ✓ mse: right on 4 cases. Worth 1 point.
    """
    exercise = find_exercise(name)
    names = (getattr(function, "__name__", ""), name)
    used = forbidden_uses(_source(function), exercise.forbid, names)
    if used:
        raise CheckFailed("\n".join(forbidden_sentences(exercise, used)))
    cases = exercise.public
    answers = [ask(exercise.driver, function, case.args) for case in cases]
    verdict = judge(exercise, cases, answers)
    text = "\n".join(public_sentences(verdict, len(cases)))
    if not verdict.passed:
        raise CheckFailed(text)
    print(text)


def _source(function: Any) -> str:
    """The notebook so far where IPython runs, else the module that the function stands in.

    Imports and helpers stand in other cells than the function that uses them.
    """
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        return parsable(shell.history_manager.input_hist_parsed)
    try:
        return inspect.getsource(inspect.getmodule(function) or function)
    except (OSError, TypeError):
        return ""
