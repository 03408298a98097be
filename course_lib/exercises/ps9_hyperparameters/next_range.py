"""Coarse to fine, with the trap at the border (decks B and C)."""

from __future__ import annotations

import math

import numpy as np

from course_lib.checks import Case, Exercise, Mistake
from course_lib.search import LogUniform

from . import next_range_answers as answers
from .shared import REFERENCES

BORDER = "best on the border"

KEPT = 3
SHARE = 0.1


def next_range(
    values: np.ndarray, losses: np.ndarray, low: float, high: float
) -> tuple[float, float]:
    """(low, high) of the next round of a search on a log scale.

    The span of the 3 best values, and a tenth of the old width more on either side within the old
    range; or, where the best lies in the outer tenth, the old width with the best in its middle.
    """
    axis = LogUniform(low, high)
    best = [float(value) for value in values[np.argsort(losses)[:KEPT]]]
    if axis.border(best[0], SHARE):
        half = math.sqrt(high / low)
        return best[0] / half, best[0] * half
    narrow = axis.around(best, SHARE, axis)
    return narrow.low, narrow.high


def hidden(rng: np.random.Generator) -> list[Case]:
    def inside(low: float, high: float) -> float:
        return rng.uniform(low, high)

    within = [inside(0.3, 0.7) for _ in range(KEPT)]
    near_high = [inside(0.5, 0.8), inside(0.4, 0.8), inside(0.93, 0.99)]
    near_low = [inside(0.2, 0.5), inside(0.01, 0.07), inside(0.2, 0.6)]
    on_high = [inside(0.93, 0.99), inside(0.6, 0.8), inside(0.3, 0.8)]
    on_low = [inside(0.01, 0.07), inside(0.2, 0.5), inside(0.2, 0.7)]
    return [
        _runs(rng, within, 9),
        _runs(rng, near_high, 7),
        _runs(rng, near_low, 7),
        _runs(rng, within, 0),
        _counts(rng, within),
        _runs(rng, on_high, 9, part=BORDER),
        _runs(rng, on_low, 7, part=BORDER),
        _runs(rng, on_high[:1] + within[:2], 0, part=BORDER),
    ]


def _runs(rng: np.random.Generator, best: list[float], more: int, part: str = "value") -> Case:
    """Runs whose best, second and third lie at these shares of the range, and others all over it.

    The worst of many has diverged: its loss is inf.
    """
    share = np.array([*best, *rng.random(more)])
    losses = np.cumsum(rng.uniform(0.05, 0.4, size=len(share)))
    if more:
        share[-1], share[-2], losses[-1] = 0.999, 0.001, np.inf
    low = 10 ** rng.uniform(-7, -4)
    high = low * 10 ** rng.uniform(2, 5)
    order = rng.permutation(len(share))
    return Case(((low * (high / low) ** share)[order], losses[order], low, high), part)


def _counts(rng: np.random.Generator, best: list[float]) -> Case:
    """Losses that are whole numbers, such as images got wrong."""
    values, losses, low, high = _runs(rng, best, 5).args
    return Case((values, np.argsort(np.argsort(losses)) * 7 + 2, low, high))


# Deck C's coarse search (rates of 1e-6 to 1e-3) and its finer one: accuracies of runs.
_COARSE_RATES = np.array(
    [
        *(1.405206e-04, 7.231888e-06, 2.119571e-06, 1.551131e-05, 1.753300e-05, 4.215128e-05),
        *(1.750259e-04, 6.749231e-05, 4.296863e-04, 5.401602e-06, 1.618508e-06),
    ]
)
_COARSE = [0.412, 0.214, 0.208, 0.196, 0.079, 0.223, 0.441, 0.241, 0.482, 0.079, 0.154]
_FINE_RATES = np.array(
    [
        *(5.340517e-04, 2.279484e-04, 8.680827e-04, 1.028377e-04, 1.113730e-04, 9.477776e-04),
        *(5.586261e-04, 5.808183e-04, 1.979168e-04, 6.947668e-04, 9.471549e-04, 3.140888e-04),
    ]
)
_FINE = [0.527, 0.492, 0.512, 0.461, 0.460, 0.498, 0.522, 0.530, 0.489, 0.515, 0.531, 0.509]


EXERCISE = Exercise(
    name="next_range",
    task="Return (low, high) of the next round from the values and losses of this one, drawn "
    "log-uniformly from low to high: around the three best, or moved on where the best is on the "
    "border.",
    points=3,
    reference=next_range,
    public=(
        Case((_COARSE_RATES, 1 - np.array(_COARSE), 1e-6, 1e-3)),
        Case((np.array([1e-1, 1e-2, 1e-3, 9e-1]), np.array([7, 3, 5, 4]), 1e-4, 1.0)),
        Case((_FINE_RATES, 1 - np.array(_FINE), 1e-4, 1e-3), part=BORDER),
        Case(
            (np.array([0.5, 0.012, 0.1, 0.9]), np.array([2.0, 1.0, 1.5, np.inf]), 0.01, 1.0),
            part=BORDER,
        ),
    ),
    hidden=hidden,
    parts={"value": 1, BORDER: 2},
    mistakes=(
        Mistake(
            answers.highest_loss,
            "That keeps the runs with the highest losses: the lowest are best.",
        ),
        Mistake(
            answers.linear_scale,
            "That works with the values themselves: the range is one of logarithms, and a tenth of "
            "it is a factor.",
        ),
        Mistake(
            answers.border_ignored,
            "That closes in even where the best lies on the border: what is better may lie beyond, "
            "so move the range on.",
        ),
        Mistake(
            answers.stops_at_the_border,
            "The moved range is cut off at the old border: what is better may lie beyond it.",
        ),
        Mistake(
            answers.any_of_three_on_the_border,
            "That moves on when any of the three lies on the border: the best alone decides.",
        ),
        Mistake(
            answers.only_the_best,
            "That closes in on the best alone: the range spans the three best.",
        ),
        Mistake(
            answers.the_first_three, "Those are the first three runs: sort them by their losses."
        ),
        Mistake(
            answers.tenth_of_the_span,
            "The margin is a tenth of the old range, not of the span of the three best, which may "
            "be next to nothing.",
        ),
        Mistake(
            answers.not_widened,
            "The three best are the very ends of that range: leave a tenth of the old one more on "
            "either side.",
        ),
        Mistake(
            answers.past_the_old_ends,
            "Around the three best, stay within the old range: beyond it only where the best lies "
            "on the border.",
        ),
        Mistake(
            answers.twice_the_width,
            "The moved range is twice as wide as the old one: half of the old width on either side "
            "of the best.",
        ),
        Mistake(answers.exponents, "Those are the exponents: raise 10 to them."),
        Mistake(
            answers.in_place,
            "losses.sort() changes the caller's array: argsort, or a sorted copy, does not.",
        ),
    ),
    variants=(
        answers.by_exponents,
        answers.by_factors,
        answers.by_sorting_pairs,
        answers.by_shares,
        answers.by_torch,
    ),
    forbid=REFERENCES,
)
