"""A small exercise, to halve an array, with all that a declaration may have."""

import numpy as np
import torch.nn.functional as F  # noqa: N812

from course_lib.checks import Case, Exercise, Mistake


def half(a):
    return a / 2


def negative(a):
    return -a / 2


def doubled(a):
    return 2 * a


def overflowing(a):
    return np.log(np.exp(a)) / 2  # right until exp overflows


def in_place(a):
    a /= 2
    return a


def summed(a):
    return (a / 2).sum()


def indexing(a):
    return a[10**9] / 2


def by_multiplying(a):
    return 0.5 * a


def by_loop(a):
    return [item / 2 for item in a]


def with_relu(a):
    return F.relu(a) / 2


def by_exponents(a):
    return np.ldexp(a, -1)


def by_subtracting(a):
    return a - a / 2


def draw(rng):
    return [Case((rng.normal(size=4),)), Case((np.full(2, 1e4),), part="large")]


HALF = Exercise(
    name="half",
    task="Halve the array a of shape (n,).",
    points=3,
    reference=half,
    public=(Case((np.array([1.0, 3.0]),)), Case((np.array([2e4]),), part="large")),
    hidden=draw,
    mistakes=(
        Mistake(negative, "The sign is wrong."),
        Mistake(doubled, "That doubles: divide by 2."),
        Mistake(overflowing, "exp overflows."),
        Mistake(in_place, "That changes the caller's array."),
        Mistake(summed, "Do not sum."),
        Mistake(indexing, "There is no such element."),
    ),
    variants=(by_multiplying, by_loop, by_exponents, by_subtracting),
    parts={"value": 2, "large": 1},
    forbid=("torch.nn.functional.relu",),
)
