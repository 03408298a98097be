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
    task = f"  task    {exercise.task}"
    if verdict.unwritten:
        return [f"✗ {exercise.name}: not written yet.", task]
    failed = f"wrong on {len(verdict.findings)} of {_cases(cases)}"
    lines = [f"✗ {exercise.name}: {failed}. Worth {_points(exercise.points)}.", task]
    lines += _part_lines(verdict)
    for finding in verdict.findings[:SHOWN_FINDINGS]:
        lines += _case_lines(verdict, finding)
    return lines + _hint(verdict)


def graded_sentences(verdict: Verdict) -> list[str]:
    """The verdict on hidden cases: what kind of error, and the hint, but no value of any case."""
    exercise = verdict.exercise
    earned = f"{verdict.points:g} of {_points(exercise.points)}"
    if verdict.passed:
        return [f"✓ {exercise.name}: {earned}."]
    if verdict.unwritten:
        return [f"✗ {exercise.name}: {earned}. Not written yet."]
    lines = [f"✗ {exercise.name}: {earned}.", f"  task    {exercise.task}"]
    lines += _part_lines(verdict)
    if verdict.findings:
        lines.append(f"  problem {verdict.findings[0].problem}")
    return lines + _hint(verdict)


def _part_lines(verdict: Verdict) -> list[str]:
    if len(verdict.parts) == 1:
        return []
    return [f"  part    {part}: {'right' if ok else 'wrong'}" for part, ok in verdict.parts.items()]


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
    if isinstance(value, list):
        return "[" + ", ".join(show(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {show(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (bool, int, str)) or value is None:
        return repr(value)
    text = np.array2string(
        np.asarray(value),
        separator=", ",
        threshold=24,
        edgeitems=2,
        max_line_width=10_000,
        formatter={"float_kind": "{:.6g}".format},
    )
    return " ".join(text.split())


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def _points(points: float) -> str:
    return "1 point" if points == 1 else f"{points:g} points"
