"""Schedules that rise again: triangles, the cosine, and its warm restarts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._scalars import real, whole
from .base import Rates, Schedule, Steps

__all__ = ["Cosine", "Triangular", "WarmRestarts"]


@dataclass(frozen=True)
class Triangular(Schedule):
    """Up from ``low`` to ``high`` in S = ``half_period`` steps, and down again in S, for ever.

    With the cycle c = ⌊t/2S⌋ and x = |t/S − 2c − 1|, the distance from its peak,
    η_t = η_low + (η_high − η_low) (1 − x) sᶜ. The height of each cycle is s = ``shrink`` times that
    of the one before: 1 is Smith's *triangular*, ½ his *triangular2*.

    Raises ValueError where a rate is negative, ``high`` is below ``low``, S is not a positive
    integer, or s is not in [0, 1].

    Source: Smith (2017), "Cyclical learning rates for training neural networks"; deck A,
    "Triangular schedules"; torch's CyclicLR.

    >>> Triangular(0.0, 1.0, half_period=2)(range(6)).tolist()
    [0.0, 0.5, 1.0, 0.5, 0.0, 0.5]
    """

    low: float
    high: float
    half_period: int
    shrink: float = 1.0

    def __post_init__(self) -> None:
        real("high", self.high, at_least=real("low", self.low, at_least=0))
        whole("half_period", self.half_period, at_least=1)
        real("shrink", self.shrink, at_least=0, at_most=1)

    def rates(self, t: Steps) -> Rates:
        cycle = t // (2 * self.half_period)
        from_peak = abs(t / self.half_period - 2 * cycle - 1)
        height = (self.high - self.low) * np.power(float(self.shrink), cycle)
        return self.low + height * (1 - from_peak)


@dataclass(frozen=True)
class Cosine(Schedule):
    """η_t = η_min + ½(η₀ − η_min)(1 + cos(πt/T)): half a cosine from ``rate`` to ``end``.

    T = ``steps``. Deck A prints (η_min − η_max), which would rise (see the errata). After T steps
    the cosine goes up again, as torch's does; to stay at the end, join a constant to it:
    ``Joined((Cosine(η₀, T, end), Constant(end)), (T,))``.

    Raises ValueError where a rate is negative, ``end`` is above ``rate``, or T is not positive.

    Source: Loshchilov and Hutter (2017), "SGDR: Stochastic gradient descent with warm restarts",
    eq. (5) within one period; torch's CosineAnnealingLR.

    >>> Cosine(0.1, steps=10)([0, 5, 10]).round(12).tolist()
    [0.1, 0.05, 0.0]
    """

    rate: float
    steps: int
    end: float = 0.0

    def __post_init__(self) -> None:
        real("end", self.end, at_least=0, at_most=real("rate", self.rate, at_least=0))
        whole("steps", self.steps, at_least=1)

    def rates(self, t: Steps) -> Rates:
        return _half_cosine(self.rate, self.end, t / self.steps)


@dataclass(frozen=True)
class WarmRestarts(Schedule):
    """The cosine begun anew at each restart: η_min + ½(η₀ − η_min)(1 + cos(π T_cur/T_i)).

    T_cur counts steps since the last restart, T_i = T₀ gⁱ is the length of period i: T₀ =
    ``period``, g = ``growth`` (2 doubles each). "Warm": the weights stay, only the rate jumps up.

    Raises ValueError where a rate is negative, ``end`` is above ``rate``, or ``period`` or
    ``growth`` is not a positive integer.

    Source: Loshchilov and Hutter (2017), eq. (5); torch's CosineAnnealingWarmRestarts.

    >>> WarmRestarts(0.1, period=2, growth=2)(range(7)).round(3).tolist()
    [0.1, 0.05, 0.1, 0.085, 0.05, 0.015, 0.1]
    """

    rate: float
    period: int
    growth: int = 1
    end: float = 0.0

    def __post_init__(self) -> None:
        Cosine(self.rate, 1, self.end)
        whole("period", self.period, at_least=1)
        whole("growth", self.growth, at_least=1)

    def rates(self, t: Steps) -> Rates:
        if self.growth == 1:
            return _half_cosine(self.rate, self.end, (t % self.period) / self.period)
        # Lengths as integers: a logarithm would miss a restart by rounding.
        starts, length = [0], self.period
        while starts[-1] + length <= t.max():
            starts.append(starts[-1] + length)
            length *= self.growth
        period = np.searchsorted(starts, t, side="right") - 1
        lengths = self.period * np.power(float(self.growth), period)
        return _half_cosine(self.rate, self.end, (t - np.asarray(starts)[period]) / lengths)


def _half_cosine(top: float, bottom: float, part: Rates) -> Rates:
    return bottom + 0.5 * (top - bottom) * (1 + np.cos(np.pi * part))
