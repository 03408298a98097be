"""The Jacobian logarithm, max* of two (deck A, "Cross entropy loss — from logits")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import losses
from course_lib.checks import Case, Exercise, Mistake

from .shared import LOG_SUM_EXP, REFERENCES, waves

LARGE = "numbers of ±10000"


def hidden(rng: np.random.Generator) -> list[Case]:
    shapes = ((1,), (7,), (1, 4), (3, 2), (2, 3, 2))
    cases = [Case((rng.normal(scale=2, size=s), rng.normal(scale=2, size=s))) for s in shapes]
    equal = rng.normal(size=3)
    whole = rng.integers(-5, 6, size=(2, 6))
    # Together these are sure to hold two large numbers, one large one, and two very small ones.
    far = rng.permutation([1e4, 1e4, 1e4, -1e4, -1e4]) + rng.normal(size=5)
    other = np.array([1.0, -1.0, 1e-4, 1.0, -1.0]) * far
    return [
        *cases,
        Case((equal, equal.copy())),
        Case((whole[0], whole[1])),
        Case((far, other), part=LARGE),
        Case((other[:, None], far[:, None]), part=LARGE),
        Case((far, far + rng.normal(size=5)), part=LARGE),
    ]


# --- mistakes ---


def overflowing(x, y):
    return np.log(np.exp(x) + np.exp(y))


def one_sided(x, y):
    return y + np.log(1 + np.exp(x - y))


def clipped(x, y):
    return np.log(np.exp(np.clip(x, -500, 500)) + np.exp(np.clip(y, -500, 500)))


def only_the_maximum(x, y):
    return np.maximum(x, y)


def with_the_minimum(x, y):
    return np.minimum(x, y) + np.log1p(np.exp(-np.abs(x - y)))


def without_absolute_value(x, y):
    return np.maximum(x, y) + np.log1p(np.exp(-(x - y)))


def exponent_not_negated(x, y):
    return np.maximum(x, y) + np.log1p(np.exp(np.abs(x - y)))


def correction_without_one(x, y):
    return np.maximum(x, y) + np.exp(-np.abs(x - y))


def correction_subtracted(x, y):
    return np.maximum(x, y) - np.log1p(np.exp(-np.abs(x - y)))


def one_number(x, y):
    top = max(np.max(x), np.max(y))
    return top + np.log(np.sum(np.exp(x - top) + np.exp(y - top)))


def in_bits(x, y):
    return np.maximum(x, y) + np.log2(1 + np.exp(-np.abs(x - y)))


def in_place(x, y):
    top = np.maximum(x, y)
    x -= y
    return top + np.log1p(np.exp(-np.abs(x)))


# --- variants ---


def by_loop(x, y):
    result = []
    for left, right in zip(x.ravel(), y.ravel(), strict=True):
        result.append(max(left, right) + math.log1p(math.exp(-abs(left - right))))
    return np.reshape(result, x.shape)


def by_maximum_taken_out(x, y):
    top = np.maximum(x, y)
    return top + np.log(np.exp(x - top) + np.exp(y - top))


def by_minimum(x, y):
    low, top = np.minimum(x, y), np.maximum(x, y)
    return top + np.log(1 + np.exp(low - top))


def by_torch(x, y):
    x, y = torch.as_tensor(x, dtype=torch.float64), torch.as_tensor(y, dtype=torch.float64)
    return torch.maximum(x, y) + torch.log1p(torch.exp(-(x - y).abs()))


def by_single_precision(x, y):
    x, y = x.astype(np.float32), y.astype(np.float32)
    return np.where(x > y, x, y) + np.log1p(np.exp(-np.abs(x - y)))


def as_a_list(x, y):
    return (np.maximum(x, y) + np.log1p(np.exp(-np.abs(x - y)))).tolist()


EXERCISE = Exercise(
    name="max_star",
    task="Return max*(x, y) = ln(exp(x) + exp(y)), elementwise, for arrays x and y of one shape: "
    "an array of that shape, right for numbers of any size.",
    points=2,
    reference=losses.max_star,
    public=(
        Case((np.array([0.0]), np.array([0.0]))),
        Case((np.array([1, 2, 3]), np.array([2, 2, 0]))),
        Case((waves(3, 4), waves(4, 3).T)),
        Case(
            (np.array([1e4, 1e4, -1e4, 5.0]), np.array([1e4, -1e4, -1e4, 1e4])),
            part=LARGE,
        ),
    ),
    hidden=hidden,
    parts={"value": 1, LARGE: 1},
    mistakes=(
        Mistake(
            overflowing,
            "exp overflows beyond 709, and below -745 it is 0: take the larger of the two out of "
            "the sum first, so that no exponent is positive.",
        ),
        Mistake(
            one_sided,
            "That takes y out even where x is the larger, and exp(x - y) overflows: take the "
            "larger of the two out.",
        ),
        Mistake(
            clipped,
            "Cutting the numbers off (clip) gives another result: take the larger of the two out "
            "instead.",
        ),
        Mistake(
            only_the_maximum,
            "That is the maximum alone: the correction ln(1 + exp(-|x - y|)) is missing.",
        ),
        Mistake(with_the_minimum, "That has the smaller of the two in front: it is the larger."),
        Mistake(
            without_absolute_value,
            "The bars are missing: -(x - y) is positive where y is the larger; take -|x - y|.",
        ),
        Mistake(
            exponent_not_negated,
            "The minus in the exponent is missing: exp(-|x - y|) is at most 1.",
        ),
        Mistake(
            correction_without_one,
            "The correction is ln(1 + exp(-|x - y|)): the logarithm and the 1 are missing.",
        ),
        Mistake(
            correction_subtracted,
            "The correction is added: ln(exp(x) + exp(y)) is above the larger of the two.",
        ),
        Mistake(
            one_number, "That sums all elements: max* joins x and y element by element, as + does."
        ),
        Mistake(in_bits, "The logarithm is the natural one, not log2."),
        Mistake(in_place, "x -= y changes the caller's array: write to a new one."),
    ),
    variants=(by_loop, by_maximum_taken_out, by_minimum, by_torch, by_single_precision, as_a_list),
    forbid=(*REFERENCES, *LOG_SUM_EXP, "numpy.logaddexp", "torch.logaddexp", ".logaddexp"),
)
