"""Filters of every kind, a signal for them, and how close two results must be."""

from __future__ import annotations

import numpy as np
import scipy.signal

from course_lib.filters import Filter, ar1, arma1, identity, summer

N = 200
# 200 additions of numbers that do not grow: some 200 eps = 4e-14 of the largest of them.
CLOSE = 1e-12
ALPHA = 0.9


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


def assert_close(got: object, expected: object, close: float = CLOSE) -> None:
    got, expected = np.asarray(got), np.asarray(expected)
    scale = np.abs(expected).max(initial=1.0)
    np.testing.assert_allclose(got, expected, rtol=0, atol=close * scale)


FILTERS = {
    "identity": identity(),
    "gain": Filter([3.0]),
    "delay": Filter([0, 0, 2.0]),
    "ar1 dc": ar1(ALPHA),
    "ar1 input": ar1(0.999, gain="input"),
    "nesterov": arma1(ALPHA, ALPHA / (1 + ALPHA), 1 + ALPHA),
    "alternating": arma1(-0.5, 2.0, -1.5),
    "summer": summer(),
    "mean of 5": Filter(np.full(5, 0.2)),
    "ar2": Filter([1.0], [1.0, -1.2, 0.5]),
    "not monic": Filter([1.0, 2.0], [4.0, 1.0, -0.5, 0.1]),
    "butter 2": Filter(*scipy.signal.butter(2, 0.2)),
    "butter 4": Filter(*scipy.signal.butter(4, 0.3)),
    "cheby 3": Filter(*scipy.signal.cheby1(3, 1.0, 0.2)),
    "longer b": Filter([1.0, -0.5, 0.25, 0.7], [1.0, -0.3]),
}
