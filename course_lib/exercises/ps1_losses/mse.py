"""Mean squared error (deck A, "Loss functions — L2 for regression")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import losses
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, waves


def hidden(rng: np.random.Generator) -> list[Case]:
    shapes = ((1,), (7,), (1, 4), (6, 1), (5, 3), (2, 3, 4))
    cases = [Case((rng.normal(size=s), rng.normal(size=s))) for s in shapes]
    whole = rng.integers(-9, 10, size=(2, 4, 3))
    return [*cases, Case((whole[0], whole[1]))]


# --- mistakes ---


def summed(a, y):
    return np.sum((a - y) ** 2)


def with_a_half(a, y):
    return np.mean((a - y) ** 2) / 2


def with_a_root(a, y):
    return np.sqrt(np.mean((a - y) ** 2))


def absolute(a, y):
    return np.mean(np.abs(a - y))


def not_reduced(a, y):
    return (a - y) ** 2


def square_of_mean(a, y):
    return np.mean(a - y) ** 2


def divided_by_rows(a, y):
    return np.sum((a - y) ** 2) / len(a)


def mean_of_columns(a, y):
    return np.mean((a - y) ** 2, axis=0)


def not_squared(a, y):
    return np.mean(a - y)


# --- variants ---


def by_loop(a, y):
    total, count = 0.0, 0
    for left, right in zip(np.ravel(a), np.ravel(y), strict=True):
        total += (left - right) ** 2
        count += 1
    return total / count


def by_dot_product(a, y):
    error = np.ravel(a - y)
    return error @ error / error.size


def by_torch(a, y):
    error = torch.as_tensor(a, dtype=torch.float64) - torch.as_tensor(y, dtype=torch.float64)
    return (error**2).mean()


def by_expansion(a, y):
    return np.mean(a * a) - 2 * np.mean(a * y) + np.mean(y * y)


def by_single_precision(a, y):
    return np.mean((a - y).astype(np.float32) ** 2)


EXERCISE = Exercise(
    name="mse",
    task="Return the mean squared error of predictions a and targets y: one number, the mean over "
    "all elements.",
    points=1,
    reference=losses.mse,
    public=(
        Case((np.array([3.0, 1.0]), np.array([1.0, 1.0]))),
        Case((np.array([[1.0, 1, 1], [2, 2, 2]]), np.array([[0.0, 0, 0], [3, 3, 3]]))),
        Case((np.array([4]), np.array([1]))),
        Case((waves(4, 3), waves(4, 3)[::-1] / 2)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(summed, "That is the sum of the squared errors: divide by how many there are."),
        Mistake(with_a_half, "There is a factor ½ too many: this course's mse has none."),
        Mistake(with_a_root, "That is the root of the mean squared error: leave the root out."),
        Mistake(absolute, "That is the mean absolute error: square the errors instead."),
        Mistake(
            not_reduced, "Those are the squared errors one by one: take their mean, one number."
        ),
        Mistake(
            square_of_mean,
            "Square first, then take the mean: in the mean of the errors, plus and minus cancel.",
        ),
        Mistake(
            divided_by_rows,
            "That divides by the number of rows, len(a): divide by the number of all elements.",
        ),
        Mistake(
            mean_of_columns,
            "That is one mean for each column (axis=0): take the mean over all elements.",
        ),
        Mistake(not_squared, "That is the mean of the errors: the square is missing."),
    ),
    variants=(by_loop, by_dot_product, by_torch, by_expansion, by_single_precision),
    forbid=(
        *REFERENCES,
        "sklearn.metrics",
        "torch.nn.MSELoss",
        "torch.nn.functional.mse_loss",
    ),
)
