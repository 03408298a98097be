"""A rate that falls every P steps (deck A, "Common LR schedules": step exponential decay)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.schedules import Step

from .shared import READY_SCHEDULES, REFERENCES, draw_rate, shuffled_steps


def step_decay(t: np.ndarray, rate: float, factor: float, period: int) -> np.ndarray:
    """η_t = η₀ ρ^⌊t/P⌋ at the steps t, integers of shape (n,)."""
    return Step(rate, factor, period)(t)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Some periods long, in any order; one step alone; a rate that is a whole number."""
    cases = []
    for period in rng.choice([2, 3, 4, 5], size=2, replace=False).tolist():
        factor = float(rng.uniform(0.2, 0.8))
        cases.append(Case((shuffled_steps(rng, 2 * period + 2), draw_rate(rng), factor, period)))
    alone = np.array([int(rng.integers(15, 30))])
    whole = Case(
        (shuffled_steps(rng, 12), int(rng.integers(2, 6)), float(rng.uniform(0.2, 0.8)), 4)
    )
    every = Case((np.arange(6), draw_rate(rng), 0.5, 1))
    return [*cases, Case((alone, draw_rate(rng), float(rng.uniform(0.2, 0.8)), 7)), whole, every]


# --- mistakes ---


def without_floor(t, rate, factor, period):
    return rate * factor ** (t / period)


def rounded(t, rate, factor, period):
    return rate * factor ** np.round(t / period)


def at_every_step(t, rate, factor, period):
    return rate * np.power(float(factor), t)


def only_once(t, rate, factor, period):
    return np.where(t >= period, rate * factor, rate)


def multiplied_by_the_count(t, rate, factor, period):
    return rate * factor * (t // period)


def remainder(t, rate, factor, period):
    return rate * np.power(float(factor), t % period)


def one_step_early(t, rate, factor, period):
    return rate * np.power(float(factor), (t + 1) // period)


def one_step_late(t, rate, factor, period):
    return rate * np.power(float(factor), np.maximum(t - 1, 0) // period)


def by_position(t, rate, factor, period):
    return rate * np.power(float(factor), np.arange(len(t)) // period)


def cut_to_integers(t, rate, factor, period):
    rates = np.zeros_like(t)
    for k, step in enumerate(t):
        rates[k] = rate * factor ** (int(step) // period)
    return rates


def rounded_up(t, rate, factor, period):
    return rate * np.power(float(factor), -(-t // period))


# --- variants ---


def by_loop(t, rate, factor, period):
    rates = []
    for step in t:
        now = rate
        for _ in range(int(step) // period):
            now *= factor
        rates.append(now)
    return rates


def by_power(t, rate, factor, period):
    return rate * factor ** (t // period)


def by_floor(t, rate, factor, period):
    return rate * np.power(factor, np.floor(t / period))


def by_exponential(t, rate, factor, period):
    return rate * np.exp(np.log(factor) * (t // period))


def by_torch(t, rate, factor, period):
    falls = torch.as_tensor(t) // period
    return rate * torch.pow(torch.tensor(factor, dtype=torch.float64), falls)


def by_single_precision(t, rate, factor, period):
    return np.float32(rate) * np.power(np.float32(factor), (t // period).astype(np.float32))


EXERCISE = Exercise(
    name="step_decay",
    task="Return the rates at the steps t, integers of shape (n,): rate times factor to the power "
    "of the number of whole periods in t.",
    points=2,
    reference=step_decay,
    public=(
        Case((np.arange(7), 0.4, 0.5, 3)),
        Case((np.array([20, 9, 10, 0]), 0.1, 0.1, 10)),
        Case((np.array([5, 4, 0]), 2, 0.25, 2)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            without_floor,
            "That falls a little at every step: ⌊t/P⌋ is the number of whole periods, t // period.",
        ),
        Mistake(rounded, "Rounding to the nearest moves the fall to mid-period: round down, //."),
        Mistake(
            at_every_step,
            "That multiplies at every step: the power is the number of whole periods, t // period.",
        ),
        Mistake(only_once, "The rate falls again after each further period, not only once."),
        Mistake(
            multiplied_by_the_count,
            "The number of periods is a power of the factor: times it, the first rate would be 0.",
        ),
        Mistake(
            remainder,
            "% gives the place within the period, and the rate would jump up again: use //.",
        ),
        Mistake(one_step_early, "The rate falls one step early: steps 0 to P - 1 have the first."),
        Mistake(one_step_late, "The rate falls one step late: step P has the second rate already."),
        Mistake(
            by_position,
            "That is right only for t = 0, 1, 2, ...: use the values in t, not their positions.",
        ),
        Mistake(
            cut_to_integers,
            "zeros_like(t) holds integers, as t does, and cuts each rate off: make it of floats.",
        ),
        Mistake(
            rounded_up, "Rounding up ends the first rate after one step: round down, t // period."
        ),
    ),
    variants=(by_loop, by_power, by_floor, by_exponential, by_torch, by_single_precision),
    forbid=(*REFERENCES, *READY_SCHEDULES),
)
