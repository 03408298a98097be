"""When an answer to ``log_uniform`` is right; students are given this module."""

from __future__ import annotations

import math

import numpy as np

from course_lib.checks.distributions import follows

NOT_A_SHAPE = "the result is not an array of shape (size,): one number for each draw"

NOT_FINITE = "the result is not finite (nan or inf)"

EXPONENTS = "those are the exponents, not the values"

NONE_INSIDE = "not one of the numbers lies between low and high"

OUTSIDE = "some numbers lie outside of the range from low to high"

ALL_THE_SAME = "all numbers are the same"

REPEATED = "only a few different values come, again and again"

NOT_DRAWN = "the numbers stand at equal distances: they are not drawn"

IN_ORDER = "the numbers come in the order of their size: they are not independent"
HIGH = "too many numbers lie near high: not every decade is as likely as the next"

LOW = "too many numbers lie near low: not every decade is as likely as the next"

MIDDLE = "the logarithms are not spread evenly between those of low and high"

# From here on a wrong distribution is found: the margin is then 0.07.
MANY = 2000


def accept(args: tuple, value: object) -> str:
    """What is wrong with the draws; only many of them show how they are distributed."""
    low, high, size, _ = args
    numbers = np.asarray(value, dtype=float)
    if numbers.shape != (size,):
        return NOT_A_SHAPE
    if not np.all(np.isfinite(numbers)):
        return NOT_FINITE
    inside = (numbers >= low * (1 - 1e-6)) & (numbers <= high * (1 + 1e-6))
    if not np.all(inside):
        return _outside(numbers, inside, low, high)
    shares = np.clip(np.log(numbers / low) / math.log(high / low), 0, 1)
    return _not_uniform(shares) if size >= MANY else ""


def _outside(numbers: np.ndarray, inside: np.ndarray, low: float, high: float) -> str:
    for logarithm in (math.log10, math.log):
        if np.all((numbers >= logarithm(low)) & (numbers <= logarithm(high))):
            return EXPONENTS
    return OUTSIDE if np.any(inside) else NONE_INSIDE


def _not_uniform(shares: np.ndarray) -> str:
    different = np.unique(shares)
    if different.size == 1:
        return ALL_THE_SAME
    if different.size < shares.size / 2:
        return REPEATED
    # The least of many gaps between independent draws is far below their mean.
    if np.min(np.diff(different)) > 0.5 / shares.size:
        return NOT_DRAWN
    if follows(shares, lambda u: u):
        return IN_ORDER if np.all(np.diff(shares) >= 0) or np.all(np.diff(shares) <= 0) else ""
    middle = float(np.mean(shares)) - 0.5
    return MIDDLE if abs(middle) < 0.05 else HIGH if middle > 0 else LOW
