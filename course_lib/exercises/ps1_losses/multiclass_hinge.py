"""Multi-class hinge loss (Weston and Watkins 1999; CS231n, on which deck C builds)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import losses
from course_lib.checks import Case, Exercise, Mistake

from .shared import BATCHES, REFERENCES, labels, logits, waves


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [Case((logits(rng, n, k), labels(rng, n, k))) for n, k in (*BATCHES, (4, 4))]
    whole = Case((rng.integers(-3, 4, size=(5, 4)), labels(rng, 5, 4)))
    close = Case((rng.uniform(0, 0.5, size=(3, 4)), labels(rng, 3, 4)))
    return [*cases, whole, close]


# --- mistakes ---


def counts_the_label(s, labels):
    right = s[np.arange(len(s)), labels][:, None]
    return np.sum(np.maximum(0, s - right + 1)) / len(s)


def mean_over_classes_too(s, labels):
    right = s[np.arange(len(s)), labels][:, None]
    return (np.sum(np.maximum(0, s - right + 1)) - len(s)) / s.size


def without_margin(s, labels):
    right = s[np.arange(len(s)), labels][:, None]
    return np.sum(np.maximum(0, s - right)) / len(s)


def sign_turned(s, labels):
    right = s[np.arange(len(s)), labels][:, None]
    return (np.sum(np.maximum(0, right - s + 1)) - len(s)) / len(s)


def without_maximum(s, labels):
    right = s[np.arange(len(s)), labels][:, None]
    return (np.sum(s - right + 1) - len(s)) / len(s)


def summed(s, labels):
    right = s[np.arange(len(s)), labels][:, None]
    return np.sum(np.maximum(0, s - right + 1)) - len(s)


def not_averaged(s, labels):
    right = s[np.arange(len(s)), labels][:, None]
    return np.sum(np.maximum(0, s - right + 1), axis=1) - 1


def only_the_worst(s, labels):
    margins = s - s[np.arange(len(s)), labels][:, None] + 1
    margins[np.arange(len(s)), labels] = 0
    return np.mean(np.max(np.maximum(0, margins), axis=1))


def squared(s, labels):
    right = s[np.arange(len(s)), labels][:, None]
    return (np.sum(np.maximum(0, s - right + 1) ** 2) - len(s)) / len(s)


def whole_columns_removed(s, labels):
    margins = np.maximum(0, s - s[np.arange(len(s)), labels][:, None] + 1)
    margins[:, labels] = 0
    return np.sum(margins) / len(s)


# --- variants ---


def by_loop(s, labels):
    total = 0.0
    for row, label in zip(s, labels, strict=True):
        for j in range(len(row)):
            if j != label:
                total += max(0.0, row[j] - row[label] + 1)
    return total / len(s)


def by_numpy(s, labels):
    rows = np.arange(len(s))
    margins = np.maximum(0, s - s[rows, labels][:, None] + 1)
    margins[rows, labels] = 0
    return margins.sum() / len(s)


def by_taking_one_off(s, labels):
    right = np.take_along_axis(s, labels[:, None], axis=1)
    return np.mean(np.sum(np.maximum(0, s - right + 1), axis=1)) - 1


def by_torch(s, labels):
    s, labels = torch.as_tensor(s, dtype=torch.float64), torch.as_tensor(labels)
    margins = (s - s.gather(1, labels[:, None]) + 1).clamp(min=0)
    others = torch.arange(s.shape[1]) != labels[:, None]
    return margins[others].sum() / len(s)


def by_single_precision(s, labels):
    s = s.astype(np.float32)
    others = np.arange(s.shape[1]) != labels[:, None]
    margins = s - np.sum(np.where(others, 0, s), axis=1, keepdims=True) + 1
    return np.mean(np.sum(np.where(others & (margins > 0), margins, 0), axis=1))


EXERCISE = Exercise(
    name="multiclass_hinge",
    task="Return the multi-class hinge loss of scores s of shape (n, K) and integer labels of "
    "shape (n,): the sum over the wrong classes of max(0, s_j - s_label + 1), mean over samples.",
    points=3,
    reference=losses.multiclass_hinge,
    public=(
        Case((np.array([[3.0, 1.0, 2.5]]), np.array([0]))),
        Case((np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 5.0]]), np.array([1, 0]))),
        Case((np.array([[1, 2, 3, 4], [4, 1, 0, 3]]), np.array([2, 0]))),
        Case((waves(5, 4), np.array([0, 3, 1, 1, 2]))),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            counts_the_label,
            "The sum leaves the label's own class out: it would add the margin, 1, to every "
            "sample.",
        ),
        Mistake(
            mean_over_classes_too,
            "That divides by the number of classes too, as torch's MultiMarginLoss does: here the "
            "mean is over the samples alone.",
        ),
        Mistake(
            without_margin,
            "The margin is missing: a wrong class costs something until it is 1 below the label's "
            "score.",
        ),
        Mistake(
            sign_turned,
            "The difference is turned round: a wrong class costs more the *higher* its score is.",
        ),
        Mistake(
            without_maximum,
            "max(0, ...) is missing: classes far below the label must not earn anything back.",
        ),
        Mistake(summed, "That is the sum over the samples: divide by n, the number of rows."),
        Mistake(
            not_averaged, "That is one loss for each sample: take their mean, a single number."
        ),
        Mistake(
            only_the_worst,
            "That takes the worst of the wrong classes: this loss sums over all of them.",
        ),
        Mistake(squared, "The margins are not squared in this loss."),
        Mistake(
            whole_columns_removed,
            "[:, labels] clears whole columns: clear in each row its own label only.",
        ),
    ),
    variants=(by_loop, by_numpy, by_taking_one_off, by_torch, by_single_precision),
    forbid=(*REFERENCES, "torch.nn.MultiMarginLoss", "torch.nn.functional.multi_margin_loss"),
)
