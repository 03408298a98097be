"""Glorot's uniform weights, drawn (Glorot and Bengio 2010, equation 16)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import initialization
from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.distributions import DELTA
from course_lib.checks.given import rng as generator

from .glorot_uniform_rule import accept
from .shared import REFERENCES


def hidden(rng: np.random.Generator) -> list[Case]:
    """Many inputs, many outputs, one output, two kernels; 10,000 weights and more in each case."""
    few, many, k = int(rng.integers(30, 50)), int(rng.integers(150, 200)), int(rng.integers(4, 7))
    shapes = (few, many), (many, few), (1, 9000 + few), (few, 8, k, k), (8, many, k)
    return [_case(shape, rng.integers(2**31, size=3)) for shape in shapes]


def _case(shape: tuple[int, ...], seeds: np.ndarray) -> Case:
    """The last generator repeats the first."""
    return Case((shape, [generator(int(seed)) for seed in (*seeds, seeds[0])]))


# --- mistakes ---


def normal(shape, rng):
    k = int(np.prod(shape[2:]))
    return rng.normal(scale=np.sqrt(2 / ((shape[0] + shape[1]) * k)), size=shape)


def fan_in_alone(shape, rng):
    a = np.sqrt(3 / np.prod(shape[1:]))
    return rng.uniform(-a, a, size=shape)


def kernel_left_out(shape, rng):
    a = np.sqrt(6 / (shape[0] + shape[1]))
    return rng.uniform(-a, a, size=shape)


def std_as_bound(shape, rng):
    a = np.sqrt(2 / ((shape[0] + shape[1]) * np.prod(shape[2:])))
    return rng.uniform(-a, a, size=shape)


def without_root(shape, rng):
    a = 6 / ((shape[0] + shape[1]) * np.prod(shape[2:]))
    return rng.uniform(-a, a, size=shape)


def root_of_three(shape, rng):
    a = np.sqrt(3 / ((shape[0] + shape[1]) * np.prod(shape[2:])))
    return rng.uniform(-a, a, size=shape)


def root_of_twelve(shape, rng):
    a = np.sqrt(12 / ((shape[0] + shape[1]) * np.prod(shape[2:])))
    return rng.uniform(-a, a, size=shape)


def positive_only(shape, rng):
    a = np.sqrt(6 / ((shape[0] + shape[1]) * np.prod(shape[2:])))
    return a * rng.random(shape)


def transposed(shape, rng):
    a = np.sqrt(6 / ((shape[0] + shape[1]) * np.prod(shape[2:])))
    return rng.uniform(-a, a, size=(shape[1], shape[0], *shape[2:]))


def global_generator(shape, rng):
    a = np.sqrt(6 / ((shape[0] + shape[1]) * np.prod(shape[2:])))
    return np.random.uniform(-a, a, size=shape)


def fixed_seed(shape, rng):
    a = np.sqrt(6 / ((shape[0] + shape[1]) * np.prod(shape[2:])))
    return np.random.default_rng(0).uniform(-a, a, size=shape)


def one_unit_repeated(shape, rng):
    a = np.sqrt(6 / ((shape[0] + shape[1]) * np.prod(shape[2:])))
    few = rng.uniform(-a, a, size=(1, *shape[2:], 20))
    return np.resize(few, shape)


def bound_of_he(shape, rng):
    a = np.sqrt(6 / np.prod(shape[1:]))
    return rng.uniform(-a, a, size=shape)


def fan_out_alone(shape, rng):
    a = np.sqrt(3 / (shape[0] * np.prod(shape[2:])))
    return rng.uniform(-a, a, size=shape)


def kernel_in_one_fan(shape, rng):
    a = np.sqrt(6 / (np.prod(shape[1:]) + shape[0]))
    return rng.uniform(-a, a, size=shape)


# --- variants ---


def by_numpy(shape, rng):
    a = np.sqrt(6 / ((shape[0] + shape[1]) * np.prod(shape[2:])))
    return rng.uniform(-a, a, size=shape)


def by_scaling(shape, rng):
    fan_in = math.prod(shape[1:])
    fan_out = fan_in // shape[1] * shape[0]
    return (2 * rng.random(shape) - 1) * math.sqrt(6 / (fan_in + fan_out))


def by_single_precision(shape, rng):
    a = np.float32(np.sqrt(6 / ((shape[0] + shape[1]) * np.prod(shape[2:]))))
    return (1 - 2 * rng.random(shape, dtype=np.float32)) * a


def by_rows(shape, rng):
    a = math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))
    return [rng.uniform(-a, a, size=shape[1:]).tolist() for _ in range(shape[0])]


def by_torch(shape, rng):
    values = torch.tensor(rng.uniform(-1, 1, size=shape))
    return values * math.sqrt(6 / (values[0].numel() + values[:, 0].numel()))


EXERCISE = Exercise(
    name="glorot_uniform",
    task="Return weights of the given shape (n_out, n_in, *kernel), drawn with rng, uniform "
    "between -a and a, with the variance 2/(fan_in + fan_out).",
    points=3,
    reference=initialization.glorot_uniform,
    driver="redraw",
    public=tuple(_case(shape, np.array([1, 2])) for shape in ((40, 160), (160, 40), (8, 2, 120))),
    hidden=hidden,
    mistakes=(
        Mistake(
            normal,
            "The variance is right, the distribution is not: uniform weights were asked for, "
            "rng.uniform.",
        ),
        Mistake(
            fan_in_alone,
            "√(3/fan_in) keeps the way forward alone: Glorot takes the mean of fan_in and fan_out, "
            "for the way back too.",
        ),
        Mistake(
            kernel_left_out,
            "For a convolution both fans are multiplied by the number of positions of the kernel.",
        ),
        Mistake(
            std_as_bound,
            "√(2/(fan_in + fan_out)) is the standard deviation: U(-a, a) has the variance a²/3, so "
            "a is √3 times as large.",
        ),
        Mistake(without_root, "6/(fan_in + fan_out) is a²: take the root."),
        Mistake(
            root_of_three,
            "√(3/(fan_in + fan_out)) is too small: the variance 2/(fan_in + fan_out) is a²/3, so "
            "a² has a 6.",
        ),
        Mistake(
            root_of_twelve,
            "That is √2 too large, the gain of a ReLU: Glorot has none. (b - a)²/12 is the "
            "variance with b - a = 2a.",
        ),
        Mistake(
            positive_only,
            "rng.random lies between 0 and 1: the weights reach from -a to a.",
        ),
        Mistake(
            transposed,
            "The weights have the shape that is given, (n_out, n_in, ...): do not turn it round.",
        ),
        Mistake(
            global_generator,
            "Draw with the given generator, rng.uniform, not with np.random's global one: else "
            "nothing can be repeated.",
        ),
        Mistake(
            fixed_seed,
            "Every call draws the same weights: use the given generator, do not make one with a "
            "seed of your own.",
        ),
        Mistake(
            one_unit_repeated,
            "Units with the same weights stay alike for ever: draw each weight anew.",
        ),
        Mistake(
            bound_of_he,
            "√(6/fan_in) is He's bound, for layers of ReLUs: Glorot's has fan_in + fan_out.",
        ),
        Mistake(
            fan_out_alone,
            "√(3/fan_out) keeps the way back alone: Glorot takes the mean of fan_in and fan_out.",
        ),
        Mistake(
            kernel_in_one_fan,
            "The positions of the kernel count in the fan-out too: it is n_out times as many as "
            "they are.",
        ),
    ),
    variants=(by_numpy, by_scaling, by_single_precision, by_rows, by_torch),
    accept=accept,
    false_alarm=8 * DELTA,  # one test of each of three public and five hidden cases
    forbid=(*REFERENCES, "torch.nn.init"),
)
