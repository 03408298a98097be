"""Linear filters that run sample by sample: what an optimizer does to its gradients.

===========================  ==============================================  ===================
filter                       difference equation                             step response s[n]
===========================  ==============================================  ===================
``ar1(α)``                   y[n] = α y[n-1] + (1 − α) x[n]                  1 − αⁿ⁺¹
``ar1(α, gain="input")``     y[n] = α y[n-1] + x[n]                          (1 − αⁿ⁺¹)/(1 − α)
``arma1(p, z, k)``           y[n] = p y[n-1] + k x[n] − kz x[n-1]
``summer()``                 y[n] = y[n-1] + x[n]                            n + 1
``Filter(b, a)``             any, in scipy's convention
``cascade(f, g, ...)``       one after another; ``cascade(sos)`` too         that of the product
``compensated(f)``           output of f divided by f's s[n]                 1
``peak_hold(f)``             highest output of f so far                      that of f
===========================  ==============================================  ===================

Each runs on numpy arrays, torch tensors and lists of them, with its state outside of it: ``run``
a whole signal, or ``start`` and then ``step``. ``Filter`` and ``cascade`` show their ``poles``,
``zeros``, ``frequency_response``, ``impulse_response``, ``step_response``, ``dc_gain`` and
``input_gain``. Frequencies are in cycles per step.

>>> f = ar1(0.9)
>>> state = f.start(0.0)
>>> y, state = f.step(1.0, state)
>>> y, state = f.step(1.0, state)
>>> round(float(y), 6), f.step_response(2).round(6).tolist()
(0.19, [0.1, 0.19])
>>> abs(f.frequency_response([0.0, 0.5])).round(4).tolist()  # slow passes, fast does not
[1.0, 0.0526]

Source: deck A, EE 541 unit 7B, "LTI filter review" and "Transient compensation".
"""

from __future__ import annotations

from .._arrays import Array, real_arrays
from .._scalars import real
from .cascade import Cascade
from .compensation import Compensated, PeakHold
from .linear import Filter
from .responses import Linear

__all__ = [
    "Cascade",
    "Compensated",
    "Filter",
    "PeakHold",
    "ar1",
    "arma1",
    "cascade",
    "compensated",
    "identity",
    "peak_hold",
    "summer",
]


def identity() -> Filter:
    """y[n] = x[n]: no filter at all, which remembers nothing.

    >>> identity().order, identity().description
    (0, 'none')
    """
    return Filter((1.0,))


def ar1(alpha: float, gain: str = "dc") -> Filter:
    """First-order low-pass y[n] = α y[n-1] + k x[n], its pole at α.

    As α approaches 1 the filter gains memory. ``gain="dc"``: k = 1 − α, a constant passes as it
    is, and s[n] = 1 − αⁿ⁺¹. ``gain="input"``: k = 1, a new sample passes as it is, a constant is
    multiplied by 1/(1 − α), and s[n] = (1 − αⁿ⁺¹)/(1 − α).

    Raises ValueError unless 0 ≤ alpha < 1 and gain is "dc" or "input".

    Source: deck A, "Review of first order LTI filters". There H(z) has 1 + αz⁻¹ below on two
    slides; its own difference equation gives 1 − αz⁻¹, and so does its slide on compensation.

    >>> ar1(0.5), ar1(0.5, gain="input")
    (Filter(b=(0.5, 0.0), a=(1.0, -0.5), growing=False), \
Filter(b=(1.0, 0.0), a=(1.0, -0.5), growing=False))
    """
    alpha = real("alpha", alpha, at_least=0, below=1)
    gains = {"dc": 1 - alpha, "input": 1.0}
    if gain not in gains:
        raise ValueError(f'gain must be "dc" or "input"; got {gain!r}: say which gain is to be 1')
    return Filter((gains[gain],), (1.0, -alpha))


def arma1(pole: float, zero: float, gain: float = 1.0) -> Filter:
    """H(z) = k (1 − z₀ z⁻¹) / (1 − p z⁻¹): one pole p, one zero z₀, input gain k.

    Nesterov's filter is the case p = α, z₀ = α/(1 + α), k = 1 + α.

    Raises ValueError where |pole| ≥ 1, gain is 0 or a number is not finite.

    Source: deck A, "Review of ARMA LTI filters", "First order ARMA filter".

    >>> f = arma1(pole=0.9, zero=0.9 / 1.9, gain=1.9)
    >>> f.run([1.0, 0.0]).round(6).tolist(), round(f.dc_gain, 6)
    ([1.9, 0.81], 10.0)
    """
    pole = real("pole", pole, above=-1, below=1)
    gain, zero = real("gain", gain), real("zero", zero)
    if gain == 0:
        raise ValueError("gain must not be 0; got 0: nothing would pass")
    return Filter((gain, -gain * zero), (1.0, -pole))


def summer() -> Filter:
    """Running sum y[n] = y[n-1] + x[n]: a pole at 1, infinite DC gain, and s[n] = n + 1.

    A constant input gives an output without bound, which is declared and so not refused.

    Source: deck A, "Summary of optimizers": Adagrad's variance filter.

    >>> summer().run([1.0, 2.0, 3.0]).tolist()
    [1.0, 3.0, 6.0]
    """
    return Filter((1.0,), (1.0, -1.0), growing=True)


def cascade(*sections: Linear | Array) -> Cascade:
    """Filters in series; or scipy's second-order sections, an array ``(n, 6)`` of b and a rows.

    Equal to ``scipy.signal.sosfilt`` for sections, and to filtering again and again for filters.

    Raises ValueError where there is no section, or the array has another shape or some a[0] = 0.

    >>> import scipy.signal
    >>> sharp = cascade(scipy.signal.butter(6, 0.2, output="sos"))
    >>> len(sharp.sections), sharp.order, round(sharp.dc_gain, 9)
    (3, 6, 1.0)
    """
    found: list[Filter] = []
    for section in sections:
        if isinstance(section, Filter):
            found.append(section)
        elif isinstance(section, Cascade):
            found.extend(section.sections)
        else:
            found.extend(_sections(section))
    return Cascade(tuple(found))


def compensated(f: Linear | PeakHold) -> Compensated:
    """``f`` with its start-up transient divided out: see ``Compensated``.

    Raises ValueError where f's first output is always 0.

    >>> compensated(summer()).run([1.0, 2.0, 6.0]).tolist()  # the mean so far
    [1.0, 1.5, 3.0]
    """
    return Compensated(f)


def peak_hold(f: Linear) -> PeakHold:
    """The highest output of ``f`` so far: see ``PeakHold``.

    Raises ValueError where f's impulse response goes negative.

    >>> peak_hold(identity()).run([1.0, 3.0, 2.0]).tolist()
    [1.0, 3.0, 3.0]
    """
    return PeakHold(f)


def _sections(sos: Array) -> list[Filter]:
    _, sos = real_arrays(sections=sos)
    if sos.ndim != 2 or sos.shape[1] != 6:
        raise ValueError(
            f"second-order sections must have shape (n, 6); got {tuple(sos.shape)}: "
            'pass what scipy.signal gives for output="sos", or filters one by one'
        )
    return [Filter(row[:3], row[3:]) for row in sos]
