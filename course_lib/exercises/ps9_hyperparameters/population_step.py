"""One step of population-based training: exploit and explore (deck D; Jaderberg et al. 2017)."""

from __future__ import annotations

import numpy as np

from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.given import rng as given_rng

from . import population_step_answers as answers
from .population_step_rule import MANY, accept
from .shared import OTHER_SOURCES, REFERENCES, fresh_rng


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
