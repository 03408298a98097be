"""Reduce on plateau, one loss at a time, its memory passed in and out (deck A, guidelines)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from course_lib.checks import Case, Exercise, Mistake
from course_lib.schedules import PlateauState, ReduceOnPlateau

from .plateau_mistakes import (
    absolute_gain,
    any_gain_counts,
    best_creeps,
    best_forgotten_after_a_fall,
    best_is_the_last,
    best_never_set,
    counts_all_in_all,
    divided_by_the_factor,
    equal_counts,
    falls_by_the_factor,
    goes_on_counting,
    higher_is_better,
    in_place,
    no_first_loss,
    patience_one_long,
    patience_one_short,
    without_absolute_value,
)
from .shared import READY_SCHEDULES, REFERENCES, draw_rate


def plateau_update(
    state: dict[str, Any], loss: float, factor: float, patience: int, relative: float
) -> dict[str, Any]:
    """The state {rate, best, waited} after one more loss; the one that came in is not changed."""
    rule = ReduceOnPlateau(state["rate"], factor, patience, relative=relative)
    after, rate = rule.update(PlateauState(**state), loss)
    return {"rate": rate, "best": after.best, "waited": after.waited}


def hidden(rng: np.random.Generator) -> list[Case]:
    """Better, hardly better, equal and worse; before, at and after the end of patience."""
    factor, patience = float(rng.uniform(0.1, 0.4)), int(rng.integers(2, 6))
    best, relative = float(rng.uniform(2, 5)), float(rng.uniform(0.05, 0.15))
    hardly, below = best * (1 - 0.6 * relative), -best * (1 + 0.6 * relative)
    told = (
        (best, 0, best * (1 - 2 * relative), relative),
        (best, patience, best * 0.5, relative),
        (best, patience - 1, best * 1.3, relative),
        (best, patience, best * 1.2, relative),
        (best, 0, hardly, relative),
        (best, patience, best - 0.5 * relative, relative),
        (best, 1, best, 0.0),
        (-best, 1, below, relative),
        (-best, 1, -best * (1 + 2 * relative), relative),
    )
    cases = [
        Case(({"rate": draw_rate(rng), "best": b, "waited": w}, loss, factor, patience, share))
        for b, w, loss, share in told
    ]
    first = {"rate": draw_rate(rng), "best": None, "waited": 0}
    at_once = {"rate": draw_rate(rng), "best": best, "waited": 0}
    whole = {"rate": 2, "best": int(rng.integers(2, 9)), "waited": patience}
    return [
        *cases,
        Case((first, float(rng.normal()), factor, patience, relative)),
        Case((at_once, best + 1, factor, 0, relative)),
        Case((whole, int(rng.integers(9, 20)), 0.25, patience, 0.0)),
    ]


# --- variants ---


def by_unpacking(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best - relative * abs(best):
        best, waited = loss, 0
    else:
        waited += 1
    if waited > patience:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": best, "waited": waited}


def by_copying(state, loss, factor, patience, relative):
    state = dict(state)
    best = state["best"]
    if best is None or best - loss > relative * abs(best):
        state.update(best=loss, waited=0)
    elif state["waited"] >= patience:
        state.update(rate=factor * state["rate"], waited=0)
    else:
        state["waited"] += 1
    return state


def by_early_return(state, loss, factor, patience, relative):
    rate, best = state["rate"], state["best"]
    if best is None or loss + relative * abs(best) < best:
        return {**state, "best": loss, "waited": 0}
    if state["waited"] == patience:
        return {"rate": rate * factor, "best": best, "waited": 0}
    return {**state, "waited": state["waited"] + 1}


def by_infinity(state, loss, factor, patience, relative):
    best = math.inf if state["best"] is None else state["best"]
    bar = best if math.isinf(best) else best - relative * abs(best)
    better = loss < bar
    waited = 0 if better else state["waited"] + 1
    fall = waited > patience
    return {
        "rate": np.float64(state["rate"]) * (factor if fall else 1),
        "best": np.float64(loss if better else best),
        "waited": np.int64(0 if fall else waited),
    }


EXERCISE = Exercise(
    name="plateau_update",
    task="Return the new state, a dict with rate, best and waited, after one more loss: rate times "
    "factor once more than patience losses in a row were not better than the best.",
    points=3,
    reference=plateau_update,
    public=(
        Case(({"rate": 0.1, "best": None, "waited": 0}, 2.5, 0.2, 2, 0.1)),
        Case(({"rate": 0.1, "best": 2.5, "waited": 1}, 2.0, 0.2, 2, 0.1)),
        Case(({"rate": 0.1, "best": 2.0, "waited": 1}, 2.4, 0.2, 2, 0.1)),
        Case(({"rate": 0.1, "best": 2.0, "waited": 2}, 1.85, 0.2, 2, 0.1)),
        Case(({"rate": 0.1, "best": -2.0, "waited": 1}, -2.08, 0.2, 2, 0.1)),
        Case(({"rate": 0.1, "best": 2.0, "waited": 1}, 2.0, 0.2, 2, 0.0)),
        Case(({"rate": 1, "best": 3, "waited": 0}, 4, 0.2, 0, 0.0)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            patience_one_short,
            "The rate falls one loss early: patience of them are borne, the next one is too many.",
        ),
        Mistake(
            patience_one_long,
            "The rate falls one loss late: count this loss first, then compare with patience.",
        ),
        Mistake(
            goes_on_counting,
            "After a fall the count starts again: else the rate falls at every further loss.",
        ),
        Mistake(
            counts_all_in_all,
            "Only losses in a row count: an improvement sets waited back to 0.",
        ),
        Mistake(
            best_is_the_last,
            "That compares with the last loss: best is the lowest so far, and a worse one leaves "
            "it.",
        ),
        Mistake(
            best_creeps,
            "A gain too small to count must leave best alone, or many small ones never add up.",
        ),
        Mistake(
            best_forgotten_after_a_fall,
            "A fall of the rate leaves best as it was: the next losses are held against it too.",
        ),
        Mistake(best_never_set, "An improvement becomes the new best."),
        Mistake(
            any_gain_counts,
            "A gain counts only beyond a share of the best: loss < best - relative·|best|.",
        ),
        Mistake(equal_counts, "A loss that only equals the bar is no improvement: <, not <=."),
        Mistake(
            absolute_gain,
            "relative is a share of the best, relative·|best|, not an amount of loss.",
        ),
        Mistake(
            without_absolute_value,
            "Where the best is negative, best·(1 - relative) lies above it: take relative·|best| "
            "off.",
        ),
        Mistake(higher_is_better, "The comparison is turned round: a lower loss is better."),
        Mistake(
            falls_by_the_factor,
            "The new rate is factor times the old one: rate·(1 - factor) falls by the factor.",
        ),
        Mistake(no_first_loss, "Before the first loss best is None: any loss is better."),
        Mistake(
            in_place,
            "That changes the caller's state: begin with a copy, dict(state).",
        ),
        Mistake(
            divided_by_the_factor, "The rate is multiplied by factor: divided by it, it rises."
        ),
    ),
    variants=(by_unpacking, by_copying, by_early_return, by_infinity),
    forbid=(*REFERENCES, *READY_SCHEDULES),
)
