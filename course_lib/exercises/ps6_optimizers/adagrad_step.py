"""Adagrad: divided by the root of all squared gradients so far (deck A, "Optimizers")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import optimizers
from course_lib.checks import Case, Exercise, Mistake

from .shared import ATOL, REFERENCES, runs, stepped, with_a_flat_direction


def adagrad_step(w, g, state, rate, epsilon):
    """s ← s + g²; w ← w − rate · g / (√s + ε)."""
    return stepped(optimizers.adagrad(rate, epsilon), w, g, state)


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case((w, gradients, rng.uniform(0.1, 0.7), rng.uniform(0.1, 0.4)))
        for w, gradients in runs(rng)
    ]
    return [*cases, Case((*with_a_flat_direction(rng), 0.5, 1e-8))]


# --- mistakes ---


def epsilon_inside_the_root(w, g, state, rate, epsilon):
    s = (0 if state is None else state) + g**2
    return w - rate * g / np.sqrt(s + epsilon), s


def without_epsilon(w, g, state, rate, epsilon):
    s = (0 if state is None else state) + g**2
    return w - rate * g / np.sqrt(s), s


def without_root(w, g, state, rate, epsilon):
    s = (0 if state is None else state) + g**2
    return w - rate * g / (s + epsilon), s


def no_memory(w, g, state, rate, epsilon):
    s = (0 if state is None else state) + g**2
    return w - rate * g / (np.sqrt(s) + epsilon), None


def mean_of_squares(w, g, state, rate, epsilon):
    s, n = (0, 0) if state is None else state
    s, n = s + g**2, n + 1
    return w - rate * g / (np.sqrt(s / n) + epsilon), (s, n)


def sum_of_sizes(w, g, state, rate, epsilon):
    s = (0 if state is None else state) + np.abs(g)
    return w - rate * g / (s + epsilon), s


def sum_of_gradients(w, g, state, rate, epsilon):
    s = (0 if state is None else state) + g
    return w - rate * g / (np.sqrt(s**2) + epsilon), s


def one_sum_for_all_weights(w, g, state, rate, epsilon):
    s = (0 if state is None else state) + np.sum(g**2)
    return w - rate * g / (np.sqrt(s) + epsilon), s


def sum_before_this_gradient(w, g, state, rate, epsilon):
    s = 0 * g if state is None else state
    return w - rate * g / (np.sqrt(s) + epsilon), s + g**2


def uphill(w, g, state, rate, epsilon):
    s = (0 if state is None else state) + g**2
    return w + rate * g / (np.sqrt(s) + epsilon), s


def without_the_gradient(w, g, state, rate, epsilon):
    s = (0 if state is None else state) + g**2
    return w - rate / (np.sqrt(s) + epsilon), s


def adds_up_what_it_steps_with(w, g, state, rate, epsilon):
    s = (0 if state is None else state) + g**2
    step = g / (np.sqrt(s) + epsilon)
    return w - rate * step, (0 if state is None else state) + step**2


# --- variants ---


def by_loop(w, g, state, rate, epsilon):
    slopes, weights = np.ravel(g).tolist(), np.ravel(w).tolist()
    sums = [0.0] * len(slopes) if state is None else state
    sums = [s + slope**2 for s, slope in zip(sums, slopes, strict=True)]
    for i, slope in enumerate(slopes):
        weights[i] -= rate * slope / (math.sqrt(sums[i]) + epsilon)
    return np.reshape(weights, np.shape(g)), sums


def by_numpy(w, g, state, rate, epsilon):
    s = np.square(g) if state is None else state + np.square(g)
    return w - rate / (epsilon + s**0.5) * g, s


def by_norm_of_all_gradients(w, g, state, rate, epsilon):
    past = [*(state or []), g]
    return w - rate * g / (np.linalg.norm(np.stack(past), axis=0) + epsilon), past


def by_root_as_state(w, g, state, rate, epsilon):
    root = np.abs(g) if state is None else np.hypot(state, g)
    return w - rate * g / (root + epsilon), root


def by_torch(w, g, state, rate, epsilon):
    w, g = torch.as_tensor(w, dtype=torch.float64), torch.as_tensor(g, dtype=torch.float64)
    s = torch.zeros_like(g) if state is None else state
    s = s.addcmul(g, g)
    return torch.addcdiv(w, g, s.sqrt() + epsilon, value=-rate), s


EXERCISE = Exercise(
    name="adagrad_step",
    task="Return (w, state) after one step of Adagrad, s = s + g² and w - rate g / (√s + epsilon), "
    "each weight by itself. The state is None at first.",
    points=1,
    reference=adagrad_step,
    driver="steps",
    atol=ATOL,
    public=(
        Case((np.array([1.0]), np.array([[3.0], [4.0]]), 0.5, 1.0)),
        Case((np.array([0.0, 5.0]), np.array([[1.0, -2.0], [-1.0, 3.0], [2.0, 0.5]]), 0.5, 0.2)),
        Case((np.array([[3, 1]]), np.array([[[2, -1]], [[1, 4]]]), 0.25, 0.5)),
        Case((np.array([1.0, 1.0]), np.array([[0.0, 2.0], [0.0, -2.0]]), 0.1, 1e-8)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            epsilon_inside_the_root,
            "Here epsilon stands outside the root: √s + epsilon, not √(s + epsilon).",
        ),
        Mistake(
            without_epsilon,
            "epsilon is missing: a weight that never had a slope would be divided 0/0.",
        ),
        Mistake(without_root, "The root is missing: divide by √s + epsilon, in the unit of g."),
        Mistake(no_memory, "There is no memory: return s as the state, and go on adding to it."),
        Mistake(
            mean_of_squares,
            "That is the mean of the squares: Adagrad divides by the root of their sum.",
        ),
        Mistake(
            sum_of_sizes, "That adds up |g|: add up the squares, and take the root of their sum."
        ),
        Mistake(
            sum_of_gradients,
            "That adds up g, where signs cancel: add up the squares, and take the root of the sum.",
        ),
        Mistake(
            one_sum_for_all_weights,
            "That is one sum for all weights: each weight has its own, s has the shape of w.",
        ),
        Mistake(
            sum_before_this_gradient,
            "Take the new gradient into s first: at the first step s would be 0 otherwise.",
        ),
        Mistake(uphill, "That climbs: the step goes against the gradient, with a minus."),
        Mistake(
            without_the_gradient,
            "The gradient itself is missing on top: rate g / (√s + epsilon).",
        ),
        Mistake(
            adds_up_what_it_steps_with,
            "s adds up the squares of the *raw* gradients, not of the divided ones.",
        ),
    ),
    variants=(by_loop, by_numpy, by_norm_of_all_gradients, by_root_as_state, by_torch),
    forbid=REFERENCES,
)
