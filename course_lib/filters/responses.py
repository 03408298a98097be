"""What poles, zeros and responses tell of a linear filter."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from .._arrays import Array
from .._scalars import whole
from .running import Running

__all__ = ["Linear"]


class Linear(Running):
    """A linear, time-invariant filter, by what it shows, whichever way it is built."""

    @property
    @abstractmethod
    def poles(self) -> np.ndarray:
        """Where H(z) is infinite: ``(order,)`` complex numbers."""

    @property
    @abstractmethod
    def zeros(self) -> np.ndarray:
        """Where H(z) is zero, those at the origin among them: complex numbers."""

    @abstractmethod
    def frequency_response(self, nu: Array) -> np.ndarray:
        """H(e^{j2πν}) at frequencies ``nu`` in cycles per step (0 to ½): complex, shaped as nu.

        Infinite at a pole on the unit circle. Raises ValueError where nu is not finite.
        """

    @property
    def is_stable(self) -> bool:
        """Whether every bounded input gives a bounded output: all poles inside the circle."""
        return bool(np.all(np.abs(self.poles) < 1))

    @property
    def dc_gain(self) -> float:
        """H(1): what a constant 1 settles to. Infinite for a pole at 1, as of a running sum."""
        return float(self.frequency_response(0.0).real)

    @property
    @abstractmethod
    def input_gain(self) -> float:
        """b[0]: what a sample does to the output at once."""

    def impulse_response(self, n: int) -> np.ndarray:
        """h[0], ..., h[n-1]: the output for the input 1, 0, 0, ...: ``(n,)``.

        Raises ValueError where n is no positive integer or the filter is unstable.
        """
        impulse = np.zeros(whole("n", n, at_least=1))
        impulse[0] = 1.0
        return self.run(impulse)

    def step_response(self, n: int) -> np.ndarray:
        """s[0], ..., s[n-1]: the output for the input 1, 1, 1, ...: ``(n,)``.

        Raises ValueError where n is no positive integer or the filter is unstable.
        """
        return self.run(np.ones(whole("n", n, at_least=1)))

    @abstractmethod
    def step_response_at(self, n: int) -> float:
        """s[n] alone, in some log n multiplications."""

    @property
    @abstractmethod
    def goes_negative(self) -> bool:
        """Whether the impulse response is ever below 0: no such filter keeps squares positive."""
