"""Momentum: an AR1 filter of unit input gain on the gradient (deck A, "SGD with momentum")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import optimizers
from course_lib.checks import Case, Exercise, Mistake

from .shared import ATOL, REFERENCES, runs, stepped


def momentum_step(w, g, state, rate, alpha):
    """v ← αv + g; w ← w − rate · v."""
    return stepped(optimizers.momentum(rate, alpha), w, g, state)


def hidden(rng: np.random.Generator) -> list[Case]:
    return [
        Case((w, gradients, rng.uniform(0.1, 0.7), rng.uniform(0.3, 0.95)))
        for w, gradients in runs(rng)
    ]


# --- mistakes ---


def no_memory(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    return w - rate * v, None


def unit_dc_gain(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + (1 - alpha) * g
    return w - rate * v, v


def uphill(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    return w + rate * v, v


def rate_twice(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + rate * g
    return w - rate * v, v


def alpha_on_the_gradient(w, g, state, rate, alpha):
    v = (0 if state is None else state) + alpha * g
    return w - rate * v, v


def alpha_on_both(w, g, state, rate, alpha):
    v = alpha * ((0 if state is None else state) + g)
    return w - rate * v, v


def against_the_old_velocity(w, g, state, rate, alpha):
    v = g - alpha * (0 if state is None else state)
    return w - rate * v, v


def old_velocity(w, g, state, rate, alpha):
    v = np.zeros(np.shape(g)) if state is None else state
    return w - rate * v, alpha * v + g


def nesterov(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    return w - rate * (g + alpha * v), v


def remembers_the_gradient_alone(w, g, state, rate, alpha):
    return w - rate * (g + alpha * (0 if state is None else state)), g


def remembers_the_step(w, g, state, rate, alpha):
    v = rate * (alpha * (0 if state is None else state) + g)
    return w - v, v


def in_place(w, g, state, rate, alpha):
    v = alpha * (0 if state is None else state) + g
    w -= rate * v
    return w, v


# --- variants ---


def by_loop(w, g, state, rate, alpha):
    old = [0.0] * np.size(g) if state is None else state
    new = [alpha * v + slope for v, slope in zip(old, np.ravel(g).tolist(), strict=True)]
    moved = [x - rate * v for x, v in zip(np.ravel(w).tolist(), new, strict=True)]
    return np.reshape(moved, np.shape(g)).tolist(), new


def by_numpy(w, g, state, rate, alpha):
    if state is None:
        state = {"v": np.zeros_like(w, dtype=float)}
    v = alpha * state["v"] + g
    return w - rate * v, {"v": v}


def by_rate_inside(w, g, state, rate, alpha):
    # Decks B to D: the velocity holds the rate, which is the same while the rate stays.
    v = -rate * g if state is None else alpha * state - rate * g
    return w + v, v


def by_torch(w, g, state, rate, alpha):
    w, g = torch.as_tensor(w, dtype=torch.float64), torch.as_tensor(g, dtype=torch.float64)
    v = torch.zeros_like(w) if state is None else state
    v.mul_(alpha).add_(g)
    return w - rate * v, v


def by_all_gradients(w, g, state, rate, alpha):
    past = [*(state or []), g]
    v = sum(alpha**age * old for age, old in enumerate(reversed(past)))
    return w - rate * v, past


def by_single_precision(w, g, state, rate, alpha):
    w, g = np.float32(w), np.float32(g)
    v = g if state is None else np.float32(alpha) * state + g
    return w - np.float32(rate) * v, v


EXERCISE = Exercise(
    name="momentum_step",
    task="Return (w, state) after one step of momentum, v = alpha v + g and w - rate v: the state "
    "is what you need at the next step, None at the first.",
    points=1,
    reference=momentum_step,
    driver="steps",
    atol=ATOL,
    public=(
        Case((np.array([1.0]), np.array([[2.0], [1.6]]), 0.1, 0.9)),
        Case((np.array([0.0, 5.0]), np.array([[1.0, -2.0], [1.0, 3.0], [1.0, 0.0]]), 0.5, 0.8)),
        Case((np.array([[3, 1]]), np.array([[[2, -1]], [[1, 4]]]), 0.25, 0.5)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            no_memory,
            "There is no memory: return v as the state, and take it up at the next step.",
        ),
        Mistake(
            unit_dc_gain,
            "The factor 1 - alpha makes unit DC gain: momentum takes the new gradient in full.",
        ),
        Mistake(uphill, "That climbs: the step goes against the velocity, w *minus* rate v."),
        Mistake(
            rate_twice,
            "The rate counts twice, in the velocity and in the step: leave it to the step.",
        ),
        Mistake(
            alpha_on_the_gradient,
            "alpha belongs to the old velocity: here it never fades, and the gradient does.",
        ),
        Mistake(
            alpha_on_both,
            "alpha multiplies the old velocity alone: the gradient counts in full.",
        ),
        Mistake(
            against_the_old_velocity,
            "The old velocity is *added* to the gradient: subtracting it, v changes its sign all "
            "the time.",
        ),
        Mistake(
            old_velocity,
            "That steps with the old velocity: take the new gradient into v first, then step.",
        ),
        Mistake(
            nesterov,
            "That is Nesterov's momentum, which takes alpha v + g once more: step with v itself.",
        ),
        Mistake(
            remembers_the_gradient_alone,
            "The state is the last gradient alone: it has to be v, which holds all older ones too.",
        ),
        Mistake(
            remembers_the_step,
            "The rate is in the state and multiplies it again at the next step: keep v without it.",
        ),
        Mistake(in_place, "w -= ... changes the caller's weights: return a new array."),
    ),
    variants=(
        by_loop,
        by_numpy,
        by_rate_inside,
        by_torch,
        by_all_gradients,
        by_single_precision,
    ),
    forbid=REFERENCES,
)
