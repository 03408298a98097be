"""Adam: two AR1 filters, each divided by its own step response (Kingma and Ba, algorithm 1)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import optimizers
from course_lib.checks import Case, Exercise, Mistake

from . import adam_mistakes as wrong
from .shared import ATOL, REFERENCES, runs, stepped, with_a_flat_direction


def adam_step(w, g, state, rate, beta1, beta2, epsilon):
    """w ← w − rate · m̂ / (√v̂ + ε), both means compensated."""
    return stepped(optimizers.adam(rate, beta1, beta2, epsilon), w, g, state)


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case(
            (
                w,
                gradients,
                rng.uniform(0.1, 0.7),
                rng.uniform(0.5, 0.8),
                rng.uniform(0.9, 0.99),
                rng.uniform(0.1, 0.4),
            )
        )
        for w, gradients in runs(rng)
    ]
    w, gradients = with_a_flat_direction(rng)
    return [*cases, Case((w, gradients, 0.5, 0.9, 0.999, 1e-8))]


# --- variants ---


def by_loop(w, g, state, rate, beta1, beta2, epsilon):
    slopes, weights = np.ravel(g).tolist(), np.ravel(w).tolist()
    zeros = [0.0] * len(slopes)
    m, v, t = (list(zeros), list(zeros), 1) if state is None else state
    for i, slope in enumerate(slopes):
        m[i] = beta1 * m[i] + (1 - beta1) * slope
        v[i] = beta2 * v[i] + (1 - beta2) * slope * slope
        root = math.sqrt(v[i] / (1 - math.pow(beta2, t)))
        weights[i] -= rate * m[i] / (1 - math.pow(beta1, t)) / (root + epsilon)
    return np.reshape(weights, np.shape(g)), (m, v, t + 1)


def by_numpy(w, g, state, rate, beta1, beta2, epsilon):
    if state is None:
        state = {"m": np.zeros(np.shape(w)), "v": np.zeros(np.shape(w)), "t": 0}
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * g
    v = beta2 * state["v"] + (1 - beta2) * np.square(g)
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - rate * step, {"m": m, "v": v, "t": t}


def by_unit_input_gain_over_its_step_response(w, g, state, rate, beta1, beta2, epsilon):
    m, v, p, q = (0.0, 0.0, 0.0, 0.0) if state is None else state
    m, v = beta1 * m + g, beta2 * v + g**2
    p, q = beta1 * p + 1, beta2 * q + 1
    return w - rate * (m / p) / (np.sqrt(v / q) + epsilon), (m, v, p, q)


def by_moving_means(w, g, state, rate, beta1, beta2, epsilon):
    # The compensated means themselves as state, with a share of the new that shrinks.
    top, below, t = (0.0, 0.0, 1) if state is None else state
    top = top + (1 - beta1) / (1 - beta1**t) * (g - top)
    below = below + (1 - beta2) / (1 - beta2**t) * (g**2 - below)
    return w - rate * top / (below**0.5 + epsilon), (top, below, t + 1)


def by_scaled_rate(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    reached = math.sqrt(1 - beta2**t)
    scaled = rate * reached / (1 - beta1**t)
    return w - scaled * m / (np.sqrt(v) + epsilon * reached), (m, v, t + 1)


def by_all_gradients(w, g, state, rate, beta1, beta2, epsilon):
    past = np.concatenate([[] if state is None else state, np.ravel(g)]).reshape(-1, np.size(g))
    age = np.arange(len(past))[::-1]
    top = np.average(past, axis=0, weights=beta1**age)
    below = np.average(past**2, axis=0, weights=beta2**age)
    step = np.reshape(top / (np.sqrt(below) + epsilon), np.shape(g))
    return w - rate * step, np.ravel(past)


def by_torch(w, g, state, rate, beta1, beta2, epsilon):
    w, g = torch.as_tensor(w, dtype=torch.float64), torch.as_tensor(g, dtype=torch.float64)
    m, v, t = (torch.zeros_like(g), torch.zeros_like(g), 0) if state is None else state
    t += 1
    m.mul_(beta1).add_(g, alpha=1 - beta1)
    v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
    root = (v / (1 - beta2**t)).sqrt()
    return w - rate * (m / (1 - beta1**t)) / (root + epsilon), (m, v, t)


EXERCISE = Exercise(
    name="adam_step",
    task="Return (w, state) after a step of Adam: w - rate m / (√v + epsilon), m of g and v of g² "
    "by AR1 of unit DC gain, each over its own step response. The state is None at first.",
    points=3,
    reference=adam_step,
    driver="steps",
    atol=ATOL,
    public=(
        Case((np.array([1.0]), np.array([[4.0], [4.0], [-2.0]]), 0.5, 0.5, 0.75, 1.0)),
        Case(
            (
                np.array([0.0, 5.0]),
                np.array([[1.0, -2.0], [-1.0, 3.0], [2.0, 0.5]]),
                0.5,
                0.8,
                0.95,
                0.2,
            )
        ),
        Case((np.array([[3, 1]]), np.array([[[2, -1]], [[1, 4]]]), 0.25, 0.6, 0.9, 0.5)),
        Case((np.array([1.0, 1.0]), np.array([[0.0, 2.0], [0.0, -2.0]]), 0.1, 0.9, 0.999, 1e-8)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            wrong.without_compensation,
            "That is Adam without bias correction: divide m by 1 - beta1**t and v by 1 - beta2**t, "
            "t = 1, 2, ...",
        ),
        Mistake(
            wrong.only_the_first_compensated,
            "Only m is compensated: divide v by its own step response, 1 - beta2**t, too.",
        ),
        Mistake(
            wrong.only_the_second_compensated,
            "Only v is compensated: divide m by its own step response, 1 - beta1**t, too.",
        ),
        Mistake(
            wrong.compensation_of_the_first_step,
            "The step response grows: divide by 1 - beta**t with the number t of the step, which "
            "belongs to the state.",
        ),
        Mistake(
            wrong.counts_from_zero,
            "At the first step that divides by 1 - beta**0 = 0: t counts from 1.",
        ),
        Mistake(
            wrong.one_power_too_many,
            "t is one too large: at the first step, divide by 1 - beta1 and 1 - beta2.",
        ),
        Mistake(
            wrong.compensated_fed_back,
            "The state has to be the plain m and v: divide what you step with, not what you keep.",
        ),
        Mistake(
            wrong.epsilon_inside_the_root,
            "Here epsilon stands outside the root: √v + epsilon, not √(v + epsilon).",
        ),
        Mistake(
            wrong.compensated_outside_the_root,
            "1 - beta2**t is the step response of v: divide v by it, and take the root then.",
        ),
        Mistake(
            wrong.epsilon_before_the_compensation,
            "epsilon was divided along with √v: add it after v is compensated.",
        ),
        Mistake(
            wrong.without_epsilon,
            "epsilon is missing: a weight that never had a slope would be divided 0/0.",
        ),
        Mistake(
            wrong.betas_swapped,
            "The betas are swapped, as on one slide: beta1 belongs to g, beta2 to g².",
        ),
        Mistake(
            wrong.without_root, "The root is missing: divide by √v + epsilon, in the unit of g."
        ),
        Mistake(
            wrong.variance_of_the_filtered,
            "v sees the *raw* gradient: the two filters stand side by side, not one after the "
            "other.",
        ),
        Mistake(
            wrong.unit_input_gain,
            "The factors 1 - beta1 and 1 - beta2 are missing: 1 - beta**t is the step response of "
            "unit DC gain.",
        ),
        Mistake(
            wrong.no_memory, "There is no memory: m, v and the number of the step are the state."
        ),
        Mistake(wrong.uphill, "That climbs: the step goes against m, with a minus."),
    ),
    variants=(
        by_loop,
        by_numpy,
        by_unit_input_gain_over_its_step_response,
        by_moving_means,
        by_scaled_rate,
        by_all_gradients,
        by_torch,
    ),
    forbid=REFERENCES,
)
