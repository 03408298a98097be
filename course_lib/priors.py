"""λ from what is believed of the weights before any data: the prior, in MAP estimation.

The posterior's negative logarithm is Σ_i -ln p(y_i | x_i, w) - ln p(w) and a constant. With weights
drawn independently, the prior's part is a penalty:

    Gaussian, N(0, σ²):    -ln p(w) = ‖w‖² / (2σ²) + const
    Laplace, scale b:      -ln p(w) = ‖w‖₁ / b + const

The losses of this course are *means* over n samples, so the sum above is divided by n, and with it
the penalty: that is why λ falls as data grows. Cross entropy is -ln p itself. For mean squared
error the noise has to be told besides, see ``lam_beside_mse``.
"""

from __future__ import annotations

from ._scalars import real, whole

__all__ = ["lam_beside_mse", "lam_of_gaussian_prior", "lam_of_laplace_prior"]


def lam_of_gaussian_prior(sigma: float, n_samples: int) -> float:
    """λ = 1 / (2σ²n) of ``l2_penalty``, deck A's λ‖w‖², for weights drawn from N(0, σ²).

    ``sigma`` > 0 is the prior's standard deviation; ``n_samples`` how many samples the data loss,
    the mean of -ln p, is taken over (1 where it is a sum). Deck E's λ, torch's ``weight_decay``,
    is twice this: 1 / (σ²n).

    Raises ValueError where σ is not positive or n is no integer ≥ 1.

    Source: deck A, "Regularizers — L1, L2" (L2: Gaussian prior).

    >>> lam_of_gaussian_prior(sigma=0.5, n_samples=100)
    0.02
    """
    return 0.5 / real("sigma", sigma, above=0) ** 2 / whole("n_samples", n_samples, at_least=1)


def lam_of_laplace_prior(b: float, n_samples: int) -> float:
    """λ = 1 / (bn) of ``l1_penalty``, λ‖w‖₁, for weights of density e^{-|w|/b} / (2b).

    ``b`` > 0 is the prior's scale (its standard deviation is b√2); ``n_samples`` how many samples
    the data loss, the mean of -ln p, is taken over (1 where it is a sum).

    Raises ValueError where b is not positive or n is no integer ≥ 1.

    Source: deck A, "Regularizers — L1, L2" (L1: Laplace prior).

    >>> lam_of_laplace_prior(b=0.5, n_samples=100)
    0.02
    """
    return 1 / real("b", b, above=0) / whole("n_samples", n_samples, at_least=1)


def lam_beside_mse(lam: float, noise: float) -> float:
    """2s²λ: the λ beside the mean squared error, from that beside the mean of -ln p.

    With Gaussian noise of standard deviation s, -ln p(y | x, w) = (a - y)² / (2s²) + const, so
    the mean squared error is 2s² times the mean of -ln p, and its penalty must be so too. Together
    with a Gaussian prior, λ = s² / (σ²n) beside ``mse``.

    ``lam`` ≥ 0 is either prior's; ``noise`` is s > 0.

    Raises ValueError where λ is negative or s is not positive.

    >>> lam_beside_mse(lam_of_gaussian_prior(sigma=2.0, n_samples=10), noise=1.0)
    0.025
    """
    return 2 * real("noise", noise, above=0) ** 2 * real("lam", lam, at_least=0)
