"""From answers to a verdict: which parts passed, and which known mistake was made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .asking import Answer
from .compare import difference, refusal
from .exercise import Case, Exercise, Mistake
from .published import Published, PublishedMistake

Judged = Exercise | Published


@dataclass(frozen=True)
class Finding:
    """One case that was answered wrongly; nothing is ``expected`` where many answers are right."""

    case: Case
    expected: object
    answer: Answer
    problem: str


@dataclass(frozen=True)
class Verdict:
    """The outcome of one exercise.

    ``parts`` says of each part whether every case of it passed; ``mistake`` is the known mistake
    whose answers are the student's, where there is one; ``findings`` are the failed cases.
    """

    exercise: Judged
    parts: dict[str, bool]
    findings: tuple[Finding, ...]
    mistake: Mistake | PublishedMistake | None

    @property
    def passed(self) -> bool:
        return all(self.parts.values())

    @property
    def unwritten(self) -> bool:
        """True where every case met the stub that was never filled in."""
        return bool(self.findings) and all(f.answer.unwritten for f in self.findings)

    @property
    def points(self) -> float:
        """Weighted share of the parts passed, times the points of the exercise."""
        weights = {part: Fraction(weight) for part, weight in self.exercise.parts.items()}
        earned = sum((weights[part] for part, passed in self.parts.items() if passed), Fraction())
        return round(float(self.exercise.points * earned / sum(weights.values())), 2)


def judge(exercise: Judged, cases: Sequence[Case], answers: Sequence[Answer]) -> Verdict:
    """Compare ``answers`` with the reference on ``cases``; runs no student code."""
    if len(answers) != len(cases):
        raise ValueError(f"one answer for each case: got {len(answers)} for {len(cases)} cases")
    findings = []
    for case, answer in zip(cases, answers, strict=True):
        expected = None if exercise.accept else _reference_value(exercise, case)
        problem = _problem(exercise, case, expected, answer)
        if problem:
            findings.append(Finding(case, expected, answer, problem))
    failed = {finding.case.part for finding in findings}
    # A part without a case in this run was not shown to work: no verdict, no points.
    shown = {case.part for case in cases}
    parts = {part: part in shown and part not in failed for part in exercise.parts}
    return Verdict(exercise, parts, tuple(findings), _mistake(exercise, cases, answers, findings))


def _reference_value(exercise: Judged, case: Case) -> object:
    answer = exercise.right(case)
    if answer.error:
        raise RuntimeError(f"the reference of {exercise.name} failed on a case: {answer.error}")
    return answer.value


def _problem(exercise: Judged, case: Case, expected: object, answer: Answer) -> str:
    if answer.error:
        return answer.error
    if exercise.accept:
        problem = refusal(exercise.accept, case.args, answer.value)
    else:
        problem = difference(expected, answer.value, exercise.rtol, exercise.atol)
    if not problem and answer.changed:
        names = ", ".join(exercise.inputs[i] for i in answer.changed)
        return f"the call changed its input {names} in place: work on a copy"
    return problem


def _mistake(
    exercise: Judged, cases: Sequence[Case], answers: Sequence[Answer], findings: list[Finding]
) -> Mistake | PublishedMistake | None:
    """The known mistake that gives the student's answers: to all cases, or to the failed ones."""
    if not findings:
        return None
    failed = [(finding.case, finding.answer) for finding in findings]
    for pairs in (list(zip(cases, answers, strict=True)), failed):
        for mistake in exercise.mistakes:
            if all(_same(exercise, mistake, case, answer) for case, answer in pairs):
                return mistake
    return None


def _same(exercise: Judged, mistake: Any, case: Case, answer: Answer) -> bool:
    wrong = exercise.wrong(mistake, case)
    if wrong.error or answer.error:
        return _without_line(wrong.error) == _without_line(answer.error)
    if wrong.changed != answer.changed:
        return False
    if exercise.accept:
        return refusal(exercise.accept, case.args, wrong.value) == refusal(
            exercise.accept, case.args, answer.value
        )
    return not difference(wrong.value, answer.value, exercise.rtol, exercise.atol)


def _without_line(error: str) -> str:
    return re.sub(r" \(line \d+ of your cell\)$", "", error)
