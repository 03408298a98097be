"""Dropout on the inputs of a linear regression is an L2 penalty (Srivastava et al., 2014, 9.1)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.losses import mse

from .shared import READY_MADE, REFERENCES, drop_probability, numbers, waves


def expected_dropout_loss(x: np.ndarray, y: np.ndarray, w: np.ndarray, p: float) -> float:
    """E (1/n) Σ_i (Σ_j x_ij m_ij w_j / (1 - p) - y_i)²: the loss without dropout, and a penalty.

    The mean over masks of a square is the square of the mean and the variance, and a mask's
    number m/(1 - p) has the mean 1 and the variance p/(1 - p).
    """
    return float(mse(x @ w, y)) + p / (1 - p) * float(np.mean((x**2) @ (w**2)))


def hidden(rng: np.random.Generator) -> list[Case]:
    """One sample, one feature, integers, single precision, and no dropout at all."""
    cases = [
        Case((numbers(rng, n, d), 3 * numbers(rng, n), numbers(rng, d), drop_probability(rng)))
        for n, d in ((1, 3), (5, 2), (4, 1), (6, 4))
    ]
    whole = (rng.integers(1, 9, size=shape) for shape in ((4, 3), (4,), (3,)))
    single = (numbers(rng, *shape).astype(np.float32) for shape in ((4, 3), (4,), (3,)))
    return [
        *cases,
        Case((*whole, drop_probability(rng))),
        Case((*single, drop_probability(rng))),
        Case((numbers(rng, 3, 2), numbers(rng, 3), numbers(rng, 2), 0.0)),
    ]


# --- mistakes ---


def without_variance(x, y, w, p):
    return np.mean((x @ w - y) ** 2)


def factor_p(x, y, w, p):
    return np.mean((x @ w - y) ** 2) + p * np.mean(x**2 @ w**2)


def factor_of_plain_dropout(x, y, w, p):
    return np.mean((x @ w - y) ** 2) + p * (1 - p) * np.mean(x**2 @ w**2)


def factor_upside_down(x, y, w, p):
    return np.mean((x @ w - y) ** 2) + ((1 - p) / p if p > 0 else 0) * np.mean(x**2 @ w**2)


def second_moment(x, y, w, p):
    return np.mean((x @ w - y) ** 2) + 1 / (1 - p) * np.mean(x**2 @ w**2)


def inputs_forgotten(x, y, w, p):
    return np.mean((x @ w - y) ** 2) + p / (1 - p) * np.sum(w**2)


def square_of_the_sum(x, y, w, p):
    return np.mean((x @ w - y) ** 2) + p / (1 - p) * np.mean((x @ w) ** 2)


def mean_over_features_too(x, y, w, p):
    return np.mean((x @ w - y) ** 2) + p / (1 - p) * np.mean(x**2 * w**2)


def summed_over_samples(x, y, w, p):
    return np.mean((x @ w - y) ** 2) + p / (1 - p) * np.sum(x**2 @ w**2)


def all_summed(x, y, w, p):
    return np.sum((x @ w - y) ** 2) + p / (1 - p) * np.sum(x**2 @ w**2)


def with_half(x, y, w, p):
    return np.mean((x @ w - y) ** 2) + p / (1 - p) / 2 * np.mean(x**2 @ w**2)


def mean_taken_off(x, y, w, p):
    return np.mean((x @ w - y) ** 2) - p / (1 - p) * np.mean(x**2 @ w**2)


def every_pair(x, y, w, p):
    error = (x @ w)[:, None] - y[None, :]
    return np.mean(error**2) + p / (1 - p) * np.mean(x**2 @ w**2)


def weights_not_squared(x, y, w, p):
    return np.mean((x @ w - y) ** 2) + p / (1 - p) * np.mean(x**2 @ np.abs(w))


# --- variants ---


def by_all_masks(x, y, w, p):
    n, total = len(w), 0.0
    for number in range(2**n):
        mask = np.array([(number >> i) & 1 for i in range(n)])
        chance = (1 - p) ** mask.sum() * p ** (n - mask.sum())
        total += chance * np.mean((x * mask / (1 - p) @ w - y) ** 2)
    return total


def by_column(x, y, w, p):
    strength = p / (1 - p) * np.mean(x.astype(float) ** 2, axis=0)
    return np.mean((x @ w - y) ** 2) + strength @ w**2


def by_loop(x, y, w, p):
    total = 0.0
    for row, target in zip(x, y, strict=True):
        terms = [float(a) * float(b) for a, b in zip(row, w, strict=True)]
        total += (sum(terms) - target) ** 2 + p / (1 - p) * sum(t**2 for t in terms)
    return total / len(y)


def by_moments(x, y, w, p):
    # E s² = (E s)² + Var s, where s = Σ x m w / (1 - p) and E (m / (1 - p))² = 1 / (1 - p).
    mean, spread = np.einsum("ij,j->i", x, w), 1 / (1 - p) - 1
    return np.average(mean**2 - 2 * mean * y + y**2 + spread * ((x * w) ** 2).sum(axis=1))


def by_torch(x, y, w, p):
    x, y, w = (torch.as_tensor(a).double() for a in (x, y, w))
    return torch.mean((x @ w - y) ** 2 + p / (1 - p) * (x * w).square().sum(dim=1))


def by_single_precision(x, y, w, p):
    x, y, w = (a.astype(np.float32) for a in (x, y, w))
    return np.mean((x @ w - y) ** 2 + np.float32(p / (1 - p)) * np.sum((x * w) ** 2, axis=1))


EXERCISE = Exercise(
    name="expected_dropout_loss",
    task="Return the mean over all masks of the mean squared error of x · m / (1 - p) times w "
    "against y, for x (n, d), y (n,), w (d,): the loss without dropout and a penalty.",
    points=3,
    reference=expected_dropout_loss,
    public=(
        Case((np.array([[1.0, 2.0]]), np.array([2.0]), np.array([3.0, 0.5]), 0.2)),
        Case((waves(4, 3), np.array([1.0, -2.0, 0.5, 3.0]), np.array([0.5, -1.5, 2.0]), 0.75)),
        Case((np.array([[1, 2], [3, -1], [2, 2]]), np.array([4, 2, 0]), np.array([2, 1]), 0.2)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            without_variance,
            "That is the loss without dropout: the mean of a square is larger, by the variance.",
        ),
        Mistake(
            factor_p,
            "The variance of m/(1 - p) is p(1 - p)/(1 - p)² = p/(1 - p), not p.",
        ),
        Mistake(
            factor_of_plain_dropout,
            "p(1 - p) is the variance of m: that of m/(1 - p) is p/(1 - p).",
        ),
        Mistake(
            factor_upside_down,
            "The factor is upside down: p is the probability to drop, so more of it costs more.",
        ),
        Mistake(
            second_moment,
            "1/(1 - p) is the mean square of m/(1 - p): take off the square of its mean, 1.",
        ),
        Mistake(
            inputs_forgotten,
            "Each w_j² is weighed by its input: Σ_j x_ij² w_j², in the mean over the samples.",
        ),
        Mistake(
            square_of_the_sum,
            "That squares the sum: nodes are dropped independently, so their variances add.",
        ),
        Mistake(
            mean_over_features_too,
            "The variances of the features add up: sum over them, mean over the samples only.",
        ),
        Mistake(
            summed_over_samples,
            "The penalty is summed over the samples: both terms take their mean.",
        ),
        Mistake(all_summed, "Those are sums over the samples: the loss is the mean."),
        Mistake(with_half, "There is no ½: the squared error has none either."),
        Mistake(
            mean_taken_off,
            "The sign of the penalty is turned round: dropping inputs adds to the loss.",
        ),
        Mistake(
            every_pair,
            "(n, 1) and (n,) make an (n, n) array: every output is compared with every target.",
        ),
        Mistake(weights_not_squared, "A variance has the weights squared, as a factor of the sum."),
    ),
    variants=(by_all_masks, by_column, by_loop, by_moments, by_torch, by_single_precision),
    forbid=(*REFERENCES, *READY_MADE),
)
