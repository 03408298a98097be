"""One step of population-based training: exploit and explore (deck D; Jaderberg et al. 2017)."""

from __future__ import annotations

import math

import numpy as np

from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.distributions import mean_is, share_is, unrelated
from course_lib.checks.given import rng as given_rng

from . import population_step_answers as answers
from .shared import OTHER_SOURCES, REFERENCES, fresh_rng

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


def population_step(
    rates: np.ndarray, losses: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """(parents, rates): whose weights each member goes on from, and with which rate.

    The worst fifth (at least one) copy a member of the best fifth, drawn for each, and its rate
    times 0.8 or 1.2; the others go on as they are.
    """
    n = max(1, len(rates) // 5)
    order = np.argsort(losses)
    parents, new = np.arange(len(rates)), np.array(rates, dtype=float)
    worst = order[-n:]
    parents[worst] = rng.choice(order[:n], size=n)
    new[worst] = rates[parents[worst]] * rng.choice([0.8, 1.2], size=n)
    return parents, new


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


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [_case(rng, n) for n in (3, 5, 14, 20, MANY)]
    rates, losses, generator = _case(rng, 10).args
    losses[rng.integers(10)] = np.inf  # a member that diverged is the worst
    return [*cases, Case((rates, losses, generator))]


def _case(rng: np.random.Generator, n: int) -> Case:
    # Rates so far apart that no two of them are 0.8 or 1.2 times each other.
    rates = 1e-3 * 1.7 ** rng.permutation(n) if n < 50 else 1e-3 + rng.random(n)
    return Case((rates, rng.uniform(0.2, 2.0, size=n), fresh_rng(rng)))


_LARGE = np.random.default_rng(2531).random((2, MANY))


EXERCISE = Exercise(
    name="population_step",
    task="One step of population-based training: return (parents, rates), each (n,); the worst "
    "fifth copy a random one of the best fifth, with its rate times 0.8 or 1.2.",
    points=3,
    reference=population_step,
    public=(
        Case(
            (
                np.array([0.1, 0.001, 0.03, 0.5, 0.01]),
                np.array([0.9, 0.8, 0.3, 1.5, 0.5]),
                given_rng(2532),
            )
        ),
        Case((0.001 * 1.7 ** np.arange(11), np.sin(np.arange(11.0) ** 2), given_rng(2533))),
        Case((np.array([0.1, 0.01]), np.array([np.inf, 0.4]), given_rng(2534))),
        Case((0.001 + _LARGE[0], _LARGE[1], given_rng(2535))),
    ),
    hidden=hidden,
    accept=accept,
    # Two large cases in one grading, each with three tests at 1e-9; that 400 draws from 400 are all
    # different, or all the same, has a probability below 1e-100.
    false_alarm=1e-8,
    mistakes=(
        Mistake(
            answers.high_loss_is_good,
            "The best copy from the worst: a low loss is good, and argsort puts it first.",
        ),
        Mistake(
            answers.without_exploring,
            "Copied, but not explored: a rate that is copied is then multiplied by 0.8 or 1.2.",
        ),
        Mistake(
            answers.without_exploiting,
            "Explored, but not exploited: the worst give up their own weights, parents names whose "
            "they take.",
        ),
        Mistake(
            answers.from_its_own_rate,
            "The new rate starts from that of the parent: the old one has just done badly.",
        ),
        Mistake(
            answers.everybody_explores,
            "Only those that copy explore: the others go on with the rate that they have.",
        ),
        Mistake(
            answers.everybody_copies,
            "Only the worst fifth copy: those in between go on as they are.",
        ),
        Mistake(
            answers.always_the_best,
            "All copy the one best member: the parent is drawn from the best fifth, for each anew.",
        ),
        Mistake(
            answers.each_once,
            "The worst copy the best one by one: draw the parent at random, so that one may be "
            "copied twice.",
        ),
        Mistake(
            answers.one_factor_for_all,
            "One factor was drawn for all: draw one for each member that copies.",
        ),
        Mistake(
            answers.factor_in_between,
            "The factor is 0.8 or 1.2, rng.choice, and not a number in between.",
        ),
        Mistake(
            answers.from_anybody, "The parent is one of the best fifth, not anyone that did better."
        ),
        Mistake(answers.in_place, "That writes into the caller's rates: work on a copy."),
    ),
    variants=(
        answers.by_arrays,
        answers.by_loop,
        answers.by_coin,
        answers.by_partition,
        answers.by_torch,
        answers.by_single_precision,
    ),
    forbid=(*REFERENCES, *OTHER_SOURCES),
)
