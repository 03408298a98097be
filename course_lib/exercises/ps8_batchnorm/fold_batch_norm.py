"""A linear layer and batch normalization after it as one linear layer (deck A, inference)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import running_statistics as reference
from course_lib.checks import Case, Exercise, Mistake

from .shared import READY_NORMS, REFERENCES, scales


def fold_batch_norm(
    weight: np.ndarray,
    bias: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    eps: float,
) -> tuple[np.ndarray, np.ndarray]:
    """W' (n_out, n_in) and b' (n_out,) of the one layer."""
    running = reference.RunningStatistics(mean, variance)
    return reference.fold_batch_norm(weight, bias, gamma, beta, running, eps)


def hidden(rng: np.random.Generator) -> list[Case]:
    """More outputs than inputs, fewer, as many; one output; whole weights; single precision."""
    cases = [_case(rng, n_out, n_in) for n_out, n_in in ((4, 2), (2, 5), (3, 3), (1, 3))]
    args = list(_case(rng, 2, 3).args)
    args[0], args[1] = rng.integers(1, 6, size=(2, 3)), rng.integers(1, 6, size=2)
    single = [np.float32(a) if isinstance(a, np.ndarray) else a for a in _case(rng, 3, 2).args]
    return [*cases, Case(tuple(args)), Case(tuple(single))]


def _case(rng: np.random.Generator, n_out: int, n_in: int) -> Case:
    gamma, beta = scales(rng, n_out)
    weight, bias = rng.normal(size=(n_out, n_in)), rng.uniform(0.5, 2, size=n_out)
    mean, variance = -rng.uniform(0.5, 2, size=n_out), rng.uniform(1.5, 4, size=n_out)
    return Case((weight, bias, gamma, beta, mean, variance, float(rng.uniform(0.05, 0.3))))


# --- mistakes ---


def columns_scaled(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    return weight * s, s * (bias - mean) + beta


def weight_not_scaled(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    return weight.copy(), s * (bias - mean) + beta


def bias_not_scaled(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    return s[:, None] * weight, bias - s * mean + beta


def bias_forgotten(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    return s[:, None] * weight, beta - s * mean


def mean_not_scaled(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    return s[:, None] * weight, s * bias - mean + beta


def mean_forgotten(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    return s[:, None] * weight, s * bias + beta


def mean_added(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    return s[:, None] * weight, s * (bias + mean) + beta


def beta_scaled(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    return s[:, None] * weight, s * (bias - mean + beta)


def gamma_forgotten(weight, bias, gamma, beta, mean, variance, eps):
    s = 1 / np.sqrt(variance + eps)
    return s[:, None] * weight, s * (bias - mean) + beta


def without_root(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / (variance + eps)
    return s[:, None] * weight, s * (bias - mean) + beta


def eps_outside(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / (np.sqrt(variance) + eps)
    return s[:, None] * weight, s * (bias - mean) + beta


def without_eps(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance)
    return s[:, None] * weight, s * (bias - mean) + beta


def bias_of_two_axes(weight, bias, gamma, beta, mean, variance, eps):
    s = (gamma / np.sqrt(variance + eps))[:, None]
    return s * weight, s * (bias - mean) + beta


def in_place(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    weight *= s[:, None]
    return weight, s * (bias - mean) + beta


def bias_as_a_column(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    return s[:, None] * weight, (s * (bias - mean) + beta)[:, None]


# --- variants ---


def by_rows(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    return s[:, np.newaxis] * weight, s * (bias - mean) + beta


def by_diagonal(weight, bias, gamma, beta, mean, variance, eps):
    s = np.diag(gamma * (variance + eps) ** -0.5)
    return s @ weight, s @ bias + (beta - s @ mean)


def by_transposing(weight, bias, gamma, beta, mean, variance, eps):
    s = gamma / np.sqrt(variance + eps)
    return (weight.T * s).T, beta + s * bias - s * mean


def by_loop(weight, bias, gamma, beta, mean, variance, eps):
    rows, shifts = [], []
    for j in range(len(bias)):
        s = float(gamma[j]) / math.sqrt(float(variance[j]) + eps)
        rows.append([s * float(w) for w in weight[j]])
        shifts.append(s * (float(bias[j]) - float(mean[j])) + float(beta[j]))
    return rows, shifts


def by_probing(weight, bias, gamma, beta, mean, variance, eps):
    inputs = np.vstack([np.zeros(weight.shape[1]), np.eye(weight.shape[1])])
    outputs = gamma * (inputs @ weight.T + bias - mean) / np.sqrt(variance + eps) + beta
    return (outputs[1:] - outputs[0]).T, outputs[0]


def by_torch(weight, bias, gamma, beta, mean, variance, eps):
    given = (weight, bias, gamma, beta, mean, variance)
    w, b, gamma, beta, mean, variance = (torch.as_tensor(a, dtype=torch.float64) for a in given)
    s = gamma * torch.rsqrt(variance + eps)
    return s.unsqueeze(1) * w, s * (b - mean) + beta


EXERCISE = Exercise(
    name="fold_batch_norm",
    task="Return the weight (n_out, n_in) and the bias (n_out,) of the one linear layer that does "
    "what weight, bias and batch normalization in inference after them do.",
    points=3,
    reference=fold_batch_norm,
    public=(
        Case(
            (
                np.array([[1.0, 3.0]]),
                np.array([0.5]),
                np.array([2.0]),
                np.array([1.0]),
                np.array([2.0]),
                np.array([3.75]),
                0.25,
            )
        ),
        Case(
            (
                np.array([[1.0, 3.0], [-2.0, 0.5]]),
                np.array([0.5, 1.0]),
                np.array([2.0, -1.5]),
                np.array([1.0, 0.25]),
                np.array([2.0, -1.0]),
                np.array([4.0, 2.0]),
                0.5,
            )
        ),
        Case(
            (
                np.array([[1, 2], [3, 4], [5, 6]]),
                np.array([1, 0, 2]),
                np.array([0.5, -2.0, 3.0]),
                np.array([1.0, 0.5, 0.0]),
                np.array([2.0, -1.0, 1.0]),
                np.array([4.0, 2.0, 0.5]),
                0.1,
            )
        ),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            columns_scaled,
            "weight * s scales its columns, the inputs: each output is a row, s[:, np.newaxis].",
        ),
        Mistake(weight_not_scaled, "The weight is scaled too: each row by γ/√(σ² + ε)."),
        Mistake(
            bias_not_scaled, "The old bias passes through the norm as well: it is scaled by s."
        ),
        Mistake(bias_forgotten, "The old bias is lost: it is normalised with the rest, s (b - μ)."),
        Mistake(mean_not_scaled, "The mean is taken off before the scaling: s (b - μ) + β."),
        Mistake(mean_forgotten, "The running mean is missing: s (b - μ) + β."),
        Mistake(mean_added, "The mean is taken off, not added: s (b - μ) + β."),
        Mistake(beta_scaled, "beta comes after the scaling: it is not scaled itself."),
        Mistake(gamma_forgotten, "The scale lacks gamma: s = γ/√(σ² + ε)."),
        Mistake(without_root, "That divides by the variance: the root is missing."),
        Mistake(eps_outside, "ε stands inside the root, √(σ² + ε), not added to σ."),
        Mistake(without_eps, "ε is missing in √(σ² + ε)."),
        Mistake(
            bias_of_two_axes,
            "s of shape (n_out, 1) times a bias (n_out,) is a square array: there s is (n_out,).",
        ),
        Mistake(in_place, "weight *= ... changes the caller's weights: make a new array."),
        Mistake(
            bias_as_a_column, "The bias has the shape (n_out,), as the old one: no second axis."
        ),
    ),
    variants=(by_rows, by_diagonal, by_transposing, by_loop, by_probing, by_torch),
    forbid=(*REFERENCES, *READY_NORMS),
)
