"""How the grading of a submission can end, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nbformat import NotebookNode


class State(StrEnum):
    """The end of one submission. Points earned before it stay in every state."""

    GRADED = "graded"  # it ran to the end
    TIMEOUT = "timeout"  # a cell, a call or the whole took too long
    MEMORY = "memory"  # it asked for more memory than it may have
    CRASH = "crash"  # it ended its own process
    TAMPERED = "tampered"  # it answered in the grader's place
    INVALID = "invalid"  # what was handed in is no notebook of this assignment
    GRADER_ERROR = "grader-error"  # the grader is at fault; nothing is recorded


# What a student reads at a question that got no verdict.
NO_VERDICT = {
    State.TIMEOUT: "Not reached: your notebook was still running when its time was up.",
    State.MEMORY: "Not reached: your notebook was stopped where it asked for too much memory.",
    State.CRASH: "Not reached: your notebook ended Python itself before this question.",
    State.TAMPERED: "Not counted: your notebook reached into the grading machinery. If that was an "
    "accident, talk to your instructor.",
    State.INVALID: "Nothing to mark: what you handed in could not be read as this assignment's "
    "notebook. Hand in the .ipynb file, saved from Jupyter, or talk to your instructor.",
}


@dataclass(frozen=True)
class Mark:
    """What one exercise earned; ``mistake`` is the sentence of the known mistake, if any."""

    points: float
    max_points: float
    mistake: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"points": self.points, "max_points": self.max_points, "mistake": self.mistake}


@dataclass
class Result:
    """One graded notebook: it carries the verdicts, and nothing else of the grader.

    ``seed`` draws the same hidden cases again; ``marks`` are by the exercise's name, in order.
    """

    notebook: NotebookNode
    state: State
    reason: str
    seed: int
    marks: dict[str, Mark] = field(default_factory=dict)

    @property
    def points(self) -> float:
        return round(sum(mark.points for mark in self.marks.values()), 2)

    @property
    def max_points(self) -> float:
        return sum(mark.max_points for mark in self.marks.values())
