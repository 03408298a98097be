"""λ out of a prior, Gaussian or Laplace (deck A, "Regularizers — L1, L2": MAP estimation)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import penalties, priors
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES


def prior_strengths(sigma: float, b: float, n_samples: int) -> tuple[float, float, float]:
    """λ of ``l2_penalty``, λ of ``l1_penalty``, and torch's weight_decay for the first of them."""
    lam = priors.lam_of_gaussian_prior(sigma, n_samples)
    laplace = priors.lam_of_laplace_prior(b, n_samples)
    return lam, laplace, penalties.weight_decay_of(lam)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Widths well off 1, where a square or a root would not show, and whole numbers too."""

    def width() -> float:
        return float(rng.choice([rng.uniform(0.05, 0.7), rng.uniform(1.6, 5)]))

    sizes = (1, int(rng.integers(2, 100)), int(rng.integers(100, 60_001)))
    cases = [Case((width(), width(), n)) for n in sizes]
    sigma, b = (int(x) for x in rng.choice([2, 3, 4, 5], size=2, replace=False))
    return [*cases, Case((sigma, b, int(rng.integers(2, 2000))))]


# --- mistakes ---


def beside_a_sum(sigma, b, n_samples):
    return 1 / (2 * sigma**2), 1 / b, 1 / sigma**2


def times_samples(sigma, b, n_samples):
    return n_samples / (2 * sigma**2), n_samples / b, n_samples / sigma**2


def without_half(sigma, b, n_samples):
    return 1 / (sigma**2 * n_samples), 1 / (b * n_samples), 2 / (sigma**2 * n_samples)


def variance_not_squared(sigma, b, n_samples):
    return 1 / (2 * sigma * n_samples), 1 / (b * n_samples), 1 / (sigma * n_samples)


def wide_means_strong(sigma, b, n_samples):
    return sigma**2 / (2 * n_samples), b / n_samples, sigma**2 / n_samples


def same_for_torch(sigma, b, n_samples):
    lam = 1 / (2 * sigma**2 * n_samples)
    return lam, 1 / (b * n_samples), lam


def half_for_torch(sigma, b, n_samples):
    lam = 1 / (2 * sigma**2 * n_samples)
    return lam, 1 / (b * n_samples), lam / 2


def half_for_laplace(sigma, b, n_samples):
    lam = 1 / (2 * sigma**2 * n_samples)
    return lam, 1 / (2 * b * n_samples), 2 * lam


def scale_as_deviation(sigma, b, n_samples):
    lam = 1 / (2 * sigma**2 * n_samples)
    return lam, math.sqrt(2) / (b * n_samples), 2 * lam


def scale_squared(sigma, b, n_samples):
    lam = 1 / (2 * sigma**2 * n_samples)
    return lam, 1 / (b**2 * n_samples), 2 * lam


def whole_division(sigma, b, n_samples):
    lam = 1 // (2 * sigma**2 * n_samples)
    return lam, 1 // (b * n_samples), 2 * lam


def out_of_order(sigma, b, n_samples):
    lam = 1 / (2 * sigma**2 * n_samples)
    return lam, 2 * lam, 1 / (b * n_samples)


def samples_squared(sigma, b, n_samples):
    lam = 1 / (2 * sigma**2 * n_samples)
    return lam, 1 / (b * n_samples), 2 * lam / n_samples


# --- variants ---


def by_formula(sigma, b, n_samples):
    return 1 / (2 * sigma**2 * n_samples), 1 / (b * n_samples), 1 / (sigma**2 * n_samples)


def by_precision(sigma, b, n_samples):
    precision = sigma**-2.0
    return [precision / 2 / n_samples, b**-1.0 / n_samples, precision / n_samples]


def by_density(sigma, b, n_samples):
    # The penalty of one weight of 1: -ln p(1) + ln p(0), over n.
    one, zero = torch.tensor([1.0, 0.0], dtype=torch.float64)
    gauss = torch.distributions.Normal(0.0, torch.tensor(float(sigma), dtype=torch.float64))
    laplace = torch.distributions.Laplace(0.0, torch.tensor(float(b), dtype=torch.float64))
    lam = (gauss.log_prob(zero) - gauss.log_prob(one)) / n_samples
    return lam, (laplace.log_prob(zero) - laplace.log_prob(one)) / n_samples, 2 * lam


def by_array(sigma, b, n_samples):
    return np.array([0.5 / sigma**2, 1 / b, 1 / sigma**2]) / n_samples


def by_single_precision(sigma, b, n_samples):
    lam = np.float32(0.5) / (np.float32(sigma) ** 2 * np.float32(n_samples))
    return lam, np.float32(1) / (np.float32(b) * np.float32(n_samples)), 2 * lam


EXERCISE = Exercise(
    name="prior_strengths",
    task="Return three numbers: λ of λ‖w‖² from the prior N(0, sigma²), λ of λ‖w‖₁ from a Laplace "
    "prior of scale b, and torch's weight_decay for the first; the loss is a mean over n_samples.",
    points=2,
    reference=prior_strengths,
    public=(
        Case((0.5, 0.1, 100)),
        Case((2.0, 4.0, 1)),
        Case((3, 2, 60_000)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            beside_a_sum,
            "That is λ beside a sum over the samples: the loss is their mean, so divide by n too.",
        ),
        Mistake(
            times_samples,
            "More data weakens a prior: the sum is divided by n, and λ with it.",
        ),
        Mistake(
            without_half,
            "-ln p of a Gaussian is w²/(2σ²): the ½ is missing from λ, which stands before ‖w‖².",
        ),
        Mistake(variance_not_squared, "A Gaussian has w²/(2σ²) in its exponent: square sigma."),
        Mistake(
            wide_means_strong,
            "It is upside down: a wide prior allows large weights, so its λ is small.",
        ),
        Mistake(
            same_for_torch,
            "torch adds weight_decay · w to the gradient, the slope of (λ/2)‖w‖²: twice this λ.",
        ),
        Mistake(
            half_for_torch,
            "The factor 2 goes the other way: λ‖w‖² = (weight_decay/2)‖w‖².",
        ),
        Mistake(half_for_laplace, "-ln p of a Laplace density is |w|/b: there is no ½ in it."),
        Mistake(
            scale_as_deviation,
            "b is the scale of the density exp(-|w|/b)/(2b), not its standard deviation b√2.",
        ),
        Mistake(scale_squared, "A Laplace density has |w|/b in its exponent: b is not squared."),
        Mistake(whole_division, "// rounds down to whole numbers: divide with /."),
        Mistake(out_of_order, "The order is λ of L2, λ of L1, weight_decay: two are swapped."),
        Mistake(
            samples_squared,
            "weight_decay is divided by n twice: it is twice the first λ, nothing more.",
        ),
    ),
    variants=(by_formula, by_precision, by_density, by_array, by_single_precision),
    atol=1e-12,
    forbid=REFERENCES,
)
