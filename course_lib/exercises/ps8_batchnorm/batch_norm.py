"""Batch normalization of a batch (decks A, B and C: Ioffe and Szegedy's algorithm 1)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import batch_normalization as reference
from course_lib.checks import Case, Exercise, Mistake

from .shared import READY_NORMS, REFERENCES, scales, spread

FAR = "mean far from 0"


def hidden(rng: np.random.Generator) -> list[Case]:
    """Two samples, many, a constant feature, whole numbers, single precision, a mean of 1e6."""
    cases = []
    for n, d in ((2, 3), (9, 4), (5, 1)):
        cases.append(Case((spread(rng, n, d), *scales(rng, d), float(rng.uniform(0.05, 0.5)))))
    constant = spread(rng, 5, 2)
    constant[:, 0] = float(rng.normal())
    cases.append(Case((constant, *scales(rng, 2), 1e-3)))
    whole = rng.permuted(np.arange(12)).reshape(4, 3) * 3
    cases.append(Case((whole, *scales(rng, 3), 0.1)))
    single = [a.astype(np.float32) for a in (spread(rng, 6, 3), *scales(rng, 3))]
    cases.append(Case((*single, 0.1)))
    far = spread(rng, 8, 4) + rng.uniform(1e6, 2e6, size=4)
    return [*cases, Case((far, *scales(rng, 4), 1e-3), part=FAR)]


# --- mistakes ---


def over_the_features(x, gamma, beta, eps):
    x_hat = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return gamma * x_hat + beta


def over_everything(x, gamma, beta, eps):
    return gamma * (x - x.mean()) / np.sqrt(x.var() + eps) + beta


def eps_outside(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / (x.std(axis=0) + eps) + beta


def without_eps(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / x.std(axis=0) + beta


def usual_eps(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5) + beta


def unbiased(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0, ddof=1) + eps) + beta


def without_root(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / (x.var(axis=0) + eps) + beta


def without_mean(x, gamma, beta, eps):
    return gamma * x / np.sqrt(x.var(axis=0) + eps) + beta


def not_scaled(x, gamma, beta, eps):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def shift_scaled_too(x, gamma, beta, eps):
    return gamma * ((x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta)


def scale_and_shift_swapped(x, gamma, beta, eps):
    return beta * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + gamma


def mean_of_squares(x, gamma, beta, eps):
    variance = np.mean(x**2, axis=0) - np.mean(x, axis=0) ** 2
    return gamma * (x - x.mean(axis=0)) / np.sqrt(variance + eps) + beta


def cut_to_integers(x, gamma, beta, eps):
    y = np.zeros_like(x)
    y[...] = gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta
    return y


def in_place(x, gamma, beta, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x -= x.mean(axis=0)
    return gamma * x / deviation + beta


# --- variants ---


def by_loop(x, gamma, beta, eps):
    n, d = x.shape
    y = np.empty((n, d))
    for j in range(d):
        mean = sum(float(v) for v in x[:, j]) / n
        variance = sum((float(v) - mean) ** 2 for v in x[:, j]) / n
        for i in range(n):
            y[i, j] = gamma[j] * (float(x[i, j]) - mean) / math.sqrt(variance + eps) + beta[j]
    return y


def by_numpy(x, gamma, beta, eps):
    x_hat = (x - np.mean(x, axis=0)) / np.sqrt(np.var(x, axis=0) + eps)
    return gamma * x_hat + beta


def by_scale_and_shift(x, gamma, beta, eps):
    centred = x - x.mean(axis=0, keepdims=True)
    s = gamma / np.sqrt((centred * centred).sum(axis=0) / len(x) + eps)
    return centred * s + beta


def by_rows_of_the_transpose(x, gamma, beta, eps):
    rows = x.T - x.T.mean(axis=1, keepdims=True)
    variance = (rows**2).mean(axis=1, keepdims=True)
    return (gamma[:, None] * rows * (variance + eps) ** -0.5 + beta[:, None]).T


def by_unbiased_put_right(x, gamma, beta, eps):
    n = len(x)
    variance = x.var(axis=0, ddof=1) * (n - 1) / n
    return (gamma * (x - x.mean(axis=0)) / np.sqrt(variance + eps) + beta).tolist()


def by_torch(x, gamma, beta, eps):
    x, gamma, beta = (torch.as_tensor(a, dtype=torch.float64) for a in (x, gamma, beta))
    variance = x.var(dim=0, unbiased=False)
    return gamma * (x - x.mean(dim=0)) / torch.sqrt(variance + eps) + beta


EXERCISE = Exercise(
    name="batch_norm",
    task="Return the batch normalization of x (n, d), feature by feature over the batch, with the "
    "biased variance, ε inside the root, scale gamma and shift beta (d,).",
    points=3,
    reference=reference.batch_norm,
    atol=1e-8,  # a mean of 2e6 is itself rounded to 2e-10
    public=(
        Case((np.array([[1.0], [3.0]]), np.array([2.0]), np.array([5.0]), 0.25)),
        Case(
            (
                np.array([[1.0, 4.0], [3.0, 4.0], [8.0, 4.0]]),
                np.array([1.5, -2.0]),
                np.array([0.5, 0.75]),
                0.01,
            )
        ),
        Case(
            (np.array([[9, 0, 3], [3, 6, 0]]), np.array([1.5, -2, 3]), np.array([0.5, 1, 2]), 0.5)
        ),
        Case(
            (
                np.array([[1e6, 2e6], [1e6 + 3, 2e6 - 1], [1e6 + 1, 2e6 - 2]]),
                np.array([2.0, -1.5]),
                np.array([0.5, 0.75]),
                0.001,
            ),
            part=FAR,
        ),
    ),
    hidden=hidden,
    parts={"value": 2, FAR: 1},
    mistakes=(
        Mistake(
            over_the_features,
            "That normalises each sample over its features: take mean and variance of each feature "
            "over the batch, axis 0.",
        ),
        Mistake(
            over_everything,
            "That is one mean for the whole array: each feature has its own, over axis 0.",
        ),
        Mistake(eps_outside, "ε stands inside the root, √(σ² + ε), not added to σ."),
        Mistake(without_eps, "ε is missing: a feature that is constant would be divided by 0."),
        Mistake(usual_eps, "That is 1e-5, whatever eps was passed: use the argument."),
        Mistake(
            unbiased,
            "The variance of the batch is divided by n, not by n - 1 (which the running one is).",
        ),
        Mistake(without_root, "That divides by the variance: the root is missing."),
        Mistake(without_mean, "The mean is not taken off."),
        Mistake(not_scaled, "Scale by gamma and shift by beta at the end."),
        Mistake(shift_scaled_too, "beta comes after gamma, γ x̂ + β: it is not scaled itself."),
        Mistake(scale_and_shift_swapped, "gamma is the scale and beta the shift."),
        Mistake(
            mean_of_squares,
            "E[x²] - E[x]² loses all its digits where the mean is large: take the mean of "
            "(x - μ)².",
        ),
        Mistake(
            cut_to_integers,
            "zeros_like of integers cuts the result off to integers: make a new array of floats.",
        ),
        Mistake(in_place, "x -= ... changes the caller's batch: write x - μ to a new array."),
    ),
    variants=(
        by_loop,
        by_numpy,
        by_scale_and_shift,
        by_rows_of_the_transpose,
        by_unbiased_put_right,
        by_torch,
    ),
    forbid=(*REFERENCES, *READY_NORMS),
)
