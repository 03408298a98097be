"""From the answers of one sandbox to the verdicts of one notebook, outside of the sandbox."""

from __future__ import annotations

import ast
import contextlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from nbformat import NotebookNode

from ..checks.asking import Answer
from ..checks.exercise import Case, Exercise
from ..checks.forbidden import forbidden_uses
from ..checks.judge import Verdict, judge
from ..checks.sentences import forbidden_sentence, graded_sentences
from .outputs import new_output
from .plain_tests import PlainTest, Sources, is_plain, plain_mark, read_plain_test
from .snapshot import Snapshot
from .states import Mark
from .student_code import PARSING

MAX_LINE = 600  # characters; an answer may hold a name of any length
_JUDGING = threading.Lock()  # the judge silences warnings, and that is one for all threads


@dataclass(frozen=True)
class Question:
    """A test cell: which exercise, and under which name the notebook holds the answer."""

    exercise: Exercise
    name: str

    @property
    def label(self) -> str:
        """The name under which its mark stands."""
        return self.exercise.name

    @property
    def points(self) -> float:
        return float(self.exercise.points)


def read_question(
    cell: NotebookNode, exercises: Mapping[str, Exercise], sources: Sources
) -> Question | PlainTest:
    """What the released test cell asks: ``check("mse", mse)``, or its own asserts.

    Raises
    ------
    ValueError
        where it is neither, names no exercise, or its points are not the exercise's.
    """
    if is_plain(cell):
        return read_plain_test(cell, sources)
    exercise, name = _check_call(cell)
    if exercise not in exercises:
        known = ", ".join(exercises) or "none"
        raise ValueError(f"a test cell checks {exercise!r}; the exercises of this set are {known}")
    points = cell.metadata.nbgrader.points
    if points != exercises[exercise].points:
        wanted = exercises[exercise].points
        raise ValueError(
            f"{exercise} is worth {wanted}, but {points:g} in the released notebook: release again"
        )
    return Question(exercises[exercise], name)


def _check_call(cell: NotebookNode) -> tuple[str, str]:
    try:
        with PARSING:
            body = ast.parse(cell.source).body
    except SyntaxError:
        body = []
    match body:
        case [
            ast.Expr(
                ast.Call(
                    func=ast.Name(id="check"),
                    args=[ast.Constant(value=str(exercise)), ast.Name(id=name)],
                    keywords=[],
                )
            )
        ]:
            return exercise, name
    cell_id = cell.metadata.nbgrader.grade_id
    raise ValueError(
        f'the test cell {cell_id!r} is neither the one line check("NAME", NAME) nor asserts alone'
    )


def public_answers(question: Question, source: str | None, snapshot: Snapshot) -> list[Answer]:
    """The answers to the public cases, which students are shown.

    They are asked for before any hidden case of the notebook: else an answer could carry one here.
    """
    return _answers(question, [*question.exercise.public], source, snapshot, [])


def verdict_on(
    question: Question,
    source: str | None,
    seed: int,
    snapshot: Snapshot,
    public: Sequence[Answer] = (),
) -> Verdict:
    """Ask for the answers to hidden cases drawn from ``seed``, and judge them and the public ones.

    ``source`` is the notebook's own code, None where it cannot be read: what is forbidden in it
    counts before any call. ``public`` are the public answers, which are asked for where there are
    none.
    """
    exercise = question.exercise
    rng = np.random.default_rng([seed, *exercise.name.encode()])
    cases = [*exercise.public, *exercise.hidden(rng)]
    known = [*public] or public_answers(question, source, snapshot)
    answers = _answers(question, cases[len(known) :], source, snapshot, known)
    with _JUDGING:
        return judge(exercise, cases, answers)


def _answers(
    question: Question,
    cases: list[Case],
    source: str | None,
    snapshot: Snapshot,
    before: list[Answer],
) -> list[Answer]:
    """``before``, and after it the answers to ``cases``."""
    exercise = question.exercise
    used = _forbidden(question, source)
    if used:
        return before + [Answer(error=forbidden_sentence(exercise, used)) for _ in cases]
    given = [case.args for case in cases]
    return before + snapshot.ask_all(question.name, exercise.driver, given, exercise.forbid)


def _forbidden(question: Question, source: str | None) -> list[str]:
    exercise = question.exercise
    if not exercise.forbid:
        return []
    if source is not None:
        with PARSING, contextlib.suppress(RecursionError):
            return forbidden_uses(source, exercise.forbid, (exercise.name, question.name))
    return ["code that is nested too deeply to be read"]


def mark_of(verdict: Verdict) -> Mark:
    sentence = verdict.mistake.sentence if verdict.mistake else None
    return Mark(verdict.points, float(verdict.exercise.points), sentence)


def write_verdict(cell: NotebookNode, lines: list[str], points: float) -> None:
    """Make the verdict the only outputs of a test cell.

    nbgrader gives full points to a cell that shows no number, so the number always stands there.
    """
    text = "\n".join(line[:MAX_LINE] for line in lines) + "\n"
    shown = {"text/plain": repr(points)}
    result = new_output("execute_result", data=shown, execution_count=None)
    cell.outputs = [new_output("stream", name="stdout", text=text), result]


def mark_cell(
    cell: NotebookNode,
    question: Question | PlainTest,
    source: str | None,
    seed: int,
    snapshot: Snapshot,
    public: Sequence[Answer],
) -> Mark:
    """Judge one test cell and write the verdict into it; all else as above."""
    if isinstance(question, PlainTest):
        mark, lines = plain_mark(question, snapshot)
    else:
        verdict = verdict_on(question, source, seed, snapshot, public)
        mark, lines = mark_of(verdict), graded_sentences(verdict)
    write_verdict(cell, lines, mark.points)
    return mark


def write_unjudged(cell: NotebookNode, sentence: str) -> None:
    """An explicit nought: no verdict, no points."""
    points = cell.metadata.nbgrader.points
    name = str(cell.metadata.nbgrader.grade_id).removeprefix("test_")
    write_verdict(cell, [f"✗ {name}: 0 of {points:g} points. {sentence}"], 0.0)
