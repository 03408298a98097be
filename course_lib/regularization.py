"""Regularization: what is done in training to generalise, other than minimising the training loss.

- Penalties in both conventions of the factor 2, decoupled weight decay and the proximal step of L1:
  ``penalties``.
- λ out of a Gaussian or Laplace prior: ``priors``.
- Early stopping with patience: ``early_stopping``.
- Bagging: ``bagging``.

Dropout and the norms of layers have modules of their own.

======================  =====================  ======================  ==========================
penalty                 formula                gradient                λ of
======================  =====================  ======================  ==========================
``l2_penalty``          ``λ Σ w²``             ``2λw``                 decks A, C
``half_l2_penalty``     ``(λ/2) Σ w²``         ``λw``                  deck E; torch weight_decay
``l1_penalty``          ``λ Σ |w|``            ``λ sgn(w)``            all
======================  =====================  ======================  ==========================
"""

from .bagging import bagged, bootstrap, out_of_bag, out_of_bag_average
from .early_stopping import EarlyStopping, Watch
from .penalties import (
    decoupled_step,
    elastic_net_penalty,
    elastic_net_penalty_gradient,
    half_elastic_net_penalty,
    half_elastic_net_penalty_gradient,
    half_l2_penalty,
    half_l2_penalty_gradient,
    l1_penalty,
    l1_penalty_gradient,
    l2_penalty,
    l2_penalty_gradient,
    soft_threshold,
    weight_decay_of,
)
from .priors import lam_beside_mse, lam_of_gaussian_prior, lam_of_laplace_prior

__all__ = [
    "EarlyStopping",
    "Watch",
    "bagged",
    "bootstrap",
    "decoupled_step",
    "elastic_net_penalty",
    "elastic_net_penalty_gradient",
    "half_elastic_net_penalty",
    "half_elastic_net_penalty_gradient",
    "half_l2_penalty",
    "half_l2_penalty_gradient",
    "l1_penalty",
    "l1_penalty_gradient",
    "l2_penalty",
    "l2_penalty_gradient",
    "lam_beside_mse",
    "lam_of_gaussian_prior",
    "lam_of_laplace_prior",
    "out_of_bag",
    "out_of_bag_average",
    "soft_threshold",
    "weight_decay_of",
]
