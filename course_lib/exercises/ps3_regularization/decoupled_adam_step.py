"""Adam with decoupled weight decay, which is AdamW (Loshchilov and Hutter; decks B and E)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from course_lib import optimizers
from course_lib.checks import Case, Exercise, Mistake

from .shared import OPTIMIZERS, adam_cases, slopes, waves


def decoupled_adam_step(
    w: np.ndarray, g: np.ndarray, state: Any, rate: float, weight_decay: float
) -> tuple[Any, Any]:
    """One step of ``optimizers.adamw`` at its own β1 = 0.9, β2 = 0.999, ε = 1e-8."""
    rule = optimizers.adamw(rate, weight_decay=weight_decay)
    return rule.step(w, g, rule.start(w) if state is None else state)


# --- mistakes ---


def coupled(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    g = g + weight_decay * w
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * d, (t, m, v)


def both_terms(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    g = g + weight_decay * w
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * (d + weight_decay * w), (t, m, v)


def decay_without_rate(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * d - weight_decay * w, (t, m, v)


def decay_of_new_weights(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return (w - rate * d) * (1 - rate * weight_decay), (t, m, v)


def growth(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * (d - weight_decay * w), (t, m, v)


def twice_the_decay(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * (d + 2 * weight_decay * w), (t, m, v)


def without_decay(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * d, (t, m, v)


def decay_divided_too(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    root = np.sqrt(v / (1 - 0.999**t)) + 1e-8
    return w - rate * (m / (1 - 0.9**t) + weight_decay * w) / root, (t, m, v)


def without_bias_correction(w, g, state, rate, weight_decay):
    m, v = state or (0.0, 0.0)
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return w - rate * (m / (np.sqrt(v) + 1e-8) + weight_decay * w), (m, v)


def epsilon_inside_the_root(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t) + 1e-8)
    return w - rate * (d + weight_decay * w), (t, m, v)


def epsilon_before_correction(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / ((np.sqrt(v) + 1e-8) / np.sqrt(1 - 0.999**t))
    return w - rate * (d + weight_decay * w), (t, m, v)


def corrected_twice(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    m, v = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return w - rate * (m / (np.sqrt(v) + 1e-8) + weight_decay * w), (t, m, v)


def count_stands_still(w, g, state, rate, weight_decay):
    m, v = state or (0.0, 0.0)
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = (m / 0.1) / (np.sqrt(v / 0.001) + 1e-8)
    return w - rate * (d + weight_decay * w), (m, v)


def forgetful(w, g, state, rate, weight_decay):
    d = g / (np.abs(g) + 1e-8)
    return w - rate * (d + weight_decay * w), None


def without_normalisation(w, g, state, rate, weight_decay):
    return w - rate * (g + weight_decay * w), None


def betas_swapped(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.999 * m + 0.001 * g, 0.9 * v + 0.1 * g**2
    d = m / (1 - 0.999**t) / (np.sqrt(v / (1 - 0.9**t)) + 1e-8)
    return w - rate * (d + weight_decay * w), (t, m, v)


def in_place(w, g, state, rate, weight_decay):
    t, m, v = state or (0, 0.0, 0.0)
    t, m, v = t + 1, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    d = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    w -= rate * (d + weight_decay * w)
    return w, (t, m, v)


# --- variants ---


def by_shrinking_first(w, g, state, rate, weight_decay):
    t, m, v = state or (0, np.zeros(np.shape(w)), np.zeros(np.shape(w)))
    t, m, v = t + 1, 0.9 * m + (1 - 0.9) * g, 0.999 * v + (1 - 0.999) * g * g
    shrunk = (1 - rate * weight_decay) * w
    return shrunk - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), [t, m, v]


def by_dict(w, g, state, rate, weight_decay):
    if state is None:
        state = {"t": 0, "m": np.zeros_like(w, dtype=float), "v": np.zeros_like(w, dtype=float)}
    state["t"] += 1
    state["m"] += (1 - 0.9) * (g - state["m"])
    state["v"] += (1 - 0.999) * (g**2 - state["v"])
    m = state["m"] / (1 - 0.9 ** state["t"])
    v = state["v"] / (1 - 0.999 ** state["t"])
    return w - rate * weight_decay * w - rate * m / (v**0.5 + 1e-8), state


def by_history(w, g, state, rate, weight_decay):
    gradients = [*(state or []), g]
    ages = range(len(gradients) - 1, -1, -1)
    m = sum(0.9**k * x for k, x in zip(ages, gradients, strict=True)) / sum(0.9**k for k in ages)
    v = sum(0.999**k * x**2 for k, x in zip(ages, gradients, strict=True))
    d = m / (np.sqrt(v / sum(0.999**k for k in ages)) + 1e-8)
    return w - rate * (d + weight_decay * w), gradients


def by_torch(w, g, state, rate, weight_decay):
    w, g = torch.as_tensor(w).double(), torch.as_tensor(g).double()
    t, m, v = state or (0, torch.zeros_like(w), torch.zeros_like(w))
    t, m, v = t + 1, m.lerp(g, 0.1), v.lerp(g * g, 0.001)
    d = (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)).sqrt() + 1e-8)
    return w - rate * (d + weight_decay * w), (t, m, v)


def by_loop(w, g, state, rate, weight_decay):
    n = np.size(w)
    t, m, v = state or (0, [0.0] * n, [0.0] * n)
    t, new, m, v = t + 1, [], list(m), list(v)
    for i, (x, slope) in enumerate(zip(np.ravel(w), np.ravel(g), strict=True)):
        m[i] = 0.9 * m[i] + 0.1 * float(slope)
        v[i] = 0.999 * v[i] + 0.001 * float(slope) ** 2
        d = m[i] / (1 - 0.9**t) / (math.sqrt(v[i] / (1 - 0.999**t)) + 1e-8)
        new.append(float(x) - rate * (d + weight_decay * float(x)))
    return np.reshape(new, np.shape(w)), (t, m, v)


EXERCISE = Exercise(
    name="decoupled_adam_step",
    task="Return (w, state) after one step of Adam (β1 = 0.9, β2 = 0.999, ε = 1e-8 outside the "
    "root) with weight decay beside it: w ← w - η (m̂ / (√v̂ + ε) + λw).",
    points=3,
    reference=decoupled_adam_step,
    driver="steps",
    public=(
        Case((np.array([1.0, -2.0]), np.array([[0.5, -0.001]]), 0.1, 0.5)),
        Case((np.array([3.0, -1.0]), slopes(6, 2), 0.1, 0.2)),
        Case((waves(2, 3), slopes(4, 2, 3), 0.01, 0.1)),
    ),
    hidden=adam_cases,
    mistakes=(
        Mistake(
            coupled,
            "λw stands inside the gradient here, where √v̂ divides it: that is the coupled decay. "
            "Let m and v see the gradient alone.",
        ),
        Mistake(
            both_terms,
            "The decay is in twice, inside the gradient and beside it, as on the slide: keep the "
            "one beside it only.",
        ),
        Mistake(
            decay_without_rate,
            "The decay is multiplied by the rate too: w ← (1 - ηλ)w - η m̂ / (√v̂ + ε).",
        ),
        Mistake(
            decay_of_new_weights,
            "That shrinks the weights after the step: both terms take w as it was before.",
        ),
        Mistake(growth, "The sign of the decay is turned round: these weights grow."),
        Mistake(
            twice_the_decay,
            "There is no factor 2 here: λ is torch's weight_decay, from (λ/2)‖w‖².",
        ),
        Mistake(without_decay, "That is Adam alone: the term ηλw is missing."),
        Mistake(
            decay_divided_too,
            "The decay is divided by √v̂ as well: only m̂ is, the decay stands beside the fraction.",
        ),
        Mistake(
            without_bias_correction,
            "m and v start at 0 and are too small at first: divide them by 1 - βᵗ, with t from 1.",
        ),
        Mistake(epsilon_inside_the_root, "ε stands outside the root: √v̂ + ε, not √(v̂ + ε)."),
        Mistake(
            epsilon_before_correction,
            "ε is added to the root of the corrected v̂, not to √v before its correction.",
        ),
        Mistake(
            corrected_twice,
            "The corrected m̂ and v̂ went into the state: keep m and v as they are before it.",
        ),
        Mistake(
            count_stands_still,
            "The step count stands still at t = 1: keep t in the state and raise it every step.",
        ),
        Mistake(
            forgetful,
            "m and v start anew at every step: return them in the state, and use what comes back.",
        ),
        Mistake(
            without_normalisation,
            "That is plain gradient descent: Adam divides a running mean of g by a root.",
        ),
        Mistake(
            betas_swapped,
            "The betas are swapped: 0.9 belongs to the gradient, 0.999 to its square.",
        ),
        Mistake(in_place, "w -= ... changes the caller's weights: return a new array."),
    ),
    variants=(by_shrinking_first, by_dict, by_history, by_torch, by_loop),
    forbid=OPTIMIZERS,
)
