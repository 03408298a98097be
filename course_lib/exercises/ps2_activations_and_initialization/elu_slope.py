"""The slope of ELU (Clevert et al. 2016; deck C, table of "Activation functions")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import activations
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, waves, with_zeros


def elu_slope(x: np.ndarray, alpha: float) -> np.ndarray:
    """1 where x > 0, else α eˣ, in the shape of ``x``; α at the kink."""
    return activations.elu_derivative(x, alpha)


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case((with_zeros(rng, *shape), float(alpha)))
        for shape in ((1,), (8,), (1, 5), (3, 4))
        for alpha in (1.0, rng.uniform(0.1, 0.8), rng.uniform(1.3, 3.0))
    ]
    far = rng.permutation([-1000.0, -30.0, 0.0, 800.0, 5000.0]) + 0.0
    told = np.array([-2.0, -0.5, 0.0, 1.5]) * rng.uniform(0.5, 2.0)
    return [
        *cases,
        Case((far, float(rng.uniform(0.2, 0.8)))),
        Case((rng.permutation(told), float(rng.uniform(1.5, 3.0)))),
        Case((rng.permutation([-3, -1, 0, 2, 4, int(rng.integers(5, 99))]), 1.7)),
        Case((told.astype(np.float32), float(rng.uniform(0.2, 0.8)))),
    ]


# --- mistakes ---


def elu_itself(x, alpha):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def without_alpha(x, alpha):
    return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))


def value_plus_one(x, alpha):
    return np.where(x > 0, 1.0, alpha * np.expm1(np.minimum(x, 0)) + 1)


def constant_not_gone(x, alpha):
    return np.where(x > 0, 1.0, alpha * np.expm1(np.minimum(x, 0)))


def one_at_the_kink(x, alpha):
    return np.where(x >= 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


def exponential_everywhere(x, alpha):
    return alpha * np.exp(x)


def zero_on_the_right(x, alpha):
    return np.where(x > 0, 0.0, alpha * np.exp(np.minimum(x, 0)))


def falling_exponential(x, alpha):
    return np.where(x > 0, 1.0, alpha * np.exp(-np.minimum(x, 0)))


def alpha_on_the_left(x, alpha):
    return np.where(x > 0, 1.0, alpha)


def infinity_times_zero(x, alpha):
    return (x > 0) * 1.0 + (x <= 0) * alpha * np.exp(x)


def times_x(x, alpha):
    return np.where(x > 0, 1.0, alpha * x * np.exp(np.minimum(x, 0)))


def alpha_inside(x, alpha):
    return np.where(x > 0, 1.0, alpha * np.exp(alpha * np.minimum(x, 0)))


def whole_numbers_out(x, alpha):
    slope = np.ones_like(x)
    slope[x <= 0] = alpha * np.exp(x[x <= 0])
    return slope


# --- variants ---


def by_numpy(x, alpha):
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


def by_value(x, alpha):
    value = np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
    return np.where(x > 0, 1.0, value + alpha)


def by_loop(x, alpha):
    slope = np.ones(x.shape)
    for i in np.ndindex(x.shape):
        if x[i] <= 0:
            slope[i] = alpha * math.exp(x[i])
    return slope


def by_autograd(x, alpha):
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    left = alpha * torch.expm1(torch.where(x > 0, 0.0, x))
    torch.where(x > 0, x, left).sum().backward()
    return x.grad


def by_single_precision(x, alpha):
    x = x.astype(np.float32)
    slope = np.ones(x.shape, np.float32)
    slope[x <= 0] = np.float32(alpha) * np.exp(x[x <= 0])
    return slope


EXERCISE = Exercise(
    name="elu_slope",
    task="Return the slope of ELU, which is x where x > 0 and alpha (exp(x) - 1) elsewhere, in the "
    "shape of x, for x of any size; at x = 0 it is alpha.",
    points=2,
    reference=elu_slope,
    public=(
        Case((np.array([-1.0, 0.0, 3.0]), 1.0)),
        Case((np.array([-2.0, 0.0, 0.5, -0.1]), 2.0)),
        Case((np.array([-3, 0, 2, -1]), 0.5)),
        Case((np.array([-1000.0, 1000.0, -0.5]), 0.5)),
        Case((waves(3, 4), 1.5)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(elu_itself, "That is ELU itself: its slope was asked for."),
        Mistake(without_alpha, "α is missing: the slope on the left is α eˣ."),
        Mistake(
            value_plus_one,
            "f(x) + 1 is the slope on the left only for α = 1: in general it is f(x) + α.",
        ),
        Mistake(
            constant_not_gone,
            "The slope of α(eˣ - 1) is α eˣ: the constant -α has none.",
        ),
        Mistake(
            one_at_the_kink,
            "At the kink, x = 0, the slope is that of the left: α, not 1.",
        ),
        Mistake(
            exponential_everywhere,
            "α eˣ is the slope on the left alone: for x > 0, f(x) = x has the slope 1.",
        ),
        Mistake(zero_on_the_right, "For x > 0, f(x) = x has the slope 1, not 0."),
        Mistake(
            falling_exponential,
            "The exponent has the wrong sign: the slope α eˣ falls to 0 on the far left.",
        ),
        Mistake(
            alpha_on_the_left,
            "That is the slope of a leaky ReLU: ELU bends on the left, its slope is α eˣ.",
        ),
        Mistake(
            infinity_times_zero,
            "exp overflows for large x, and infinity times 0 is nan: choose with np.where, or take "
            "exp of negative x only.",
        ),
        Mistake(times_x, "The slope of eˣ is eˣ: there is no factor x."),
        Mistake(alpha_inside, "α stands before the exponential, not inside of it."),
        Mistake(
            whole_numbers_out,
            "ones_like of an integer array holds integers, and the slopes are cut off: make it one "
            "of floats.",
        ),
    ),
    variants=(by_numpy, by_value, by_loop, by_autograd, by_single_precision),
    forbid=(
        *REFERENCES,
        "torch.nn.ELU",
        "torch.nn.CELU",
        "torch.nn.functional.elu",
        "torch.nn.functional.celu",
    ),
)
