"""When an answer to ``k_folds`` is right; students are given this module."""

from __future__ import annotations

from typing import Any

import numpy as np

NOT_PAIRS = "the result is not a list of k pairs (train, validation) of index arrays"

NOT_INDICES = "the pairs hold something else than indices from 0 to n - 1"

MASKS = "the pairs hold masks of True and False: indices were asked for"

SWAPPED = "the pairs are the wrong way round: train comes first, and is the larger of the two"

TWICE = "a sample is in more than one validation part"

NEVER = "some samples are in no validation part"

UNEVEN = "the sizes of the validation parts differ by more than one"

SEEN = "a sample trains and validates in the same pair"

UNUSED = "a training part leaves samples out that do not validate"

DOUBLED = "a training part holds a sample twice"

BLOCKS = "the validation parts are runs of neighbours: nothing is shuffled"

STRIPES = "the validation parts are evenly spaced samples: nothing is shuffled"

# A random part of so many is hardly ever a run or evenly spaced: see false_alarm.
MANY = 20


def accept(args: tuple, value: Any) -> str:
    """The first rule of a k-fold split that is broken."""
    n, k, _ = args
    if len(value) != k or any(len(pair) != 2 for pair in value):
        return NOT_PAIRS
    pairs = [[np.asarray(part) for part in pair] for pair in value]
    if any(part.ndim != 1 for pair in pairs for part in pair):
        return NOT_PAIRS
    if any(part.dtype.kind == "b" and part.size for pair in pairs for part in pair):
        return MASKS
    if not all(_indices(part, n) for pair in pairs for part in pair):
        return NOT_INDICES
    if k > 2 and all(len(train) < len(validation) for train, validation in pairs):
        return SWAPPED
    return _partition(n, [pair[1] for pair in pairs]) or _training(n, pairs)


def _indices(part: np.ndarray, n: int) -> bool:
    if part.dtype.kind not in "iuf":
        return False
    whole = np.array_equal(part, np.round(part))
    return bool(whole and np.all((part >= 0) & (part < n)))


def _partition(n: int, parts: list[np.ndarray]) -> str:
    times = np.bincount(np.concatenate(parts).astype(int), minlength=n)
    sizes = [len(part) for part in parts]
    if np.any(times > 1):
        return TWICE
    if np.any(times == 0):
        return NEVER
    if max(sizes) - min(sizes) > 1:
        return UNEVEN
    steps = [set(np.diff(np.sort(part)).tolist()) for part in parts if len(part) >= MANY]
    if any(len(step) == 1 for step in steps):
        return BLOCKS if {1} in steps else STRIPES
    return ""


def _training(n: int, pairs: list[list[np.ndarray]]) -> str:
    for train, validation in pairs:
        if np.intersect1d(train, validation).size:
            return SEEN
        if len(np.unique(train)) < len(train):
            return DOUBLED
        if len(train) + len(validation) < n:
            return UNUSED
    return ""
