"""Losses on probabilities of classes: cross entropy and its kin.

Every loss is the mean over rows (samples) of a sum over classes, in nats; 0 ln 0 is 0, and a
probability of 0 where the target has some costs inf: nothing is clamped. Every gradient is the
derivative in the first argument, its entries taken as free (not tied to sum to 1), 1/N included.
"""

from __future__ import annotations

import numpy as np

from ._arrays import Array, Namespace
from ._classes import (
    n_rows,
    of_class,
    one_hot,
    probability_rows,
    require_distributions,
    require_sums_of_one,
    rows_and_labels,
)
from .log_domain import times_log, times_log_slope

__all__ = [
    "cross_entropy",
    "cross_entropy_gradient",
    "entropy",
    "kl_divergence",
    "kl_divergence_gradient",
    "nll",
    "nll_gradient",
    "soft_cross_entropy",
    "soft_cross_entropy_gradient",
]


def entropy(p: Array) -> Array:
    """H(p) = -Σ_j p_j ln p_j, the mean over rows of ``(n_samples, n_classes)``; in nats.

    Raises ValueError where a row is no probability distribution.

    Source: deck A, "Multicategory cross entropy": the offset between KL divergence and the loss.

    >>> round(float(entropy([[0.5, 0.5], [1.0, 0.0]])), 4)  # (ln 2 + 0) / 2
    0.3466
    """
    xp, p = probability_rows(p=p)
    return -xp.mean(xp.sum(times_log(p, p, xp), axis=-1))


def nll(log_p: Array, labels: Array) -> Array:
    """C = -(1/N) Σ_i log_p[i, labels[i]]: the negative log-likelihood of the true classes.

    ``log_p`` log-probabilities ``(n_samples, n_classes)``, ``labels`` integers ``(n_samples,)``.

    Raises ValueError where the exponentials of a row of ``log_p`` do not sum to 1 (torch's
    ``NLLLoss`` takes anything) or the labels do not fit.

    Source: deck A, "Multicategory cross entropy": P(class = i) = a_i.

    >>> import numpy as np
    >>> round(float(nll(np.log([[0.9, 0.1], [0.2, 0.8]]), [0, 1])), 4)
    0.1643
    """
    xp, log_p, labels = _log_probabilities_and_labels(log_p, labels)
    return -xp.mean(of_class(log_p, labels, xp))


def nll_gradient(log_p: Array, labels: Array) -> Array:
    """∂C/∂log_p = -1/N at the true class of each row, else 0; in the shape of ``log_p``.

    Raises ValueError as ``nll`` does.

    Source: derivative of deck A's average.

    >>> import numpy as np
    >>> nll_gradient(np.log([[0.9, 0.1], [0.2, 0.8]]), [0, 1]).tolist()
    [[-0.5, -0.0], [-0.0, -0.5]]
    """
    xp, log_p, labels = _log_probabilities_and_labels(log_p, labels)
    return -one_hot(labels, log_p, xp) / n_rows(log_p)


def cross_entropy(p: Array, labels: Array) -> Array:
    """C = -(1/N) Σ_i ln p[i, labels[i]]: hard labels, the mean over rows.

    ``p`` probabilities ``(n_samples, n_classes)``, ``labels`` integers ``(n_samples,)``.

    Raises ValueError where a row of ``p`` is no distribution or the labels do not fit.

    Source: deck A, "Multicategory cross entropy", C = -ln a_m. ``torch.nn.CrossEntropyLoss`` takes
    logits: that is ``cross_entropy_from_logits``.

    >>> p = [[0.9, 0.05, 0.05], [0.05, 0.89, 0.06], [0.05, 0.01, 0.94]]
    >>> round(float(cross_entropy(p, [0, 1, 2])), 4)
    0.0946
    """
    xp, p, labels = _probabilities_and_labels(p, labels)
    true = of_class(p, labels, xp)
    return -xp.mean(times_log(xp.ones_like(true), true, xp))


def cross_entropy_gradient(p: Array, labels: Array) -> Array:
    """∂C/∂p = -1/(N p) at the true class of each row, else 0; in the shape of ``p``.

    -inf where the true class has probability 0. Raises ValueError as ``cross_entropy`` does.

    Source: derivative of deck A's C = -ln a_m (the deck's a - y is the one in the logits).

    >>> cross_entropy_gradient([[0.5, 0.5], [0.75, 0.25]], [0, 1]).tolist()
    [[-1.0, -0.0], [-0.0, -2.0]]
    """
    xp, p, labels = _probabilities_and_labels(p, labels)
    return -times_log_slope(one_hot(labels, p, xp), p, xp) / n_rows(p)


def soft_cross_entropy(p: Array, y: Array) -> Array:
    """C = -(1/N) Σ_i Σ_j y_ij ln p_ij: soft labels, the mean over rows.

    ``p`` probabilities and ``y`` target probabilities, both ``(n_samples, n_classes)``.

    Raises ValueError where shapes differ or a row of either is no distribution.

    Source: deck A, "Multicategory cross entropy", soft labels. ``torch.nn.CrossEntropyLoss`` takes
    soft labels too (since 1.10), beside logits.

    >>> p = [[0.9, 0.05, 0.05], [0.05, 0.89, 0.06], [0.05, 0.01, 0.94]]
    >>> y = [[0.7, 0.2, 0.1], [0.05, 0.9, 0.05], [0.3, 0.3, 0.4]]
    >>> round(float(soft_cross_entropy(p, y)), 4)
    1.2243
    """
    xp, p, y = probability_rows(p=p, y=y)
    return -xp.mean(xp.sum(times_log(y, p, xp), axis=-1))


def soft_cross_entropy_gradient(p: Array, y: Array) -> Array:
    """∂C/∂p = -y / (N p), 0 where y = 0, -inf where y > 0 = p; in the shape of ``p``.

    Raises ValueError as ``soft_cross_entropy`` does.

    Source: derivative of deck A's C = -Σ y_i ln a_i (the deck's a - y is the one in the logits).

    >>> soft_cross_entropy_gradient([[0.5, 0.5]], [[0.25, 0.75]]).tolist()
    [[-0.5, -1.5]]
    """
    xp, p, y = probability_rows(p=p, y=y)
    return -times_log_slope(y, p, xp) / n_rows(p)


def kl_divergence(y: Array, p: Array) -> Array:
    """D(y‖p) = Σ_j y_j ln(y_j / p_j), the mean over rows; = soft_cross_entropy(p, y) - entropy(y).

    ``y`` targets come first, ``p`` second, both ``(n_samples, n_classes)``; 0 where they agree.

    Raises ValueError where shapes differ or a row of either is no distribution.

    Source: deck A, "Multicategory cross entropy": a constant offset from it.
    ``torch.nn.KLDivLoss(reduction="batchmean")`` takes ln p first and y second.

    >>> round(float(kl_divergence([[0.5, 0.5]], [[0.25, 0.75]])), 4)  # ½ ln 2 + ½ ln ⅔
    0.1438
    """
    xp, y, p = probability_rows(y=y, p=p)
    return xp.mean(xp.sum(times_log(y, y, xp) - times_log(y, p, xp), axis=-1))


def kl_divergence_gradient(y: Array, p: Array) -> Array:
    """∂D/∂y = (ln(y/p) + 1) / N, in the *first* argument; in the shape of ``y``.

    In p, the argument that a classifier trains, the derivative is that of the cross entropy,
    ``soft_cross_entropy_gradient(p, y)``: the entropy of y does not depend on p. -inf where
    y = 0 < p, inf where y > 0 = p; 1/N where both are 0, as along y = p.

    Raises ValueError as ``kl_divergence`` does.

    Source: derivative of D(y‖p).

    >>> kl_divergence_gradient([[0.5, 0.5]], [[0.5, 0.5]]).tolist()
    [[1.0, 1.0]]
    """
    xp, y, p = probability_rows(y=y, p=p)
    absent, one = (y == 0) & (p == 0), xp.ones_like(y)
    with np.errstate(divide="ignore"):  # numpy warns of ln 0; the limits are exact
        ratio = xp.log(xp.where(absent, one, y)) - xp.log(xp.where(absent, one, p))
    return (ratio + 1) / n_rows(y)


def _probabilities_and_labels(p: Array, labels: Array) -> tuple[Namespace, Array, Array]:
    xp, p, labels = rows_and_labels(labels, p=p)
    require_distributions("p", p, xp)
    return xp, p, labels


def _log_probabilities_and_labels(log_p: Array, labels: Array) -> tuple[Namespace, Array, Array]:
    xp, log_p, labels = rows_and_labels(labels, finite=False, log_p=log_p)
    # Cut at 1, whose exponential is refused as well as any larger one, but does not overflow.
    p = xp.exp(xp.where(log_p > 1, xp.ones_like(log_p), log_p))
    require_sums_of_one("exp(log_p)", p, xp, "pass log-probabilities, log_softmax(logits)")
    return xp, log_p, labels
