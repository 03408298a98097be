"""Penalties on large weights, their gradients, and what a step makes of them.

Two conventions are in use, and they differ by a factor 2 in the squared part. Deck A (and C) adds
λ‖w‖², whose gradient is 2λw; deck E adds (λ/2)‖w‖², whose gradient is λw, and this λ is torch's
``weight_decay``. Each has functions of its own here, the second ones named ``half_...``, and
``weight_decay_of`` leads from one λ to the other. The penalty is a *sum* over the weights, of any
shape, also where the data loss beside it is a mean.
"""

from __future__ import annotations

from ._arrays import Array, real_arrays, same_shape
from ._scalars import real

__all__ = [
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
    "soft_threshold",
    "weight_decay_of",
]


def l2_penalty(w: Array, lam: float) -> Array:
    """λ‖w‖² = λ Σ w², deck A's form, without ½.

    ``w`` weights of any shape, ``lam`` the strength λ ≥ 0. Returns a single number.

    Raises ValueError where a weight is not finite or λ is negative.

    Source: deck A, "Regularizers — L1, L2"; deck C, "Regularization – Add term to loss".

    >>> float(l2_penalty([3.0, -4.0], lam=0.1))
    2.5
    """
    xp, w = real_arrays(w=w)
    return real("lam", lam, at_least=0) * xp.sum(w**2)


def l2_penalty_gradient(w: Array, lam: float) -> Array:
    """∂/∂w λ‖w‖² = 2λw, in the shape of ``w``.

    Raises ValueError as ``l2_penalty`` does.

    Source: deck A, "Regularizers — L1, L2": w ← w - η (∂C/∂w + 2λw).

    >>> l2_penalty_gradient([3.0, -4.0], lam=0.5).tolist()
    [3.0, -4.0]
    """
    _, w = real_arrays(w=w)
    return 2 * real("lam", lam, at_least=0) * w


def half_l2_penalty(w: Array, lam: float) -> Array:
    """(λ/2)‖w‖² = (λ/2) Σ w², deck E's form; its λ is torch's ``weight_decay``.

    ``w`` weights of any shape, ``lam`` the strength λ ≥ 0. Returns a single number.

    Raises ValueError where a weight is not finite or λ is negative.

    Source: deck E, "Weight decay".

    >>> float(half_l2_penalty([3.0, -4.0], lam=0.2))
    2.5
    """
    return l2_penalty(w, real("lam", lam, at_least=0) / 2)


def half_l2_penalty_gradient(w: Array, lam: float) -> Array:
    """∂/∂w (λ/2)‖w‖² = λw, in the shape of ``w``: what torch adds for ``weight_decay=λ``.

    Raises ValueError as ``half_l2_penalty`` does.

    Source: deck E, "Weight decay": w ← (1 - ηλ) w - η ∂C/∂w.

    >>> half_l2_penalty_gradient([3.0, -4.0], lam=0.5).tolist()
    [1.5, -2.0]
    """
    return l2_penalty_gradient(w, real("lam", lam, at_least=0) / 2)


def weight_decay_of(lam: float) -> float:
    """2λ: the ``weight_decay`` whose (λ'/2)‖w‖² is deck A's λ‖w‖².

    Raises ValueError where λ is negative.

    >>> weight_decay_of(1e-3)
    0.002
    """
    return 2 * real("lam", lam, at_least=0)


def l1_penalty(w: Array, lam: float) -> Array:
    """λ‖w‖₁ = λ Σ ``|w|``; one convention only, there is no ½ to disagree on.

    ``w`` weights of any shape, ``lam`` the strength λ ≥ 0. Returns a single number.

    Raises ValueError where a weight is not finite or λ is negative.

    Source: deck A, "Regularizers — L1, L2"; deck C.

    >>> float(l1_penalty([3.0, -4.0], lam=0.5))
    3.5
    """
    xp, w = real_arrays(w=w)
    return real("lam", lam, at_least=0) * xp.sum(abs(w))


def l1_penalty_gradient(w: Array, lam: float) -> Array:
    """λ sgn(w), in the shape of ``w``; 0 at the kink w = 0, as torch has it.

    Raises ValueError as ``l1_penalty`` does.

    Source: deck A, "Regularizers — L1, L2": w ← w - η (∂C/∂w + λ sgn(w)).

    >>> l1_penalty_gradient([3.0, 0.0, -4.0], lam=0.5).tolist()
    [0.5, 0.0, -0.5]
    """
    xp, w = real_arrays(w=w)
    return real("lam", lam, at_least=0) * xp.sign(w)


def elastic_net_penalty(w: Array, l1: float, l2: float) -> Array:
    """λ₁‖w‖₁ + λ₂‖w‖²: both penalties, the squared one in deck A's form.

    ``w`` weights of any shape, ``l1`` and ``l2`` the strengths λ₁, λ₂ ≥ 0. Returns a single number.

    Raises ValueError where a weight is not finite or a strength is negative.

    Source: Zou and Hastie (2005), equation 3, the "naive" elastic net.

    >>> float(elastic_net_penalty([3.0, -4.0], l1=1.0, l2=0.1))
    9.5
    """
    return l1_penalty(w, real("l1", l1, at_least=0)) + l2_penalty(w, real("l2", l2, at_least=0))


def elastic_net_penalty_gradient(w: Array, l1: float, l2: float) -> Array:
    """λ₁ sgn(w) + 2λ₂w, in the shape of ``w``.

    Raises ValueError as ``elastic_net_penalty`` does.

    >>> elastic_net_penalty_gradient([3.0, -4.0], l1=1.0, l2=0.5).tolist()
    [4.0, -5.0]
    """
    lasso = l1_penalty_gradient(w, real("l1", l1, at_least=0))
    return lasso + l2_penalty_gradient(w, real("l2", l2, at_least=0))


def half_elastic_net_penalty(w: Array, l1: float, l2: float) -> Array:
    """λ₁‖w‖₁ + (λ₂/2)‖w‖²: both penalties, the squared one in deck E's form.

    scikit-learn's ``ElasticNet(alpha=α, l1_ratio=r)`` is this with λ₁ = αr and λ₂ = α(1 - r).
    ``w`` weights of any shape, ``l1`` and ``l2`` the strengths λ₁, λ₂ ≥ 0. Returns a single number.

    Raises ValueError where a weight is not finite or a strength is negative.

    >>> float(half_elastic_net_penalty([3.0, -4.0], l1=1.0, l2=0.2))
    9.5
    """
    return elastic_net_penalty(w, l1, real("l2", l2, at_least=0) / 2)


def half_elastic_net_penalty_gradient(w: Array, l1: float, l2: float) -> Array:
    """λ₁ sgn(w) + λ₂w, in the shape of ``w``.

    Raises ValueError as ``half_elastic_net_penalty`` does.

    >>> half_elastic_net_penalty_gradient([3.0, -4.0], l1=1.0, l2=0.5).tolist()
    [2.5, -3.0]
    """
    return elastic_net_penalty_gradient(w, l1, real("l2", l2, at_least=0) / 2)


def decoupled_step(w: Array, direction: Array, rate: float, weight_decay: float) -> Array:
    """w - η (d + λw) = (1 - ηλ) w - η d: decay beside the optimizer's direction d, not inside it.

    ``w`` and ``direction`` have one shape. ``direction`` is what the optimizer makes of the
    gradient of the *data loss alone* (Adam's m̂ / (√v̂ + ε), say); ``rate`` is η per step and
    ``weight_decay`` is λ, both ≥ 0. For plain gradient descent, d = g, this is the coupled step
    w - η (g + λw). Where d is normalised it is not: there λw inside the gradient is divided by the
    size of the gradient, so that weights with large gradients decay least.

    Raises ValueError where shapes differ, a number is not finite, or η or λ is negative.

    Source: Loshchilov and Hutter (2019), algorithm 2, line 12, as torch's AdamW has it; decks B and
    E, whose print of that algorithm shows the coupled and the decoupled term together (never both).

    >>> decoupled_step([1.0, -2.0], [0.5, 0.5], rate=0.1, weight_decay=0.5).tolist()
    [0.9, -1.95]
    """
    rate, decay = real("rate", rate, at_least=0), real("weight_decay", weight_decay, at_least=0)
    _, w, direction = same_shape(w=w, direction=direction)
    return w - rate * (direction + decay * w)


def soft_threshold(w: Array, threshold: float) -> Array:
    """sgn(w) max(``|w|`` - t, 0): the u that makes ½(u - w)² + t``|u|`` least.

    After a gradient step on the data loss alone, ``soft_threshold(w, rate * lam)`` is the exact
    step of L1 (the proximal step): unlike λ sgn(w), it sets small weights to 0 and keeps them
    there. ``w`` has any shape, which the result keeps; ``threshold`` is t ≥ 0.

    Raises ValueError where a weight is not finite or t is negative.

    Source: Daubechies, Defrise and De Mol (2004); Beck and Teboulle (2009), ISTA.

    >>> soft_threshold([3.0, 0.5, -2.0], threshold=1.0).tolist()
    [2.0, 0.0, -1.0]
    """
    xp, w = real_arrays(w=w)
    size = abs(w) - real("threshold", threshold, at_least=0)
    return xp.sign(w) * xp.where(size > 0, size, xp.zeros_like(size))
