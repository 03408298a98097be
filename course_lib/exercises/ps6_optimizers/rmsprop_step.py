"""RMSprop: AR1 of unit DC gain on the squared gradient (deck A, "Gradient normalization")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import optimizers
from course_lib.checks import Case, Exercise, Mistake

from .shared import ATOL, REFERENCES, runs, stepped, with_a_flat_direction


def rmsprop_step(w, g, state, rate, rho, epsilon):
    """v ← ρv + (1 − ρ)g²; w ← w − rate · g / (√v + ε)."""
    return stepped(optimizers.rmsprop(rate, rho, epsilon), w, g, state)


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case((w, gradients, rng.uniform(0.1, 0.7), rng.uniform(0.6, 0.95), rng.uniform(0.1, 0.4)))
        for w, gradients in runs(rng)
    ]
    return [*cases, Case((*with_a_flat_direction(rng), 0.5, 0.9, 1e-8))]


# --- mistakes ---


def epsilon_inside_the_root(w, g, state, rate, rho, epsilon):
    v = rho * (0 if state is None else state) + (1 - rho) * g**2
    return w - rate * g / np.sqrt(v + epsilon), v


def without_epsilon(w, g, state, rate, rho, epsilon):
    v = rho * (0 if state is None else state) + (1 - rho) * g**2
    return w - rate * g / np.sqrt(v), v


def without_root(w, g, state, rate, rho, epsilon):
    v = rho * (0 if state is None else state) + (1 - rho) * g**2
    return w - rate * g / (v + epsilon), v


def swapped(w, g, state, rate, rho, epsilon):
    v = (1 - rho) * (0 if state is None else state) + rho * g**2
    return w - rate * g / (np.sqrt(v) + epsilon), v


def unit_input_gain(w, g, state, rate, rho, epsilon):
    v = rho * (0 if state is None else state) + g**2
    return w - rate * g / (np.sqrt(v) + epsilon), v


def adagrad(w, g, state, rate, rho, epsilon):
    v = (0 if state is None else state) + g**2
    return w - rate * g / (np.sqrt(v) + epsilon), v


def compensated(w, g, state, rate, rho, epsilon):
    v, n = (0, 0) if state is None else state
    v, n = rho * v + (1 - rho) * g**2, n + 1
    return w - rate * g / (np.sqrt(v / (1 - rho**n)) + epsilon), (v, n)


def no_memory(w, g, state, rate, rho, epsilon):
    v = rho * (0 if state is None else state) + (1 - rho) * g**2
    return w - rate * g / (np.sqrt(v) + epsilon), None


def not_squared(w, g, state, rate, rho, epsilon):
    v = rho * (0 if state is None else state) + (1 - rho) * g
    return w - rate * g / (np.abs(v) + epsilon), v


def starts_from_the_first_square(w, g, state, rate, rho, epsilon):
    v = rho * (g**2 if state is None else state) + (1 - rho) * g**2
    return w - rate * g / (np.sqrt(v) + epsilon), v


def one_for_all_weights(w, g, state, rate, rho, epsilon):
    v = rho * (0 if state is None else state) + (1 - rho) * np.mean(g**2)
    return w - rate * g / (np.sqrt(v) + epsilon), v


def uphill(w, g, state, rate, rho, epsilon):
    v = rho * (0 if state is None else state) + (1 - rho) * g**2
    return w + rate * g / (np.sqrt(v) + epsilon), v


# --- variants ---


def by_loop(w, g, state, rate, rho, epsilon):
    slopes, weights = np.ravel(g).tolist(), np.ravel(w).tolist()
    old = [0.0] * len(slopes) if state is None else state
    new = [rho * v + (1 - rho) * slope**2 for v, slope in zip(old, slopes, strict=True)]
    for i, slope in enumerate(slopes):
        weights[i] -= rate * slope / (math.sqrt(new[i]) + epsilon)
    return np.reshape(weights, np.shape(g)), new


def by_moving_towards_the_square(w, g, state, rate, rho, epsilon):
    v = np.zeros(np.shape(g)) if state is None else state
    v = v + (1 - rho) * (np.square(g) - v)
    return w - rate * g / (np.sqrt(v) + epsilon), v


def by_all_gradients(w, g, state, rate, rho, epsilon):
    past = [*(state or []), g]
    weights = (1 - rho) * rho ** np.arange(len(past))[::-1]
    v = np.tensordot(weights, np.square(np.stack(past)), axes=1)
    return w - rate * g / (np.sqrt(v) + epsilon), past


def by_unit_input_gain_and_a_factor(w, g, state, rate, rho, epsilon):
    u = g**2.0 if state is None else rho * state + g**2.0
    scale = math.sqrt(1 - rho)
    return w - rate / scale * g / (np.sqrt(u) + epsilon / scale), u


def by_torch(w, g, state, rate, rho, epsilon):
    w, g = torch.as_tensor(w, dtype=torch.float64), torch.as_tensor(g, dtype=torch.float64)
    v = torch.zeros_like(g) if state is None else state
    v.mul_(rho).addcmul_(g, g, value=1 - rho)
    return w - rate * g / (v.sqrt() + epsilon), v


EXERCISE = Exercise(
    name="rmsprop_step",
    task="Return (w, state) after one step of RMSprop, v = rho v + (1 - rho) g² and "
    "w - rate g / (√v + epsilon), each weight by itself. The state is None at first.",
    points=1,
    reference=rmsprop_step,
    driver="steps",
    atol=ATOL,
    public=(
        Case((np.array([1.0]), np.array([[2.0], [1.0]]), 0.5, 0.75, 1.0)),
        Case(
            (np.array([0.0, 5.0]), np.array([[1.0, -2.0], [-1.0, 3.0], [2.0, 0.5]]), 0.5, 0.9, 0.2)
        ),
        Case((np.array([[3, 1]]), np.array([[[2, -1]], [[1, 4]]]), 0.25, 0.8, 0.5)),
        Case((np.array([1.0, 1.0]), np.array([[0.0, 2.0], [0.0, -2.0]]), 0.1, 0.9, 1e-8)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            epsilon_inside_the_root,
            "Here epsilon stands outside the root: √v + epsilon, not √(v + epsilon).",
        ),
        Mistake(
            without_epsilon,
            "epsilon is missing: a weight that never had a slope would be divided 0/0.",
        ),
        Mistake(without_root, "The root is missing: divide by √v + epsilon, in the unit of g."),
        Mistake(swapped, "rho and 1 - rho are swapped: rho is the share of the old v that stays."),
        Mistake(
            unit_input_gain,
            "The factor 1 - rho of the new square is missing: v is a mean, of unit DC gain.",
        ),
        Mistake(
            adagrad, "That is Adagrad, which adds up and never forgets: v fades by rho each step."
        ),
        Mistake(
            compensated,
            "That divides by 1 - rho**n, as Adam does: RMSprop leaves the transient in.",
        ),
        Mistake(no_memory, "There is no memory: return v as the state, and take it up again."),
        Mistake(
            not_squared, "That averages g, where signs cancel: average the squares, then the root."
        ),
        Mistake(
            starts_from_the_first_square, "The filter starts at rest: v is 0 before the first step."
        ),
        Mistake(
            one_for_all_weights,
            "That is one mean for all weights: each weight has its own, v has the shape of w.",
        ),
        Mistake(uphill, "That climbs: the step goes against the gradient, with a minus."),
    ),
    variants=(
        by_loop,
        by_moving_towards_the_square,
        by_all_gradients,
        by_unit_input_gain_and_a_factor,
        by_torch,
    ),
    forbid=REFERENCES,
)
