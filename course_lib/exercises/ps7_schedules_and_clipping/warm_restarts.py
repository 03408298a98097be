"""Cosine annealing with warm restarts (deck A, "Exotic annealing LR schedules")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.schedules import WarmRestarts

from .shared import READY_SCHEDULES, REFERENCES, draw_rate, shuffled_steps


def warm_restarts(t: np.ndarray, rate: float, end: float, period: int, growth: int) -> np.ndarray:
    """η_t = η_min + ½(η₀ - η_min)(1 + cos(π T_cur/T_i)) at the steps t, integers of shape (n,)."""
    return WarmRestarts(rate, period, growth, end)(t)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Three periods that stay as long, double and treble, in any order; one step alone."""
    cases = []
    for growth in (1, 2, 3):
        period, top = int(rng.integers(2, 5)), draw_rate(rng)
        t = shuffled_steps(rng, period * (1 + growth + growth**2) + 2)
        cases.append(Case((t, top, top * float(rng.uniform(0.02, 0.3)), period, growth)))
    top = draw_rate(rng)
    far = np.array([int(rng.integers(80, 200))])
    late = Case((far, top, top * 0.1, 3, 2))
    return [*cases, late, Case((shuffled_steps(rng, 9), draw_rate(rng), 0.0, 20, 1))]


# --- mistakes ---


def as_on_the_slide(t, rate, end, period, growth):
    rates = []
    for k in t.tolist():
        length = period
        while k >= length:
            k, length = k - length, length * growth
        rates.append(end + (end - rate) * (1 + math.cos(math.pi * k / length)) / 2)
    return np.array(rates)


def same_length(t, rate, end, period, growth):
    return end + (rate - end) * (1 + np.cos(np.pi * (t % period) / period)) / 2


def without_restarts(t, rate, end, period, growth):
    return end + (rate - end) * (1 + np.cos(np.pi * t / period)) / 2


def down_and_level(t, rate, end, period, growth):
    return end + (rate - end) * (1 + np.cos(np.pi * np.minimum(t, period) / period)) / 2


def counted_from_the_start(t, rate, end, period, growth):
    rates = []
    for k in t.tolist():
        start, length = 0, period
        while k >= start + length:
            start, length = start + length, length * growth
        rates.append(end + (rate - end) * (1 + math.cos(math.pi * k / length)) / 2)
    return np.array(rates)


def old_length(t, rate, end, period, growth):
    rates = []
    for k in t.tolist():
        length = period
        while k >= length:
            k, length = k - length, length * growth
        rates.append(end + (rate - end) * (1 + math.cos(math.pi * k / period)) / 2)
    return np.array(rates)


def restart_one_late(t, rate, end, period, growth):
    rates = []
    for k in t.tolist():
        length = period
        while k > length:
            k, length = k - length, length * growth
        rates.append(end + (rate - end) * (1 + math.cos(math.pi * k / length)) / 2)
    return np.array(rates)


def one_step_short(t, rate, end, period, growth):
    rates = []
    for k in t.tolist():
        length = period
        while k >= length:
            k, length = k - length, length * growth
        rates.append(end + (rate - end) * (1 + math.cos(math.pi * k / (length - 1))) / 2)
    return np.array(rates)


def without_half(t, rate, end, period, growth):
    rates = []
    for k in t.tolist():
        length = period
        while k >= length:
            k, length = k - length, length * growth
        rates.append(end + (rate - end) * (1 + math.cos(math.pi * k / length)))
    return np.array(rates)


def down_to_zero(t, rate, end, period, growth):
    rates = []
    for k in t.tolist():
        length = period
        while k >= length:
            k, length = k - length, length * growth
        rates.append(rate * (1 + math.cos(math.pi * k / length)) / 2)
    return np.array(rates)


def from_the_sum(t, rate, end, period, growth):
    rates = []
    for k in t.tolist():
        length = period
        while k >= length:
            k, length = k - length, length * growth
        rates.append(end + rate * (1 + math.cos(math.pi * k / length)) / 2)
    return np.array(rates)


def without_pi(t, rate, end, period, growth):
    rates = []
    for k in t.tolist():
        length = period
        while k >= length:
            k, length = k - length, length * growth
        rates.append(end + (rate - end) * (1 + math.cos(k / length)) / 2)
    return np.array(rates)


def in_place(t, rate, end, period, growth):
    length = np.full(t.shape, period)
    while np.any(t >= length):
        later = t >= length
        t[later] -= length[later]
        length[later] *= growth
    return end + (rate - end) * (1 + np.cos(np.pi * t / length)) / 2


def whole_turn(t, rate, end, period, growth):
    rates = []
    for k in t.tolist():
        length = period
        while k >= length:
            k, length = k - length, length * growth
        rates.append(end + (rate - end) * (1 + math.cos(2 * math.pi * k / length)) / 2)
    return np.array(rates)


# --- variants ---


def by_loop(t, rate, end, period, growth):
    rates = []
    for k in t.tolist():
        length = period
        while k >= length:
            k, length = k - length, length * growth
        rates.append(end + (rate - end) * (1 + math.cos(math.pi * k / length)) / 2)
    return rates


def by_searching(t, rate, end, period, growth):
    lengths = [period]
    while sum(lengths) <= t.max():
        lengths.append(lengths[-1] * growth)
    ends = np.cumsum(lengths)
    i = np.searchsorted(ends, t, side="right")
    share = (t - (ends - lengths)[i]) / np.array(lengths)[i]
    return end + 0.5 * (rate - end) * (1 + np.cos(np.pi * share))


def by_shifting(t, rate, end, period, growth):
    left, length = t.copy(), np.full(t.shape, period)
    while np.any(left >= length):
        left, length = np.where(left >= length, (left - length, length * growth), (left, length))
    return end + (rate - end) * np.cos(np.pi * left / length / 2) ** 2


def by_mixing(t, rate, end, period, growth):
    rates = np.empty(len(t))
    for j, k in enumerate(t):
        start, length = 0, period
        while start + length <= k:
            start += length
            length *= growth
        share = (1 + np.cos(np.pi * (k - start) / length)) / 2
        rates[j] = share * rate + (1 - share) * end
    return rates


def by_torch(t, rate, end, period, growth):
    left = torch.as_tensor(t).clone()
    length = torch.full_like(left, period)
    while bool((left >= length).any()):
        over = left >= length
        left, length = (
            torch.where(over, left - length, left),
            torch.where(over, length * growth, length),
        )
    return end + (rate - end) * (1 + torch.cos(torch.pi * left.double() / length)) / 2


EXERCISE = Exercise(
    name="warm_restarts",
    task="Return the rates at the steps t, integers of shape (n,): a half cosine from rate down to "
    "end, begun anew after period steps, each period growth times as long as the one before.",
    points=3,
    reference=warm_restarts,
    public=(
        Case((np.arange(7), 0.1, 0.0, 2, 2)),
        Case((np.array([3, 0, 4, 9, 5, 8]), 0.6, 0.2, 4, 1)),
        Case((np.array([7, 2, 3, 11, 12, 25]), 0.5, 0.1, 3, 3)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            as_on_the_slide,
            "That rises: (η_min - η_max), as the slide prints it, is turned round.",
        ),
        Mistake(same_length, "Each period is growth times as long as the one before it."),
        Mistake(
            without_restarts,
            "Without restarts the cosine climbs back as slowly as it fell: after each period "
            "begin anew at the top.",
        ),
        Mistake(down_and_level, "After the first period the rate starts again from the top."),
        Mistake(
            counted_from_the_start,
            "T_cur counts the steps since the last restart, not since the beginning.",
        ),
        Mistake(
            old_length,
            "The cosine of a longer period is stretched with it: divide by the length of the "
            "period that t lies in.",
        ),
        Mistake(
            restart_one_late,
            "The restart comes one step late: at t = period the rate is the top one again.",
        ),
        Mistake(
            one_step_short,
            "A period of length T goes down by T_cur/T, and never quite reaches end: no T - 1.",
        ),
        Mistake(without_half, "1 + cos runs from 2 to 0: the factor ½ is missing."),
        Mistake(down_to_zero, "The lowest rate is end, not 0."),
        Mistake(
            from_the_sum,
            "The highest rate is rate itself: the cosine spans rate - end, on top of end.",
        ),
        Mistake(without_pi, "The cosine goes through half a turn: π is missing in its argument."),
        Mistake(in_place, "t[...] -= ... changes the caller's steps: work on a copy."),
        Mistake(whole_turn, "2π is a whole turn, down and up again: a period is half of one, π."),
    ),
    variants=(by_loop, by_searching, by_shifting, by_mixing, by_torch),
    forbid=(*REFERENCES, *READY_SCHEDULES),
)
