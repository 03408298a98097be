"""The largest rate at which an optimizer settles on a quadratic, from closed forms."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import filters, stability
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES


def largest_rate(matrix, alpha, rule):
    """largest_stable_gain of the rule's filter over the largest eigenvalue of the matrix."""
    found = {
        "sgd": filters.identity(),
        "momentum": filters.ar1(alpha, gain="input"),
        "nesterov": filters.arma1(alpha, zero=alpha / (1 + alpha), gain=1 + alpha),
    }
    return stability.largest_stable_gain(found[rule]) / np.linalg.eigvalsh(matrix).max()


def hidden(rng: np.random.Generator) -> list[Case]:
    sizes = (1, 2, 3, 5)
    cases = [
        Case((curved(rng, d), rng.uniform(0.2, 0.95), rule))
        for rule in ("sgd", "momentum", "nesterov")
        for d in sizes
    ]
    m = rng.integers(-3, 4, size=(3, 3))
    # Odd diagonal: whole numbers, far from any multiple of the identity.
    whole = m @ m.T + np.diag([1, 3, 7])
    return [*cases, Case((whole, rng.uniform(0.2, 0.95), "momentum"))]


def curved(rng: np.random.Generator, d: int) -> np.ndarray:
    """A symmetric matrix (d, d) with eigenvalues between 0.5 and 20, apart by a factor."""
    eigenvalues = 0.5 * np.cumprod(rng.uniform(1.6, 2, size=d))
    axes = np.linalg.qr(rng.normal(size=(d, d)))[0]
    product = axes @ np.diag(eigenvalues) @ axes.T
    return (product + product.T) / 2


# --- mistakes ---


def smallest_curvature(matrix, alpha, rule):
    limit = {
        "sgd": 2,
        "momentum": 2 * (1 + alpha),
        "nesterov": 2 * (1 + alpha) / (1 + 2 * alpha),
    }
    return limit[rule] / np.linalg.eigvalsh(matrix).min()


def summed_curvatures(matrix, alpha, rule):
    limit = {
        "sgd": 2,
        "momentum": 2 * (1 + alpha),
        "nesterov": 2 * (1 + alpha) / (1 + 2 * alpha),
    }
    return limit[rule] / np.trace(matrix)


def largest_entry(matrix, alpha, rule):
    limit = {
        "sgd": 2,
        "momentum": 2 * (1 + alpha),
        "nesterov": 2 * (1 + alpha) / (1 + 2 * alpha),
    }
    return limit[rule] / np.max(matrix)


def frobenius_norm(matrix, alpha, rule):
    limit = {
        "sgd": 2,
        "momentum": 2 * (1 + alpha),
        "nesterov": 2 * (1 + alpha) / (1 + 2 * alpha),
    }
    return limit[rule] / np.linalg.norm(matrix)


def without_curvature(matrix, alpha, rule):
    limit = {
        "sgd": 2,
        "momentum": 2 * (1 + alpha),
        "nesterov": 2 * (1 + alpha) / (1 + 2 * alpha),
    }
    return limit[rule]


def of_sgd_for_all(matrix, alpha, rule):
    return 2 / np.linalg.eigvalsh(matrix).max()


def one_over_the_curvature(matrix, alpha, rule):
    limit = {"sgd": 1, "momentum": 1 + alpha, "nesterov": (1 + alpha) / (1 + 2 * alpha)}
    return limit[rule] / np.linalg.eigvalsh(matrix).max()


def by_dc_gain(matrix, alpha, rule):
    limit = {"sgd": 2, "momentum": 2 * (1 - alpha), "nesterov": 2 * (1 - alpha)}
    return limit[rule] / np.linalg.eigvalsh(matrix).max()


def times_the_dc_gain(matrix, alpha, rule):
    limit = {"sgd": 2, "momentum": 2 / (1 - alpha), "nesterov": 2 / (1 - alpha)}
    return limit[rule] / np.linalg.eigvalsh(matrix).max()


def nesterov_as_momentum(matrix, alpha, rule):
    limit = {"sgd": 2, "momentum": 2 * (1 + alpha), "nesterov": 2 * (1 + alpha)}
    return limit[rule] / np.linalg.eigvalsh(matrix).max()


def momentum_as_nesterov(matrix, alpha, rule):
    ours = 2 * (1 + alpha) / (1 + 2 * alpha)
    limit = {"sgd": 2, "momentum": ours, "nesterov": ours}
    return limit[rule] / np.linalg.eigvalsh(matrix).max()


# --- variants ---


def by_eigenvalues(matrix, alpha, rule):
    largest = max(np.linalg.eigvals(matrix).real)
    if rule == "sgd":
        return 2 / largest
    return 2 * (1 + alpha) / (largest * (1 + 2 * alpha if rule == "nesterov" else 1))


def by_power_iteration(matrix, alpha, rule):
    v = np.linspace(1, 1.5, len(matrix))
    for _ in range(200):
        v = matrix @ v
        v = v / np.linalg.norm(v)
    curvature = v @ matrix @ v
    if rule == "momentum":
        return (2 + 2 * alpha) / curvature
    return (2 if rule == "sgd" else (2 + 2 * alpha) / (1 + 2 * alpha)) / curvature


def by_spectral_norm(matrix, alpha, rule):
    limit = {
        "sgd": 2.0,
        "momentum": 2 + 2 * alpha,
        "nesterov": 1 + 1 / (1 + 2 * alpha),
    }
    return limit[rule] / np.linalg.norm(matrix, 2)


def by_torch(matrix, alpha, rule):
    largest = torch.linalg.eigvalsh(torch.as_tensor(matrix, dtype=torch.float64))[-1]
    limit = 2 * (1 + alpha) if rule != "sgd" else 2
    return limit / largest / (1 + 2 * alpha if rule == "nesterov" else 1)


def by_gain_at_the_highest_frequency(matrix, alpha, rule):
    # The pole that leaves the circle leaves it at z = -1, where k = -(z - 1) / H(z) = 2 / H(-1).
    z = -1
    response = {
        "sgd": 1,
        "momentum": 1 / (1 - alpha / z),
        "nesterov": (1 + alpha - alpha / z) / (1 - alpha / z),
    }
    return 2 / response[rule] / np.linalg.eigvalsh(matrix)[-1]


EXERCISE = Exercise(
    name="largest_rate",
    task='Return the rate below which the rule "sgd", "momentum" or "nesterov" with alpha settles '
    "on f(w) = ½ wᵀ matrix w, matrix (d, d) symmetric with positive eigenvalues.",
    points=2,
    reference=largest_rate,
    public=(
        Case((np.array([[2.0, 0.0], [0.0, 100.0]]), 0.9, "sgd")),
        Case((np.array([[4.0]]), 0.9, "momentum")),
        Case((np.array([[3.0, 1.0], [1.0, 3.0]]), 0.5, "momentum")),
        Case((np.array([[2, -1], [-1, 2]]), 0.9, "nesterov")),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            smallest_curvature,
            "That uses the smallest eigenvalue: the steepest direction, with the largest, is the "
            "first to diverge.",
        ),
        Mistake(
            summed_curvatures,
            "The trace is the sum of the eigenvalues: each direction settles or not by itself, and "
            "the largest decides.",
        ),
        Mistake(
            largest_entry,
            "The largest entry is the largest eigenvalue only where the matrix is diagonal.",
        ),
        Mistake(
            frobenius_norm,
            "That norm (Frobenius) mixes all eigenvalues: the largest one alone decides.",
        ),
        Mistake(
            without_curvature,
            "That is the limit of rate times curvature: divide by the largest eigenvalue.",
        ),
        Mistake(
            of_sgd_for_all, "That is the limit of plain SGD for all three: alpha moves the others."
        ),
        Mistake(
            one_over_the_curvature,
            "A factor 2 is missing: up to 1/curvature there is no overshoot, up to twice that it "
            "still settles.",
        ),
        Mistake(
            by_dc_gain,
            "The loop breaks at the *highest* frequency, -1, +1, -1, ..., where momentum weakens "
            "the gradient: not at DC.",
        ),
        Mistake(
            times_the_dc_gain,
            "That multiplies by the DC gain: what counts is the gain at z = -1, and the limit is 2 "
            "*over* it.",
        ),
        Mistake(
            nesterov_as_momentum,
            "That is momentum's limit for Nesterov too: its zero lets more of the highest "
            "frequency pass.",
        ),
        Mistake(
            momentum_as_nesterov,
            "That is Nesterov's limit for momentum too: without the zero, momentum bears more.",
        ),
    ),
    variants=(
        by_eigenvalues,
        by_power_iteration,
        by_spectral_norm,
        by_torch,
        by_gain_at_the_highest_frequency,
    ),
    forbid=REFERENCES,
)
