"""The losses of the course: one import for all of them.

Each takes numpy arrays or torch tensors (both arguments of one library) and gives a single number
of that library in the precision that came in, so that autograd runs through the torch form. Each
``loss`` has a ``loss_gradient`` of the same arguments: the derivative in the *first* one, with the
1/N of the mean, the start of back-propagation. Nothing is broadcast, nothing is changed in place.

================================  ===================================  =========
loss                              formula                              mean over
================================  ===================================  =========
``mse(a, y)``                     ``(a - y)²``                         elements
``mae(a, y)``                     ``|a - y|``                          elements
``nll(log_p, labels)``            ``-log_p[i, labels[i]]``             samples
``cross_entropy(p, labels)``      ``-ln p[i, labels[i]]``              samples
``soft_cross_entropy(p, y)``      ``-Σ_j y_j ln p_j``                  samples
``kl_divergence(y, p)``           ``Σ_j y_j ln(y_j / p_j)``            samples
``binary_cross_entropy(a, y)``    ``-y ln a - (1 - y) ln(1 - a)``      elements
``hinge(s, y)``                   ``max(0, 1 - y s), y = ±1``          elements
``multiclass_hinge(s, labels)``   ``Σ_{j≠c} max(0, s_j - s_c + 1)``    samples
================================  ===================================  =========

The three cross entropies exist from logits too (``..._from_logits``), finite for any finite logit,
through ``max_star``, ``log_sum_exp``, ``softmax`` and ``log_softmax``; ``entropy(p)`` is what KL
divergence and cross entropy differ by.

>>> import torch
>>> s = torch.tensor([[1e4, -1e4], [0.0, 0.0]], dtype=torch.float64, requires_grad=True)
>>> loss = cross_entropy_from_logits(s, torch.tensor([0, 1]))
>>> loss.backward()
>>> torch.equal(s.grad, cross_entropy_from_logits_gradient(s.detach(), torch.tensor([0, 1])))
True
"""

from .binary_losses import (
    binary_cross_entropy,
    binary_cross_entropy_from_logits,
    binary_cross_entropy_from_logits_gradient,
    binary_cross_entropy_gradient,
)
from .log_domain import log_softmax, log_sum_exp, max_star, softmax
from .logit_losses import (
    cross_entropy_from_logits,
    cross_entropy_from_logits_gradient,
    soft_cross_entropy_from_logits,
    soft_cross_entropy_from_logits_gradient,
)
from .margin_losses import hinge, hinge_gradient, multiclass_hinge, multiclass_hinge_gradient
from .probability_losses import (
    cross_entropy,
    cross_entropy_gradient,
    entropy,
    kl_divergence,
    kl_divergence_gradient,
    nll,
    nll_gradient,
    soft_cross_entropy,
    soft_cross_entropy_gradient,
)
from .regression_losses import mae, mae_gradient, mse, mse_gradient

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_from_logits",
    "binary_cross_entropy_from_logits_gradient",
    "binary_cross_entropy_gradient",
    "cross_entropy",
    "cross_entropy_from_logits",
    "cross_entropy_from_logits_gradient",
    "cross_entropy_gradient",
    "entropy",
    "hinge",
    "hinge_gradient",
    "kl_divergence",
    "kl_divergence_gradient",
    "log_softmax",
    "log_sum_exp",
    "mae",
    "mae_gradient",
    "max_star",
    "mse",
    "mse_gradient",
    "multiclass_hinge",
    "multiclass_hinge_gradient",
    "nll",
    "nll_gradient",
    "soft_cross_entropy",
    "soft_cross_entropy_from_logits",
    "soft_cross_entropy_from_logits_gradient",
    "soft_cross_entropy_gradient",
    "softmax",
]
