"""One notebook from its rebuilt form to its verdicts: run in a sandbox, judged outside of it."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from ..checks.asking import Answer
from .judging import Question, mark_cell, public_answers, read_question, write_unjudged
from .line import Ended
from .plain_tests import PlainTest
from .readable import readable
from .rebuild import Rebuilt, is_test
from .released import Released
from .sandbox import LIMITS, Limits, Lost
from .session import Session
from .snapshot import Snapshot
from .states import NO_VERDICT, Mark, Result, State
from .student_code import notebook_code

ATTEMPTS = 3  # at one notebook, where its sandbox goes through no fault of its own


def fresh_seed() -> int:
    """A seed that nobody can guess."""
    return secrets.randbits(63)


def grade_notebook(
    rebuilt: Rebuilt, released: Released, seed: int, limits: Limits = LIMITS
) -> Result:
    """Run a rebuilt notebook in a fresh sandbox and judge its answers.

    The result's notebook has the student's outputs, and a verdict at every test cell. Points earned
    before the sandbox ended stay.

    Raises
    ------
    ValueError
        where the release cannot be graded, or no sandbox can be started.
    Lost
        where the sandbox was ended from outside, and ended again at each new attempt.
    """
    for attempt in range(ATTEMPTS - 1):
        with contextlib.suppress(Lost):
            return _grade_once(rebuilt, released, seed, limits, doubt=attempt == 0)
    return _grade_once(rebuilt, released, seed, limits)


def _grade_once(
    rebuilt: Rebuilt, released: Released, seed: int, limits: Limits, doubt: bool = False
) -> Result:
    """One attempt.

    With ``doubt`` a process that was killed is taken to have been killed from outside: a notebook
    that kills its own will do so again, with the same hidden cases.
    """
    grading = _Grading(rebuilt.notebook, _questions(rebuilt.notebook, released), seed)
    ended: Ended | None = None
    with Session(limits, released.files) as session:
        try:
            grading.run_cells(session)
        except Ended as end:
            ended = end  # what was reached before it is asked all the same
        try:
            session.finish_cells()
            grading.ask()
        except Ended as end:
            ended = ended or end
        if session.sandbox.out_of_memory():
            session.note(State.MEMORY, "the notebook asked for more memory than it may have")
    if session.account.killed and doubt:
        raise Lost("a process was killed")
    if ended:
        session.account.end(ended)
    state, reason = session.trouble or (State.GRADED, "; ".join(rebuilt.notes))
    return grading.result(state, reason)


def invalid_result(notebook: NotebookNode, released: Released, reason: str) -> Result:
    """A released ``notebook`` with nought at every test cell and a sentence that says why."""
    grading = _Grading(notebook, _questions(notebook, released), seed=0)
    return grading.result(State.INVALID, reason)


def _questions(notebook: NotebookNode, released: Released) -> dict[str, Question | PlainTest]:
    """The questions of a notebook, by the ids of their test cells, which are the release's."""
    tests = [cell for cell in notebook.cells if is_test(cell)]
    return {
        cell.id: read_question(cell, released.exercises, released.test_sources) for cell in tests
    }


@dataclass
class _Grading:
    """A notebook on its way through the sandbox."""

    notebook: NotebookNode
    questions: dict[str, Question | PlainTest]
    seed: int
    snapshots: dict[str, Snapshot] = field(default_factory=dict)  # by the id of a test cell
    marks: dict[str, Mark] = field(default_factory=dict)  # by exercise, as they are judged

    def run_cells(self, session: Session) -> None:
        """Run all cells in order, and keep the state of each test cell."""
        for cell in self._code_cells():
            cell.outputs = []  # an earlier attempt may have left some
        for cell in self._code_cells():
            if cell.id in self.questions:
                self.snapshots[cell.id] = session.snapshot()
            else:
                cell.outputs = session.run_cell(cell.source)

    def ask(self) -> None:
        """Ask what the test cells that were reached ask, each in its own state."""
        source = self._source()
        reached = [cell for cell in self._code_cells() if cell.id in self.snapshots]
        public: dict[str, list[Answer]] = {}
        # What is shown with its error comes first: no hidden case is known yet that it could tell.
        for cell in reached:
            question, snapshot = self.questions[cell.id], self.snapshots[cell.id]
            snapshot.alone()
            if isinstance(question, Question):
                public[cell.id] = public_answers(question, source, snapshot)
            elif not question.hides:
                self._mark(cell, source)
        for cell in reached:
            question = self.questions[cell.id]
            if isinstance(question, Question) or question.hides:
                self.snapshots[cell.id].alone()
                self._mark(cell, source, public.get(cell.id, ()))

    def _mark(self, cell: NotebookNode, source: str | None, public: Sequence[Answer] = ()) -> None:
        question, snapshot = self.questions[cell.id], self.snapshots[cell.id]
        mark = mark_cell(cell, question, source, self.seed, snapshot, public)
        self.marks[question.label] = mark

    def _source(self) -> str | None:
        try:
            return notebook_code(cell.source for cell in self._code_cells() if not is_test(cell))
        except RecursionError:
            return None

    def _code_cells(self) -> Iterator[NotebookNode]:
        return (cell for cell in self.notebook.cells if cell.cell_type == "code")

    def result(self, state: State, reason: str) -> Result:
        """What came out; questions without a verdict are given an explicit nought."""
        marks = {}
        for cell in self._code_cells():
            question = self.questions.get(cell.id)
            if question is None:
                continue
            if question.label not in self.marks:
                write_unjudged(cell, NO_VERDICT[state])
            nought = Mark(0.0, question.points)
            marks[question.label] = self.marks.get(question.label, nought)
        return Result(self.notebook, state, readable(reason), self.seed, marks)
