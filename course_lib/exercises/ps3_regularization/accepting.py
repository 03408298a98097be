"""Judges what is drawn at random in this set, by its distribution.

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


def bootstrap(args: tuple[Any, ...], value: Any) -> str:
    """What is wrong with the bags; empty where nothing is."""
    x, y, generators = args
    drawn = []
    for bag in value:
        problem = _no_bag(x, y, bag)
        if problem:
            return problem
        drawn.append(np.rint(np.asarray(bag[0], dtype=float)[:, 0]).astype(int))
    indices = np.array(drawn)
    if len(indices) != len(generators):
        return PAIR
    if not np.array_equal(indices[0], indices[-1]):
        return NOT_FROM_RNG
    return _drawn_wrongly(indices[:-1], len(x))


def _no_bag(x: np.ndarray, y: np.ndarray, bag: Any) -> str:
    if not isinstance(bag, (tuple, list)) or len(bag) != 2:
        return PAIR
    rows, targets = (np.asarray(part, dtype=float) for part in bag)
    if rows.shape[1:] != x.shape[1:] or targets.ndim != 1:
        return PAIR
    if rows.shape != x.shape or targets.shape != y.shape:
        return SIZE
    index = np.rint(rows[:, 0])
    if not np.all((index >= 0) & (index < len(x))):
        return STRANGE
    index = index.astype(int)
    if not np.allclose(rows, x[index], rtol=1e-4, atol=1e-6):
        return STRANGE
    return "" if np.allclose(targets, y[index], rtol=1e-4) else TORN


def _drawn_wrongly(indices: np.ndarray, n: int) -> str:
    """Of bags of one shape (n_bags, n), drawn with different generators."""
    if n == 1:
        return ""
    distinct = np.array([np.unique(bag).size for bag in indices])
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
