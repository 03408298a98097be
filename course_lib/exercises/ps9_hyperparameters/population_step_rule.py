"""When an answer to ``population_step`` is right; students are given this module."""

from __future__ import annotations

import math

import numpy as np

from course_lib.checks.distributions import mean_is, share_is, unrelated

NOT_TWO_ARRAYS = "the result is not two arrays, parents and rates, each of shape (n,)"

NO_MEMBER = "parents are not numbers of members, from 0 to n - 1"

NOBODY_COPIES = "nobody copies: the worst fifth should go on from one of the best"

BEST_COPY = "the best members copy: they should go on as they are"

OTHERS_COPY = "other members than the worst fifth copy"

NOT_ALL_COPY = "not all of the worst fifth copy"

NOT_FROM_BEST = "a member copies one that is not among the best fifth"

OTHERS_MOVED = "a member that goes on as it is has another rate"

NOT_EXPLORED = "the rates of those that copy are just those of their parents"

OWN_RATE = "the new rates start from the copying member's own rate, not its parent's"

BETWEEN = "a new rate is not its parent's times 0.8 or 1.2"

UNFAIR = "0.8 and 1.2 are not equally likely"

ONE_PARENT = "all copy the same member"

IN_TURN = "each of the best is copied exactly once: draw the parent anew for each"

NOT_EVENLY = "the best are not equally likely to be copied"

RELATED = "the factor depends on the parent"

# Members from which on a fifth is enough to see how parents and factors are drawn.
MANY = 2000


def accept(args: tuple, value: object) -> str:
    """The first rule of the step that is broken."""
    rates, losses, _ = args
    parents, new = (np.asarray(part, dtype=float) for part in value)  # type: ignore[attr-defined]
    if parents.shape != rates.shape or new.shape != rates.shape:
        return NOT_TWO_ARRAYS
    if not np.array_equal(parents, np.clip(np.round(parents), 0, len(rates) - 1)):
        return NO_MEMBER
    parents = parents.astype(int)
    order, n = np.argsort(losses), max(1, len(rates) // 5)
    return (
        _wrong_exploit(parents, order, n)
        or _wrong_explore(rates, new, parents, order[-n:], n)
        or _wrong_draws(rates, new, parents, order, n)
    )


def _wrong_exploit(parents: np.ndarray, order: np.ndarray, n: int) -> str:
    copies = parents != np.arange(len(parents))
    if not np.any(copies):
        return NOBODY_COPIES
    if np.any(copies[order[:n]]):
        return BEST_COPY
    if np.any(copies[order[:-n]]):
        return OTHERS_COPY
    if not np.all(copies[order[-n:]]):
        return NOT_ALL_COPY
    return "" if np.all(np.isin(parents[copies], order[:n])) else NOT_FROM_BEST


def _wrong_explore(
    rates: np.ndarray, new: np.ndarray, parents: np.ndarray, worst: np.ndarray, n: int
) -> str:
    stays = np.setdiff1d(np.arange(len(rates)), worst)
    if not np.allclose(new[stays], rates[stays], rtol=1e-5):
        return OTHERS_MOVED
    if np.allclose(new[worst], rates[parents[worst]], rtol=1e-5):
        return NOT_EXPLORED
    if _is_factor(new[worst] / rates[parents[worst]]):
        return ""
    return OWN_RATE if _is_factor(new[worst] / rates[worst]) else BETWEEN


def _is_factor(ratios: np.ndarray) -> bool:
    return bool(np.all(np.isclose(ratios, 0.8, rtol=1e-5) | np.isclose(ratios, 1.2, rtol=1e-5)))


def _wrong_draws(
    rates: np.ndarray, new: np.ndarray, parents: np.ndarray, order: np.ndarray, n: int
) -> str:
    if len(rates) < MANY:
        return ""
    chosen = parents[order[-n:]]
    up = new[order[-n:]] > rates[chosen]
    rank = np.argsort(order)[chosen] / (n - 1)
    different = len(np.unique(chosen))
    if not share_is(up, 0.5):
        return UNFAIR
    if different == 1:
        return ONE_PARENT
    if different == n:
        return IN_TURN
    if not mean_is(rank, 0.5, 0.0, 1.0):
        return NOT_EVENLY
    return "" if unrelated(up, rank < 0.5, 0.5, math.ceil((n - 1) / 2) / n) else RELATED
