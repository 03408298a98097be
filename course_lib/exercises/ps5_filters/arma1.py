"""One pole and one zero (deck A, "first order ARMA filter")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import filters
from course_lib.checks import Case, Exercise, Mistake

from .shared import ATOL, REFERENCES, signals


def arma1(x, pole, zero, gain):
    """y[n] = p y[n-1] + k (x[n] − z₀ x[n-1]), from rest."""
    return filters.arma1(pole, zero, gain).run(np.asarray(x, dtype=float))


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case((x, rng.uniform(0.2, 0.95), rng.uniform(-0.9, -0.2), rng.uniform(1.2, 3)))
        for x in signals(rng)
    ]
    alpha = rng.uniform(0.5, 0.95)
    negative = -rng.uniform(0.2, 0.9), rng.uniform(1.1, 2), -rng.uniform(0.5, 2)
    return [
        *cases,
        Case((rng.normal(size=12), alpha, alpha / (1 + alpha), 1 + alpha)),
        Case((rng.normal(size=9), *negative)),
        Case((rng.normal(size=5), rng.uniform(0.3, 0.9), 0.0, rng.uniform(1.2, 3))),
    ]


# --- mistakes ---


def zero_with_the_wrong_sign(x, pole, zero, gain):
    y, now, before = [], 0.0, 0.0
    for sample in x:
        now, before = pole * now + gain * (sample + zero * before), sample
        y.append(now)
    return np.array(y)


def pole_with_the_wrong_sign(x, pole, zero, gain):
    y, now, before = [], 0.0, 0.0
    for sample in x:
        now, before = -pole * now + gain * (sample - zero * before), sample
        y.append(now)
    return np.array(y)


def gain_on_the_newest_alone(x, pole, zero, gain):
    y, now, before = [], 0.0, 0.0
    for sample in x:
        now, before = pole * now + gain * sample - zero * before, sample
        y.append(now)
    return np.array(y)


def gain_on_everything(x, pole, zero, gain):
    y, now, before = [], 0.0, 0.0
    for sample in x:
        now, before = gain * (pole * now + sample - zero * before), sample
        y.append(now)
    return np.array(y)


def without_gain(x, pole, zero, gain):
    y, now, before = [], 0.0, 0.0
    for sample in x:
        now, before = pole * now + sample - zero * before, sample
        y.append(now)
    return np.array(y)


def pole_and_zero_swapped(x, pole, zero, gain):
    y, now, before = [], 0.0, 0.0
    for sample in x:
        now, before = zero * now + gain * (sample - pole * before), sample
        y.append(now)
    return np.array(y)


def without_zero(x, pole, zero, gain):
    y, now = [], 0.0
    for sample in x:
        now = pole * now + gain * sample
        y.append(now)
    return np.array(y)


def not_from_rest(x, pole, zero, gain):
    y, now, before = [], 0.0, x[0]
    for sample in x:
        now, before = pole * now + gain * (sample - zero * before), sample
        y.append(now)
    return np.array(y)


def zero_on_the_old_output(x, pole, zero, gain):
    y, now = [], 0.0
    for sample in x:
        now = pole * now + gain * (sample - zero * now)
        y.append(now)
    return np.array(y)


def unit_dc_gain(x, pole, zero, gain):
    y, now, before = [], 0.0, 0.0
    for sample in x:
        now, before = pole * now + (1 - pole) * gain * (sample - zero * before), sample
        y.append(now)
    return np.array(y)


def old_sample_wraps_around(x, pole, zero, gain):
    y = np.zeros(x.shape)
    for n in range(len(x)):
        y[n] = (pole * y[n - 1] if n else 0) + gain * (x[n] - zero * x[n - 1])
    return y


def truncated_to_whole_numbers(x, pole, zero, gain):
    y = np.zeros_like(x)
    for n in range(len(x)):
        y[n] = gain * x[n]
        if n > 0:
            y[n] = pole * y[n - 1] + gain * (x[n] - zero * x[n - 1])
    return y


# --- variants ---


def by_loop(x, pole, zero, gain):
    y = [gain * x[0]]
    for n in range(1, len(x)):
        y.append(pole * y[n - 1] + gain * x[n] - gain * zero * x[n - 1])
    return y


def by_one_delay(x, pole, zero, gain):
    # The deck's diagram: v[n] = x[n] + p v[n-1], y[n] = k (v[n] - z0 v[n-1]).
    v, y = np.zeros(np.shape(x)[1:]), []
    for sample in x:
        new = sample + pole * v
        y.append(gain * (new - zero * v))
        v = new
    return np.array(y)


def by_two_passes(x, pole, zero, gain):
    x = np.asarray(x, dtype=float)
    u = gain * x
    u[1:] -= gain * zero * x[:-1]
    for n in range(1, len(u)):
        u[n] += pole * u[n - 1]
    return u


def by_convolution(x, pole, zero, gain):
    h = float(pole) ** np.arange(len(x))
    h[1:] -= zero * h[:-1].copy()
    columns = np.reshape(x, (len(x), -1)).T
    y = np.array([gain * np.convolve(h, column)[: len(x)] for column in columns])
    return y.T.reshape(np.shape(x))


def by_torch(x, pole, zero, gain):
    x = torch.as_tensor(x, dtype=torch.float64)
    y, now, before = [], torch.zeros_like(x[0]), torch.zeros_like(x[0])
    for sample in x:
        now = pole * now + gain * (sample - zero * before)
        before = sample
        y.append(now)
    return torch.stack(y)


EXERCISE = Exercise(
    name="arma1",
    task="Return the output of H(z) = gain (1 - zero/z) / (1 - pole/z) for the samples x along the "
    "first axis, from rest: x[-1] = y[-1] = 0.",
    points=3,
    reference=arma1,
    atol=ATOL,
    public=(
        Case((np.array([1.0, 0.0, 0.0]), 0.5, -0.5, 2.0)),
        Case((np.array([3.0, 1.0, -2.0, 4.0]), 0.9, 0.9 / 1.9, 1.9)),
        Case((np.array([1, 3, -5, 2]), -0.5, 0.25, 3.0)),
        Case((np.array([[1.0, 4.0], [2.0, -4.0], [0.5, 4.0]]), 0.8, 0.3, 0.5)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            zero_with_the_wrong_sign,
            "The sign of the zero is turned round: 1 - zero/z means x[n] *minus* zero x[n-1].",
        ),
        Mistake(
            pole_with_the_wrong_sign,
            "The sign of the pole is turned round: 1 - pole/z below means *plus* pole y[n-1].",
        ),
        Mistake(
            gain_on_the_newest_alone,
            "The gain multiplies both samples: gain x[n] - gain zero x[n-1].",
        ),
        Mistake(
            gain_on_everything, "The gain belongs to the input: the feedback is pole y[n-1] alone."
        ),
        Mistake(without_gain, "The gain is missing: it multiplies x[n] and x[n-1]."),
        Mistake(
            pole_and_zero_swapped,
            "Pole and zero are swapped: the pole is fed back with y, the zero goes with x.",
        ),
        Mistake(without_zero, "The zero is missing: that is AR1, which does not look at x[n-1]."),
        Mistake(not_from_rest, "The filter starts at rest: x[-1] is 0, not the first sample."),
        Mistake(
            zero_on_the_old_output,
            "The zero goes with the old *input* x[n-1], not with the old output y[n-1].",
        ),
        Mistake(
            unit_dc_gain,
            "There is no factor 1 - pole here: `gain` is the whole factor of the input.",
        ),
        Mistake(
            old_sample_wraps_around,
            "At n = 0, x[n-1] is x[-1], which in Python is the last sample: it has to be 0.",
        ),
        Mistake(
            truncated_to_whole_numbers,
            "np.zeros_like of whole numbers holds whole numbers and cuts the rest off: make y of "
            "floats.",
        ),
    ),
    variants=(by_loop, by_one_delay, by_two_passes, by_convolution, by_torch),
    forbid=REFERENCES,
)
