"""Two things to do with a filter's output: undo its start-up, and hold its highest value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .._in_place import Arrays, arithmetic
from .responses import Linear
from .running import Running

__all__ = ["Compensated", "PeakHold"]


@dataclass(frozen=True)
class PeakHold(Running):
    """y[n] = max_{m ≤ n} (h * x)[m]: the highest output so far, element by element.

    It is AMSGrad's change to Adam, and no linear filter. The output starts from 0, as the memory
    does, so it is meant for filters whose output is not negative.

    Raises ValueError where the impulse response goes negative.

    Source: Reddi, Kale and Kumar, "On the convergence of Adam and beyond", ICLR 2018, algorithm 2.

    >>> from course_lib.filters import ar1
    >>> PeakHold(ar1(0.5, gain="input")).run([1.0, 0.0, 2.0, 0.0]).tolist()
    [1.0, 1.0, 2.25, 2.25]
    """

    filter: Linear

    def __post_init__(self) -> None:
        if self.filter.goes_negative:
            raise ValueError(
                "a held filter must have an impulse response that is nowhere negative; got "
                f"{self.filter.description}: choose one such as ar1"
            )

    @property
    def order(self) -> int:
        return self.filter.order + 1

    @property
    def description(self) -> str:
        return f"{self.filter.description}, peak held"

    @property
    def goes_negative(self) -> bool:
        return False

    @property
    def input_gain(self) -> float:
        return self.filter.input_gain

    def require_stable(self) -> None:
        self.filter.require_stable()

    def step_response_at(self, n: int) -> float:
        """s[n] of the filter itself, which never falls: it is a sum of what is not negative."""
        return self.filter.step_response_at(n)

    def gain_at(self, n: int) -> float:
        return self.filter.gain_at(n)

    def advance_(self, n: int, x: Arrays, memory: Sequence[Arrays]) -> Arrays:
        return self._held_(self.filter.advance_(n, x, memory[:-1]), memory[-1])

    def advance_squares_(self, n: int, x: Arrays, memory: Sequence[Arrays]) -> Arrays:
        return self._held_(self.filter.advance_squares_(n, x, memory[:-1]), memory[-1])

    def _held_(self, y: Arrays, peak: Arrays) -> Arrays:
        arithmetic(y).peak_(peak, y)
        return peak


@dataclass(frozen=True)
class Compensated(Running):
    """y[n] = (h * x)[n] / s[n] with s the filter's own step response: no start-up transient.

    A constant input of any size gives that constant from the first sample on. For an AR1 filter
    of unit DC gain, s[n] = 1 − αⁿ⁺¹: this is Adam's bias correction, and nothing special to it.

    Raises ValueError where b[0] = 0 (the first output would be 0/0), and, on running, where the
    step response passes through 0.

    Source: deck A, EE 541 unit 7B, "Transient compensation".

    >>> from course_lib.filters import ar1
    >>> Compensated(ar1(0.9)).run([5.0, 5.0, 5.0]).round(12).tolist()
    [5.0, 5.0, 5.0]
    """

    filter: Linear | PeakHold

    def __post_init__(self) -> None:
        if self.filter.input_gain == 0:
            raise ValueError(
                "a compensated filter must answer at once, b[0] not 0; got b[0] = 0: "
                "drop the filter's delay"
            )

    @property
    def order(self) -> int:
        return self.filter.order

    @property
    def description(self) -> str:
        return f"{self.filter.description}, transient compensation"

    @property
    def goes_negative(self) -> bool:
        return self.filter.goes_negative

    def require_stable(self) -> None:
        self.filter.require_stable()

    def step_response(self, n: int) -> np.ndarray:
        """1, 1, ..., 1, up to rounding: ``(n,)``."""
        return self.run(np.ones(n))

    def gain_at(self, n: int) -> float:
        reached = self.filter.step_response_at(n)
        if reached == 0:
            raise ValueError(
                f"a step response to divide by must not be 0; got 0 at n = {n}: "
                "compensate a filter whose step response keeps one sign"
            )
        return self.filter.gain_at(n) / reached

    def advance_(self, n: int, x: Arrays, memory: Sequence[Arrays]) -> Arrays:
        return self.filter.advance_(n, x, memory)

    def advance_squares_(self, n: int, x: Arrays, memory: Sequence[Arrays]) -> Arrays:
        return self.filter.advance_squares_(n, x, memory)
