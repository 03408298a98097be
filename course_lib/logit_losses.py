"""Cross entropy of classes straight from logits: no probability is formed, nothing overflows.

Every loss is the mean over rows (samples), in nats; every gradient its derivative in the logits
``s``, in their shape, 1/N included.
"""

from __future__ import annotations

from ._arrays import Array, Namespace
from ._classes import n_rows, of_class, one_hot, require_distributions, rows_and_labels, score_rows
from .log_domain import log_softmax, softmax

__all__ = [
    "cross_entropy_from_logits",
    "cross_entropy_from_logits_gradient",
    "soft_cross_entropy_from_logits",
    "soft_cross_entropy_from_logits_gradient",
]


def cross_entropy_from_logits(s: Array, labels: Array) -> Array:
    """C = (1/N) Σ_i (K(s_i) - s_i,labels[i]) with K(s) = ln Σ_j e^{s_j}: hard labels.

    ``s`` logits ``(n_samples, n_classes)``, ``labels`` integers ``(n_samples,)``. K(s) - s_m is
    -log_softmax(s)_m: the negative log-likelihood of the softmax.

    Raises ValueError where a logit is not finite or the labels do not fit.

    Source: deck A, "Cross entropy loss — from logits"; ``torch.nn.CrossEntropyLoss``.

    >>> round(float(cross_entropy_from_logits([[0.0, 0.0], [1e4, -1e4]], [0, 0])), 4)  # ½ ln 2
    0.3466
    """
    xp, s, labels = rows_and_labels(labels, s=s)
    return -xp.mean(of_class(log_softmax(s), labels, xp))


def cross_entropy_from_logits_gradient(s: Array, labels: Array) -> Array:
    """∂C/∂s = (softmax(s) - one_hot(labels)) / N, in the shape of ``s``; each row sums to 0.

    Raises ValueError as ``cross_entropy_from_logits`` does.

    Source: deck A, δ = a - y, "Multicategory cross entropy".

    >>> cross_entropy_from_logits_gradient([[0.0, 0.0], [1e4, -1e4]], [0, 1]).tolist()
    [[-0.25, 0.25], [0.5, -0.5]]
    """
    xp, s, labels = rows_and_labels(labels, s=s)
    return (softmax(s) - one_hot(labels, s, xp)) / n_rows(s)


def soft_cross_entropy_from_logits(s: Array, y: Array) -> Array:
    """C = (1/N) Σ_i (K(s_i) - Σ_j y_ij s_ij) with K(s) = ln Σ_j e^{s_j}: soft labels.

    ``s`` logits and ``y`` target probabilities, both ``(n_samples, n_classes)``. As each row of y
    sums to 1, the bracket is -Σ_j y_ij log_softmax(s)_ij.

    Raises ValueError where shapes differ, a logit is not finite or a row of ``y`` is no
    distribution.

    Source: deck A, "Cross entropy loss — from logits"; ``torch.nn.CrossEntropyLoss``.

    >>> round(float(soft_cross_entropy_from_logits([[0.0, 0.0]], [[0.25, 0.75]])), 4)  # ln 2
    0.6931
    """
    xp, s, y = _logits_and_distributions(s, y)
    return -xp.mean(xp.sum(y * log_softmax(s), axis=-1))


def soft_cross_entropy_from_logits_gradient(s: Array, y: Array) -> Array:
    """∂C/∂s = (softmax(s) - y) / N, in the shape of ``s``.

    Raises ValueError as ``soft_cross_entropy_from_logits`` does.

    Source: deck A, δ = a - y, "Multicategory cross entropy".

    >>> soft_cross_entropy_from_logits_gradient([[0.0, 0.0]], [[0.25, 0.75]]).tolist()
    [[0.25, -0.25]]
    """
    _, s, y = _logits_and_distributions(s, y)
    return (softmax(s) - y) / n_rows(s)


def _logits_and_distributions(s: Array, y: Array) -> tuple[Namespace, Array, Array]:
    xp, s, y = score_rows(s=s, y=y)
    require_distributions("y", y, xp)
    return xp, s, y
