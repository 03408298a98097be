"""Judges bags of samples by their distribution.

Students are given this file: it holds no answer.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from course_lib.checks.distributions import DELTA, share_is

PAIR = "What came is not the pair (x of the bag, y of the bag)."
SIZE = "The bag has another number of samples than the data."
STRANGE = "The bag holds a row of x that is not in the data."
TORN = "Rows of x and their targets in y no longer belong together."
NOT_FROM_RNG = "Two generators in the same state gave two different bags."
ALWAYS_THE_SAME = "Generators in different states gave the same bag."
ALL_ONE = "The whole bag is one and the same sample."
NO_REPEATS = "No sample came twice, however many were drawn."
FIRST_MISSING = "In all the bags the first sample never came."
LAST_MISSING = "In all the bags the last sample never came."
UNEVEN = "Some samples came more often than chance allows."
MORE_DISTINCT = "The bags hold too many or too few different samples."

MANY = 100  # samples from which on a bag without a repeat is out of the question


def accept(args: tuple[Any, ...], value: Any) -> str:
    """What is wrong with the bags; empty where nothing is."""
    x, y, generators = args
    if len(value) != len(generators):
        return PAIR
    problem = _misshapen(x, y, value)
    if problem:
        return problem
    rows, targets = (np.array(parts, dtype=float) for parts in zip(*value, strict=True))
    indices = np.rint(rows[..., 0]).astype(int)
    if np.any((indices < 0) | (indices >= len(x))):
        return STRANGE
    if not np.allclose(rows, x[indices], rtol=1e-4, atol=1e-6):
        return STRANGE
    if not np.allclose(targets, y[indices], rtol=1e-4):
        return TORN
    if not np.array_equal(indices[0], indices[-1]):
        return NOT_FROM_RNG
    return _drawn_wrongly(indices[:-1], len(x))


def _misshapen(x: np.ndarray, y: np.ndarray, bags: Any) -> str:
    if not all(isinstance(bag, (tuple, list)) and len(bag) == 2 for bag in bags):
        return PAIR
    shapes = {(np.shape(rows), np.shape(targets)) for rows, targets in bags}
    if any(rows[1:] != x.shape[1:] or len(targets) != 1 for rows, targets in shapes):
        return PAIR
    return "" if shapes == {(x.shape, y.shape)} else SIZE


def _drawn_wrongly(indices: np.ndarray, n: int) -> str:
    """Of bags of one shape (n_bags, n), drawn with different generators."""
    if n == 1:
        return ""
    ordered = np.sort(indices, axis=1)
    distinct = 1 + np.count_nonzero(np.diff(ordered, axis=1), axis=1)
    if np.all(distinct == 1):
        return ALL_ONE
    if np.all(distinct == n):
        return NO_REPEATS
    if np.all(indices == indices[0]):
        return ALWAYS_THE_SAME
    counts = np.bincount(indices.ravel(), minlength=n)
    if n >= MANY:
        # One draw more or less changes the number of distinct samples by at most 1 (McDiarmid).
        near = math.sqrt(n * math.log(2 / DELTA) / 2)
        expected = n * (1 - (1 - 1 / n) ** n)
        return MORE_DISTINCT if np.any(np.abs(distinct - expected) > near) else ""
    if counts[0] == 0 or counts[-1] == 0:
        return FIRST_MISSING if counts[0] == 0 else LAST_MISSING
    flat = indices.ravel()
    even = all(share_is(flat == k, 1 / n) for k in range(n))
    # Both ends at once: where numbers are rounded to indices, each comes half as often.
    return "" if even and share_is((flat == 0) | (flat == n - 1), 2 / n) else UNEVEN
