"""AdamW: Adam, and a decay that no filter sees (Loshchilov and Hutter, algorithm 2)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import optimizers
from course_lib.checks import Case, Exercise, Mistake

from .shared import ATOL, REFERENCES, runs, stepped


def adamw_step(w, g, state, rate, beta1, beta2, epsilon, decay):
    """w ← (1 − rate · decay) w − Adam's step."""
    return stepped(optimizers.adamw(rate, beta1, beta2, epsilon, decay), w, g, state)


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case((w + (w == 0), gradients, rng.uniform(0.2, 0.5), *_betas(rng), rng.uniform(0.3, 0.8)))
        for w, gradients in runs(rng)
    ]
    w, gradients = runs(rng)[2]
    return [*cases, Case((w, gradients, 0.4, *_betas(rng), 0.0))]


def _betas(rng: np.random.Generator) -> tuple[float, float, float]:
    return rng.uniform(0.5, 0.8), rng.uniform(0.9, 0.99), rng.uniform(0.1, 0.4)


# --- mistakes ---


def through_the_filters(w, g, state, rate, beta1, beta2, epsilon, decay):
    g = g + decay * w
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - rate * step, (m, v, t + 1)


def both(w, g, state, rate, beta1, beta2, epsilon, decay):
    g = g + decay * w
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - rate * (step + decay * w), (m, v, t + 1)


def without_the_rate(w, g, state, rate, beta1, beta2, epsilon, decay):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - rate * step - decay * w, (m, v, t + 1)


def without_decay(w, g, state, rate, beta1, beta2, epsilon, decay):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - rate * step, (m, v, t + 1)


def grows(w, g, state, rate, beta1, beta2, epsilon, decay):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - rate * (step - decay * w), (m, v, t + 1)


def after_the_step(w, g, state, rate, beta1, beta2, epsilon, decay):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return (1 - rate * decay) * (w - rate * step), (m, v, t + 1)


def divided_too(w, g, state, rate, beta1, beta2, epsilon, decay):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    top = m / (1 - beta1**t) + decay * w
    return w - rate * top / (np.sqrt(v / (1 - beta2**t)) + epsilon), (m, v, t + 1)


def twice_the_decay(w, g, state, rate, beta1, beta2, epsilon, decay):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - rate * (step + 2 * decay * w), (m, v, t + 1)


def of_the_sign(w, g, state, rate, beta1, beta2, epsilon, decay):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - rate * (step + decay * np.sign(w)), (m, v, t + 1)


def without_compensation(w, g, state, rate, beta1, beta2, epsilon, decay):
    m, v = (0.0, 0.0) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return w - rate * (m / (np.sqrt(v) + epsilon) + decay * w), (m, v)


def in_place(w, g, state, rate, beta1, beta2, epsilon, decay):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    w *= 1 - rate * decay
    return w - rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon), (m, v, t + 1)


# --- variants ---


def by_loop(w, g, state, rate, beta1, beta2, epsilon, decay):
    slopes, weights = np.ravel(g).tolist(), np.ravel(w).tolist()
    zeros = [0.0] * len(slopes)
    m, v, t = (list(zeros), list(zeros), 1) if state is None else state
    for i, slope in enumerate(slopes):
        m[i] = beta1 * m[i] + (1 - beta1) * slope
        v[i] = beta2 * v[i] + (1 - beta2) * slope * slope
        root = math.sqrt(v[i] / (1 - beta2**t))
        weights[i] *= 1 - rate * decay
        weights[i] -= rate * m[i] / (1 - beta1**t) / (root + epsilon)
    return np.reshape(weights, np.shape(g)).tolist(), (m, v, t + 1)


def by_numpy(w, g, state, rate, beta1, beta2, epsilon, decay):
    m, v, t = (0.0, 0.0, 0) if state is None else state
    w, t = np.asarray(w), t + 1
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * np.square(g)
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - rate * (step + decay * w), (m, v, t)


def by_shrinking_first(w, g, state, rate, beta1, beta2, epsilon, decay):
    m, v, p, q = (0.0, 0.0, 0.0, 0.0) if state is None else state
    m, v, p, q = beta1 * m + g, beta2 * v + g**2, beta1 * p + 1, beta2 * q + 1
    shrunk = w * (1 - rate * decay)
    return shrunk - rate * (m / p) / (np.sqrt(v / q) + epsilon), (m, v, p, q)


def by_torch(w, g, state, rate, beta1, beta2, epsilon, decay):
    w, g = torch.as_tensor(w, dtype=torch.float64), torch.as_tensor(g, dtype=torch.float64)
    m, v, t = (torch.zeros_like(g), torch.zeros_like(g), 0) if state is None else state
    t += 1
    m = torch.lerp(g, m, beta1)
    v = beta2 * v + (1 - beta2) * g.square()
    moved = w.mul(1 - rate * decay)
    return moved - rate * m / (1 - beta1**t) / ((v / (1 - beta2**t)).sqrt() + epsilon), (m, v, t)


EXERCISE = Exercise(
    name="adamw_step",
    task="Return (w, state) after one step of AdamW: Adam's step, and beside it the weights shrink "
    "by the factor 1 - rate decay. The state is None at first.",
    points=2,
    reference=adamw_step,
    driver="steps",
    atol=ATOL,
    public=(
        Case((np.array([2.0]), np.array([[4.0], [4.0], [-2.0]]), 0.5, 0.5, 0.75, 1.0, 0.5)),
        Case(
            (
                np.array([-3.0, 5.0]),
                np.array([[1.0, -2.0], [-1.0, 3.0], [2.0, 0.5]]),
                0.5,
                0.8,
                0.95,
                0.2,
                0.3,
            )
        ),
        Case((np.array([[3, 2]]), np.array([[[2, -1]], [[1, 4]]]), 0.25, 0.6, 0.9, 0.5, 0.4)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            through_the_filters,
            "That is Adam with an L2 penalty: decay w must not go through the filters, nor be "
            "divided by √v.",
        ),
        Mistake(
            both, "That has L2 and decoupled decay at once, as the slide prints it: never both."
        ),
        Mistake(
            without_the_rate, "The decay lacks the rate: the weights shrink by 1 - rate decay."
        ),
        Mistake(without_decay, "That is Adam: the weights have to shrink besides."),
        Mistake(grows, "The sign is turned round: these weights grow by 1 + rate decay."),
        Mistake(
            after_the_step,
            "The decay is that of the weights before the step: shrink w first, then step.",
        ),
        Mistake(
            divided_too,
            "decay w is divided by √v with the rest: it stands outside of Adam's fraction.",
        ),
        Mistake(
            twice_the_decay,
            "There is no factor 2: decay is that of decay/2 |w|², with slope decay w.",
        ),
        Mistake(
            of_the_sign, "That is the slope of an L1 penalty: weights shrink in proportion to w."
        ),
        Mistake(
            without_compensation,
            "Bias correction is missing: AdamW's step is Adam's, with m and v over their step "
            "responses.",
        ),
        Mistake(in_place, "w *= ... changes the caller's weights: make a new array."),
    ),
    variants=(by_loop, by_numpy, by_shrinking_first, by_torch),
    forbid=REFERENCES,
)
