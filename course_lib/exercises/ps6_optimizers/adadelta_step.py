"""Adadelta: the size of its own updates takes the place of the rate (Zeiler 2012)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import optimizers
from course_lib.checks import Case, Exercise, Mistake

from .shared import ATOL, REFERENCES, runs, stepped, with_a_flat_direction


def adadelta_step(w, g, state, rho, epsilon):
    """d = √(u + ε)/√(v + ε) · g with v of g² and u of the d² before; w ← w − d."""
    return stepped(optimizers.adadelta(1.0, rho, epsilon), w, g, state)


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case((w, gradients, rng.uniform(0.6, 0.95), rng.uniform(0.05, 0.3)))
        for w, gradients in runs(rng)
    ]
    return [*cases, Case((*with_a_flat_direction(rng), 0.9, 1e-6))]


# --- mistakes ---


def epsilon_outside_the_roots(w, g, state, rho, epsilon):
    v, u = (0.0, 0.0) if state is None else state
    v = rho * v + (1 - rho) * g**2
    d = (np.sqrt(u) + epsilon) / (np.sqrt(v) + epsilon) * g
    return w - d, (v, rho * u + (1 - rho) * d**2)


def epsilon_below_alone(w, g, state, rho, epsilon):
    v, u = (0.0, 0.0) if state is None else state
    v = rho * v + (1 - rho) * g**2
    d = np.sqrt(u) / np.sqrt(v + epsilon) * g
    return w - d, (v, rho * u + (1 - rho) * d**2)


def updates_not_remembered(w, g, state, rho, epsilon):
    v = rho * (0.0 if state is None else state) + (1 - rho) * g**2
    return w - np.sqrt(epsilon) / np.sqrt(v + epsilon) * g, v


def rmsprop(w, g, state, rho, epsilon):
    v = rho * (0.0 if state is None else state) + (1 - rho) * g**2
    return w - g / np.sqrt(v + epsilon), v


def no_memory(w, g, state, rho, epsilon):
    v = (1 - rho) * g**2
    return w - np.sqrt(epsilon) / np.sqrt(v + epsilon) * g, None


def upside_down(w, g, state, rho, epsilon):
    v, u = (0.0, 0.0) if state is None else state
    v = rho * v + (1 - rho) * g**2
    d = np.sqrt(v + epsilon) / np.sqrt(u + epsilon) * g
    return w - d, (v, rho * u + (1 - rho) * d**2)


def without_roots(w, g, state, rho, epsilon):
    v, u = (0.0, 0.0) if state is None else state
    v = rho * v + (1 - rho) * g**2
    d = (u + epsilon) / (v + epsilon) * g
    return w - d, (v, rho * u + (1 - rho) * d**2)


def old_mean_of_squares(w, g, state, rho, epsilon):
    v, u = (0.0, 0.0) if state is None else state
    d = np.sqrt(u + epsilon) / np.sqrt(v + epsilon) * g
    return w - d, (rho * v + (1 - rho) * g**2, rho * u + (1 - rho) * d**2)


def updates_not_squared(w, g, state, rho, epsilon):
    v, u = (0.0, 0.0) if state is None else state
    v = rho * v + (1 - rho) * g**2
    d = np.sqrt(u + epsilon) / np.sqrt(v + epsilon) * g
    return w - d, (v, rho * u + (1 - rho) * np.abs(d))


def mean_of_gradients_for_updates(w, g, state, rho, epsilon):
    v, u = (0.0, 0.0) if state is None else state
    v = rho * v + (1 - rho) * g**2
    d = np.sqrt(u + epsilon) / np.sqrt(v + epsilon) * g
    return w - d, (v, rho * u + (1 - rho) * g**2)


def mean_of_weights_for_updates(w, g, state, rho, epsilon):
    v, u = (0.0, 0.0) if state is None else state
    v = rho * v + (1 - rho) * g**2
    d = np.sqrt(u + epsilon) / np.sqrt(v + epsilon) * g
    return w - d, (v, rho * u + (1 - rho) * (w - d) ** 2)


def swapped(w, g, state, rho, epsilon):
    v, u = (0.0, 0.0) if state is None else state
    v = (1 - rho) * v + rho * g**2
    d = np.sqrt(u + epsilon) / np.sqrt(v + epsilon) * g
    return w - d, (v, (1 - rho) * u + rho * d**2)


def unit_input_gain(w, g, state, rho, epsilon):
    v, u = (0.0, 0.0) if state is None else state
    v = rho * v + g**2
    d = np.sqrt(u + epsilon) / np.sqrt(v + epsilon) * g
    return w - d, (v, rho * u + d**2)


def uphill(w, g, state, rho, epsilon):
    v, u = (0.0, 0.0) if state is None else state
    v = rho * v + (1 - rho) * g**2
    d = np.sqrt(u + epsilon) / np.sqrt(v + epsilon) * g
    return w + d, (v, rho * u + (1 - rho) * d**2)


# --- variants ---


def by_loop(w, g, state, rho, epsilon):
    slopes, weights = np.ravel(g).tolist(), np.ravel(w).tolist()
    v, u = ([0.0] * len(slopes), [0.0] * len(slopes)) if state is None else state
    for i, slope in enumerate(slopes):
        v[i] = rho * v[i] + (1 - rho) * slope * slope
        update = math.sqrt((u[i] + epsilon) / (v[i] + epsilon)) * slope
        u[i] = rho * u[i] + (1 - rho) * update * update
        weights[i] -= update
    return np.reshape(weights, np.shape(g)), (v, u)


def by_one_root(w, g, state, rho, epsilon):
    v, u = np.zeros((2, *np.shape(g))) if state is None else state
    v = rho * v + (1 - rho) * np.square(g)
    d = g * np.sqrt((u + epsilon) / (v + epsilon))
    return w - d, np.stack([v, rho * u + (1 - rho) * d * d])


def by_epsilon_in_the_state(w, g, state, rho, epsilon):
    v, u = (epsilon, epsilon) if state is None else state
    v = rho * v + (1 - rho) * (np.square(g) + epsilon)
    d = g * (u / v) ** 0.5
    return w - d, (v, rho * u + (1 - rho) * (d * d + epsilon))


def by_last_update(w, g, state, rho, epsilon):
    # The update is taken into its mean only when it is needed, one step later.
    v, u, d = (0.0, 0.0, 0.0) if state is None else state
    u = rho * u + (1 - rho) * d**2
    v = rho * v + (1 - rho) * g**2
    d = -np.sqrt(u + epsilon) / np.sqrt(v + epsilon) * g
    return w + d, (v, u, d)


def by_torch(w, g, state, rho, epsilon):
    w, g = torch.as_tensor(w, dtype=torch.float64), torch.as_tensor(g, dtype=torch.float64)
    v, u = (torch.zeros_like(g), torch.zeros_like(g)) if state is None else state
    v = torch.lerp(g * g, v, rho)
    d = (u + epsilon).sqrt() / (v + epsilon).sqrt() * g
    return w - d, (v, torch.lerp(d * d, u, rho))


EXERCISE = Exercise(
    name="adadelta_step",
    task="Return (w, state) after one step of Adadelta: w - d with d = √(u + epsilon) / "
    "√(v + epsilon) g, v of unit DC gain on g², u on the d² of earlier steps; the state None at "
    "first.",
    points=2,
    reference=adadelta_step,
    driver="steps",
    atol=ATOL,
    public=(
        Case((np.array([1.0]), np.array([[4.0], [2.0], [-1.0]]), 0.75, 0.5)),
        Case((np.array([0.0, 5.0]), np.array([[1.0, -2.0], [-1.0, 3.0], [2.0, 0.5]]), 0.9, 0.1)),
        Case((np.array([[3, 1]]), np.array([[[2, -1]], [[1, 4]]]), 0.8, 0.2)),
        Case((np.array([1.0, 1.0]), np.array([[0.0, 2.0], [0.0, -2.0]]), 0.9, 1e-6)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            epsilon_outside_the_roots,
            "In Adadelta epsilon stands inside both roots: √(u + epsilon) and √(v + epsilon).",
        ),
        Mistake(
            epsilon_below_alone,
            "epsilon is missing above: u is 0 at first, and without it no step is ever taken.",
        ),
        Mistake(
            updates_not_remembered,
            "u stays 0: take d² into u after each step, and return it with v in the state.",
        ),
        Mistake(
            rmsprop, "The numerator √(u + epsilon) is missing: it takes the place of the rate."
        ),
        Mistake(
            no_memory, "There is no memory: return v and u as the state, and take both up again."
        ),
        Mistake(
            upside_down,
            "The roots are upside down: the updates' stands above, the gradients' below.",
        ),
        Mistake(without_roots, "The roots are missing, above and below."),
        Mistake(
            old_mean_of_squares,
            "v is one step late: take g² into v before the division; it is u that is one step "
            "behind.",
        ),
        Mistake(updates_not_squared, "u is a mean of the *squared* updates d², as v is of g²."),
        Mistake(
            mean_of_gradients_for_updates,
            "u is a mean over the squared updates d: that is v once more, one step late.",
        ),
        Mistake(
            mean_of_weights_for_updates,
            "u is a mean over the squared updates d, not over the weights.",
        ),
        Mistake(
            swapped, "rho and 1 - rho are swapped: rho is the share of the old mean that stays."
        ),
        Mistake(
            unit_input_gain,
            "The factors 1 - rho are missing: v and u are means, filters of unit DC gain.",
        ),
        Mistake(uphill, "That climbs: the step goes against the gradient, with a minus."),
    ),
    variants=(by_loop, by_one_root, by_epsilon_in_the_state, by_last_update, by_torch),
    forbid=REFERENCES,
)
