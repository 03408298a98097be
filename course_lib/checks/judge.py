"""From answers to a verdict: which parts passed, and which known mistake was made."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .asking import Answer, ask
from .compare import NOTHING_CAME, describe, difference
from .exercise import Case, Exercise, Function, Mistake


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

    exercise: Exercise
    parts: dict[str, bool]
    findings: tuple[Finding, ...]
    mistake: Mistake | None

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


def judge(exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer]) -> Verdict:
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


def _reference_value(exercise: Exercise, case: Case) -> object:
    answer = _ask_quietly(exercise, exercise.reference, case)
    if answer.error:
        raise RuntimeError(f"the reference of {exercise.name} failed on a case: {answer.error}")
    return answer.value


def _problem(exercise: Exercise, case: Case, expected: object, answer: Answer) -> str:
    if answer.error:
        return answer.error
    if exercise.accept:
        problem = _unaccepted(exercise, case, answer)
    else:
        problem = difference(expected, answer.value, exercise.rtol, exercise.atol)
    if not problem and answer.changed:
        names = ", ".join(exercise.inputs[i] for i in answer.changed)
        return f"the call changed its input {names} in place: work on a copy"
    return problem


def _unaccepted(exercise: Exercise, case: Case, answer: Answer) -> str:
    """What ``accept`` says; an answer of another kind than it looks for is no right one."""
    if exercise.accept is None or answer.value is None:
        return NOTHING_CAME
    try:
        return exercise.accept(case.args, answer.value)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError):
        return f"{describe(answer.value)} came, which is not what was asked for"


def _mistake(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], findings: list[Finding]
) -> Mistake | None:
    """The known mistake that gives the student's answers: to all cases, or to the failed ones."""
    if not findings:
        return None
    failed = [(finding.case, finding.answer) for finding in findings]
    for pairs in (list(zip(cases, answers, strict=True)), failed):
        for mistake in exercise.mistakes:
            if all(_same(exercise, mistake, case, answer) for case, answer in pairs):
                return mistake
    return None


def _same(exercise: Exercise, mistake: Mistake, case: Case, answer: Answer) -> bool:
    wrong = _ask_quietly(exercise, mistake.function, case)
    if wrong.error or answer.error:
        return _without_line(wrong.error) == _without_line(answer.error)
    if wrong.changed != answer.changed:
        return False
    if exercise.accept:
        return _unaccepted(exercise, case, wrong) == _unaccepted(exercise, case, answer)
    return not difference(wrong.value, answer.value, exercise.rtol, exercise.atol)


def _without_line(error: str) -> str:
    return re.sub(r" \(line \d+ of your cell\)$", "", error)


def _ask_quietly(exercise: Exercise, function: Function, case: Case) -> Answer:
    """``ask``, whatever the student set numpy to do, and without warnings that are not theirs."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return ask(exercise.driver, function, case.args)
