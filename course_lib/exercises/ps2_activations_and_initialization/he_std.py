"""He's standard deviation, from keeping the mean square (He et al. 2015, equations 10 and 15)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.initialization import fans

from .shared import REFERENCES


def he_std(shape: tuple[int, ...], slope: float) -> float:
    """√(2 / ((1 + slope²) · fan_in)) for weights of ``shape`` (n_out, n_in, *kernel)."""
    fan_in, _ = fans(shape)
    return math.sqrt(2 / ((1 + slope**2) * fan_in))


def hidden(rng: np.random.Generator) -> list[Case]:
    n_out, n_in = (int(n) for n in rng.choice(np.arange(3, 300), size=2, replace=False))
    k, more = int(rng.integers(2, 6)), int(rng.integers(6, 9))
    slope = float(rng.uniform(0.1, 0.9))
    return [
        Case(((n_out, n_in), 0.0)),
        Case(((n_in, n_out), slope)),
        Case(((n_out, 1), slope)),
        Case(((1, n_in), -slope)),
        Case(((n_out, n_in, k), 0.0)),
        Case(((n_in, n_out, k, more), slope)),
        Case(((n_in, n_out, k, k, more), 1 + slope)),
    ]


# --- mistakes ---


def variance(shape, slope):
    return 2 / ((1 + slope**2) * np.prod(shape[1:]))


def fan_out(shape, slope):
    return np.sqrt(2 / ((1 + slope**2) * shape[0] * np.prod(shape[2:])))


def without_kernel(shape, slope):
    return np.sqrt(2 / ((1 + slope**2) * shape[1]))


def last_axis(shape, slope):
    return np.sqrt(2 / ((1 + slope**2) * shape[-1]))


def all_axes(shape, slope):
    return np.sqrt(2 / ((1 + slope**2) * np.prod(shape)))


def without_slope(shape, slope):
    return np.sqrt(2 / np.prod(shape[1:]))


def slope_not_squared(shape, slope):
    return np.sqrt(2 / ((1 + slope) * np.prod(shape[1:]) + 0j)).real


def slope_with_minus(shape, slope):
    return np.sqrt(2 / ((1 - slope**2) * np.prod(shape[1:]) + 0j)).real


def slope_squared_outside(shape, slope):
    return np.sqrt(2 / ((1 + slope) ** 2 * np.prod(shape[1:])))


def without_two(shape, slope):
    return np.sqrt(1 / ((1 + slope**2) * np.prod(shape[1:])))


def half_for_two(shape, slope):
    return np.sqrt((1 + slope**2) / (2 * np.prod(shape[1:])))


def both_fans(shape, slope):
    kernel = np.prod(shape[2:])
    return np.sqrt(2 / ((1 + slope**2) * (shape[0] + shape[1]) * kernel))


def bound_of_uniform(shape, slope):
    return np.sqrt(6 / ((1 + slope**2) * np.prod(shape[1:])))


# --- variants ---


def by_numpy(shape, slope):
    return np.sqrt(2 / ((1 + slope**2) * np.prod(shape[1:])))


def by_loop(shape, slope):
    fan_in = 1
    for n in shape[1:]:
        fan_in *= n
    return math.sqrt(2 / fan_in / (1 + slope * slope))


def by_hypot(shape, slope):
    return math.sqrt(2 / math.prod(shape[1:])) / math.hypot(1, slope)


def by_torch(shape, slope):
    fan_in = torch.empty(shape)[0].numel()
    return torch.tensor(2.0 / (1 + slope**2) / fan_in).sqrt()


def by_mean_square(shape, slope):
    kept = (1 + slope**2) / 2
    return (kept * np.prod(np.array(shape)[1:])) ** -0.5


EXERCISE = Exercise(
    name="he_std",
    task="Return the standard deviation of weights of the given shape (n_out, n_in, *kernel) that "
    "keeps the mean square from layer to layer, behind a leaky ReLU of this slope: one number.",
    points=2,
    reference=he_std,
    public=(
        Case(((10, 50), 0.0)),
        Case(((64, 8), 0.5)),
        Case(((16, 3, 5, 5), 0.0)),
        Case(((4, 6, 3), 2.0)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(variance, "That is the variance: the standard deviation is its root."),
        Mistake(
            fan_out,
            "That counts the outputs: a unit's sum runs over its *inputs*, and the shape is "
            "(n_out, n_in, ...).",
        ),
        Mistake(
            without_kernel,
            "A unit of a convolution sums over n_in channels *and* all positions of the kernel.",
        ),
        Mistake(
            last_axis,
            "The last axis is a kernel's width where there is a kernel: the fan-in is the product "
            "of all axes but the first.",
        ),
        Mistake(
            all_axes,
            "That divides by the number of all weights: each unit sums over its own inputs, all "
            "axes but the first.",
        ),
        Mistake(
            without_slope,
            "The slope is missing: a leaky ReLU keeps (1 + slope²)/2 of the mean square, not ½.",
        ),
        Mistake(
            slope_not_squared,
            "The slope enters squared, 1 + slope²: it multiplies the signal, so its square the "
            "mean square.",
        ),
        Mistake(
            slope_with_minus,
            "The sign is wrong: the left side *adds* slope² to what passes, 1 + slope².",
        ),
        Mistake(
            slope_squared_outside,
            "That is (1 + slope)²: the two sides pass 1 and slope², so 1 + slope².",
        ),
        Mistake(
            without_two,
            "The 2 is missing: a ReLU drops half of the mean square, and the weights make up for "
            "it. (Without, it is LeCun's.)",
        ),
        Mistake(
            half_for_two,
            "The factor is upside down: what the activation loses, the weights have to make up "
            "for.",
        ),
        Mistake(
            both_fans,
            "That divides by fan_in + fan_out, as Glorot does: He keeps the way forward, with the "
            "fan-in alone.",
        ),
        Mistake(
            bound_of_uniform,
            "That is the bound of the uniform distribution, √3 times as large: the standard "
            "deviation was asked for.",
        ),
    ),
    variants=(by_numpy, by_loop, by_hypot, by_torch, by_mean_square),
    forbid=(*REFERENCES, "torch.nn.init"),
)
