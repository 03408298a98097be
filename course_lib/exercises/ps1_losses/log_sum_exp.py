"""Log-sum-exp, max* of many (deck A, "Cross entropy loss — from logits")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import losses
from course_lib.checks import Case, Exercise, Mistake

from .shared import BATCHES, LOG_SUM_EXP, REFERENCES, extreme_logits, logits, waves

EXTREME = "logits of ±10000"


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [Case((logits(rng, n, k),)) for n, k in (*BATCHES, (4, 4))]
    whole = Case((rng.integers(-5, 6, size=(4, 3)),))
    extreme = [Case((extreme_logits(rng, n, k),), part=EXTREME) for n, k in ((1, 2), (5, 4))]
    apart = logits(rng, 3, 4) + np.array([[1e4], [0.0], [-1e4]])
    return [*cases, whole, *extreme, Case((apart,), part=EXTREME)]


# --- mistakes ---


def overflowing(s):
    return np.log(np.sum(np.exp(s), axis=1))


def clipped(s):
    return np.log(np.sum(np.exp(np.clip(s, -500, 500)), axis=1))


def maximum_not_added_back(s):
    return np.log(np.sum(np.exp(s - s.max(axis=1, keepdims=True)), axis=1))


def one_maximum_for_all(s):
    return s.max() + np.log(np.sum(np.exp(s - s.max()), axis=1))


def only_the_maximum(s):
    return s.max(axis=1)


def wrong_axis(s):
    top = s.max(axis=0)
    return top + np.log(np.sum(np.exp(s - top), axis=0))


def one_column(s):
    top = s.max(axis=1, keepdims=True)
    return top + np.log(np.sum(np.exp(s - top), axis=1, keepdims=True))


def one_number(s):
    return s.max() + np.log(np.sum(np.exp(s - s.max())))


def of_a_mean(s):
    top = s.max(axis=1)
    return top + np.log(np.mean(np.exp(s - top[:, None]), axis=1))


def in_place(s):
    top = s.max(axis=1)
    s -= top[:, None]
    return top + np.log(np.sum(np.exp(s), axis=1))


# --- variants ---


def by_numpy(s):
    top = np.max(s, axis=-1)
    return top + np.log(np.exp(s - top[:, None]).sum(axis=-1))


def by_max_star_loop(s):
    result = []
    for row in s:
        total = float(row[0])
        for x in row[1:]:
            total = max(total, x) + math.log1p(math.exp(-abs(total - x)))
        result.append(total)
    return result


def by_torch(s):
    s = torch.as_tensor(s, dtype=torch.float64)
    top = s.max(dim=1).values
    return top + (s - top[:, None]).exp().sum(dim=1).log()


def by_largest_probability(s):
    powers = np.exp(s - s.max(axis=1, keepdims=True))
    softmax = powers / powers.sum(axis=1, keepdims=True)
    return s.max(axis=1) - np.log(softmax.max(axis=1))


def by_single_precision(s):
    s = s.astype(np.float32)
    top = s.max(axis=1)
    return top + np.log(np.sum(np.exp(s - top[:, None]), axis=1))


EXERCISE = Exercise(
    name="log_sum_exp",
    task="Return ln Σ_j exp(s_ij) for each row i of the logits s of shape (n, K): an array of "
    "shape (n,), right for logits of any size.",
    points=3,
    reference=losses.log_sum_exp,
    public=(
        Case((np.array([[0.0, 0.0]]),)),
        Case((np.array([[1, 2, 3], [0, 0, 0]]),)),
        Case((waves(5, 4),)),
        Case((np.array([[10000.0, 0.0], [-10000.0, -10000.0]]),), part=EXTREME),
    ),
    hidden=hidden,
    parts={"value": 1, EXTREME: 2},
    mistakes=(
        Mistake(
            overflowing,
            "exp overflows beyond 709 and vanishes below -745: take each row's maximum out of the "
            "sum before exp.",
        ),
        Mistake(
            clipped,
            "Cutting the logits off (clip) gives another number: take each row's maximum out of "
            "the sum instead.",
        ),
        Mistake(maximum_not_added_back, "The maximum that was taken out must be added back."),
        Mistake(
            one_maximum_for_all,
            "One maximum for the whole batch leaves other rows with sums that vanish: use each "
            "row's own.",
        ),
        Mistake(
            only_the_maximum,
            "That is the maximum alone: the term ln Σ_j exp(s_j - max) is missing.",
        ),
        Mistake(wrong_axis, "The sum runs over the classes, axis 1, not over the samples."),
        Mistake(one_column, "The result has shape (n,), not (n, 1): keepdims is one too many."),
        Mistake(one_number, "Each row has a result of its own: sum over axis 1 only."),
        Mistake(of_a_mean, "That has a mean inside the logarithm: it is a sum."),
        Mistake(
            in_place,
            "s -= ... changes the caller's logits: write the difference to a new array.",
        ),
    ),
    variants=(
        by_numpy,
        by_max_star_loop,
        by_torch,
        by_largest_probability,
        by_single_precision,
    ),
    forbid=(*REFERENCES, *LOG_SUM_EXP, "numpy.logaddexp", "torch.logaddexp", ".logaddexp"),
)
