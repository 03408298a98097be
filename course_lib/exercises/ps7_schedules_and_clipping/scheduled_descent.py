"""The order of steps: which rate does update k use, and what is clipped (deck A, "Rule")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.gradients import clip_by_value
from course_lib.schedules import Exponential

from .descent_mistakes import (
    always_from_the_start,
    before_each_update,
    clipped_above_only,
    clipped_by_norm,
    cut_to_integers,
    decayed_twice,
    dropped_where_too_large,
    in_place,
    not_clipped,
    one_array_many_times,
    only_the_last,
    same_rate,
    scheduler_before_optimizer,
    step_clipped,
    uphill,
    weights_clipped,
    with_the_start,
    without_sign,
)
from .shared import REFERENCES


def scheduled_descent(
    w: np.ndarray, gradients: np.ndarray, rate: float, factor: float, limit: float
) -> np.ndarray:
    """w after each update w ← w - η₀ρᵏ clip(g_k), gradients (n, d): an array (n, d)."""
    rates = Exponential(rate, factor)(np.arange(len(gradients)))
    clipped = clip_by_value([gradients], limit)[0]
    return w - np.cumsum(rates[:, np.newaxis] * clipped, axis=0)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Gradients within and beyond the limit on both sides; one update; whole numbers."""
    cases = [_case(rng, n, d) for n, d in ((3, 2), (6, 3), (1, 2), (5, 1))]
    w, gradients = rng.integers(-5, 6, size=3), rng.integers(2, 9, size=(4, 3))
    signs = np.array([[1], [-1], [1], [-1]])
    rate, factor = float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.3, 0.8))
    return [*cases, Case((w, signs * gradients, rate, factor, float(rng.uniform(2.1, 5))))]


def _case(rng: np.random.Generator, n: int, d: int) -> Case:
    """Two in three numbers are beyond the limit, of either sign."""
    limit = float(rng.uniform(0.5, 2))
    sizes = rng.permuted(np.resize([0.5, 1.8, 3.0], n * d)) * rng.uniform(0.9, 1.1, size=n * d)
    signs = rng.permuted(np.resize([1, -1], n * d))
    rate, factor = float(rng.uniform(0.7, 0.95)), float(rng.uniform(0.3, 0.9))
    return Case((rng.normal(size=d), (limit * signs * sizes).reshape(n, d), rate, factor, limit))


# --- variants ---


def by_loop(w, gradients, rate, factor, limit):
    rows = []
    for g in gradients:
        w = w - rate * np.clip(g, -limit, limit)
        rows.append(w)
        rate = rate * factor
    return rows


def by_numbers(w, gradients, rate, factor, limit):
    rows, now = [], [float(x) for x in w]
    for k, g in enumerate(gradients):
        now = [
            x - rate * factor**k * max(-limit, min(limit, float(slope)))
            for x, slope in zip(now, g, strict=True)
        ]
        rows.append(now)
    return rows


def by_cumulative_sum(w, gradients, rate, factor, limit):
    rates = rate * factor ** np.arange(len(gradients))
    return w - np.cumsum(rates[:, None] * np.clip(gradients, -limit, limit), axis=0)


def by_sign(w, gradients, rate, factor, limit):
    rows = np.empty(gradients.shape)
    for k, g in enumerate(gradients):
        w = w - rate * factor**k * np.sign(g) * np.minimum(np.abs(g), limit)
        rows[k] = w
    return rows


def by_torch(w, gradients, rate, factor, limit):
    now, rows = torch.tensor(w, dtype=torch.float64), []
    for k, g in enumerate(torch.tensor(gradients, dtype=torch.float64)):
        now = now - rate * factor**k * g.clamp(-limit, limit)
        rows.append(now)
    return torch.stack(rows)


def by_torch_optimizer(w, gradients, rate, factor, limit):
    weights = torch.nn.Parameter(torch.tensor(w, dtype=torch.float64))
    optimizer = torch.optim.SGD([weights], lr=rate)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=factor)
    rows = []
    for g in gradients:
        weights.grad = torch.tensor(g, dtype=torch.float64)
        torch.nn.utils.clip_grad_value_([weights], limit)
        optimizer.step()
        scheduler.step()
        rows.append(weights.detach().clone())
    return torch.stack(rows)


EXERCISE = Exercise(
    name="scheduled_descent",
    task="Return the weights after each update, an array (n, d): update k takes row k of gradients "
    "(n, d), clipped to ±limit, times rate·factorᵏ, off the weights w (d,).",
    points=3,
    reference=scheduled_descent,
    public=(
        Case((np.array([1.0]), np.array([[2.0], [-0.5], [-4.0]]), 0.5, 0.5, 1.0)),
        Case((np.array([0.0, 2.0]), np.array([[3.0, -0.2], [0.4, -5.0]]), 0.1, 0.8, 0.5)),
        Case((np.array([4, -3]), np.array([[2, -9], [1, 7], [-8, 3]]), 0.9, 0.7, 2.5)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            scheduler_before_optimizer,
            "The rate falls before the first update, so rate itself is never used: update, then "
            "schedule.",
        ),
        Mistake(
            step_clipped,
            "That clips the step: the limit holds for the gradient, before the rate multiplies it.",
        ),
        Mistake(clipped_above_only, "Large negative numbers are cut off too, at -limit."),
        Mistake(
            without_sign,
            "A clipped gradient keeps its sign: -limit to limit, not 0 to limit.",
        ),
        Mistake(
            clipped_by_norm,
            "That clips by norm: here each number is cut off by itself.",
        ),
        Mistake(not_clipped, "The gradient is not clipped: cut each number off at ±limit."),
        Mistake(weights_clipped, "That clips the weights: the limit holds for the gradient."),
        Mistake(
            dropped_where_too_large,
            "What is beyond the limit is cut down to ±limit, not dropped.",
        ),
        Mistake(uphill, "That goes uphill: the gradient is taken off the weights."),
        Mistake(same_rate, "The rate falls with every update: rate·factorᵏ."),
        Mistake(
            decayed_twice,
            "That falls twice: either multiply the old rate by factor, or take rate·factorᵏ anew.",
        ),
        Mistake(
            always_from_the_start,
            "Each update goes on from the weights of the one before, not from the first ones.",
        ),
        Mistake(
            before_each_update,
            "Those are the weights before each update: row k is what update k leaves.",
        ),
        Mistake(with_the_start, "The start is no update: n gradients give n rows."),
        Mistake(only_the_last, "Keep the weights after every update, not only the last."),
        Mistake(
            one_array_many_times,
            "All rows are the same array, changed by -=: append a copy, or write w = w - ...",
        ),
        Mistake(
            cut_to_integers,
            "zeros_like of integers cuts the weights off to integers: make the rows of floats.",
        ),
        Mistake(
            in_place,
            "w -= ... changes the caller's weights: write w = w - ..., which makes a new array.",
        ),
    ),
    variants=(
        by_loop,
        by_numbers,
        by_cumulative_sum,
        by_sign,
        by_torch,
        by_torch_optimizer,
    ),
    forbid=REFERENCES,
)
