"""The optimizers of the slides by name, each as the rule that it is."""

from __future__ import annotations

from collections.abc import Sequence

from .._scalars import real
from ..filters import Compensated, Filter, ar1, arma1, compensated, peak_hold, summer
from ..filters.responses import Linear
from .adaptive import Adadelta, RAdam
from .layerwise import LAMB, LARS
from .rule import Rate, Rule

__all__ = [
    "adadelta",
    "adagrad",
    "adam",
    "adamw",
    "amsgrad",
    "lamb",
    "lars",
    "lowpass",
    "momentum",
    "nadam",
    "nesterov",
    "radam",
    "rmsprop",
    "sgd",
]


def sgd(rate: Rate) -> Rule:
    """θ ← θ − rate · g. Raises ValueError for a negative rate. Source: deck A, "General structure".

    >>> sgd(0.1).slots  # it remembers nothing
    ()
    """
    return Rule(rate)


def momentum(rate: Rate, alpha: float = 0.9) -> Rule:
    """v ← αv + g; θ ← θ − rate · v: an AR1 filter of unit *input* gain.

    Its DC gain 1/(1 − α) multiplies the rate: momentum and rate are coupled. Decks B, C and D put
    the rate inside, v ← αv + rate · g, which is the same for a constant rate only.

    Raises ValueError unless 0 ≤ alpha < 1 and rate ≥ 0. Source: Polyak 1964; deck A, "SGD with
    momentum". torch: ``SGD(lr=rate, momentum=alpha)``.

    >>> round(momentum(0.1, alpha=0.9).gradient.dc_gain, 6)
    10.0
    """
    return Rule(rate, gradient=_velocity(alpha))


def nesterov(rate: Rate, alpha: float = 0.9) -> Rule:
    """v ← αv + g; θ ← θ − rate · ((1 + α)v[n] − αv[n-1]): one pole at α, one zero at α/(1 + α).

    Bengio's form of Nesterov's momentum: θ here is the look-ahead point θ' + αv' of the usual form
    and the two are one method after that change of variables. Deck A gives (1+α)/α for the zero.

    Raises ValueError unless 0 ≤ alpha < 1 and rate ≥ 0. Source: Bengio, Boulanger-Lewandowski and
    Pascanu, "Advances in optimizing recurrent networks", ICASSP 2013, equation 7. torch:
    ``SGD(lr=rate, momentum=alpha, nesterov=True)``.

    >>> nesterov(0.1, alpha=0.9).gradient.zeros.round(4).tolist()
    [0.4737]
    """
    alpha = _fading("alpha", alpha)
    return Rule(rate, gradient=arma1(pole=alpha, zero=alpha / (1 + alpha), gain=1 + alpha))


def lowpass(rate: Rate, gradient: Linear | tuple[Sequence[float], Sequence[float]]) -> Rule:
    """θ ← θ − rate · F(g) with any filter F you like: a ``Filter``, a cascade, or a pair (b, a).

    Raises ValueError for what is no filter, an unstable one, or a negative rate. Source: deck A,
    "Nesterov momentum": choose any low-pass filter, such as a Butterworth filter of order 2.

    >>> import scipy.signal
    >>> lowpass(0.1, scipy.signal.butter(2, 0.2)).gradient.description
    'ARMA2 (2 poles, 2 zeros)'
    """
    if isinstance(gradient, Linear):
        return Rule(rate, gradient=gradient)
    if not isinstance(gradient, tuple | list) or len(gradient) != 2:
        raise ValueError(
            f"gradient must be a filter or a pair (b, a); got {gradient!r}: "
            "pass ar1(0.9), say, or what scipy.signal.butter gives"
        )
    return Rule(rate, gradient=Filter(*gradient))


def adagrad(rate: Rate = 0.01, epsilon: float = 1e-10) -> Rule:
    """θ ← θ − rate · g / (√(Σ g²) + ε): the variance filter is a running sum.

    Raises ValueError where a number is negative. Source: Duchi, Hazan and Singer, JMLR 2011; decks
    B to D (deck E has ε inside the root). torch: ``Adagrad(lr=rate, eps=epsilon)``.

    >>> adagrad().variance.description
    'summer'
    """
    return Rule(rate, variance=summer(), epsilon=epsilon)


def rmsprop(rate: Rate = 0.01, rho: float = 0.99, epsilon: float = 1e-8) -> Rule:
    """v ← ρv + (1 − ρ)g²; θ ← θ − rate · g / (√v + ε).

    Raises ValueError unless 0 ≤ rho < 1 and the rest ≥ 0. Source: Hinton, lecture 6e, 2012; decks
    B to D (rho 0.9 in D). torch: ``RMSprop(lr=rate, alpha=rho, eps=epsilon)``.

    >>> rmsprop().variance.description
    'AR1, unit DC gain'
    """
    return Rule(rate, variance=ar1(_fading("rho", rho)), epsilon=epsilon)


def adadelta(rate: Rate = 1.0, rho: float = 0.9, epsilon: float = 1e-6) -> Adadelta:
    """θ ← θ − rate · √(mean of u² + ε)/√(mean of g² + ε) · g: see ``Adadelta``.

    Raises ValueError unless 0 < rho < 1, epsilon > 0 and rate ≥ 0. Source: Zeiler 2012. torch:
    ``Adadelta(lr=rate, rho=rho, eps=epsilon)``.

    >>> adadelta().slots
    ('variance.1', 'update.1')
    """
    real("rho", rho, above=0, below=1)
    return Adadelta(rate, variance=ar1(rho), epsilon=epsilon, update=ar1(rho))


def adam(
    rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> Rule:
    """Two AR1 filters of unit DC gain, on g and on g², both with their transient compensated.

    m ← β1 m + (1 − β1)g, v ← β2 v + (1 − β2)g², and for step t = 1, 2, ...
    ``θ ← θ − rate · m/(1 − β1ᵗ) / (√(v/(1 − β2ᵗ)) + ε)``. Deck A's table says unit input gain, its
    slide on Adam unit DC gain, which holds. Deck E swaps the betas and has ε inside the root; deck
    C leaves out the compensation.

    Raises ValueError unless 0 ≤ beta1, beta2 < 1 and the rest ≥ 0. Source: Kingma and Ba, ICLR
    2015, algorithm 1. torch: ``Adam(lr=rate, betas=(beta1, beta2), eps=epsilon)``.

    >>> adam().gradient.description
    'AR1, unit DC gain, transient compensation'
    """
    f, v = _moment("beta1", beta1), _moment("beta2", beta2)
    return Rule(rate, gradient=f, variance=v, epsilon=epsilon)


def adamw(
    rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.01,
) -> Rule:
    """Adam, and θ ← (1 − rate·λ)θ beside it: decay that no filter sees.

    Raises ValueError as ``adam``, and for a negative decay. Source: Loshchilov and Hutter,
    "Decoupled weight decay regularization", ICLR 2019, algorithm 2, of the two printed there the
    one without λθ in the gradient. torch: ``AdamW(..., weight_decay=weight_decay)``.

    >>> adamw().weight_decay
    0.01
    """
    f, v = _moment("beta1", beta1), _moment("beta2", beta2)
    return Rule(rate, gradient=f, variance=v, epsilon=epsilon, weight_decay=weight_decay)


def amsgrad(
    rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> Rule:
    """Adam with the highest v so far in place of v: a step's normalisation never weakens.

    The peak is held before the compensation, as torch does it; the paper has no compensation.

    Raises ValueError as ``adam``. Source: Reddi, Kale and Kumar, ICLR 2018, algorithm 2. torch:
    ``Adam(..., amsgrad=True)``.

    >>> amsgrad().variance.description
    'AR1, unit DC gain, peak held, transient compensation'
    """
    f, v = _moment("beta1", beta1), compensated(peak_hold(ar1(_fading("beta2", beta2))))
    return Rule(rate, gradient=f, variance=v, epsilon=epsilon)


def nadam(
    rate: Rate = 2e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> Rule:
    """Adam with Nesterov's filter of unit DC gain: pole β1, zero β1/(1 + β1), gain 1 − β1².

    The gradient's filter gives β1 m + (1 − β1)g with Adam's m, over its step response 1 − β1ᵗ⁺¹ at
    t = 1, 2, ... This is deck A's linear, time-invariant form, with Adam's AR1 for the variance.
    Dozat's compensates the two terms apart, m by 1 − β1ᵗ⁺¹ and g by 1 − β1ᵗ, so it differs by
    (1 − β1)g (1/(1 − β1ᵗ) − 1/(1 − β1ᵗ⁺¹)), which fades as β1ᵗ. torch's NAdam moreover warms β1 up
    from half of it over thousands of steps: time-varying, and so no filter of this kind.

    Raises ValueError as ``adam``. Source: deck A, "Summary of optimizers"; Dozat, ICLR workshop
    2016, algorithm 2.

    >>> round(nadam().gradient.filter.dc_gain, 9)
    1.0
    """
    beta1 = _fading("beta1", beta1)
    f = compensated(arma1(pole=beta1, zero=beta1 / (1 + beta1), gain=1 - beta1**2))
    return Rule(rate, gradient=f, variance=_moment("beta2", beta2), epsilon=epsilon)


def radam(
    rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> RAdam:
    """Adam that waits with normalising until its variance is known: see ``RAdam``.

    Raises ValueError as ``adam``, and for β2 ≤ 2/3. Source: Liu et al., ICLR 2020. torch:
    ``RAdam(lr=rate, betas=(beta1, beta2), eps=epsilon)``.

    >>> rule = radam()
    >>> [n + 1 for n in range(10) if rule.length(n) > 5][0]  # the first step that is normalised
    6
    """
    f, v = _moment("beta1", beta1), _moment("beta2", beta2)
    return RAdam(rate, gradient=f, variance=v, epsilon=epsilon)


def lars(rate: Rate, alpha: float = 0.9, trust: float = 0.001, l2: float = 0.0) -> LARS:
    """Momentum on gradients that are scaled array by array: see ``LARS``.

    Raises ValueError as ``momentum``, and unless trust > 0 and l2 ≥ 0. Source: You et al. 2017.

    >>> lars(1.0).elementwise
    False
    """
    return LARS(rate, gradient=_velocity(alpha), trust=trust, l2=l2)


def lamb(
    rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-6,
    weight_decay: float = 0.01,
) -> LAMB:
    """Adam's step with decay, scaled array by array to the size of the array: see ``LAMB``.

    Raises ValueError as ``adamw``. Source: You et al., ICLR 2020.

    >>> lamb().normalisation
    'yes'
    """
    f, v = _moment("beta1", beta1), _moment("beta2", beta2)
    return LAMB(rate, gradient=f, variance=v, epsilon=epsilon, weight_decay=weight_decay)


def _fading(name: str, value: float) -> float:
    """A filter's pole, refused under the name that the caller gave it."""
    return real(name, value, at_least=0, below=1)


def _velocity(alpha: float) -> Filter:
    return ar1(_fading("alpha", alpha), gain="input")


def _moment(name: str, beta: float) -> Compensated:
    return compensated(ar1(_fading(name, beta)))
