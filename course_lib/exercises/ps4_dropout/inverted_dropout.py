"""Dropout as torch has it, with a mask given (deck A, "Dropout in PyTorch")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import dropout
from course_lib.checks import Case, Exercise, Mistake

from .shared import READY_MADE, REFERENCES, drop_probability, mixed_mask, numbers, waves


def inverted_dropout(x: np.ndarray, mask: np.ndarray, p: float) -> np.ndarray:
    """x · mask / (1 - p)."""
    return dropout.inverted_dropout(x, mask, p)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Every shape; masks of booleans, integers and decimals; all kept, all dropped; p = 0."""
    cases = []
    for shape in ((1,), (6,), (1, 5), (4, 3), (3, 1), (2, 3, 4)):
        p = drop_probability(rng)
        kind = rng.choice(["bool", "int64", "float64"])
        cases.append(Case((numbers(rng, *shape), mixed_mask(rng, shape, p).astype(kind), p)))
    p = drop_probability(rng)
    whole = rng.integers(1, 9, size=(3, 4))
    single = numbers(rng, 3, 4).astype(np.float32)
    return [
        *cases,
        Case((whole, mixed_mask(rng, (3, 4), p), p)),
        Case((single, mixed_mask(rng, (3, 4), p).astype(np.float32), p)),
        Case((numbers(rng, 4), np.zeros(4), p)),
        Case((numbers(rng, 4), np.ones(4, dtype=bool), 0.0)),
    ]


# --- mistakes ---


def without_scale(x, mask, p):
    return x * mask


def divided_by_p(x, mask, p):
    return x * mask / p


def times_keep(x, mask, p):
    return x * mask * (1 - p)


def times_p(x, mask, p):
    return x * mask * p


def mask_turned_round(x, mask, p):
    return x * (1 - mask) / (1 - p)


def by_share_of_this_mask(x, mask, p):
    return x * mask / np.mean(mask)


def survivors_alone(x, mask, p):
    return x[mask == 1] / (1 - p)


def dropped_left_as_they_were(x, mask, p):
    return np.where(mask == 1, x / (1 - p), x)


def by_root(x, mask, p):
    return x * mask / np.sqrt(1 - p)


def mask_forgotten(x, mask, p):
    return x / (1 - p)


def in_place(x, mask, p):
    x[mask == 0] = 0
    return x / (1 - p)


# --- variants ---


def by_product(x, mask, p):
    return x * mask / (1 - p)


def by_loop(x, mask, p):
    pairs = zip(np.ravel(x), np.ravel(mask), strict=True)
    flat = [float(number) / (1 - p) if stays else 0.0 for number, stays in pairs]
    return np.reshape(flat, np.shape(x)).tolist()


def by_where(x, mask, p):
    return np.where(mask, x, 0) / (1 - p)


def by_copy(x, mask, p):
    out = x.astype(float) * (1 / (1 - p))
    out[mask == 0] = 0
    return out


def by_torch(x, mask, p):
    kept = torch.as_tensor(mask).bool()
    return torch.as_tensor(x).double().masked_fill(~kept, 0.0) / (1 - p)


def by_single_precision(x, mask, p):
    return x.astype(np.float32) * mask.astype(np.float32) / np.float32(1 - p)


EXERCISE = Exercise(
    name="inverted_dropout",
    task="Return what inverted dropout makes of x in training, with a mask of 0 (dropped) and 1 "
    "(kept) given and p the probability to drop: x · mask / (1 - p), in the shape of x.",
    points=2,
    reference=inverted_dropout,
    public=(
        Case((np.array([1.0, 2.0, 3.0]), np.array([1, 0, 1]), 0.2)),
        Case((np.array([[1, 2], [3, 4]]), np.array([[True, False], [True, True]]), 0.75)),
        Case((waves(2, 4), np.array([[1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]]), 0.6)),
        Case((waves(3), np.ones(3), 0.0)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            without_scale,
            "The factor 1/(1 - p) is missing: without it the next layer sees less than at test.",
        ),
        Mistake(
            divided_by_p,
            "p is the probability to drop: divide by 1 - p, the probability to stay.",
        ),
        Mistake(
            times_keep,
            "Multiplying by 1 - p makes the sum smaller still: divide by it.",
        ),
        Mistake(times_p, "Dropping takes away: divide by 1 - p to make up for it, not times p."),
        Mistake(mask_turned_round, "The mask is turned round: 1 stands where a node stays."),
        Mistake(
            by_share_of_this_mask,
            "That divides by the share that this mask happens to keep: divide by 1 - p, always.",
        ),
        Mistake(
            survivors_alone,
            "Those are the kept nodes alone: dropped ones become 0 and keep their place.",
        ),
        Mistake(
            dropped_left_as_they_were,
            "Dropped nodes keep their value here: they must become 0.",
        ),
        Mistake(by_root, "The mean is to stay as it was, not the variance: no root of 1 - p."),
        Mistake(mask_forgotten, "Nothing is dropped here: multiply by the mask too."),
        Mistake(in_place, "x[...] = 0 changes the caller's x: work on a new array."),
    ),
    variants=(by_product, by_loop, by_where, by_copy, by_torch, by_single_precision),
    forbid=(*REFERENCES, *READY_MADE),
)
