"""Step responses in closed form (deck A, "unit step response with α = 0.9")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import filters
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES

DC, INPUT = "unit DC gain", "unit input gain"


def ar1_step_response(alpha, steps, gain):
    """s[0], ..., s[steps − 1] of the AR1 filter with that gain."""
    return filters.ar1(alpha, gain=gain).step_response(steps)


def hidden(rng: np.random.Generator) -> list[Case]:
    steps = [1, 2, *rng.integers(3, 40, size=2).tolist()]
    return [
        Case((alpha, n, gain), part=part)
        for gain, part in (("dc", DC), ("input", INPUT))
        for n, alpha in [*((n, rng.uniform(0.2, 0.97)) for n in steps), (60, rng.uniform(0.98, 1))]
    ]


# --- mistakes ---


def one_power_short(alpha, steps, gain):
    s = 1 - alpha ** np.arange(steps)
    return s if gain == "dc" else s / (1 - alpha)


def always_unit_dc_gain(alpha, steps, gain):
    return 1 - alpha ** np.arange(1, steps + 1)


def always_unit_input_gain(alpha, steps, gain):
    return (1 - alpha ** np.arange(1, steps + 1)) / (1 - alpha)


def gains_swapped(alpha, steps, gain):
    s = 1 - alpha ** np.arange(1, steps + 1)
    return s / (1 - alpha) if gain == "dc" else s


def impulse_response(alpha, steps, gain):
    h = alpha ** np.arange(steps)
    return (1 - alpha) * h if gain == "dc" else h


def times_for_power(alpha, steps, gain):
    s = 1 - alpha * np.arange(1, steps + 1)
    return s if gain == "dc" else s / (1 - alpha)


def power_of_the_rest(alpha, steps, gain):
    s = 1 - (1 - alpha) ** np.arange(1, steps + 1)
    return s if gain == "dc" else s / (1 - alpha)


def only_the_power(alpha, steps, gain):
    s = alpha ** np.arange(1, steps + 1)
    return s if gain == "dc" else s / (1 - alpha)


def times_the_dc_gain_inverted(alpha, steps, gain):
    s = 1 - alpha ** np.arange(1, steps + 1)
    return s if gain == "dc" else s * (1 - alpha)


def one_too_many(alpha, steps, gain):
    s = 1 - alpha ** np.arange(1, steps + 2)
    return s if gain == "dc" else s / (1 - alpha)


def only_the_last(alpha, steps, gain):
    s = 1 - alpha**steps
    return s if gain == "dc" else s / (1 - alpha)


# --- variants ---


def by_loop(alpha, steps, gain):
    b, y, s = 1 - alpha if gain == "dc" else 1.0, 0.0, []
    for _ in range(steps):
        y = alpha * y + b
        s.append(y)
    return s


def by_summed_impulse_response(alpha, steps, gain):
    s = np.cumsum(alpha ** np.arange(steps))
    return {"dc": (1 - alpha) * s, "input": s}[gain]


def by_numpy(alpha, steps, gain):
    s = 1 - np.power(alpha, 1 + np.arange(steps))
    return s / (1 - alpha) if gain == "input" else s


def by_torch(alpha, steps, gain):
    n = torch.arange(steps, dtype=torch.float64)
    scale = 1.0 if gain == "dc" else 1 / (1 - alpha)
    return scale * -torch.expm1((n + 1) * math.log(alpha))


EXERCISE = Exercise(
    name="ar1_step_response",
    task="Return s[0], ..., s[steps-1], the answer of the AR1 filter to 1, 1, 1, ...: for gain "
    '"dc" that with unit DC gain, for gain "input" that with unit input gain.',
    points=2,
    reference=ar1_step_response,
    public=(
        Case((0.9, 3, "dc"), part=DC),
        Case((0.5, 1, "dc"), part=DC),
        Case((0.99, 8, "dc"), part=DC),
        Case((0.9, 3, "input"), part=INPUT),
        Case((0.4, 5, "input"), part=INPUT),
    ),
    hidden=hidden,
    parts={DC: 1, INPUT: 1},
    mistakes=(
        Mistake(
            one_power_short,
            "The first answer, s[0], is b[0] already and not 0: the power is n + 1.",
        ),
        Mistake(
            always_unit_dc_gain,
            'gain "input" asks for the other filter: its steps are 1/(1 - alpha) times as high.',
        ),
        Mistake(
            always_unit_input_gain,
            'gain "dc" asks for the other filter, whose step response ends at 1.',
        ),
        Mistake(
            gains_swapped,
            "The two are swapped: unit *DC* gain ends at 1, unit *input* gain begins at 1.",
        ),
        Mistake(
            impulse_response,
            "That is the impulse response, the answer to 1, 0, 0, ...: the step response is its "
            "running sum.",
        ),
        Mistake(times_for_power, "alpha is to be raised to the power n + 1, not multiplied by it."),
        Mistake(
            power_of_the_rest,
            "It is alpha that is raised to the power n + 1: alpha is what is kept at each step.",
        ),
        Mistake(
            only_the_power, "That is what is still missing from the end: s[n] is 1 minus that."
        ),
        Mistake(
            times_the_dc_gain_inverted,
            "Unit input gain has the DC gain 1/(1 - alpha): divide by 1 - alpha, do not multiply.",
        ),
        Mistake(one_too_many, "That is one too many: s[0] to s[steps-1] are `steps` numbers."),
        Mistake(only_the_last, "That is s[steps-1] alone: return all of them, from s[0] on."),
    ),
    variants=(by_loop, by_summed_impulse_response, by_numpy, by_torch),
    forbid=REFERENCES,
)
