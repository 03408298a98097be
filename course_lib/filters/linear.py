"""A linear, time-invariant filter by its coefficients, in scipy's convention."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from .._arrays import Array, real_arrays
from .._in_place import Arrays, arithmetic
from .._scalars import whole
from .responses import Linear

__all__ = ["Filter"]


@dataclass(frozen=True)
class Filter(Linear):
    """H(z) = Σ_i b[i] z⁻ⁱ / Σ_i a[i] z⁻ⁱ: any filter that is a ratio of polynomials.

    It computes ``a[0] y[n] = Σ_{i≥0} b[i] x[n-i] − Σ_{i≥1} a[i] y[n-i]`` in the canonical form of
    order L = max(len(a), len(b)) − 1, with one memory for both sums:
    ``v[n] = x[n] − Σ_{i≥1} a[i] v[n-i]`` and ``y[n] = Σ_{i≥0} b[i] v[n-i]``.

    Parameters
    ----------
    b, a
        coefficients, ``(L + 1,)`` or shorter. All are divided by a[0], padded with zeros to one
        length, and kept as tuples.
    growing
        declares that the output may grow without bound, as that of a running sum does. Otherwise a
        filter with a pole on or outside the unit circle shows its responses in frequency, and
        refuses to run.

    Raises
    ------
    ValueError
        where a[0] = 0, b is all zeros, or a coefficient is missing or not finite.

    Source: deck A, EE 541 unit 7B, "Review of ARMA LTI filters"; its state list repeats v[n-1],
    which is (v[n-1], v[n-2], ..., v[n-L]). ``scipy.signal.lfilter`` has the same b and a.

    >>> average = Filter([0.1], [1, -0.9])
    >>> round(average.dc_gain, 9), average.input_gain, average.poles.tolist()
    (1.0, 0.1, [0.9])
    >>> average.run([1.0, 1.0, 0.0]).round(4).tolist()
    [0.1, 0.19, 0.171]
    """

    b: Sequence[float]
    a: Sequence[float] = (1.0,)
    growing: bool = False

    def __post_init__(self) -> None:
        b, a = _coefficients("b", self.b), _coefficients("a", self.a)
        if a[0] == 0:
            raise ValueError(
                "a[0] must not be 0, as y[n] is divided by it; got 0: "
                "drop leading zeros of a, or check that b and a are not swapped"
            )
        if not any(b):
            raise ValueError("b must have a number other than 0; got zeros: nothing would pass")
        length = 1 + max(i for c in (b, a) for i, value in enumerate(c) if value)
        for name, c in (("b", b), ("a", a)):
            padded = (c + [0.0] * length)[:length]
            object.__setattr__(self, name, tuple(value / a[0] for value in padded))

    @property
    def order(self) -> int:
        return len(self.a) - 1

    @property
    def poles(self) -> np.ndarray:
        return np.roots(self.a)

    @property
    def zeros(self) -> np.ndarray:
        return np.roots(self.b)

    @property
    def input_gain(self) -> float:
        return self.b[0]

    @property
    def description(self) -> str:
        recursive, moving = any(self.a[1:]), self._moving
        if not recursive:
            gain = "none" if self.b[0] == 1 else f"gain {self.b[0]:g}"
            return f"MA{self.order}" if moving else gain
        if not moving and self.order == 1:
            return "summer" if self.a[1] == -1 and self.b[0] == 1 else f"AR1, {self._gain}"
        if not moving:
            return f"AR{self.order}"
        zeros = int(np.count_nonzero(self.zeros))
        counts = f"{_count(self.order, 'pole')}, {_count(zeros, 'zero')}"
        return f"ARMA{self.order} ({counts})"

    @property
    def _gain(self) -> str:
        if self.b[0] == 1:
            return "unit input gain"
        return "unit DC gain" if math.isclose(self.dc_gain, 1) else f"input gain {self.b[0]:g}"

    def require_stable(self) -> None:
        if self.growing or self.order == 0 or self.is_stable:
            return
        worst = max(self.poles, key=abs)
        raise ValueError(
            f"a filter that runs must have its poles inside the unit circle; got one at {worst:g}, "
            f"|z| = {abs(worst):g}: choose other coefficients, or declare growing=True"
        )

    def frequency_response(self, nu: Array) -> np.ndarray:
        _, nu = real_arrays(nu=nu)
        delay = np.exp(-2j * np.pi * np.asarray(nu))
        top, bottom = np.polyval(self.b[::-1], delay), np.polyval(self.a[::-1], delay)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(bottom == 0, np.inf, top / bottom)

    def step_response_at(self, n: int) -> float:
        return _step_response_at(self, whole("n", n))

    @property
    def goes_negative(self) -> bool:
        if self.order <= 1:
            # h = b[0], c, cp, cp², ... with the pole p = -a[1].
            b0, b1, a1 = self.b[0], *(self.b[1:] or (0.0,)), *(self.a[1:] or (0.0,))
            c = b1 - a1 * b0
            return b0 < 0 or c < 0 or (c > 0 and a1 > 0)
        return _ever_negative(self)

    def gain_at(self, n: int) -> float:
        return 1.0 if self._moving else self.b[0]

    def advance_(self, n: int, x: Arrays, memory: Sequence[Arrays]) -> Arrays:
        return self._advance_(n, x, memory, arithmetic(x).fade_) if self.order else x

    def advance_squares_(self, n: int, x: Arrays, memory: Sequence[Arrays]) -> Arrays:
        ops = arithmetic(x)
        return self._advance_(n, x, memory, ops.fade_square_) if self.order else ops.square(x)

    def _advance_(self, n: int, x: Arrays, memory: Sequence[Arrays], fade_: Any) -> Arrays:
        ops = arithmetic(x)
        newest = memory[n % self.order]  # v[n] takes the place of v[n-L], not needed again
        past = self._past(ops, n, memory) if self._moving else None
        fade_(newest, -self.a[-1], x)
        for i in range(1, self.order):
            ops.add_(newest, -self.a[i], memory[(n - i) % self.order])
        if past is None:
            return newest
        ops.add_(past, self.b[0], newest)
        return past

    @cached_property
    def _moving(self) -> bool:
        return any(self.b[1:])

    def _past(self, ops: Any, n: int, memory: Sequence[Arrays]) -> Arrays:
        """Σ_{i≥1} b[i] v[n-i]"""
        total = ops.scaled(self.b[1], memory[(n - 1) % self.order])
        for i in range(2, self.order + 1):
            ops.add_(total, self.b[i], memory[(n - i) % self.order])
        return total


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _coefficients(name: str, values: Any) -> list[float]:
    _, values = real_arrays(**{name: values})
    if values.ndim != 1:
        raise ValueError(
            f"{name} must be a list of coefficients; got shape {tuple(values.shape)}: "
            "pass numbers in a row (for second-order sections use cascade)"
        )
    return [float(value) for value in values]


# A step of an optimizer asks for the same n once for each block of its parameters.
@lru_cache(maxsize=64)
def _step_response_at(f: Filter, n: int) -> float:
    """One sample is v ← Mv for v = (v[n-1], ..., v[n-L], 1), the last being the constant input.

    For a single pole p, the v[n] are 1 + p + ... + pⁿ.
    """
    if f.order <= 1:
        now, before = (_geometric(-f.a[-1], terms) for terms in (n + 1, n))
        return f.b[0] * now + f.b[-1] * before if f.order else f.b[0]
    size = f.order + 1
    sample = np.eye(size, k=-1)
    sample[0], sample[-1] = [*(-a for a in f.a[1:]), 1.0], np.eye(size)[-1]
    delays = np.linalg.matrix_power(sample, n)[:, -1]
    return float(f.b[0] * (sample[0] @ delays) + np.dot(f.b[1:], delays[:-1]))


def _geometric(p: float, terms: int) -> float:
    return terms if p == 1 else (1 - p**terms) / (1 - p)


def _ever_negative(f: Filter) -> bool:
    """Followed until what is left of h is a billionth, at most 100,000 samples long."""
    slowest = float(np.abs(f.poles).max())
    length = min(20 / -math.log(slowest) if 0 < slowest < 1 else 0, 100_000) + 2 * f.order
    delays, peak = [0.0] * f.order, 0.0
    for n in range(int(length)):
        newest = (n == 0) - sum(a * v for a, v in zip(f.a[1:], delays, strict=True))
        delays = [newest, *delays]
        h = sum(b * v for b, v in zip(f.b, delays, strict=True))
        delays.pop()
        peak = max(peak, abs(h))
        if h < -1e-12 * peak:  # less is rounding
            return True
    return False
