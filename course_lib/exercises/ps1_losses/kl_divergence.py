"""KL divergence, the cross entropy less its offset (deck A, "multicategory cross entropy")."""

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
    return [*cases, _partly_certain(rng), _tiny(rng)]


def _partly_certain(rng: np.random.Generator) -> Case:
    """Labels that rule classes out, one row all but one, and predictions that rule out these."""
    y = probabilities(rng, 6, 5)
    y[:, 0] = y[:, 2] = 0
    y[0] = np.eye(5)[labels(rng, 1, 5)[0]]
    p = probabilities(rng, 6, 5) * np.where(y > 0, 1.0, rng.random(y.shape) < 0.5)
    p[1:, 0] = 0
    return Case((y / y.sum(axis=1, keepdims=True), p / p.sum(axis=1, keepdims=True)), part=EDGE)


def _tiny(rng: np.random.Generator) -> Case:
    """Predictions that all but rule out what the labels hold possible."""
    tiny = rng.uniform(1e-15, 1e-12, size=3)
    return Case((probabilities(rng, 3, 2), np.stack([tiny, 1 - tiny], axis=1)), part=EDGE)


# --- mistakes ---


def only_the_cross_entropy(y, p):
    return -np.mean(np.sum(y * np.log(np.where(y > 0, p, 1.0)), axis=1))


def entropy_added(y, p):
    safe_y, safe_p = np.where(y > 0, y, 1.0), np.where(y > 0, p, 1.0)
    return -np.mean(np.sum(y * np.log(safe_p) + y * np.log(safe_y), axis=1))


def entropy_of_the_prediction(y, p):
    safe_y = np.where(y > 0, p, 1.0)
    safe_p = np.where(p > 0, p, 1.0)
    return np.mean(np.sum(p * np.log(safe_p) - y * np.log(safe_y), axis=1))


def wrong_sign(y, p):
    safe_y, safe_p = np.where(y > 0, y, 1.0), np.where(y > 0, p, 1.0)
    return np.mean(np.sum(y * np.log(safe_p / safe_y), axis=1))


def other_way_round(y, p):
    return np.mean(np.sum(np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0) / y), 0), axis=1))


def summed(y, p):
    safe_y, safe_p = np.where(y > 0, y, 1.0), np.where(y > 0, p, 1.0)
    return np.sum(y * np.log(safe_y / safe_p))


def mean_over_classes_too(y, p):
    safe_y, safe_p = np.where(y > 0, y, 1.0), np.where(y > 0, p, 1.0)
    return np.mean(y * np.log(safe_y / safe_p))


def not_averaged(y, p):
    safe_y, safe_p = np.where(y > 0, y, 1.0), np.where(y > 0, p, 1.0)
    return np.sum(y * np.log(safe_y / safe_p), axis=1)


def without_weights(y, p):
    safe_y, safe_p = np.where(y > 0, y, 1.0), np.where(y > 0, p, 1.0)
    return np.mean(np.sum(np.log(safe_y / safe_p), axis=1))


def in_bits(y, p):
    safe_y, safe_p = np.where(y > 0, y, 1.0), np.where(y > 0, p, 1.0)
    return np.mean(np.sum(y * np.log2(safe_y / safe_p), axis=1))


def zero_times_infinity(y, p):
    return np.mean(np.sum(y * np.log(y / p), axis=1))


def with_epsilon(y, p):
    return np.mean(np.sum(y * (np.log(y + 1e-10) - np.log(p + 1e-10)), axis=1))


# --- variants ---


def by_loop(y, p):
    total = 0.0
    for wanted, predicted in zip(y, p, strict=True):
        for w, q in zip(wanted, predicted, strict=True):
            if w > 0:
                total += w * (math.log(w) - math.log(q))
    return total / len(y)


def by_mask(y, p):
    possible = y > 0
    return np.sum(y[possible] * np.log(y[possible] / p[possible])) / y.shape[0]


def by_offset(y, p):
    safe_y, safe_p = np.where(y > 0, y, 1.0), np.where(y > 0, p, 1.0)
    cross_entropy = -(y * np.log(safe_p)).sum(axis=1).mean()
    return cross_entropy + (y * np.log(safe_y)).sum(axis=1).mean()


def by_torch(y, p):
    y, p = torch.as_tensor(y), torch.as_tensor(p)
    return (torch.xlogy(y, y) - torch.xlogy(y, p)).sum(dim=1).mean()


def by_single_precision(y, p):
    y, p = y.astype(np.float32), p.astype(np.float32)
    return np.mean(np.sum(y * np.log(np.where(y > 0, y, 1) / np.where(y > 0, p, 1)), axis=1))


EXERCISE = Exercise(
    name="kl_divergence",
    task="Return the KL divergence D(y‖p) of soft labels y and predicted probabilities p, both of "
    "shape (n, K): sum over the classes, mean over the samples, 0 ln 0 = 0.",
    points=2,
    reference=losses.kl_divergence,
    public=(
        Case((np.array([[0.5, 0.5]]), np.array([[0.8, 0.2]]))),
        Case(
            (
                np.array([[0.7, 0.2, 0.1], [0.05, 0.9, 0.05], [0.3, 0.3, 0.4]]),
                np.array([[0.9, 0.05, 0.05], [0.05, 0.89, 0.06], [0.05, 0.01, 0.94]]),
            )
        ),
        Case((np.array([[0.2, 0.3, 0.5]]), np.array([[0.2, 0.3, 0.5]]))),
        Case((np.array([[0.25, 0.75, 0.0]]), np.array([[0.5, 0.5, 0.0]])), part=EDGE),
        Case((np.array([[0.5, 0.5]]), np.array([[1 - 1e-12, 1e-12]])), part=EDGE),
    ),
    hidden=hidden,
    parts={"value": 1, EDGE: 1},
    mistakes=(
        Mistake(
            only_the_cross_entropy,
            "That is the cross entropy, entropy included: subtract the entropy of y, so that it is "
            "0 where p equals y.",
        ),
        Mistake(
            entropy_added,
            "The entropy was added to the cross entropy: subtract it (+ Σ y ln y, as the entropy "
            "has a minus of its own).",
        ),
        Mistake(
            entropy_of_the_prediction,
            "That subtracts the entropy of the prediction p: it is that of the labels y.",
        ),
        Mistake(wrong_sign, "The sign is turned round: a divergence is never negative."),
        Mistake(
            other_way_round,
            "That is D(p‖y): the labels y come first, and they are the weights of the sum.",
        ),
        Mistake(summed, "That is the sum over the samples: divide by n, the number of rows."),
        Mistake(
            mean_over_classes_too,
            "The mean over all elements divides by the number of classes too (as torch's KLDivLoss "
            "does): sum over the classes, mean over the samples.",
        ),
        Mistake(
            not_averaged, "That is one number for each sample: take their mean, a single number."
        ),
        Mistake(
            without_weights, "The logarithms are not weighed: each carries its label y in front."
        ),
        Mistake(in_bits, "That is in bits (log2): the divergence is asked for in nats."),
        Mistake(
            zero_times_infinity,
            "0 * log(0) is nan in floating point: leave out the classes whose label is 0.",
        ),
        Mistake(
            with_epsilon,
            "Adding 1e-10 inside the logarithms changes the result where p is tiny: leave out the "
            "classes whose label is 0 instead.",
        ),
    ),
    variants=(by_loop, by_mask, by_offset, by_torch, by_single_precision),
    forbid=(
        *REFERENCES,
        "scipy.special",
        "scipy.stats",
        "sklearn.metrics",
        "torch.nn.KLDivLoss",
        "torch.nn.functional.kl_div",
        "torch.distributions",
    ),
)
