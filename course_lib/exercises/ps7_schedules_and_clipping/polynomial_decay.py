"""A rate that falls to 0 as a power of the steps that are left (deck A's linear decay is p = 1)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.schedules import Polynomial

from .shared import READY_SCHEDULES, REFERENCES, draw_rate, shuffled_steps


def polynomial_decay(t: np.ndarray, rate: float, steps: int, power: float) -> np.ndarray:
    """η_t = η₀ (1 - min(t, N)/N)ᵖ at the steps t, integers of shape (n,)."""
    return Polynomial(rate, steps, power)(t)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Powers above, below and of 1, each beyond the end; one step alone."""
    powers = (2, float(rng.uniform(1.5, 3.5)), 0.5)
    cases = []
    for power in powers:
        n = int(rng.integers(3, 9))
        cases.append(Case((shuffled_steps(rng, n + 4), draw_rate(rng), n, power)))
    n = int(rng.integers(20, 40))
    alone = Case((np.array([int(rng.integers(1, n))]), draw_rate(rng), n, 1.5))
    return [*cases, Case((shuffled_steps(rng, 14), draw_rate(rng), 10, 1)), alone]


# --- mistakes ---


def without_end(t, rate, steps, power):
    return rate * (1 - t / steps) ** power


def power_of_the_fraction_done(t, rate, steps, power):
    return rate * (1 - (np.minimum(t, steps) / steps) ** power)


def without_power(t, rate, steps, power):
    return rate * (1 - np.minimum(t, steps) / steps)


def power_of_the_rate_too(t, rate, steps, power):
    return (rate * (1 - np.minimum(t, steps) / steps)) ** power


def times_the_power(t, rate, steps, power):
    return rate * (1 - np.minimum(t, steps) / steps) * power


def one_step_short(t, rate, steps, power):
    return rate * (1 - np.minimum(t, steps - 1) / (steps - 1)) ** power


def counted_from_one(t, rate, steps, power):
    return rate * (1 - np.minimum(t + 1, steps) / steps) ** power


def divided_whole(t, rate, steps, power):
    return rate * (1.0 - np.minimum(t, steps) // steps) ** power


def up_again_at_the_end(t, rate, steps, power):
    return np.where(t < steps, rate * (1 - np.minimum(t, steps) / steps) ** power, rate)


def never_zero(t, rate, steps, power):
    return rate * (1 - np.minimum(t, steps - 1) / steps) ** power


def in_place(t, rate, steps, power):
    np.minimum(t, steps, out=t)
    return rate * (1 - t / steps) ** power


# --- variants ---


def by_loop(t, rate, steps, power):
    return [rate * (1 - min(int(k), steps) / steps) ** power for k in t]


def by_steps_left(t, rate, steps, power):
    left = np.maximum(steps - t, 0)
    return rate * (left / steps) ** power


def by_clip(t, rate, steps, power):
    return rate * np.clip(1 - t / steps, 0, 1) ** power


def by_where(t, rate, steps, power):
    rates = np.zeros(t.shape)
    before = t < steps
    rates[before] = rate * np.power(1 - t[before] / steps, power)
    return rates


def by_torch(t, rate, steps, power):
    done = torch.as_tensor(t).clamp(max=steps).to(torch.float64) / steps
    return rate * (1 - done) ** power


def by_single_precision(t, rate, steps, power):
    left = np.maximum(steps - t, 0).astype(np.float32) / np.float32(steps)
    return np.float32(rate) * left ** np.float32(power)


EXERCISE = Exercise(
    name="polynomial_decay",
    task="Return the rates at the steps t, integers of shape (n,): rate times the given power of "
    "the share of steps that is left, and 0 from the step `steps` on.",
    points=2,
    reference=polynomial_decay,
    public=(
        Case((np.arange(6), 0.8, 4, 2)),
        Case((np.array([12, 5, 0, 10]), 0.1, 10, 1)),
        Case((np.array([3, 0, 4, 7]), 0.5, 4, 0.5)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            without_end,
            "After the last step the share left is negative, and its power rises or is nan: hold "
            "the share at 0.",
        ),
        Mistake(
            power_of_the_fraction_done,
            "The power belongs to the share that is left, (1 - t/N)ᵖ, not to the share done.",
        ),
        Mistake(without_power, "That is the linear decay: raise the share left to the power."),
        Mistake(
            power_of_the_rate_too,
            "Only the share left has the power: the first rate must come out as rate itself.",
        ),
        Mistake(times_the_power, "A power is **, not *: the first rate must come out as rate."),
        Mistake(
            one_step_short,
            "The rate reaches 0 one step early: it falls over N steps, from t = 0 to t = N.",
        ),
        Mistake(counted_from_one, "Steps count from 0: at t = 0 nothing is done yet."),
        Mistake(divided_whole, "// cuts the share off to a whole number: divide with /."),
        Mistake(
            up_again_at_the_end,
            "After the last step the rate is back at the first one: it must stay at 0.",
        ),
        Mistake(never_zero, "The rate stops one step before the end: at t = N it is 0."),
        Mistake(in_place, "out=t writes into the caller's steps: put the minimum in a new array."),
    ),
    variants=(by_loop, by_steps_left, by_clip, by_where, by_torch, by_single_precision),
    forbid=(*REFERENCES, *READY_SCHEDULES),
)
