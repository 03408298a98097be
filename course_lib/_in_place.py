"""Arithmetic on lists of arrays, one pass over each array, in the memory that is there.

A filter's state is a list of arrays as large as the parameters, so what a step costs is the number
of times that memory is read and written. Each function here is one such pass. As in torch, a
trailing underscore says that the first argument is changed; the others return new lists. The
mathematics (``filters``, ``optimizers``) is written with these functions alone and so holds for
numpy arrays and torch tensors alike. Lists are parallel: x[i], y[i] and v[i] have one shape.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

Arrays = Sequence[Any]  # numpy arrays, or torch tensors, of any shapes


def arithmetic(arrays: Arrays) -> Any:
    """The class of functions for the library that ``arrays`` come from; numpy's for no arrays."""
    return _arithmetic_of(arrays[0].__class__) if arrays else NumpyArithmetic


@cache  # asked many times in a step
def _arithmetic_of(kind: type) -> Any:
    if issubclass(kind, np.ndarray | np.generic):
        return NumpyArithmetic
    from ._in_place_torch import TorchArithmetic

    return TorchArithmetic


class NumpyArithmetic:
    """The vocabulary, for numpy arrays; 0-dimensional ones stay arrays, hence every ``out``."""

    @staticmethod
    def zeros(x: Arrays) -> list[Any]:
        return [np.zeros_like(x_i) for x_i in x]

    @staticmethod
    def copy(x: Arrays) -> list[Any]:
        return [np.array(x_i) for x_i in x]

    @staticmethod
    def scaled(k: float, x: Arrays) -> list[Any]:
        """k x"""
        return [np.multiply(x_i, k, out=np.empty_like(x_i)) for x_i in x]

    @staticmethod
    def square(x: Arrays) -> list[Any]:
        """x²"""
        return [np.multiply(x_i, x_i, out=np.empty_like(x_i)) for x_i in x]

    @staticmethod
    def product(x: Arrays, y: Arrays) -> list[Any]:
        """x y"""
        return [np.multiply(a, b, out=np.empty_like(a)) for a, b in zip(x, y, strict=True)]

    @staticmethod
    def root(x: Arrays, epsilon: float) -> list[Any]:
        """√x + ε"""
        roots = [np.sqrt(x_i, out=np.empty_like(x_i)) for x_i in x]
        for root in roots:
            root += epsilon
        return roots

    @staticmethod
    def root_of_sum(x: Arrays, epsilon: float) -> list[Any]:
        """√(x + ε)"""
        sums = [np.add(x_i, epsilon, out=np.empty_like(x_i)) for x_i in x]
        return [np.sqrt(s, out=s) for s in sums]

    @staticmethod
    def plus(x: Arrays, k: float, y: Arrays) -> list[Any]:
        """x + k y"""
        scaled = NumpyArithmetic.scaled(k, y)
        return [np.add(a, b, out=b) for a, b in zip(x, scaled, strict=True)]

    @staticmethod
    def quotient(k: float, x: Arrays, y: Arrays) -> list[Any]:
        """k x / y"""
        scaled = NumpyArithmetic.scaled(k, x)
        return [np.divide(a, b, out=a) for a, b in zip(scaled, y, strict=True)]

    @staticmethod
    def fade_(v: Arrays, k: float, x: Arrays) -> None:
        """v ← k v + x"""
        for v_i, x_i in zip(v, x, strict=True):
            v_i *= k
            v_i += x_i

    @staticmethod
    def fade_square_(v: Arrays, k: float, x: Arrays) -> None:
        """v ← k v + x²"""
        for v_i, x_i in zip(v, x, strict=True):
            v_i *= k
            v_i += x_i * x_i

    @staticmethod
    def scale_(v: Arrays, k: float) -> None:
        """v ← k v"""
        for v_i in v:
            v_i *= k

    @staticmethod
    def add_(v: Arrays, k: float, x: Arrays) -> None:
        """v ← v + k x"""
        for v_i, x_i in zip(v, x, strict=True):
            v_i += k * x_i

    @staticmethod
    def add_quotient_(v: Arrays, k: float, x: Arrays, y: Arrays) -> None:
        """v ← v + k x / y"""
        for v_i, x_i, y_i in zip(v, x, y, strict=True):
            v_i += k * (x_i / y_i)

    @staticmethod
    def peak_(v: Arrays, x: Arrays) -> None:
        """v ← max(v, x)"""
        for v_i, x_i in zip(v, x, strict=True):
            np.maximum(v_i, x_i, out=v_i)

    @staticmethod
    def norm(x: Any) -> float:
        """√Σ x² over all elements of one array."""
        return math.sqrt(float(np.vdot(x, x)))
