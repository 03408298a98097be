"""Back through batch normalization by hand (Ioffe and Szegedy, section 3)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import batch_normalization as reference
from course_lib.checks import Case, Exercise, Mistake

from .gradient_mistakes import (
    axis_kept,
    gamma_forgotten,
    gamma_in_the_first_term_only,
    gamma_in_the_parameters_too,
    in_place,
    means_over_the_features,
    not_divided,
    only_the_input,
    parameters_averaged,
    parameters_not_summed,
    parameters_summed_whole,
    parameters_swapped,
    raw_input_for_gamma,
    statistics_held,
    sums_for_means,
    through_the_mean_only,
    through_the_variance_only,
    unbiased,
    variance_with_a_plus,
    without_eps,
)
from .shared import READY_NORMS, REFERENCES, scales, spread


def hidden(rng: np.random.Generator) -> list[Case]:
    """Two samples, many, one feature, whole numbers, single precision."""
    cases = []
    for n, d in ((2, 3), (7, 4), (5, 1)):
        upstream = rng.normal(size=(n, d)) + rng.uniform(0.5, 1.5)
        eps = float(rng.uniform(0.05, 0.5))
        cases.append(Case((upstream, spread(rng, n, d), scales(rng, d)[0], eps)))
    whole = rng.permuted(np.arange(12)).reshape(4, 3) * 2
    cases.append(Case((rng.integers(1, 6, size=(4, 3)), whole, scales(rng, 3)[0], 0.1)))
    arrays = (rng.normal(size=(6, 3)), spread(rng, 6, 3), scales(rng, 3)[0])
    return [*cases, Case((*(a.astype(np.float32) for a in arrays), 0.1))]


# --- variants ---


def by_one_line(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)) / deviation
    return dx, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def by_the_paper(upstream, x, gamma, eps):
    n, mean, variance = len(x), x.mean(axis=0), x.var(axis=0)
    d_hat = upstream * gamma
    d_variance = np.sum(d_hat * (x - mean), axis=0) * -0.5 * (variance + eps) ** -1.5
    d_mean = -np.sum(d_hat, axis=0) / np.sqrt(variance + eps)
    d_mean = d_mean + d_variance * np.mean(-2 * (x - mean), axis=0)
    dx = d_hat / np.sqrt(variance + eps) + d_variance * 2 * (x - mean) / n + d_mean / n
    x_hat = (x - mean) / np.sqrt(variance + eps)
    return [dx, (upstream * x_hat).sum(axis=0), upstream.sum(axis=0)]


def by_parameters_first(upstream, x, gamma, eps):
    n, deviation = len(x), np.sqrt(np.var(x, axis=0) + eps)
    x_hat = (x - np.mean(x, axis=0)) / deviation
    dgamma, dbeta = np.sum(upstream * x_hat, axis=0), np.sum(upstream, axis=0)
    return gamma / (n * deviation) * (n * upstream - dbeta - x_hat * dgamma), dgamma, dbeta


def by_jacobian(upstream, x, gamma, eps):
    n, d = x.shape
    dx, dgamma, dbeta = np.empty((n, d)), np.empty(d), np.empty(d)
    for j in range(d):
        deviation = math.sqrt(np.var(x[:, j]) + eps)
        x_hat = (x[:, j] - np.mean(x[:, j])) / deviation
        jacobian = (np.eye(n) - 1 / n - np.outer(x_hat, x_hat) / n) * gamma[j] / deviation
        dx[:, j] = jacobian @ upstream[:, j]
        dgamma[j], dbeta[j] = upstream[:, j] @ x_hat, sum(upstream[:, j])
    return dx, dgamma, dbeta


def by_torch(upstream, x, gamma, eps):
    g, x, gamma = (torch.as_tensor(a, dtype=torch.float64) for a in (upstream, x, gamma))
    deviation = torch.sqrt(((x - x.mean(dim=0)) ** 2).mean(dim=0) + eps)
    x_hat = (x - x.mean(dim=0)) / deviation
    inner = g - g.mean(dim=0) - x_hat * (g * x_hat).mean(dim=0)
    return gamma * inner / deviation, (g * x_hat).sum(dim=0), g.sum(dim=0)


EXERCISE = Exercise(
    name="batch_norm_gradient",
    task="Return the three gradients of batch normalization, in x (n, d), gamma and beta (d,), "
    "from the gradient upstream (n, d) in its output.",
    points=4,
    reference=reference.batch_norm_gradient,
    public=(
        Case((np.array([[1.0], [0.0]]), np.array([[1.0], [3.0]]), np.array([2.0]), 0.25)),
        Case(
            (
                np.array([[1.0, -1.0], [0.5, 2.0], [0.0, 0.5]]),
                np.array([[1.0, 4.0], [3.0, -4.0], [8.0, 1.0]]),
                np.array([1.5, -2.0]),
                0.5,
            )
        ),
        Case(
            (
                np.array([[2, 1, 1], [3, -1, 4]]),
                np.array([[9, 0, 3], [3, 6, 0]]),
                np.array([1.5, -2.0, 3.0]),
                0.5,
            )
        ),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            statistics_held,
            "That holds mean and variance fixed: every x_i moves both, and with them all outputs.",
        ),
        Mistake(
            through_the_mean_only,
            "The way through the variance is missing: - x̂ · mean(γ g x̂).",
        ),
        Mistake(through_the_variance_only, "The way through the mean is missing: - mean(γ g)."),
        Mistake(
            sums_for_means,
            "Those are sums over the batch: μ and σ² are means, and so are these two terms.",
        ),
        Mistake(
            variance_with_a_plus,
            "The way through the variance has the wrong sign: it is taken off like the mean.",
        ),
        Mistake(gamma_forgotten, "∂C/∂x lacks gamma: ∂C/∂x̂ is γ times the gradient upstream."),
        Mistake(
            gamma_in_the_first_term_only,
            "All three terms of ∂C/∂x carry gamma: begin with h = γ g and use h throughout.",
        ),
        Mistake(not_divided, "∂C/∂x still has to be divided by √(σ² + ε)."),
        Mistake(raw_input_for_gamma, "gamma multiplies x̂, not x: ∂C/∂γ = Σ g x̂."),
        Mistake(
            parameters_averaged,
            "∂C/∂γ and ∂C/∂β are sums over the batch: a mean is in the upstream gradient already.",
        ),
        Mistake(
            parameters_not_summed,
            "One gamma and beta serve all samples: sum their gradients over the batch.",
        ),
        Mistake(parameters_swapped, "The order is ∂C/∂x, ∂C/∂γ, ∂C/∂β."),
        Mistake(without_eps, "ε is missing: the forward pass divides by √(σ² + ε)."),
        Mistake(unbiased, "The variance of the batch is divided by n, not by n - 1."),
        Mistake(
            means_over_the_features,
            "The two means run over the batch, axis 0, as μ and σ² do.",
        ),
        Mistake(only_the_input, "Return three gradients: ∂C/∂x, ∂C/∂γ and ∂C/∂β."),
        Mistake(in_place, "upstream *= ... changes the caller's array: make a new one."),
        Mistake(
            gamma_in_the_parameters_too,
            "gamma belongs to ∂C/∂x alone: ∂C/∂γ = Σ g x̂ and ∂C/∂β = Σ g, with g itself.",
        ),
        Mistake(
            axis_kept, "The gradients of gamma and beta have their shape, (d,): no keepdims there."
        ),
        Mistake(
            parameters_summed_whole,
            "Each feature has a gamma and a beta of its own: sum over axis 0 alone.",
        ),
    ),
    variants=(by_one_line, by_the_paper, by_parameters_first, by_jacobian, by_torch),
    forbid=(*REFERENCES, *READY_NORMS, "torch.autograd", "torch.Tensor.backward", ".backward"),
)
