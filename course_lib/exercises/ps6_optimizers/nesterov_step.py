"""Nesterov's momentum as a filter, one pole and one zero (deck A, "Nesterov momentum"; Bengio)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import optimizers
from course_lib.checks import Case, Exercise, Mistake

from .shared import ATOL, REFERENCES, runs, stepped


def nesterov_step(w, g, state, rate, alpha):
    """v ← αv + g; w ← w − rate · (g + αv)."""
    return stepped(optimizers.nesterov(rate, alpha), w, g, state)


def hidden(rng: np.random.Generator) -> list[Case]:
    return [
        Case((w, gradients, rng.uniform(0.1, 0.7), rng.uniform(0.3, 0.95)))
        for w, gradients in runs(rng)
    ]


# --- mistakes ---


def plain_momentum(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    return w - rate * v, v


def no_memory(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    return w - rate * (g + alpha * v), None


def zero_with_the_wrong_sign(w, g, state, rate, alpha):
    old = 0 if state is None else state
    v = alpha * old + g
    return w - rate * ((1 + alpha) * v + alpha * old), v


def zero_of_the_slide(w, g, state, rate, alpha):
    old = 0 if state is None else state
    v = alpha * old + g
    return w - rate * ((1 + alpha) * v - (1 + alpha) ** 2 / alpha * old), v


def without_the_zero(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    return w - rate * (1 + alpha) * v, v


def velocity_twice(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    return w - rate * (v + alpha * v + g), v


def uphill(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    return w + rate * (g + alpha * v), v


def without_alpha(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    return w - rate * (g + v), v


def unit_dc_gain(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + (1 - alpha) * g
    return w - rate * (g + alpha * v), v


def remembers_what_it_stepped_with(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    v = g + alpha * v
    return w - rate * v, v


def in_place(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    w -= rate * (g + alpha * v)
    return w, v


# --- variants ---


def by_loop(w, g, state, rate, alpha):
    old = [0.0] * np.size(g) if state is None else state
    slopes = np.ravel(g).tolist()
    new = [alpha * v + slope for v, slope in zip(old, slopes, strict=True)]
    moved = [
        x - rate * (slope + alpha * v)
        for x, slope, v in zip(np.ravel(w).tolist(), slopes, new, strict=True)
    ]
    return np.reshape(moved, np.shape(g)), new


def by_two_velocities(w, g, state, rate, alpha):
    old = np.zeros(np.shape(w)) if state is None else state
    v = alpha * old + g
    return w - rate * ((1 + alpha) * v - alpha * old), v


def by_difference_equation(w, g, state, rate, alpha):
    step, before = (0.0, 0.0) if state is None else state
    step = alpha * step + (1 + alpha) * g - alpha * before
    return w - rate * step, (step, g)


def by_rate_inside(w, g, state, rate, alpha):
    v = (0.0 if state is None else alpha * state) - rate * g
    return w + alpha * v - rate * g, v


def by_torch(w, g, state, rate, alpha):
    w, g = torch.as_tensor(w, dtype=torch.float64), torch.as_tensor(g, dtype=torch.float64)
    v = g.clone() if state is None else state.mul(alpha).add(g)
    return w - rate * (g + alpha * v), v


EXERCISE = Exercise(
    name="nesterov_step",
    task="Return (w, state) after a step of Nesterov's momentum as a filter on g: v = alpha v + g "
    "and w - rate (g + alpha v). The state is None at first.",
    points=1,
    reference=nesterov_step,
    driver="steps",
    atol=ATOL,
    public=(
        Case((np.array([1.0]), np.array([[1.0], [0.81]]), 0.1, 0.9)),
        Case((np.array([0.0, 5.0]), np.array([[1.0, -2.0], [1.0, 3.0], [1.0, 0.0]]), 0.5, 0.8)),
        Case((np.array([[3, 1]]), np.array([[[2, -1]], [[1, 4]]]), 0.25, 0.5)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            plain_momentum,
            "That is plain momentum: Nesterov steps with g + alpha v, the new v faded once more.",
        ),
        Mistake(no_memory, "There is no memory: return v as the state, and take it up again."),
        Mistake(
            zero_with_the_wrong_sign,
            "The old velocity counts with a minus: (1 + alpha) v[n] - alpha v[n-1].",
        ),
        Mistake(
            zero_of_the_slide,
            "That puts the zero at (1 + alpha)/alpha, as the slide prints it, outside the circle: "
            "it is at alpha/(1 + alpha).",
        ),
        Mistake(
            without_the_zero,
            "The zero is missing: (1 + alpha) v[n] *minus alpha v[n-1]*, which is g + alpha v[n].",
        ),
        Mistake(
            velocity_twice,
            "v stands in there once too often: the step is g + alpha v.",
        ),
        Mistake(uphill, "That climbs: the step goes against g + alpha v, with a minus."),
        Mistake(
            without_alpha, "The velocity fades once more before the step: g + alpha v, not g + v."
        ),
        Mistake(
            unit_dc_gain,
            "The factor 1 - alpha makes unit DC gain: v takes the new gradient in full.",
        ),
        Mistake(
            remembers_what_it_stepped_with,
            "The state has to be v itself, not the g + alpha v that you stepped with.",
        ),
        Mistake(in_place, "w -= ... changes the caller's weights: return a new array."),
    ),
    variants=(by_loop, by_two_velocities, by_difference_equation, by_rate_inside, by_torch),
    forbid=REFERENCES,
)
