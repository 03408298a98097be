"""Adam with the gradient of the penalty in its gradient: what L2 becomes (deck E)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from course_lib import optimizers
from course_lib.checks import Case, Exercise, Mistake

from .shared import OPTIMIZERS, adam_cases, slopes, waves


def coupled_adam_step(
    w: np.ndarray, g: np.ndarray, state: Any, rate: float, weight_decay: float
) -> tuple[Any, Any]:
    """One step of ``optimizers.adam`` on g + λw."""
    rule = replace(optimizers.adam(rate), l2=weight_decay)
    return rule.step(w, g, rule.start(w) if state is None else state)


# --- mistakes ---


def decoupled(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * (d + weight_decay * w), (t, m, v)


def both_terms(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    g = g + weight_decay * w
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * (d + weight_decay * w), (t, m, v)


def decay_missing_in_v(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * (g + weight_decay * w), 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * d, (t, m, v)


def decay_missing_in_m(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * (g + weight_decay * w) ** 2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * d, (t, m, v)


def twice_the_decay(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    g = g + 2 * weight_decay * w
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * d, (t, m, v)


def growth(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    g = g - weight_decay * w
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * d, (t, m, v)


def decay_times_rate(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    g = g + rate * weight_decay * w
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * d, (t, m, v)


def without_decay(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * d, (t, m, v)


def without_bias_correction(w, g, state, rate, weight_decay):
    m, v = state or (0.0, 0.0)
    g = g + weight_decay * w
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return w - rate * m / (np.sqrt(v) + 1e-8), (m, v)


def forgetful(w, g, state, rate, weight_decay):
    g = g + weight_decay * w
    return w - rate * g / (np.abs(g) + 1e-8), None


def without_normalisation(w, g, state, rate, weight_decay):
    return w - rate * (g + weight_decay * w), None


def gradient_in_place(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    g += weight_decay * w
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * d, (t, m, v)


# --- variants ---


def by_new_gradient(w, g, state, rate, weight_decay):
    t, m, v = state or (0, np.zeros(np.shape(w)), np.zeros(np.shape(w)))
    coupled = g + weight_decay * w
    t, m, v = t + 1, 0.9 * m + (1 - 0.9) * coupled, 0.999 * v + (1 - 0.999) * coupled**2
    return w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), [t, m, v]


def by_dict(w, g, state, rate, weight_decay):
    if state is None:
        state = {"t": 0, "m": np.zeros_like(w, dtype=float), "v": np.zeros_like(w, dtype=float)}
    state["t"] += 1
    state["m"] += (1 - 0.9) * (g + weight_decay * w - state["m"])
    state["v"] += (1 - 0.999) * ((g + weight_decay * w) ** 2 - state["v"])
    m = state["m"] / (1 - 0.9 ** state["t"])
    v = state["v"] / (1 - 0.999 ** state["t"])
    return w - rate * m / (v**0.5 + 1e-8), state


def by_torch(w, g, state, rate, weight_decay):
    w, g = torch.as_tensor(w).double(), torch.as_tensor(g).double()
    t, m, v = state or (0, torch.zeros_like(w), torch.zeros_like(w))
    g = torch.add(g, w, alpha=weight_decay)
    t, m, v = t + 1, m.lerp(g, 0.1), v.lerp(g * g, 0.001)
    return w - rate * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)).sqrt() + 1e-8), (t, m, v)


def by_loop(w, g, state, rate, weight_decay):
    n = np.size(w)
    t, m, v = state or (0, [0.0] * n, [0.0] * n)
    t, new, m, v = t + 1, [], list(m), list(v)
    for i, (x, slope) in enumerate(zip(np.ravel(w), np.ravel(g), strict=True)):
        total = float(slope) + weight_decay * float(x)
        m[i] = 0.9 * m[i] + 0.1 * total
        v[i] = 0.999 * v[i] + 0.001 * total**2
        d = m[i] / (1 - 0.9**t) / (math.sqrt(v[i] / (1 - 0.999**t)) + 1e-8)
        new.append(float(x) - rate * d)
    return np.reshape(new, np.shape(w)), (t, m, v)


EXERCISE = Exercise(
    name="coupled_adam_step",
    task="Return (w, state) after one step of Adam (β1 = 0.9, β2 = 0.999, ε = 1e-8 outside the "
    "root) on the gradient of loss and penalty together, g + λw.",
    points=2,
    reference=coupled_adam_step,
    driver="steps",
    public=(
        Case((np.array([1.0, -2.0]), np.array([[0.5, -0.001]]), 0.1, 0.5)),
        Case((np.array([3.0, -1.0]), slopes(6, 2), 0.1, 0.2)),
        Case((waves(2, 3), slopes(4, 2, 3), 0.01, 0.1)),
    ),
    hidden=adam_cases,
    mistakes=(
        Mistake(
            decoupled,
            "That is the decoupled step, of exercise 4: add λw to g before m and v see it.",
        ),
        Mistake(
            both_terms,
            "The decay is in twice, inside the gradient and beside it: keep the one inside.",
        ),
        Mistake(
            decay_missing_in_v,
            "v still averages g²: both m and v see the whole gradient, g + λw.",
        ),
        Mistake(
            decay_missing_in_m,
            "m still averages g: both m and v see the whole gradient, g + λw.",
        ),
        Mistake(
            twice_the_decay,
            "There is no factor 2 here: λ is torch's weight_decay, from (λ/2)‖w‖².",
        ),
        Mistake(growth, "The penalty's gradient is +λw: the minus comes with the step."),
        Mistake(
            decay_times_rate,
            "The rate multiplies the step, not λ inside of the gradient: add λw to g.",
        ),
        Mistake(without_decay, "That is Adam alone: add λw to the gradient first."),
        Mistake(
            without_bias_correction,
            "m and v start at 0 and are too small at first: divide them by 1 - βᵗ, with t from 1.",
        ),
        Mistake(
            forgetful,
            "m and v start anew at every step: return them in the state, and use what comes back.",
        ),
        Mistake(
            without_normalisation,
            "That is plain gradient descent with decay: Adam divides a running mean by a root.",
        ),
        Mistake(
            gradient_in_place,
            "g += ... changes the caller's gradient: add λw in a new array.",
        ),
    ),
    variants=(by_new_gradient, by_dict, by_torch, by_loop),
    forbid=OPTIMIZERS,
)
