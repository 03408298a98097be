"""Gradual warmup joined to a fractional decay (deck B, "Learning rate warmup"; deck A)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.schedules import Fractional, GradualWarmup

from .shared import READY_SCHEDULES, REFERENCES, draw_rate, shuffled_steps


def warmup_then_decay(
    t: np.ndarray, start: float, rate: float, warmup: int, decay: float
) -> np.ndarray:
    """A line from start to rate in N steps, then rate/(1 + κ(t - N)), at t of shape (n,)."""
    return GradualWarmup(Fractional(rate, decay), warmup, start)(t)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Before, at and after the joint in any order; one step alone on either side."""
    cases = []
    for _ in range(2):
        n, top = int(rng.integers(3, 7)), draw_rate(rng)
        start, decay = top * float(rng.uniform(0.05, 0.4)), float(rng.uniform(0.1, 0.9))
        cases.append(Case((shuffled_steps(rng, n + 5), start, top, n, decay)))
    n = int(rng.integers(8, 20))
    early, late = np.array([int(rng.integers(1, n))]), np.array([n + int(rng.integers(1, 99))])
    decay = float(rng.uniform(0.01, 0.1))
    whole = Case((shuffled_steps(rng, 9), int(rng.integers(1, 3)), int(rng.integers(4, 9)), 4, 0.5))
    return [
        *cases,
        Case((early, 0.01, draw_rate(rng), n, decay)),
        Case((late, 0.01, draw_rate(rng), n, decay)),
        whole,
    ]


# --- mistakes ---


def decay_from_step_zero(t, start, rate, warmup, decay):
    return np.where(t < warmup, start + (rate - start) * t / warmup, rate / (1 + decay * t))


def constant_warmup(t, start, rate, warmup, decay):
    return np.where(t < warmup, start, rate / (1 + decay * np.maximum(t - warmup, 0)))


def ramp_from_zero(t, start, rate, warmup, decay):
    after = rate / (1 + decay * np.maximum(t - warmup, 0))
    return np.where(t < warmup, rate * t / warmup, after)


def ramp_on_top_of_start(t, start, rate, warmup, decay):
    after = rate / (1 + decay * np.maximum(t - warmup, 0))
    return np.where(t < warmup, start + rate * t / warmup, after)


def ramp_one_step_short(t, start, rate, warmup, decay):
    after = rate / (1 + decay * np.maximum(t - warmup, 0))
    return np.where(t < warmup, start + (rate - start) * t / (warmup - 1), after)


def ramp_counted_from_one(t, start, rate, warmup, decay):
    after = rate / (1 + decay * np.maximum(t - warmup, 0))
    return np.where(t < warmup, start + (rate - start) * (t + 1) / warmup, after)


def decay_counted_from_one(t, start, rate, warmup, decay):
    after = rate / (1 + decay * np.maximum(t - warmup + 1, 0))
    return np.where(t < warmup, start + (rate - start) * t / warmup, after)


def without_warmup(t, start, rate, warmup, decay):
    return rate / (1 + decay * t)


def without_decay(t, start, rate, warmup, decay):
    return start + (rate - start) * np.minimum(t, warmup) / warmup


def one_times_the_other(t, start, rate, warmup, decay):
    ramp = start + (rate - start) * np.minimum(t, warmup) / warmup
    return ramp / (1 + decay * t)


def exponential(t, start, rate, warmup, decay):
    after = rate * np.exp(-decay * np.maximum(t - warmup, 0))
    return np.where(t < warmup, start + (rate - start) * t / warmup, after)


def compounded(t, start, rate, warmup, decay):
    after = rate / (1 + decay) ** np.maximum(t - warmup, 0)
    return np.where(t < warmup, start + (rate - start) * t / warmup, after)


def by_position(t, start, rate, warmup, decay):
    t = np.arange(len(t))
    after = rate / (1 + decay * np.maximum(t - warmup, 0))
    return np.where(t < warmup, start + (rate - start) * t / warmup, after)


def inverse_root(t, start, rate, warmup, decay):
    after = rate / np.sqrt(1 + decay * np.maximum(t - warmup, 0))
    return np.where(t < warmup, start + (rate - start) * t / warmup, after)


def the_smaller_one(t, start, rate, warmup, decay):
    return np.minimum(start + (rate - start) * t / warmup, rate / (1 + decay * t))


# --- variants ---


def by_loop(t, start, rate, warmup, decay):
    rates = []
    for k in t:
        if k < warmup:
            rates.append(start + (rate - start) * k / warmup)
        else:
            rates.append(rate / (1 + decay * (k - warmup)))
    return rates


def by_where(t, start, rate, warmup, decay):
    after = rate / (1 + decay * np.maximum(t - warmup, 0))
    return np.where(t <= warmup, start + (rate - start) * t / warmup, after)


def by_two_clips(t, start, rate, warmup, decay):
    done = np.clip(t / warmup, 0, 1)
    return ((1 - done) * start + done * rate) / (1 + decay * np.clip(t - warmup, 0, None))


def by_interpolation(t, start, rate, warmup, decay):
    ramp = np.interp(t, [0, warmup], [start, rate])
    return ramp / (1 + decay * np.maximum(t - warmup, 0))


def by_masks(t, start, rate, warmup, decay):
    rates = np.empty(t.shape)
    early = t < warmup
    rates[early] = start + (rate - start) * t[early] / warmup
    rates[~early] = rate / (1 + decay * (t[~early] - warmup))
    return rates


def by_torch(t, start, rate, warmup, decay):
    t = torch.as_tensor(t)
    ramp = start + (rate - start) * t.double() / warmup
    after = rate / (1 + decay * (t - warmup).clamp(min=0).double())
    return torch.where(t < warmup, ramp, after)


EXERCISE = Exercise(
    name="warmup_then_decay",
    task="Return the rates at the steps t, integers of shape (n,): a straight line from start to "
    "rate over warmup steps, then rate/(1 + decay · steps since the warmup).",
    points=3,
    reference=warmup_then_decay,
    public=(
        Case((np.arange(8), 0.02, 0.1, 4, 0.25)),
        Case((np.array([13, 1, 2, 3, 0]), 0.1, 0.5, 3, 0.1)),
        Case((np.array([9, 8, 4]), 1, 3, 8, 0.5)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            decay_from_step_zero,
            "The rate jumps down after the warmup: the decay begins there, at its own step 0.",
        ),
        Mistake(
            constant_warmup,
            "That is constant warmup, with a jump at its end: a gradual one climbs in a line.",
        ),
        Mistake(ramp_from_zero, "The line begins at start: from 0 the first update is wasted."),
        Mistake(
            ramp_on_top_of_start,
            "The line climbs by rate - start: start plus the whole rate overshoots.",
        ),
        Mistake(
            ramp_one_step_short,
            "The line arrives one step early: divide by the number of warmup steps itself.",
        ),
        Mistake(ramp_counted_from_one, "Steps count from 0: at t = 0 the rate is start."),
        Mistake(
            decay_counted_from_one,
            "The first step after the warmup has the full rate: the decay counts t - warmup.",
        ),
        Mistake(without_warmup, "The warmup is missing: the rate begins at start and climbs."),
        Mistake(without_decay, "After the warmup the rate falls again: the decay is missing."),
        Mistake(
            one_times_the_other,
            "During the warmup nothing decays: one schedule follows the other, not their product.",
        ),
        Mistake(exponential, "That is exponential decay: the fractional one divides by 1 + κ t."),
        Mistake(
            compounded,
            "Dividing by 1 + κ at every step is exponential decay: divide once, by 1 + κ t.",
        ),
        Mistake(
            by_position,
            "That is right only for t = 0, 1, 2, ...: use the values in t, not their positions.",
        ),
        Mistake(
            inverse_root,
            "That decays with the inverse root: the fractional one divides by 1 + κ t itself.",
        ),
        Mistake(
            the_smaller_one,
            "The smaller of two curves is another one: the line up to N, and only then the decay.",
        ),
    ),
    variants=(by_loop, by_where, by_two_clips, by_interpolation, by_masks, by_torch),
    forbid=(*REFERENCES, *READY_SCHEDULES),
)
