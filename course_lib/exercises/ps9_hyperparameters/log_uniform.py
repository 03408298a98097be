"""Draws on a log scale (deck C, "Search for hyperparameters on log scale": 10 ** uniform)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.given import rng as given_rng
from course_lib.search import LogUniform

from .log_uniform_rule import MANY, accept
from .shared import OTHER_SOURCES, REFERENCES, fresh_rng


def log_uniform(low: float, high: float, size: int, rng: np.random.Generator) -> np.ndarray:
    """``size`` independent draws whose logarithm is uniform between those of low and high."""
    axis = LogUniform(low, high)
    return np.array([axis.draw(rng) for _ in range(size)])


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = []
    for size in (1, 6, MANY, 2 * MANY):
        # At least three decades, so that uniform draws are all but in the last.
        low = 10 ** rng.uniform(-7, -4)
        high = low * 10 ** rng.uniform(3, 6)
        cases.append(Case((low, high, size, fresh_rng(rng))))
    above_one = rng.uniform(10, 20)
    return [*cases, Case((above_one, 5e4 * above_one, MANY, fresh_rng(rng)))]


# --- mistakes ---


def uniform_in_the_value(low, high, size, rng):
    return rng.uniform(low, high, size)


def exponents(low, high, size, rng):
    return rng.uniform(np.log10(low), np.log10(high), size)


def ends_as_exponents(low, high, size, rng):
    return 10.0 ** rng.uniform(low, high, size)


def mixed_bases(low, high, size, rng):
    return 10 ** rng.uniform(np.log(low), np.log(high), size)


def the_same_draw(low, high, size, rng):
    return np.full(size, low * (high / low) ** rng.random())


def a_single_number(low, high, size, rng):
    return low * (high / low) ** rng.random()


def whole_steps(low, high, size, rng):
    return low * (high / low) ** (rng.integers(7, size=size) / 6)


def grid_in_the_logarithm(low, high, size, rng):
    return low * (high / low) ** ((np.arange(size) + 0.5) / size)


def sorted_draws(low, high, size, rng):
    return np.sort(low * (high / low) ** rng.random(size))


def uniform_in_the_inverse(low, high, size, rng):
    return 1 / rng.uniform(1 / high, 1 / low, size)


def normal_in_the_logarithm(low, high, size, rng):
    share = np.clip(0.5 + 0.15 * rng.normal(size=size), 0, 1)
    return low * (high / low) ** share


# --- variants ---


def by_ten(low, high, size, rng):
    return 10 ** rng.uniform(np.log10(low), np.log10(high), size)


def by_exp(low, high, size, rng):
    return np.exp(rng.uniform(np.log(low), np.log(high), size=size))


def by_power(low, high, size, rng):
    return low * (high / low) ** rng.random(size)


def by_loop(low, high, size, rng):
    ends = math.log(low), math.log(high)
    return [math.exp(rng.uniform(*ends)) for _ in range(size)]


def by_torch(low, high, size, rng):
    exponent = torch.as_tensor(rng.random(size)) * math.log2(high / low) + math.log2(low)
    return 2**exponent


def by_single_precision(low, high, size, rng):
    return (10 ** rng.uniform(np.log10(low), np.log10(high), size)).astype(np.float32)


EXERCISE = Exercise(
    name="log_uniform",
    task="Draw size independent numbers between low and high with rng, an array (size,), whose "
    "logarithm is uniform: each decade is as likely as the next.",
    points=2,
    reference=log_uniform,
    public=(
        Case((1e-6, 1e-3, 4, given_rng(2501))),
        Case((1e-5, 1e0, MANY, given_rng(2502))),
        Case((20.0, 2e6, MANY, given_rng(2503))),
    ),
    hidden=hidden,
    accept=accept,
    # Five large cases, public and hidden, each with one test of its distribution at 1e-9; that
    # draws repeat, or lie at equal distances, has a probability below 1e-100.
    false_alarm=1e-8,
    mistakes=(
        Mistake(
            uniform_in_the_value,
            "That is uniform in the value itself: nine in ten draws lie in the highest decade. "
            "Draw the exponent instead.",
        ),
        Mistake(
            exponents, "Those are the exponents themselves: raise the base to them at the end."
        ),
        Mistake(
            ends_as_exponents,
            "low and high are the ends of the values: take their logarithms first, then draw.",
        ),
        Mistake(
            mixed_bases,
            "np.log is the natural logarithm: 10 ** needs np.log10, and np.log needs np.exp.",
        ),
        Mistake(
            the_same_draw,
            "One draw is repeated: ask the generator for size numbers, not for one.",
        ),
        Mistake(a_single_number, "That is another number of draws: the result has shape (size,)."),
        Mistake(
            whole_steps,
            "Only a few values can come: draw the exponent as a real number, not a whole one.",
        ),
        Mistake(
            grid_in_the_logarithm,
            "That is a grid, evenly spaced without any chance: draw with rng.",
        ),
        Mistake(
            sorted_draws,
            "The draws are sorted: leave them in the order in which they came, each independent of "
            "the last.",
        ),
        Mistake(
            uniform_in_the_inverse,
            "That is uniform in 1/value: nearly all draws lie in the lowest decade.",
        ),
        Mistake(
            normal_in_the_logarithm,
            "The logarithm is drawn from a bell: every decade is to be as likely as the next, "
            "rng.uniform.",
        ),
    ),
    variants=(by_ten, by_exp, by_power, by_loop, by_torch, by_single_precision),
    forbid=(*REFERENCES, *OTHER_SOURCES),
)
