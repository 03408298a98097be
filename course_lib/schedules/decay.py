"""Schedules that only ever fall: the common ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .._scalars import real, whole
from .base import Rates, Schedule, Steps

__all__ = ["Constant", "Exponential", "Fractional", "Linear", "Milestones", "Polynomial", "Step"]


@dataclass(frozen=True)
class Constant(Schedule):
    """η_t = η₀: the same ``rate`` at every step.

    Raises ValueError where the rate is negative or not finite.

    >>> Constant(0.1)(1000)
    0.1
    """

    rate: float

    def __post_init__(self) -> None:
        real("rate", self.rate, at_least=0)

    def rates(self, t: Steps) -> Rates:
        return np.full(t.shape, float(self.rate))


@dataclass(frozen=True)
class Linear(Schedule):
    """η_t = η_start + (η_end − η_start) min(t, N)/N: a straight line over N ``steps``, then level.

    Deck A's linear decay η₀(1 − i/N) is ``Linear(η₀, 0, N)``. A line that rises is a ramp, or
    Smith's test for the range of good rates.

    Raises ValueError where a rate is negative or ``steps`` is not a positive integer.

    Source: deck A, "Common LR schedules"; torch's LinearLR.

    >>> schedule = Linear(0.1, 0.0, steps=4)
    >>> [round(schedule(t), 3) for t in range(6)]
    [0.1, 0.075, 0.05, 0.025, 0.0, 0.0]
    """

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        real("start", self.start, at_least=0)
        real("end", self.end, at_least=0)
        whole("steps", self.steps, at_least=1)

    def rates(self, t: Steps) -> Rates:
        done = np.minimum(t, self.steps) / self.steps
        # Not start + (end - start) done: this form ends at `end` exactly.
        return self.start * (1 - done) + self.end * done


@dataclass(frozen=True)
class Exponential(Schedule):
    """η_t = η₀ ρᵗ: every step multiplies the rate by the ``factor`` ρ, 0 ≤ ρ ≤ 1.

    Deck A prints η_i = ρη₀, without the power (see the errata). Deck C's α₀ e^{−kt} is ρ = e^{−k}.

    Raises ValueError where the rate is negative or ρ is not in [0, 1].

    Source: deck A, "Common LR schedules"; torch's ExponentialLR.

    >>> Exponential(0.1, factor=0.5)([0, 1, 2]).tolist()
    [0.1, 0.05, 0.025]
    """

    rate: float
    factor: float

    def __post_init__(self) -> None:
        real("rate", self.rate, at_least=0)
        real("factor", self.factor, at_least=0, at_most=1)

    def rates(self, t: Steps) -> Rates:
        return self.rate * np.power(float(self.factor), t)


@dataclass(frozen=True)
class Step(Schedule):
    """η_t = η₀ ρ^⌊t/P⌋: every P = ``period`` steps the rate is multiplied by the ``factor`` ρ.

    Raises ValueError where the rate is negative, ρ is not in [0, 1] or P is not positive.

    Source: deck A, "Common LR schedules" (step exponential decay); torch's StepLR.

    >>> Step(0.1, factor=0.5, period=10)([0, 9, 10, 20]).tolist()
    [0.1, 0.1, 0.05, 0.025]
    """

    rate: float
    factor: float
    period: int

    def __post_init__(self) -> None:
        Exponential(self.rate, self.factor)
        whole("period", self.period, at_least=1)

    def rates(self, t: Steps) -> Rates:
        return self.rate * np.power(float(self.factor), t // self.period)


@dataclass(frozen=True)
class Milestones(Schedule):
    """η_t = η₀ ρ^(number of milestones ≤ t): the rate falls at the steps named in ``at``.

    Raises ValueError where the rate is negative, ρ is not in [0, 1], or ``at`` does not rise.

    Source: deck A, "another common LR schedule is to decrease the LR at specific epochs"; torch's
    MultiStepLR.

    >>> Milestones(1.0, factor=0.5, at=(30, 40))([0, 29, 30, 39, 40]).tolist()
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    rate: float
    factor: float
    at: Sequence[int]

    def __post_init__(self) -> None:
        Exponential(self.rate, self.factor)
        rising_steps("at", self.at)

    def rates(self, t: Steps) -> Rates:
        passed = np.searchsorted(np.asarray(self.at), t, side="right")
        return self.rate * np.power(float(self.factor), passed)


@dataclass(frozen=True)
class Fractional(Schedule):
    """η_t = η₀/(1 + κt), the 1/t decay: halved after 1/κ steps, κ = ``decay`` > 0.

    Its rates sum to infinity and their squares do not: what stochastic approximation asks for.

    Raises ValueError where the rate is negative or κ is not positive.

    Source: deck A, "Common LR schedules"; deck C, "1/t decay"; Robbins and Monro (1951).

    >>> Fractional(0.1, decay=0.5)([0, 2, 18]).tolist()
    [0.1, 0.05, 0.01]
    """

    rate: float
    decay: float

    def __post_init__(self) -> None:
        real("rate", self.rate, at_least=0)
        real("decay", self.decay, above=0)

    def rates(self, t: Steps) -> Rates:
        return self.rate / (1 + self.decay * t)


@dataclass(frozen=True)
class Polynomial(Schedule):
    """η_t = η₀ (1 − min(t, N)/N)ᵖ: down to 0 over N ``steps``, with the ``power`` p > 0.

    p = 1 is the linear decay to 0; the larger p, the sooner the rate is small.

    Raises ValueError where the rate is negative, or ``steps`` or ``power`` is not positive.

    Source: torch's PolynomialLR.

    >>> Polynomial(1.0, steps=4, power=2)([0, 1, 2, 4, 9]).tolist()
    [1.0, 0.5625, 0.25, 0.0, 0.0]
    """

    rate: float
    steps: int
    power: float

    def __post_init__(self) -> None:
        real("rate", self.rate, at_least=0)
        whole("steps", self.steps, at_least=1)
        real("power", self.power, above=0)

    def rates(self, t: Steps) -> Rates:
        return self.rate * (1 - np.minimum(t, self.steps) / self.steps) ** self.power


def rising_steps(name: str, steps: Sequence[int]) -> None:
    """Refuse ``steps`` unless they are integers, each at least 1 and above the one before it."""
    if not isinstance(steps, Sequence) or isinstance(steps, str) or not steps:
        raise ValueError(
            f"{name} must be a sequence of steps; got {steps!r}: pass a tuple such as (30, 40)"
        )
    before = 0
    for step in steps:
        before = whole(f"each step of {name} after {before}", step, at_least=before + 1)
