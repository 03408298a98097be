"""What a student reads: a verdict in plain words."""

from __future__ import annotations

import numpy as np

from .judge import Finding, Verdict
from .plain import Plain

SHOWN_FINDINGS = 1  # the first failed case says enough; the rest would bury it


def public_sentences(verdict: Verdict, cases: int) -> list[str]:
    """The verdict on the public cases, with what was asked, what came and what was wanted."""
    exercise = verdict.exercise
    if verdict.passed:
        return [f"✓ {exercise.name}: right on {_cases(cases)}. Worth {_points(exercise.points)}."]
    lines = [_failed(verdict), f"  task    {exercise.task}"]
    if all(finding.answer.unwritten for finding in verdict.findings):
        return [f"✗ {exercise.name}: not written yet.", *lines[1:]]
    for finding in verdict.findings[:SHOWN_FINDINGS]:
        lines += _case_lines(verdict, finding)
    return lines + _hint(verdict)


def graded_sentences(verdict: Verdict) -> list[str]:
    """The verdict on hidden cases: what kind of error, and the hint, but no value of any case."""
    exercise = verdict.exercise
    earned = f"{verdict.points:g} of {_points(exercise.points)}"
    if verdict.passed:
        return [f"✓ {exercise.name}: {earned}."]
    if all(finding.answer.unwritten for finding in verdict.findings):
        return [f"✗ {exercise.name}: {earned}. Not written yet."]
    lines = [f"✗ {exercise.name}: {earned}.", f"  task    {exercise.task}"]
    if len(exercise.parts) > 1:
        lines += [
            f"  part    {part}: {'right' if ok else 'wrong'}" for part, ok in verdict.parts.items()
        ]
    if verdict.findings:
        lines.append(f"  problem {verdict.findings[0].problem}")
    return lines + _hint(verdict)


def _failed(verdict: Verdict) -> str:
    exercise, failed = verdict.exercise, len(verdict.findings)
    return f"✗ {exercise.name}: wrong on {_cases(failed)}. Worth {_points(exercise.points)}."


def _case_lines(verdict: Verdict, finding: Finding) -> list[str]:
    names = verdict.exercise.arguments
    asked = ", ".join(
        f"{name}={show(value)}" for name, value in zip(names, finding.case.args, strict=False)
    )
    lines = [f"  asked   {verdict.exercise.name}({asked})", f"  wanted  {show(finding.expected)}"]
    if not finding.answer.error:
        lines.append(f"  came    {show(finding.answer.value)}")
    return [*lines, f"  problem {finding.problem}"]


def _hint(verdict: Verdict) -> list[str]:
    return [f"  hint    {verdict.mistake.sentence}"] if verdict.mistake else []


def show(value: Plain) -> str:
    """A value on one line, numbers with six digits, long arrays shortened."""
    if isinstance(value, tuple):
        return "(" + ", ".join(show(item) for item in value) + ")"
    if isinstance(value, (bool, int, str)) or value is None:
        return repr(value)
    if isinstance(value, (float, np.floating)):
        return f"{value:.6g}"
    with np.printoptions(precision=6, threshold=24, edgeitems=2, suppress=True, linewidth=10_000):
        return " ".join(np.array2string(np.asarray(value), separator=", ").split())


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def _points(points: float) -> str:
    return "1 point" if points == 1 else f"{points:g} points"
