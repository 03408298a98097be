"""Gradient of the cross entropy in the logits (deck A: the back-propagation start is a - y)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import losses
from course_lib.checks import Case, Exercise, Mistake

from .shared import BATCHES, REFERENCES, extreme_logits, labels, logits, waves

EXTREME = "logits of ±10000"


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [Case((logits(rng, n, k), labels(rng, n, k))) for n, k in BATCHES]
    # More samples than classes, so that labels are sure to repeat.
    cases.append(Case((rng.integers(-5, 6, size=(6, 3)), labels(rng, 6, 3))))
    extreme = [
        Case((extreme_logits(rng, n, k), labels(rng, n, k)), part=EXTREME)
        for n, k in ((1, 3), (6, 4))
    ]
    far = logits(rng, 2, 3) + np.array([[1e4], [-1e4]])
    return [*cases, *extreme, Case((far, labels(rng, 2, 3)), part=EXTREME)]


# --- mistakes ---


def overflowing(s, labels):
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    return (p - np.eye(s.shape[1])[labels]) / len(s)


def without_mean(s, labels):
    p = np.exp(s - s.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True) - np.eye(s.shape[1])[labels]


def wrong_sign(s, labels):
    p = np.exp(s - s.max(axis=1, keepdims=True))
    return (np.eye(s.shape[1])[labels] - p / p.sum(axis=1, keepdims=True)) / len(s)


def mean_over_classes_too(s, labels):
    p = np.exp(s - s.max(axis=1, keepdims=True))
    return (p / p.sum(axis=1, keepdims=True) - np.eye(s.shape[1])[labels]) / s.size


def without_labels(s, labels):
    p = np.exp(s - s.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True) / len(s)


def minus_the_label_number(s, labels):
    p = np.exp(s - s.max(axis=1, keepdims=True))
    return (p / p.sum(axis=1, keepdims=True) - labels[:, None]) / len(s)


def whole_columns(s, labels):
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    p[:, labels] -= 1
    return p / len(s)


def softmax_over_samples(s, labels):
    p = np.exp(s - s.max(axis=0))
    return (p / p.sum(axis=0) - np.eye(s.shape[1])[labels]) / len(s)


def in_the_probabilities(s, labels):
    p = np.exp(s - s.max(axis=1, keepdims=True))
    return -np.eye(s.shape[1])[labels] / (p / p.sum(axis=1, keepdims=True)) / len(s)


def in_place(s, labels):
    s -= s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    return (p - np.eye(s.shape[1])[labels]) / len(s)


# --- variants ---


def by_loop(s, labels):
    gradient = []
    for row, label in zip(s, labels, strict=True):
        powers = [math.exp(x - max(row)) for x in row]
        entries = [power / sum(powers) for power in powers]
        entries[label] -= 1
        gradient.append([entry / len(s) for entry in entries])
    return gradient


def by_numpy(s, labels):
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(s)), labels] -= 1
    return p / len(s)


def by_torch(s, labels):
    p = torch.softmax(torch.as_tensor(s, dtype=torch.float64), dim=1)
    return (p - torch.eye(s.shape[1])[torch.as_tensor(labels)]) / len(s)


def by_autograd(s, labels):
    s = torch.tensor(s, dtype=torch.float64, requires_grad=True)
    top = s.detach().max(dim=1, keepdim=True).values
    k = (s - top).exp().sum(dim=1).log() + top[:, 0]
    (k - s[torch.arange(len(labels)), torch.as_tensor(labels)]).mean().backward()
    return s.grad


def by_pairwise_differences(s, labels):
    # 1 / softmax_j is the sum over k of exp(s_k - s_j); inf there is a probability of 0.
    with np.errstate(over="ignore"):
        p = 1 / np.exp(s[:, None, :] - s[:, :, None]).sum(axis=2)
    return (p - (labels[:, None] == np.arange(s.shape[1]))) / len(s)


EXERCISE = Exercise(
    name="cross_entropy_from_logits_gradient",
    task="Return the gradient of cross_entropy_from_logits in the logits s, in the shape (n, K) of "
    "s, right for logits of any size.",
    points=3,
    reference=losses.cross_entropy_from_logits_gradient,
    public=(
        Case((np.array([[0.0, 0.0]]), np.array([1]))),
        Case((np.log([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]]), np.array([0, 1]))),
        Case((np.array([[1, 2, 3], [3, 0, -2], [0, 0, 0], [1, 1, 0]]), np.array([2, 0, 2, 2]))),
        Case((waves(5, 4), np.array([0, 3, 1, 1, 2]))),
        Case(
            (np.array([[10000.0, -10000.0], [-10000.0, -10000.0]]), np.array([1, 0])),
            part=EXTREME,
        ),
    ),
    hidden=hidden,
    parts={"value": 2, EXTREME: 1},
    mistakes=(
        Mistake(
            overflowing,
            "exp overflows beyond 709, and inf/inf is nan: subtract each row's maximum before exp.",
        ),
        Mistake(
            without_mean,
            "The loss is a mean over n samples, so its gradient carries 1/n: divide by n.",
        ),
        Mistake(
            wrong_sign,
            "The sign is turned round: raising the logit of the label lowers the loss, so its "
            "entry is negative.",
        ),
        Mistake(
            mean_over_classes_too,
            "That divides by n K: the loss is a mean over the n samples alone.",
        ),
        Mistake(
            without_labels, "The labels are missing: 1 is subtracted at the label of each row."
        ),
        Mistake(
            minus_the_label_number,
            "That subtracts the number of the class: subtract 1 in the label's column (one-hot).",
        ),
        Mistake(
            whole_columns,
            "[:, labels] changes whole columns: pair each row with its own label.",
        ),
        Mistake(
            softmax_over_samples, "The softmax runs over the classes, axis 1, not over the samples."
        ),
        Mistake(
            in_the_probabilities,
            "That is the gradient in the probabilities: go on through the softmax to the logits.",
        ),
        Mistake(
            in_place,
            "s -= ... changes the caller's logits: write the difference to a new array.",
        ),
    ),
    variants=(by_loop, by_numpy, by_torch, by_autograd, by_pairwise_differences),
    forbid=(
        *REFERENCES,
        "torch.nn.CrossEntropyLoss",
        "torch.nn.NLLLoss",
        "torch.nn.functional.cross_entropy",
        "torch.nn.functional.nll_loss",
    ),
)
