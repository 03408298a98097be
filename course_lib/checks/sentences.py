"""What a student reads: a verdict in plain words."""

from __future__ import annotations

import builtins
import re
import textwrap

from .asked import asked, show
from .exercise import Exercise
from .judge import Finding, Verdict

SHOWN_FINDINGS = 1  # the first failed case says enough; the rest would bury it
MAX_TEXT = 2000  # characters of one item; an answer may be a text of any length
WIDTH = 76  # characters; what JupyterLab, a feedback page and the book show without scrolling


def public_sentences(verdict: Verdict, cases: int) -> list[str]:
    """The verdict on the public cases, with what was asked, what came and what was wanted."""
    exercise = verdict.exercise
    if verdict.passed:
        return [f"✓ {exercise.name}: right on {_cases(cases)}. Worth {_points(exercise.points)}."]
    task = _line("task", exercise.task)
    if verdict.unwritten:
        return [f"✗ {exercise.name}: not written yet.", *task]
    failed = f"wrong on {len(verdict.findings)} of {_cases(cases)}"
    lines = [f"✗ {exercise.name}: {failed}. Worth {_points(exercise.points)}.", *task]
    lines += _part_lines(verdict)
    for finding in verdict.findings[:SHOWN_FINDINGS]:
        lines += _case_lines(verdict, finding)
    return lines + _hint(verdict)


def graded_sentences(verdict: Verdict) -> list[str]:
    """The verdict after grading: a failed public case in full, of hidden ones no value at all.

    What a student's own exception says is repeated for public cases only: it could carry a hidden
    case out.
    """
    exercise = verdict.exercise
    earned = f"{verdict.points:g} of {_points(exercise.points)}"
    if verdict.passed:
        return [f"✓ {exercise.name}: {earned}."]
    if verdict.unwritten:
        return [f"✗ {exercise.name}: {earned}. Not written yet."]
    lines = [f"✗ {exercise.name}: {earned}.", *_line("task", exercise.task)]
    lines += _part_lines(verdict)
    public = [finding for finding in verdict.findings if _is_public(verdict, finding)]
    if public:
        lines += _case_lines(verdict, public[0])
    elif verdict.findings:
        lines += _line("problem", f"on a hidden case: {_hidden_problem(verdict.findings[0])}")
    return lines + _hint(verdict)


def forbidden_sentences(exercise: Exercise, used: list[str]) -> list[str]:
    """What an answer may not use, and the task that it is for."""
    said = f"✗ {forbidden_sentence(exercise, used)}"
    return [*_fold(said, "", "  "), *_line("task", exercise.task)]


def forbidden_sentence(exercise: Exercise, used: list[str]) -> str:
    """The one line that says what an answer may not use."""
    return f"{exercise.name} may not use {', '.join(used)}: write the arithmetic yourself"


def _is_public(verdict: Verdict, finding: Finding) -> bool:
    return any(finding.case is case for case in verdict.exercise.public)


def _hidden_problem(finding: Finding) -> str:
    if not finding.answer.error:
        # How far off an answer of 0 is would be the expected value itself; and what came may be
        # made by the student's function to carry the case out, in a shape or in a dict's keys.
        problem = re.sub(r"off by up to \S+", "the numbers are off", finding.problem)
        return re.sub(r", got .*", ", and something else came", problem, flags=re.DOTALL)
    kind = finding.answer.error.split(":")[0]
    known = isinstance(getattr(builtins, kind, None), type)
    return f"the call failed with {kind}" if known else "the call failed"


def _part_lines(verdict: Verdict) -> list[str]:
    if len(verdict.parts) == 1:
        return []
    return [
        line
        for part, right in verdict.parts.items()
        for line in _line("part", f"{part}: {'right' if right else 'wrong'}")
    ]


def _case_lines(verdict: Verdict, finding: Finding) -> list[str]:
    lines = _line("asked", asked(verdict.exercise, finding.case))
    if not verdict.exercise.accept:
        lines += _line("wanted", show(finding.expected))
    if not finding.answer.error:
        lines += _line("came", show(finding.answer.value))
    return lines + _line("problem", finding.problem)


def _hint(verdict: Verdict) -> list[str]:
    return _line("hint", verdict.mistake.sentence) if verdict.mistake else []


def _line(label: str, text: str) -> list[str]:
    """``  label   text``, folded at words so that a narrow window does not fold inside of one."""
    return _fold(text, f"  {label:8}", " " * 10)


def _fold(text: str, first: str, others: str) -> list[str]:
    return textwrap.wrap(
        text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]} …",
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_on_hyphens=False,
    )


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def _points(points: float) -> str:
    return "1 point" if points == 1 else f"{points:g} points"
