"""From answers to a verdict: which parts passed, and which known mistake was made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .asking import Answer, quiet
from .compare import difference, refusal
from .exercise import Case, Exercise, Mistake
from .published import Published, PublishedMistake

Judged = Exercise | Published

CHANGED = "the call changed its input {} in place: work on a copy"


@dataclass(frozen=True)
class Finding:
    """What came of one case, with the problem where it was answered wrongly.

    Nothing is ``expected`` where many answers are right.
    """

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
    with quiet():
        compared = [_compare(exercise, *each) for each in zip(cases, answers, strict=True)]
        findings = [each for each in compared if each.problem]
        mistake = _mistake(exercise, compared, findings)
    failed = {finding.case.part for finding in findings}
    # A part without a case in this run was not shown to work: no verdict, no points.
    shown = {case.part for case in cases}
    parts = {part: part in shown and part not in failed for part in exercise.parts}
    return Verdict(exercise, parts, tuple(findings), mistake)


def _compare(exercise: Judged, case: Case, answer: Answer) -> Finding:
    """What came of one case; its problem is empty where it was answered rightly."""
    expected = None if exercise.accept else _reference_value(exercise, case)
    if answer.error:
        problem = answer.error
    elif exercise.accept:
        problem = refusal(exercise.accept, case.args, answer.value)
    else:
        problem = difference(expected, answer.value, exercise.rtol, exercise.atol)
    if not problem and answer.changed:
        names = ", ".join(exercise.inputs[i] for i in answer.changed)
        problem = CHANGED.format(names)
    return Finding(case, expected, answer, problem)


def _reference_value(exercise: Judged, case: Case) -> object:
    answer = exercise.right(case)
    if answer.error:
        raise RuntimeError(f"the reference of {exercise.name} failed on a case: {answer.error}")
    return answer.value


def _mistake(
    exercise: Judged, compared: list[Finding], findings: list[Finding]
) -> Mistake | PublishedMistake | None:
    """The known mistake that gives the student's answers: to all cases, or to the failed ones."""
    if not findings:
        return None
    for several in (compared, findings):
        for mistake in exercise.mistakes:
            if all(_same(exercise, mistake, each) for each in several):
                return mistake
    return None


def _same(exercise: Judged, mistake: Any, finding: Finding) -> bool:
    case, answer = finding.case, finding.answer
    wrong = exercise.wrong(mistake, case)
    if wrong.error or answer.error:
        return _without_line(wrong.error) == _without_line(answer.error)
    if wrong.changed != answer.changed:
        return False
    if exercise.accept:
        # What was said of the answer itself is known; to say it again may take long.
        return _compare(exercise, case, wrong).problem == finding.problem
    return not difference(wrong.value, answer.value, exercise.rtol, exercise.atol)


def _without_line(error: str) -> str:
    return re.sub(r" \(line \d+ of your cell\)$", "", error)
