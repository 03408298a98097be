"""Judges masks, and layers that draw them, by their distribution.

Students are given this file: it holds no answer.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.checks.distributions import share_is, unrelated

NO_MASK = "The mask holds other numbers than 0 and 1."
ONE_ROW = "Every sample dropped the same nodes."
ONE_COLUMN = "A sample dropped all its nodes or none."
SWAPPED = "The share of nodes that stay is p, not 1 - p."
SHARE = "The share of nodes that stay is not 1 - p."
RELATED = "Whether a node stays depends on other nodes."

MASK_SHAPE = "The mask has another shape than was asked for."
NOT_FROM_RNG = "Two generators in the same state gave two different masks."
ALWAYS_THE_SAME = "Generators in different states gave the same mask."
SAME_NUMBER = "Every mask drops exactly the same number of nodes."
DROPPED_AT_ZERO = "Nodes are dropped although p is 0."

OUTPUT_SHAPE = "The output has another shape than the input."
TRAINING_OFF = "In training nothing is dropped."
NO_DROP_AT_ZERO = "With p = 0 the output is not the input."
FACTOR = "The nodes that stay are not multiplied by 1/(1 - p)."
UNSCALED = "The nodes that stay are left as they were in training."
DIVIDED_BY_P = "The nodes that stay are divided by p."
NOT_FRESH = "Two calls in training dropped the same nodes."
NOT_SEEDED = "With torch's generator in the same state, two different masks came."
EVALUATION_DROPS = "After eval() nodes are dropped."
EVALUATION_SCALED = "After eval() the output is the input times 1 - p."
EVALUATION_OFF = "After eval() the output is not the input."
GRADIENT = "The gradient in x is not that of the output that came."

MANY = 1000  # nodes from which on shares tell


def wrongly_kept(kept: np.ndarray, p: float) -> str:
    """What is wrong with flags of shape (n_samples, n_nodes), many of both; empty where nothing is.

    A right mask is refused with a probability of at most 4e-9.
    """
    n, nodes = kept.shape
    rows = n > 1 and bool(np.all(kept == kept[:1]))
    columns = nodes > 1 and bool(np.all(kept == kept[:, :1]))
    if rows != columns:
        return ONE_ROW if rows else ONE_COLUMN
    if not share_is(kept, 1 - p):
        return SWAPPED if share_is(kept, p) else SHARE
    below = n == 1 or unrelated(kept[0:-1:2], kept[1::2], 1 - p, 1 - p)
    beside = nodes == 1 or unrelated(kept[:, 0:-1:2], kept[:, 1::2], 1 - p, 1 - p)
    return "" if below and beside else RELATED


# --- a mask ---


def accept_mask(args: tuple[Any, ...], value: Any) -> str:
    """What is wrong with the masks; empty where nothing is."""
    shape, p, generators = args
    if len(value) != len(generators):
        return MASK_SHAPE
    masks = [np.asarray(mask) for mask in value]
    if any(mask.shape != tuple(shape) for mask in masks):
        return MASK_SHAPE
    if not all(np.all((mask == 0) | (mask == 1)) for mask in masks):
        return NO_MASK
    if not np.array_equal(masks[0], masks[-1]):
        return NOT_FROM_RNG
    return _drawn_wrongly(np.array(masks[:-1]) == 1, p)


def _drawn_wrongly(kept: np.ndarray, p: float) -> str:
    """Of masks that were drawn with different generators."""
    if p == 0:
        return "" if np.all(kept) else DROPPED_AT_ZERO
    if np.all(kept == kept[0]):
        return ALWAYS_THE_SAME
    counts = kept.reshape(len(kept), -1).sum(axis=1)
    if len(kept) > 10 and np.all(counts == counts[0]):
        return SAME_NUMBER
    if kept[0].size < MANY:
        return ""
    per_sample = kept[0].reshape(-1, kept.shape[-1])
    if np.all(per_sample.sum(axis=1) == per_sample[0].sum()) and not _alike(per_sample):
        return SAME_NUMBER
    return wrongly_kept(per_sample, p)


def _alike(rows: np.ndarray) -> bool:
    return bool(np.all(rows == rows[0]))


# --- a layer ---


def accept_layer(args: tuple[Any, ...], value: Any) -> str:
    """What is wrong with the layer; empty where nothing is."""
    (p,), calls = args
    x, g = (np.asarray(calls[i][1], dtype=float) for i in (1, 2))
    first, second, seeded, again, evaluated, later = (
        np.asarray(value[i], dtype=float) for i in (1, 3, 5, 7, 9, 12)
    )
    trained = (first, second, seeded, again, later)
    if any(output.shape != x.shape for output in (*trained, evaluated)):
        return OUTPUT_SHAPE
    if p == 0:
        return "" if all(np.allclose(output, x) for output in trained) else NO_DROP_AT_ZERO
    problem = _dropped_wrongly(x, trained, p) or _evaluated_wrongly(x, evaluated, p)
    if problem:
        return problem
    if not np.array_equal(seeded, again):
        return NOT_SEEDED
    kept = g * (first != 0) / (1 - p)
    right = _close(value[2]["input"], kept) and _close(value[10]["input"], g)
    return "" if right else GRADIENT


def _dropped_wrongly(x: np.ndarray, trained: tuple[np.ndarray, ...], p: float) -> str:
    if any(np.all(output != 0) for output in trained):
        return TRAINING_OFF
    for output in trained:
        kept = output != 0
        if x.size >= MANY:
            problem = wrongly_kept(kept.reshape(-1, x.shape[-1]), p)
            if problem:
                return problem
        if not _close(output, x * kept / (1 - p)):
            return _factor(output, x * kept, p)
    first, second, *_, later = trained
    same = np.array_equal(first, second) or np.array_equal(first, later)
    return NOT_FRESH if same else ""


def _factor(output: np.ndarray, kept: np.ndarray, p: float) -> str:
    if _close(output, kept):
        return UNSCALED
    return DIVIDED_BY_P if _close(output, kept / p) else FACTOR


def _evaluated_wrongly(x: np.ndarray, evaluated: np.ndarray, p: float) -> str:
    if _close(evaluated, x):
        return ""
    if np.any(evaluated == 0):
        return EVALUATION_DROPS
    return EVALUATION_SCALED if _close(evaluated, (1 - p) * x) else EVALUATION_OFF


def _close(left: Any, right: np.ndarray) -> bool:
    return bool(np.allclose(np.asarray(left, dtype=float), right, rtol=1e-4, atol=1e-6))
