"""The start-up divided out (deck A, "Transient compensation")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import filters
from course_lib.checks import Case, Exercise, Mistake

from .shared import ATOL, REFERENCES, signals


def compensated_ar1(x, alpha):
    """(h * x)[n] / s[n] for the AR1 filter."""
    return filters.compensated(filters.ar1(alpha)).run(np.asarray(x, dtype=float))


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [Case((x, rng.uniform(0.3, 0.95))) for x in signals(rng)]
    noisy = np.cos(2 * np.pi * np.arange(60) / 50) + rng.normal(scale=0.5, size=60)
    constant = np.full(5, rng.uniform(2, 9))
    return [*cases, Case((noisy, 0.9)), Case((constant, rng.uniform(0.9, 0.99)))]


# --- mistakes ---


def not_compensated(x, alpha):
    y, now = [], 0.0
    for sample in x:
        now = alpha * now + (1 - alpha) * sample
        y.append(now)
    return np.array(y)


def one_power_short(x, alpha):
    y, now = [], 0.0
    for n, sample in enumerate(x):
        now = alpha * now + (1 - alpha) * sample
        y.append(now / np.float64(1 - alpha**n))
    return np.array(y)


def one_power_too_many(x, alpha):
    y, now = [], 0.0
    for n, sample in enumerate(x):
        now = alpha * now + (1 - alpha) * sample
        y.append(now / (1 - alpha ** (n + 2)))
    return np.array(y)


def fed_back(x, alpha):
    y, now = [], 0.0
    for n, sample in enumerate(x):
        now = (alpha * now + (1 - alpha) * sample) / (1 - alpha ** (n + 1))
        y.append(now)
    return np.array(y)


def of_the_other_gain(x, alpha):
    y, now = [], 0.0
    for n, sample in enumerate(x):
        now = alpha * now + sample
        y.append(now / (1 - alpha ** (n + 1)))
    return np.array(y)


def by_the_gain_alone(x, alpha):
    y, now = [], 0.0
    for sample in x:
        now = alpha * now + (1 - alpha) * sample
        y.append(now / (1 - alpha))
    return np.array(y)


def times_for_power(x, alpha):
    y, now = [], 0.0
    for n, sample in enumerate(x):
        now = alpha * now + (1 - alpha) * sample
        y.append(now / np.float64(1 - alpha * (n + 1)))
    return np.array(y)


def multiplied(x, alpha):
    y, now = [], 0.0
    for n, sample in enumerate(x):
        now = alpha * now + (1 - alpha) * sample
        y.append(now * (1 - alpha ** (n + 1)))
    return np.array(y)


def the_last_for_all(x, alpha):
    y, now = [], 0.0
    for sample in x:
        now = alpha * now + (1 - alpha) * sample
        y.append(now)
    return np.array(y) / (1 - alpha ** len(x))


def starts_from_the_first_sample(x, alpha):
    y, now = [], 1.0 * x[0]
    for sample in x:
        now = alpha * now + (1 - alpha) * sample
        y.append(now)
    return np.array(y)


def plain_mean(x, alpha):
    total, y = 0.0, []
    for n, sample in enumerate(x):
        total = total + sample
        y.append(total / (n + 1))
    return np.array(y)


def across_the_columns(x, alpha):
    x = np.array(x, dtype=float)
    y, now = np.zeros(x.shape), 0.0
    for n in range(len(x)):
        now = alpha * now + (1 - alpha) * x[n]
        y[n] = now
    return y / (1 - alpha ** np.arange(1, x.shape[-1] + 1))


# --- variants ---


def by_loop(x, alpha):
    y, now, reached = [], 0.0, 0.0
    for sample in x:
        now = alpha * now + (1 - alpha) * sample
        reached = alpha * reached + (1 - alpha)
        y.append(now / reached)
    return y


def by_unit_input_gain(x, alpha):
    y, now, reached = [], 0.0, 0.0
    for sample in x:
        now, reached = alpha * now + sample, alpha * reached + 1
        y.append(now / reached)
    return np.array(y)


def by_weighted_mean(x, alpha):
    n = np.arange(len(x))
    weights = np.tril(float(alpha) ** np.abs(n[:, np.newaxis] - n))
    weights /= weights.sum(axis=1, keepdims=True)
    return np.tensordot(weights, x, axes=1)


def by_moving_towards_the_sample(x, alpha):
    y = np.zeros(np.shape(x))
    for n in range(len(x)):
        share = (1 - alpha) / (1 - alpha ** (n + 1))  # 1 at first: no memory to lean on
        y[n] = y[n - 1] + share * (x[n] - y[n - 1])
    return y


def by_torch(x, alpha):
    x = torch.as_tensor(x, dtype=torch.float64)
    m, y = torch.zeros_like(x[0]), []
    for n, sample in enumerate(x):
        m = alpha * m + (1 - alpha) * sample
        y.append(m / (1 - alpha ** (n + 1)))
    return torch.stack(y)


EXERCISE = Exercise(
    name="compensated_ar1",
    task="Return the output of ar1(x, alpha), each sample divided by the filter's own step "
    "response s[n]: samples along the first axis, in the shape of x.",
    points=3,
    reference=compensated_ar1,
    atol=ATOL,
    public=(
        Case((np.array([5.0, 5.0, 5.0]), 0.9)),
        Case((np.array([1.0, 0.0, 2.0, -1.0]), 0.5)),
        Case((np.array([7, -3, 4]), 0.8)),
        Case((np.array([[1.0, 10.0], [2.0, -10.0], [0.5, 4.0]]), 0.9)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            not_compensated,
            "That is ar1 alone, which starts far below the signal: divide y[n] by s[n].",
        ),
        Mistake(
            one_power_short,
            "At n = 0 that divides by 1 - alpha**0 = 0: s[n] is 1 - alpha**(n + 1).",
        ),
        Mistake(
            one_power_too_many,
            "One power too many: s[0] is 1 - alpha, and s[n] is 1 - alpha**(n + 1).",
        ),
        Mistake(
            fed_back,
            "The recursion runs on the plain output: divide what you return, not what you feed "
            "back.",
        ),
        Mistake(
            of_the_other_gain,
            "The factor 1 - alpha of the input is missing: 1 - alpha**(n + 1) is the step response "
            "of the filter with unit DC gain.",
        ),
        Mistake(
            by_the_gain_alone,
            "Dividing by 1 - alpha gives unit input gain: the step response changes with n.",
        ),
        Mistake(times_for_power, "alpha is to be raised to the power n + 1, not multiplied by it."),
        Mistake(multiplied, "The transient is too small an output: divide by s[n], to enlarge it."),
        Mistake(
            the_last_for_all,
            "That divides every sample by the last s: each y[n] has an s[n] of its own.",
        ),
        Mistake(
            starts_from_the_first_sample,
            "Starting from x[0] gives that one noisy sample too much weight for a long time: start "
            "at rest and divide by s[n].",
        ),
        Mistake(
            plain_mean,
            "That is the plain mean so far: older samples must fade by the factor alpha each step.",
        ),
        Mistake(
            across_the_columns,
            "s[n] goes with the first axis, along which the samples lie: give it a second axis, or "
            "divide sample by sample.",
        ),
    ),
    variants=(
        by_loop,
        by_unit_input_gain,
        by_weighted_mean,
        by_moving_towards_the_sample,
        by_torch,
    ),
    forbid=(*REFERENCES, ".ewm"),
)
