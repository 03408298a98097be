"""PReLU and its slope (He et al. 2015; deck C, table of "Activation functions")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import activations
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, waves, with_zeros


def prelu_and_slope(x: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """f(x) = x where x > 0, else α x; and its slope in x, α at the kink."""
    return activations.prelu(x, alpha), activations.prelu_derivative(x, alpha)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Slopes below and above 1 and below 0, and both sides of the kink in each case."""
    cases = []
    for shape in ((1,), (7,), (1, 5), (4, 1), (3, 4)):
        cases.append(Case((with_zeros(rng, *shape), float(rng.uniform(0.05, 0.9)))))
        cases.append(Case((with_zeros(rng, *shape), float(rng.uniform(1.2, 4.0)))))
    told = np.array([-2.0, -1.0, 0.0, 3.0]) * rng.uniform(0.5, 2.0)
    return [
        *cases,
        Case((rng.permutation(told), float(rng.uniform(0.1, 0.9)))),
        Case((rng.permutation(told), float(rng.uniform(1.5, 3.0)))),
        Case((told, -float(rng.uniform(0.1, 0.9)))),
        Case((rng.permutation([-4, -1, 0, 2, 5, int(rng.integers(6, 99))]), 0.3)),
        Case((told.astype(np.float32), float(rng.uniform(0.1, 0.9)))),
    ]


# --- mistakes ---


def larger_of_the_two(x, alpha):
    return np.maximum(x, alpha * x), np.where(x > 0, 1.0, alpha)


def slope_one_at_the_kink(x, alpha):
    return np.where(x > 0, x, alpha * x), np.where(x >= 0, 1.0, alpha)


def slope_zero_on_the_left(x, alpha):
    return np.where(x > 0, x, alpha * x), np.where(x > 0, 1.0, 0.0)


def zero_on_the_left(x, alpha):
    return np.maximum(x, 0.0), np.where(x > 0, 1.0, alpha)


def sides_swapped(x, alpha):
    return np.where(x < 0, x, alpha * x), np.where(x < 0, 1.0, alpha)


def left_added_everywhere(x, alpha):
    return np.maximum(x, 0) + alpha * x, np.where(x > 0, 1.0, alpha)


def left_turned_up(x, alpha):
    return np.maximum(x, 0) - alpha * np.minimum(x, 0), np.where(x > 0, 1.0, -alpha)


def slope_in_alpha(x, alpha):
    return np.where(x > 0, x, alpha * x), np.where(x > 0, 0.0, x)


def fixed_leak(x, alpha):
    return np.where(x > 0, x, 0.01 * x), np.where(x > 0, 1.0, 0.01)


def only_the_value(x, alpha):
    return np.where(x > 0, x, alpha * x)


def slope_first(x, alpha):
    return np.where(x > 0, 1.0, alpha), np.where(x > 0, x, alpha * x)


def whole_numbers_out(x, alpha):
    value = x.copy()
    value[x < 0] = alpha * x[x < 0]
    slope = np.ones_like(x)
    slope[x <= 0] = alpha
    return value, slope


def in_place(x, alpha):
    slope = np.where(x > 0, 1.0, alpha)
    x[x < 0] = alpha * x[x < 0]
    return x, slope


def slope_by_the_value(x, alpha):
    value = np.where(x > 0, x, alpha * x)
    return value, np.where(value > 0, 1.0, alpha)


def slope_where_unchanged(x, alpha):
    value = np.maximum(x, alpha * x)
    return value, np.where(value == x, 1.0, alpha)


# --- variants ---


def by_numpy(x, alpha):
    return np.where(x > 0, x, alpha * x), np.where(x > 0, 1.0, alpha)


def by_two_halves(x, alpha):
    off = x <= 0
    return np.maximum(x, 0) + alpha * np.minimum(x, 0), alpha * off + 1.0 * ~off


def by_slope(x, alpha):
    slope = 1 + (alpha - 1) * (x <= 0)
    return slope * x, slope


def by_loop(x, alpha):
    value, slope = np.zeros(x.shape), np.ones(x.shape)
    for i in np.ndindex(x.shape):
        if x[i] <= 0:
            slope[i] = alpha
        value[i] = slope[i] * x[i]
    return value, slope


def by_autograd(x, alpha):
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    value = torch.where(x > 0, x, alpha * x)
    value.sum().backward()
    return value, x.grad


def by_lists(x, alpha):
    value, slope = np.where(x > 0, x, alpha * x), np.where(x > 0, 1, alpha)
    return [value.tolist(), slope.tolist()]


EXERCISE = Exercise(
    name="prelu_and_slope",
    task="Return the pair (f(x), f'(x)) of f(x) = x where x > 0 and alpha x elsewhere, both in the "
    "shape of x; alpha may be any number, and at x = 0 the slope is alpha.",
    points=2,
    reference=prelu_and_slope,
    public=(
        Case((np.array([-2.0, 0.0, 3.0]), 0.25)),
        Case((np.array([-2.0, 0.0, 3.0]), 2.0)),
        Case((np.array([-3, 0, 2, -1]), 0.5)),
        Case((waves(3, 4), -0.5)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            larger_of_the_two,
            "max(αx, x) is PReLU only while α ≤ 1: beyond, it takes the wrong piece on both sides. "
            "(Deck C has it so.) Choose by the sign of x.",
        ),
        Mistake(slope_one_at_the_kink, "At the kink, x = 0, the slope is that of the left: α."),
        Mistake(
            slope_zero_on_the_left,
            "The slope on the left is α, not 0: that is what a PReLU has over a ReLU.",
        ),
        Mistake(zero_on_the_left, "On the left f(x) is αx, not 0: that is a ReLU."),
        Mistake(sides_swapped, "The sides are swapped: x > 0 passes as it is, the rest times α."),
        Mistake(
            left_added_everywhere,
            "αx is added on the right side too: only negative x are multiplied by α.",
        ),
        Mistake(
            left_turned_up,
            "The left piece has the wrong sign: αx is negative there for a positive α.",
        ),
        Mistake(
            slope_in_alpha,
            "That is the derivative in α (x on the left, 0 on the right): the slope in x was asked "
            "for.",
        ),
        Mistake(fixed_leak, "That has torch's default 0.01 for the slope: use the given alpha."),
        Mistake(only_the_value, "Return a pair: the value and the slope."),
        Mistake(slope_first, "The order is turned round: the value comes first, then the slope."),
        Mistake(
            whole_numbers_out,
            "A copy of an integer array holds integers, and αx is cut off: make floats of it.",
        ),
        Mistake(in_place, "x itself is changed: work on a copy, or use np.where."),
        Mistake(
            slope_by_the_value,
            "The sign of x chooses the slope, not that of f(x): for a negative α they differ.",
        ),
        Mistake(
            slope_where_unchanged,
            "The larger of x and αx is PReLU only for α ≤ 1, and f(0) = 0 on both sides: choose "
            "value and slope by the sign of x.",
        ),
    ),
    variants=(by_numpy, by_two_halves, by_slope, by_loop, by_autograd, by_lists),
    forbid=(
        *REFERENCES,
        "torch.prelu",
        "torch.nn.PReLU",
        "torch.nn.LeakyReLU",
        "torch.nn.functional.prelu",
        "torch.nn.functional.leaky_relu",
    ),
)
