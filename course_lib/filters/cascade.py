"""Filters in series, as second-order sections: the form in which high orders stay exact."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from .._arrays import Array
from .._in_place import Arrays
from .linear import Filter
from .responses import Linear

__all__ = ["Cascade"]


@dataclass(frozen=True)
class Cascade(Linear):
    """H(z) = Π_k H_k(z): the output of each section is the input of the next.

    ``sections`` are the filters in order. A filter of high order is best given so: its poles lie
    close together, and one polynomial with all of them as roots is badly conditioned.

    Raises ValueError where there is no section.

    >>> halves = Cascade((Filter([0.5], [1, -0.5]), Filter([0.5], [1, -0.5])))
    >>> halves.impulse_response(3).tolist(), halves.dc_gain
    ([0.25, 0.25, 0.1875], 1.0)
    """

    sections: tuple[Filter, ...]

    def __post_init__(self) -> None:
        if not self.sections:
            raise ValueError("a cascade must have at least one section; got none: pass a filter")

    @cached_property
    def product(self) -> Filter:
        """The same H(z) as one filter, its polynomials multiplied out."""
        b = reduce(np.convolve, (np.array(f.b) for f in self.sections))
        a = reduce(np.convolve, (np.array(f.a) for f in self.sections))
        return Filter(b.tolist(), a.tolist(), growing=any(f.growing for f in self.sections))

    @property
    def order(self) -> int:
        return sum(f.order for f in self.sections)

    @property
    def description(self) -> str:
        return " → ".join(f.description for f in self.sections)

    @property
    def poles(self) -> np.ndarray:
        return np.concatenate([f.poles for f in self.sections])

    @property
    def zeros(self) -> np.ndarray:
        return np.concatenate([f.zeros for f in self.sections])

    @property
    def input_gain(self) -> float:
        return math.prod(f.input_gain for f in self.sections)

    @property
    def goes_negative(self) -> bool:
        return self.product.goes_negative

    def require_stable(self) -> None:
        for f in self.sections:
            f.require_stable()

    def frequency_response(self, nu: Array) -> np.ndarray:
        responses = np.array([f.frequency_response(nu) for f in self.sections])
        with np.errstate(invalid="ignore"):  # infinite times complex is nan to numpy
            product = np.prod(responses, axis=0)
        return np.where(np.isinf(responses).any(axis=0), np.inf, product)

    def step_response_at(self, n: int) -> float:
        return self.product.step_response_at(n)

    def gain_at(self, n: int) -> float:
        # Each section's gain is constant, so it passes through the next: H(kx) = kH(x).
        return math.prod(f.gain_at(n) for f in self.sections)

    def advance_(self, n: int, x: Arrays, memory: Sequence[Arrays]) -> Arrays:
        return self._rest_(n, self.sections[0].advance_(n, x, self._own(memory)), memory)

    def advance_squares_(self, n: int, x: Arrays, memory: Sequence[Arrays]) -> Arrays:
        return self._rest_(n, self.sections[0].advance_squares_(n, x, self._own(memory)), memory)

    def _own(self, memory: Sequence[Arrays]) -> Sequence[Arrays]:
        return memory[: self.sections[0].order]

    def _rest_(self, n: int, x: Arrays, memory: Sequence[Arrays]) -> Arrays:
        """All sections after the first."""
        start = self.sections[0].order
        for f in self.sections[1:]:
            x = f.advance_(n, x, memory[start : start + f.order])
            start += f.order
        return x
