"""Gradient of the mean absolute error (deck A, "Loss functions — L1 for regression")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import losses
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, waves


def hidden(rng: np.random.Generator) -> list[Case]:
    """Predictions above, below and equal to their targets, in several shapes."""
    cases = []
    for shape in ((1,), (8,), (1, 5), (6, 2), (3, 4)):
        y = rng.normal(size=shape)
        a = y + rng.choice([-1.0, 0.0, 1.0], size=shape) * rng.uniform(0.1, 2.0, size=shape)
        cases.append(Case((a, y)))
    equal = rng.normal(size=(2, 3))
    above = rng.integers(-9, 10, size=6)
    return [*cases, Case((equal, equal)), Case((above, above - np.arange(6) + 3))]


# --- mistakes ---


def without_mean(a, y):
    return np.sign(a - y)


def wrong_sign(a, y):
    return np.sign(y - a) / a.size


def minus_one_where_equal(a, y):
    return np.where(a > y, 1.0, -1.0) / a.size


def plus_one_where_equal(a, y):
    return np.where(a >= y, 1.0, -1.0) / a.size


def zero_by_zero(a, y):
    return (a - y) / np.abs(a - y) / a.size


def of_the_squares(a, y):
    return 2 * (a - y) / a.size


def divided_by_rows(a, y):
    return np.sign(a - y) / len(a)


def one_number(a, y):
    return np.mean(np.sign(a - y))


def the_loss_itself(a, y):
    return np.mean(np.abs(a - y))


# --- variants ---


def by_loop(a, y):
    gradient = np.zeros(a.shape)
    for index in np.ndindex(a.shape):
        if a[index] > y[index]:
            gradient[index] = 1 / a.size
        elif a[index] < y[index]:
            gradient[index] = -1 / a.size
    return gradient


def by_comparison(a, y):
    return ((a > y) * 1.0 - (a < y) * 1.0) / np.prod(a.shape)


def by_autograd(a, y):
    a = torch.tensor(a, dtype=torch.float64, requires_grad=True)
    (a - torch.tensor(y)).abs().mean().backward()
    return a.grad


def by_single_precision(a, y):
    return np.sign(a - y).astype(np.float32) / np.float32(a.size)


def as_a_list(a, y):
    return (np.sign(a - y) / a.size).tolist()


EXERCISE = Exercise(
    name="mae_gradient",
    task="Return the gradient of the mean absolute error in the predictions a, in the shape of a; "
    "it is 0 where a equals y.",
    points=2,
    reference=losses.mae_gradient,
    public=(
        Case((np.array([3.0, 0.0, 1.0, 1.0]), np.array([1.0, 1.0, 1.0, 2.0]))),
        Case((np.array([[1.0, 1, 1], [1, 1, 1]]), np.array([[0.0, 0, 0], [3, 3, 3]]))),
        Case((np.array([4]), np.array([1]))),
        Case((waves(3, 4), waves(3, 4) - np.array([1.5, 0.0, -0.5, 0.0]))),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            without_mean,
            "The loss is a mean, so its gradient carries 1/N: divide by the number of elements.",
        ),
        Mistake(
            wrong_sign,
            "The sign is turned round: the loss grows with a where a > y, so the gradient is + "
            "there. (Deck A prints sgn(y - a), a slip.)",
        ),
        Mistake(minus_one_where_equal, "Where a equals y the gradient is 0, not -1/N."),
        Mistake(plus_one_where_equal, "Where a equals y the gradient is 0, not +1/N."),
        Mistake(zero_by_zero, "(a - y)/|a - y| is 0/0 where a equals y: the gradient is 0 there."),
        Mistake(
            of_the_squares,
            "That is the gradient of the mean *squared* error: here only the sign of the error "
            "counts, not its size.",
        ),
        Mistake(
            divided_by_rows,
            "That divides by the number of rows, len(a): divide by the number of all elements.",
        ),
        Mistake(
            one_number, "A gradient has one entry for each prediction: do not average its signs."
        ),
        Mistake(the_loss_itself, "That is the loss itself: its derivative in a was asked for."),
    ),
    variants=(by_loop, by_comparison, by_autograd, by_single_precision, as_a_list),
    forbid=(*REFERENCES, "torch.nn.L1Loss", "torch.nn.functional.l1_loss"),
)
