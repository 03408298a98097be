"""The course in six weeks and in twelve: chapters, problem sets and an experiment for each week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .course_map import PS, chapter, notebook


@dataclass(frozen=True)
class Week:
    """One week: pages of its chapters, problem sets handed out, and an experiment."""

    pages: tuple[str, ...]
    sets: tuple[str, ...]
    experiment: str

    @property
    def live(self) -> tuple[str, ...]:
        """Live figures on the pages of this week."""
        return tuple(name for page in self.pages for name in chapter(page).live)


# Each takes ten minutes, and is told at length below the tables of the page.
EXPERIMENTS = {
    "Numbers from a bowl": (
        "Each student draws eight numbers from one bowl and reports their mean. The spread of "
        "the means on the board, against that of single numbers, is the law of mini-batches: "
        "1/√8."
    ),
    "Whispers back": (
        "A row of students is a network: each multiplies what is handed on by a number of their "
        "own, and then hands the error back. The last one finds out what the first one must "
        "change."
    ),
    "The price of certainty": (
        "Everybody bets on a coin by naming a probability, and pays −ln of what they gave to "
        "what came. After ten throws the most certain are seldom the richest."
    ),
    "Thirty layers": (
        "Thirty times a random matrix and tanh, on the projector. The class says after which "
        "layer nothing is left, for weights half and twice as large as Glorot's."
    ),
    "Wrong labels": (
        "Vote before it runs: with 10 % wrong labels, which of no penalty, L2, early stopping "
        "and a smaller model is best on the test set? Then read the chapter's table."
    ),
    "Coins for masks": (
        "Groups add up numbers, each member kept by a coin. Compare the mean over many rounds "
        "with half the sum, then put a ReLU behind it: now the two differ, and why is the "
        "lesson."
    ),
    "Ten steps of memory": (
        "With the live figure, a group each: step response, frequency response, pole. Find α "
        "for a time constant of ten steps, from each of the three."
    ),
    "Race through the ravine": (
        "With the live figure: who reaches the minimum of the ravine in the fewest steps? "
        "Everybody has three tries to choose α and rate. Then the closed forms say what was "
        "possible."
    ),
    "A schedule by hand": (
        "The class draws a schedule on the board, point by point. It is typed in and runs "
        "against cosine and step decay while all watch."
    ),
    "One far out": (
        "With the live figure, drag one value of the batch far out and say what happens to the "
        "others. Then a batch of two, and of one."
    ),
    "Darts": (
        "Nine darts each at a square whose one side matters and whose other does not: on a "
        "grid, and blindly. Count the different values tried on the side that matters."
    ),
    "Five curves": (
        "Five learning curves without a legend, from the chapter. Groups write down disease and "
        "cure; then the list is opened."
    ),
}

TWELVE_WEEKS = (
    Week(("learning",), (), "Numbers from a bowl"),
    Week(("backpropagation",), (PS[0],), "Whispers back"),
    Week(("losses",), (PS[1],), "The price of certainty"),
    Week(("activations", "preprocessing", "initialization"), (PS[2],), "Thirty layers"),
    Week(("regularization",), (PS[3],), "Wrong labels"),
    Week(("dropout",), (PS[4],), "Coins for masks"),
    Week(("filters",), (PS[5],), "Ten steps of memory"),
    Week(("optimizers", "surfaces"), (PS[6],), "Race through the ravine"),
    Week(("schedules",), (PS[7],), "A schedule by hand"),
    Week(("batch_normalization",), (PS[8],), "One far out"),
    Week(("hyperparameters",), (), "Darts"),
    Week(("practice",), (PS[9],), "Five curves"),
)
SIX_WEEKS = (
    Week(("learning", "backpropagation", "losses"), (PS[0], PS[1]), "Numbers from a bowl"),
    Week(("activations", "preprocessing", "initialization"), (PS[2],), "Thirty layers"),
    Week(("regularization", "dropout"), (PS[3], PS[4]), "Wrong labels"),
    Week(("filters", "optimizers", "surfaces"), (PS[5], PS[6]), "Race through the ravine"),
    Week(("schedules", "batch_normalization"), (PS[7], PS[8]), "One far out"),
    Week(("hyperparameters", "practice"), (PS[9],), "Darts"),
)


def syllabus_table(weeks: Sequence[Week], root: str = "..") -> str:
    """``weeks`` as a MyST table, a row each, for a page at ``root`` below the book's folder."""
    head = "| week | read | live figure | hand out | try in class |\n|---|---|---|---|---|\n"
    return head + "".join(_row(number, week, root) for number, week in enumerate(weeks, start=1))


def experiments_list() -> str:
    """What is tried in class, as a MyST list in the order of the twelve weeks."""
    return "\n".join(f"1. **{name}.** {text}" for name, text in EXPERIMENTS.items())


def _row(number: int, week: Week, root: str) -> str:
    read = ", ".join(f"{{doc}}`{root}/{page}`" for page in week.pages)
    live = ", ".join(name.replace("-", " ") for name in week.live) or "–"
    sets = ", ".join(_download(name, root) for name in week.sets) or "–"
    return f"| {number} | {read} | {live} | {sets} | {week.experiment} |\n"


def _download(set_name: str, root: str) -> str:
    short = set_name.partition("_")[0]
    return f"{{download}}`{short} <{root}/../{notebook(set_name)}>`"
