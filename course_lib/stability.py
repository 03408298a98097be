"""When does a rule settle? Its loop around a quadratic, where everything is linear.

On ½λθ² the gradient is λθ, the filter F makes a step of it, and the step moves θ: a feedback loop
``θ[n+1] = θ[n] − rate · (f * λθ)[n]``. With F(z) = B/A its poles are the roots of
``(z − 1) A(z) + kB(z)``, k = rate · λ, and θ settles where all lie inside the unit circle. For a
quadratic of many dimensions this holds with each eigenvalue λ of its matrix, the largest deciding.

================  ====================  ===============
filter            largest rate · λ      for α = 0.9
================  ====================  ===============
none (SGD)        2                     2
momentum          2(1 + α)              3.8
Nesterov          2(1 + α)/(1 + 2α)     1.357
================  ====================  ===============

A compensated filter is its plain filter once the transient is over; ``f.filter`` is that one.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ._scalars import real
from .filters import Cascade, Filter

__all__ = ["closed_loop_poles", "largest_stable_gain"]


def closed_loop_poles(f: Filter | Cascade, gain: float) -> np.ndarray:
    """Roots of (z − 1) A(z) + k B(z): ``(order + 1,)`` complex numbers, k = ``gain`` = rate · λ.

    θ goes to 0 where all are inside the unit circle, as fast as the largest |z| per step.

    Raises ValueError where f is no time-invariant filter or gain is not finite.

    >>> from course_lib.filters import identity
    >>> closed_loop_poles(identity(), 0.5).tolist()  # SGD: θ[n+1] = (1 − k) θ[n]
    [0.5]
    """
    b, a = _coefficients(f)
    return np.roots(np.convolve([1.0, -1.0], a) + real("gain", gain) * np.append(0.0, b))


def largest_stable_gain(f: Filter | Cascade) -> float:
    """The rate · λ up to which θ settles on a quadratic: every smaller one above 0 does.

    A pole is on the circle, z = e^{jω}, where k = (1 − z) A(z)/B(z) is real: the boundary is
    the least such k > 0.

    Raises ValueError where f is no time-invariant filter, and where no gain however small lets θ
    settle, as for a running sum, or a filter whose DC gain is not positive.

    >>> from course_lib.filters import ar1
    >>> round(largest_stable_gain(ar1(0.9, gain="input")), 9)
    3.8
    """
    limits = _crossings(f)
    low = limits[0] if limits else 1.0
    if not _settles(f, low / 2):
        raise ValueError(
            f"some rate must let the loop settle; got {f.description}, for which none does: "
            "choose a stable filter with a positive DC gain"
        )
    # A pole may touch the circle and turn back: it has left where the next interval is bad. One of
    # them does leave, as k grows: F has at most as many zeros as the loop has poles, less one.
    return next(
        limit
        for limit, beyond in pairwise([*limits, np.inf])
        if not _settles(f, min((limit + beyond) / 2, 2 * limit))
    )


def _settles(f: Filter | Cascade, gain: float) -> bool:
    return bool(np.abs(closed_loop_poles(f, gain)).max() < 1)


def _crossings(f: Filter | Cascade) -> list[float]:
    """All k > 0 for which a pole is on the circle, in order.

    With P = (1 − z)A(z) and Q = B(z), k = P/Q is real where P Q* − P* Q = 0, and on the circle a
    conjugate is a polynomial with its coefficients reversed, times a power of z.
    """
    b, a = _coefficients(f)
    p, q = np.convolve([-1.0, 1.0], a), np.append(0.0, b)
    z = np.roots(np.convolve(p, q[::-1]) - np.convolve(p[::-1], q))
    # A root may be double (at ±1 it always is nearly so), hence known to √eps only.
    z = np.append(z[np.abs(np.abs(z) - 1) < 1e-6], -1.0)
    z = z / np.abs(z)
    below = np.polyval(q, z)
    passes = np.abs(below) > 1e-12 * np.abs(b).sum()
    gains = (np.polyval(p, z)[passes] / below[passes]).real
    return sorted(set(gains[gains > 1e-9 * np.abs(gains).max(initial=1.0)].tolist()))


def _coefficients(f: Filter | Cascade) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(f, Cascade):
        f = f.product
    if not isinstance(f, Filter):
        raise ValueError(
            f"a closed loop must have a time-invariant filter; got a {type(f).__name__}: "
            "pass a Filter or a cascade (of a compensated filter, its .filter)"
        )
    return np.array(f.b), np.array(f.a)
