"""Cross entropy with soft labels (deck A, "Loss functions — multicategory cross entropy")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import losses
from course_lib.checks import Case, Exercise, Mistake

from .shared import BATCHES, REFERENCES, labels, probabilities

EDGE = "zeros and tiny probabilities"


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case((probabilities(rng, n, k), probabilities(rng, n, k))) for n, k in (*BATCHES, (4, 4))
    ]
    return [*cases, _certain(rng), _tiny(rng)]


def _certain(rng: np.random.Generator) -> Case:
    """Hard labels, and predictions that rule some other classes out: 0 ln 0."""
    y = np.eye(5)[labels(rng, 6, 5)]
    p = (y + rng.uniform(0.1, 1.0, size=y.shape)) * np.maximum(y, rng.random(y.shape) < 0.5)
    return Case((p / p.sum(axis=1, keepdims=True), y), part=EDGE)


def _tiny(rng: np.random.Generator) -> Case:
    """Predictions that all but rule out what the labels hold possible."""
    tiny = rng.uniform(1e-15, 1e-12, size=3)
    return Case((np.stack([tiny, 1 - tiny], axis=1), probabilities(rng, 3, 2)), part=EDGE)


# --- mistakes ---


def summed(p, y):
    return -np.sum(y * np.log(np.where(y > 0, p, 1.0)))


def mean_over_classes_too(p, y):
    return -np.mean(y * np.log(np.where(y > 0, p, 1.0)))


def not_averaged(p, y):
    return -np.sum(y * np.log(np.where(y > 0, p, 1.0)), axis=1)


def sum_over_samples(p, y):
    return -np.mean(np.sum(y * np.log(np.where(y > 0, p, 1.0)), axis=0))


def without_minus(p, y):
    return np.mean(np.sum(y * np.log(np.where(y > 0, p, 1.0)), axis=1))


def as_hard_labels(p, y):
    return -np.mean(np.log(p[np.arange(len(p)), np.argmax(y, axis=1)]))


def in_bits(p, y):
    return -np.mean(np.sum(y * np.log2(np.where(y > 0, p, 1.0)), axis=1))


def swapped(p, y):
    return -np.mean(np.sum(p * np.log(y), axis=1))


def zero_times_infinity(p, y):
    return -np.mean(np.sum(y * np.log(p), axis=1))


def with_epsilon(p, y):
    return -np.mean(np.sum(y * np.log(p + 1e-10), axis=1))


# --- variants ---


def by_loop(p, y):
    total = 0.0
    for p_row, y_row in zip(p, y, strict=True):
        for predicted, wanted in zip(p_row, y_row, strict=True):
            if wanted > 0:
                total -= wanted * math.log(predicted)
    return total / len(p)


def by_mask(p, y):
    possible = y > 0
    return -np.sum(y[possible] * np.log(p[possible])) / p.shape[0]


def by_torch(p, y):
    return -torch.xlogy(torch.as_tensor(y), torch.as_tensor(p)).sum(dim=1).mean()


def by_matrix_product(p, y):
    return np.trace(-y @ np.log(np.where(y == 0, 1.0, p)).T) / len(y)


def by_single_precision(p, y):
    p, y = p.astype(np.float32), y.astype(np.float32)
    return -np.mean(np.sum(y * np.log(np.where(y > 0, p, 1)), axis=1))


EXERCISE = Exercise(
    name="soft_cross_entropy",
    task="Return the cross entropy of predicted probabilities p and soft labels y, both of shape "
    "(n, K): sum over the classes, mean over the samples, 0 ln 0 = 0.",
    points=3,
    reference=losses.soft_cross_entropy,
    public=(
        Case((np.array([[0.5, 0.5]]), np.array([[0.25, 0.75]]))),
        Case(
            (
                np.array([[0.9, 0.05, 0.05], [0.05, 0.89, 0.06], [0.05, 0.01, 0.94]]),
                np.array([[0.7, 0.2, 0.1], [0.05, 0.9, 0.05], [0.3, 0.3, 0.4]]),
            )
        ),
        Case(
            (
                np.array([[0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.25, 0.25]]),
                np.array([[0.4, 0.3, 0.2, 0.1], [0.7, 0.1, 0.1, 0.1]]),
            )
        ),
        Case((np.array([[0.5, 0.5, 0.0]]), np.array([[0.0, 1.0, 0.0]])), part=EDGE),
        Case((np.array([[1 - 1e-12, 1e-12]]), np.array([[0.5, 0.5]])), part=EDGE),
    ),
    hidden=hidden,
    parts={"value": 2, EDGE: 1},
    mistakes=(
        Mistake(summed, "That is the sum over the samples: divide by n, the number of rows."),
        Mistake(
            mean_over_classes_too,
            "The mean over all elements divides by the number of classes too: sum over the "
            "classes, then take the mean over the samples.",
        ),
        Mistake(
            not_averaged, "That is one loss for each sample: take their mean, a single number."
        ),
        Mistake(
            sum_over_samples,
            "The axes are mixed up: classes lie along axis 1 (sum), samples along axis 0 (mean).",
        ),
        Mistake(without_minus, "The minus is missing: logarithms of probabilities are negative."),
        Mistake(
            as_hard_labels,
            "That takes the most likely label as if it were certain (argmax): every class of a "
            "soft label counts, by its weight.",
        ),
        Mistake(in_bits, "That is in bits (log2): the loss uses the natural logarithm."),
        Mistake(
            swapped,
            "Labels and predictions are swapped: the logarithm is that of the prediction p.",
        ),
        Mistake(
            zero_times_infinity,
            "0 * log(0) is nan in floating point: leave out the classes whose label is 0.",
        ),
        Mistake(
            with_epsilon,
            "Adding 1e-10 inside the logarithm changes the loss where p is tiny: leave out the "
            "classes whose label is 0 instead.",
        ),
    ),
    variants=(by_loop, by_mask, by_torch, by_matrix_product, by_single_precision),
    forbid=(
        *REFERENCES,
        "scipy.special",
        "scipy.stats",
        "sklearn.metrics",
        "torch.nn.CrossEntropyLoss",
        "torch.nn.KLDivLoss",
        "torch.nn.functional.cross_entropy",
        "torch.nn.functional.kl_div",
    ),
)
