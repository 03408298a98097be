"""The chain rule by hand, for one neuron and one sample (deck D, "Backpropagation")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib.activations import logistic, logistic_derivative
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES


def neuron_gradient(w: float, b: float, x: float, y: float) -> np.ndarray:
    """(∂C/∂w, ∂C/∂b, ∂C/∂x) of C = ½(a - y)², a = σ(s), s = w x + b: an array (3,)."""
    s = w * x + b
    slope = (logistic(s) - y) * logistic_derivative(s)
    return np.array([slope * x, slope, slope * w])


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [Case(tuple(rng.normal(scale=1.5, size=4).tolist())) for _ in range(6)]
    whole = (-1, 1, 2, int(rng.integers(2, 9)))
    at_zero = (float(rng.normal()), float(rng.normal()), 0.0, float(rng.normal()))
    return [*cases, Case(whole), Case(at_zero)]


# --- mistakes ---


def without_slope_of_sigmoid(w, b, x, y):
    slope = 1 / (1 + np.exp(-(w * x + b))) - y
    return np.array([slope * x, slope, slope * w])


def slope_at_the_sum(w, b, x, y):
    s = w * x + b
    slope = (1 / (1 + np.exp(-s)) - y) * s * (1 - s)
    return np.array([slope * x, slope, slope * w])


def sigmoid_twice(w, b, x, y):
    a = 1 / (1 + np.exp(-(w * x + b)))
    again = 1 / (1 + np.exp(-a))
    slope = (a - y) * again * (1 - again)
    return np.array([slope * x, slope, slope * w])


def sign_turned(w, b, x, y):
    a = 1 / (1 + np.exp(-(w * x + b)))
    slope = (y - a) * a * (1 - a)
    return np.array([slope * x, slope, slope * w])


def without_the_half(w, b, x, y):
    a = 1 / (1 + np.exp(-(w * x + b)))
    slope = 2 * (a - y) * a * (1 - a)
    return np.array([slope * x, slope, slope * w])


def weight_and_input_swapped(w, b, x, y):
    a = 1 / (1 + np.exp(-(w * x + b)))
    slope = (a - y) * a * (1 - a)
    return np.array([slope * w, slope, slope * x])


def bias_times_input(w, b, x, y):
    a = 1 / (1 + np.exp(-(w * x + b)))
    slope = (a - y) * a * (1 - a)
    return np.array([slope * x, slope * x, slope * w])


def bias_times_bias(w, b, x, y):
    a = 1 / (1 + np.exp(-(w * x + b)))
    slope = (a - y) * a * (1 - a)
    return np.array([slope * x, slope * b, slope * w])


def without_last_factor(w, b, x, y):
    a = 1 / (1 + np.exp(-(w * x + b)))
    slope = (a - y) * a * (1 - a)
    return np.array([slope, slope, slope])


def of_the_output(w, b, x, y):
    a = 1 / (1 + np.exp(-(w * x + b)))
    slope = a * (1 - a)
    return np.array([slope * x, slope, slope * w])


def bias_first(w, b, x, y):
    a = 1 / (1 + np.exp(-(w * x + b)))
    slope = (a - y) * a * (1 - a)
    return np.array([slope, slope * x, slope * w])


def slope_of_tanh(w, b, x, y):
    a = 1 / (1 + np.exp(-(w * x + b)))
    slope = (a - y) * (1 - a**2)
    return np.array([slope * x, slope, slope * w])


# --- variants ---


def by_python(w, b, x, y):
    a = 1 / (1 + math.exp(-(w * x + b)))
    slope = (a - y) * a * (1 - a)
    return slope * x, slope, slope * w


def by_autograd(w, b, x, y):
    w, b, x = (torch.tensor(float(v), dtype=torch.float64, requires_grad=True) for v in (w, b, x))
    (0.5 * (torch.sigmoid(w * x + b) - y) ** 2).backward()
    return torch.stack([w.grad, b.grad, x.grad])


def by_tanh(w, b, x, y):
    t = np.tanh((w * x + b) / 2)
    return ((1 + t) / 2 - y) * (1 - t**2) / 4 * np.array([x, 1, w])


def as_a_list(w, b, x, y):
    e = np.exp(-(w * x + b))
    slope = (1 / (1 + e) - y) * e / (1 + e) ** 2
    return [slope * x, slope, slope * w]


def by_single_precision(w, b, x, y):
    w, b, x, y = np.array([w, b, x, y], dtype=np.float32)
    a = 1 / (1 + np.exp(-(w * x + b)))
    return (a - y) * a * (1 - a) * np.stack([x, np.float32(1), w])


EXERCISE = Exercise(
    name="neuron_gradient",
    task="Return the three derivatives of C = ½(a - y)², a = σ(w x + b), in w, b and x, in this "
    "order; all arguments are numbers.",
    points=2,
    reference=neuron_gradient,
    public=(
        Case((2.0, -1.0, 0.5, 1.0)),
        Case((0.3, 0.1, -2.0, 0.0)),
        Case((1, -1, 2, 0)),
        Case((-1.5, 0.4, 0.8, 0.25)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            without_slope_of_sigmoid,
            "A link of the chain is missing: the slope of the sigmoid, da/ds = a(1 - a).",
        ),
        Mistake(
            slope_at_the_sum,
            "The slope of the sigmoid is a(1 - a) with its *output* a; s(1 - s) takes its input.",
        ),
        Mistake(
            sigmoid_twice,
            "σ'(s) is a(1 - a) with a = σ(s): a has been through the sigmoid already, do not send "
            "it through again.",
        ),
        Mistake(
            sign_turned,
            "The sign is turned round: C grows with a where a > y, so dC/da is a - y, not y - a.",
        ),
        Mistake(without_the_half, "There is a factor 2 too many: the ½ in C cancels it."),
        Mistake(
            weight_and_input_swapped,
            "Two results are swapped: s = w x + b has slope x in w, and slope w in x.",
        ),
        Mistake(
            bias_times_input,
            "The derivative in b has no factor x: s = w x + b grows by 1 where b does.",
        ),
        Mistake(
            bias_times_bias,
            "The derivative in b has no factor b: s = w x + b grows by 1 where b does.",
        ),
        Mistake(
            without_last_factor,
            "The last link is missing: multiply dC/ds by ds/dw = x, ds/db = 1 and ds/dx = w.",
        ),
        Mistake(
            of_the_output,
            "The first link is missing: dC/da = a - y. That is the gradient of the output a alone.",
        ),
        Mistake(
            bias_first,
            "The order is another: the derivative in w comes first, then in b, then in x.",
        ),
        Mistake(slope_of_tanh, "1 - a² is the slope of tanh: the sigmoid has a(1 - a)."),
    ),
    variants=(by_python, by_autograd, by_tanh, as_a_list, by_single_precision),
    forbid=REFERENCES,
)
