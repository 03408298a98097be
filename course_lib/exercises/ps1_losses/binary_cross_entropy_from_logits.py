"""Binary cross entropy from logits (deck A, "Cross entropy loss — from logits")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import losses
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, waves

EXTREME = "large logits"


def hidden(rng: np.random.Generator) -> list[Case]:
    """Hard and soft targets, one element and several axes, ordinary and extreme logits."""
    shapes = ((1,), (8,), (1, 5), (4, 3))
    hard = [Case((rng.normal(scale=2, size=n), rng.integers(2, size=n))) for n in shapes]
    soft = [Case((rng.normal(scale=2, size=n), rng.random(size=n))) for n in shapes]
    whole = Case((rng.integers(-5, 6, size=6), np.array([0, 1, 0, 1, 1, 0])))
    far = rng.permutation([1e4, 1e4, -1e4, -1e4]) + rng.normal(size=4)
    wrong = (far < 0).astype(float)
    # Here a sigmoid is exactly 0 or 1 already, while exp does not overflow yet.
    large = rng.permutation([1.0, -1.0]) * rng.uniform(50, 500, size=2)
    return [
        *hard,
        *soft,
        whole,
        Case((far, wrong), part=EXTREME),
        Case((far, 1 - wrong), part=EXTREME),
        Case((large, (large < 0).astype(float)), part=EXTREME),
        Case((far.reshape(2, 2), rng.uniform(0.1, 0.9, size=(2, 2))), part=EXTREME),
    ]


# --- mistakes ---


def through_sigmoid(s, y):
    a = 1 / (1 + np.exp(-s))
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def with_epsilon(s, y):
    a = 1 / (1 + np.exp(-s))
    return -np.mean(y * np.log(a + 1e-10) + (1 - y) * np.log(1 - a + 1e-10))


def overflowing(s, y):
    return np.mean(y * np.log(1 + np.exp(-s)) + (1 - y) * np.log(1 + np.exp(s)))


def clipped(s, y):
    s = np.clip(s, -30, 30)
    return np.mean(y * np.log1p(np.exp(-s)) + (1 - y) * np.log1p(np.exp(s)))


def only_hard_targets(s, y):
    return np.mean(np.logaddexp(0, np.where(y > 0, -s, s)))


def only_the_ones(s, y):
    return np.mean(y * np.logaddexp(0, -s))


def targets_swapped(s, y):
    return np.mean(y * np.logaddexp(0, s) + (1 - y) * np.logaddexp(0, -s))


def targets_of_plus_minus_one(s, y):
    return np.mean(np.logaddexp(0, -y * s))


def without_minus(s, y):
    return -np.mean(y * np.logaddexp(0, -s) + (1 - y) * np.logaddexp(0, s))


def summed(s, y):
    return np.sum(y * np.logaddexp(0, -s) + (1 - y) * np.logaddexp(0, s))


def not_averaged(s, y):
    return y * np.logaddexp(0, -s) + (1 - y) * np.logaddexp(0, s)


def in_bits(s, y):
    return np.mean(y * np.logaddexp(0, -s) + (1 - y) * np.logaddexp(0, s)) / np.log(2)


# --- variants ---


def by_loop(s, y):
    total = 0.0
    for logit, target in zip(np.ravel(s), np.ravel(y), strict=True):
        total += max(logit, 0) - logit * target + math.log1p(math.exp(-abs(logit)))
    return total / np.size(s)


def by_numpy(s, y):
    return np.mean(np.maximum(s, 0) - s * y + np.log1p(np.exp(-np.abs(s))))


def by_max_star(s, y):
    return np.mean(y * np.logaddexp(0, -s) + (1 - y) * np.logaddexp(0, s))


def by_torch(s, y):
    s, y = torch.as_tensor(s, dtype=torch.float64), torch.as_tensor(y)
    return (s.clamp(min=0) - s * y + torch.log1p(torch.exp(-s.abs()))).mean()


def by_two_classes(s, y):
    # Two classes with the logits 0 and s: K(0, s) - y s.
    both = np.stack([np.zeros(np.shape(s)), s])
    top = both.max(axis=0)
    return np.mean(top + np.log(np.exp(both - top).sum(axis=0)) - y * s)


def by_single_precision(s, y):
    s, y = s.astype(np.float32), y.astype(np.float32)
    return np.mean(np.maximum(s, 0) - s * y + np.log1p(np.exp(-np.abs(s))))


EXERCISE = Exercise(
    name="binary_cross_entropy_from_logits",
    task="Return the binary cross entropy of logits s and targets y in [0, 1], of one shape: one "
    "number, the mean over all elements, right for logits of any size.",
    points=3,
    reference=losses.binary_cross_entropy_from_logits,
    public=(
        Case((np.array([0.0]), np.array([1.0]))),
        Case((np.log([1.5, 4.0, 1 / 9]), np.array([0, 1, 0]))),
        Case((np.array([2, -1]), np.array([0.75, 0.5]))),
        Case((waves(3, 4), (np.arange(12).reshape(3, 4) % 3) / 2)),
        Case((np.array([100.0, -100.0]), np.array([0, 1])), part=EXTREME),
        Case((np.array([10000.0, -10000.0, 10000.0]), np.array([1, 1, 0])), part=EXTREME),
    ),
    hidden=hidden,
    parts={"value": 1, EXTREME: 2},
    mistakes=(
        Mistake(
            through_sigmoid,
            "The sigmoid of a large logit is exactly 1 (or 0), and log(0) is -inf: put "
            "ln(1 + exp(∓s)) for the logarithms, then make that stable.",
        ),
        Mistake(
            with_epsilon,
            "Adding 1e-10 inside the logarithm caps the loss at 23 and hides how wrong the logits "
            "are: work from the logits, without a sigmoid.",
        ),
        Mistake(
            overflowing,
            "exp overflows beyond 709: ln(1 + exp(x)) = max(x, 0) + ln(1 + exp(-|x|)) does not.",
        ),
        Mistake(
            clipped,
            "Cutting the logits off (clip) caps the loss: use "
            "ln(1 + exp(x)) = max(x, 0) + ln(1 + exp(-|x|)) instead.",
        ),
        Mistake(
            only_hard_targets,
            "That holds for targets of exactly 0 or 1: weigh the two terms by y and 1 - y.",
        ),
        Mistake(only_the_ones, "The term (1 - y) ln(1 + exp(s)) of the other class is missing."),
        Mistake(
            targets_swapped,
            "The classes are swapped: a large logit should cost little where y is 1.",
        ),
        Mistake(
            targets_of_plus_minus_one,
            "ln(1 + exp(-y s)) belongs to targets of -1 and +1: these lie between 0 and 1.",
        ),
        Mistake(without_minus, "The sign is turned round: a cross entropy is never negative."),
        Mistake(summed, "That is the sum: divide by the number of elements."),
        Mistake(
            not_averaged, "That is one loss for each element: take their mean, a single number."
        ),
        Mistake(in_bits, "That is in bits (log2): the loss uses the natural logarithm."),
    ),
    variants=(by_loop, by_numpy, by_max_star, by_torch, by_two_classes, by_single_precision),
    forbid=(
        *REFERENCES,
        "sklearn.metrics",
        "torch.nn.BCELoss",
        "torch.nn.BCEWithLogitsLoss",
        "torch.nn.functional.binary_cross_entropy",
        "torch.nn.functional.binary_cross_entropy_with_logits",
    ),
)
