"""Cross entropy from logits, hard labels (deck A, "Cross entropy loss — from logits")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import losses
from course_lib.checks import Case, Exercise, Mistake

from .shared import BATCHES, LOG_SUM_EXP, REFERENCES, extreme_logits, labels, logits, waves

EXTREME = "logits of ±10000"


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [Case((logits(rng, n, k), labels(rng, n, k))) for n, k in BATCHES]
    whole = Case((rng.integers(-5, 6, size=(4, 3)), labels(rng, 4, 3)))
    extreme = [
        Case((extreme_logits(rng, n, k), labels(rng, n, k)), part=EXTREME)
        for n, k in ((1, 3), (6, 4))
    ]
    # One label is sure to lie 1e4 below the largest logit, one to be the largest.
    far = logits(rng, 2, 3) + np.array([[0.0, 1e4, 0.0], [1e4, 0.0, 0.0]])
    return [*cases, whole, *extreme, Case((far, np.array([0, 0])), part=EXTREME)]


# --- mistakes ---


def overflowing(s, labels):
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(s)), labels]))


def log_of_softmax(s, labels):
    powers = np.exp(s - s.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(s)), labels]))


def with_epsilon(s, labels):
    powers = np.exp(s - s.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(s)), labels] + 1e-10))


def summed(s, labels):
    d = s - s.max(axis=1, keepdims=True)
    return np.sum(np.log(np.exp(d).sum(axis=1)) - d[np.arange(len(s)), labels])


def not_averaged(s, labels):
    d = s - s.max(axis=1, keepdims=True)
    return np.log(np.exp(d).sum(axis=1)) - d[np.arange(len(s)), labels]


def without_minus(s, labels):
    d = s - s.max(axis=1, keepdims=True)
    return np.mean(d[np.arange(len(s)), labels] - np.log(np.exp(d).sum(axis=1)))


def without_log_sum_exp(s, labels):
    return -np.mean(s[np.arange(len(s)), labels])


def every_class_counts(s, labels):
    d = s - s.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(d).sum(axis=1, keepdims=True)) - d)


def columns_not_entries(s, labels):
    d = s - s.max(axis=1, keepdims=True)
    log_p = d - np.log(np.exp(d).sum(axis=1, keepdims=True))
    return -np.mean(log_p[:, labels])


def labels_from_one(s, labels):
    d = s - s.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(d).sum(axis=1)) - d[np.arange(len(s)), labels - 1])


def in_place(s, labels):
    s -= s.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(s)), labels])


# --- variants ---


def by_loop(s, labels):
    total = 0.0
    for row, label in zip(s, labels, strict=True):
        top = max(row)
        total += top + math.log(sum(math.exp(x - top) for x in row)) - row[label]
    return total / len(s)


def by_numpy(s, labels):
    shifted = s - s.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()


def by_torch(s, labels):
    s, labels = torch.as_tensor(s, dtype=torch.float64), torch.as_tensor(labels)
    shifted = s - s.max(dim=1, keepdim=True).values
    right = shifted.gather(1, labels[:, None])[:, 0]
    return (shifted.exp().sum(dim=1).log() - right).mean()


def by_one_hot(s, labels):
    y = np.eye(s.shape[1])[labels]
    top = s.max(axis=1)
    k = top + np.log(np.exp(s - top[:, None]).sum(axis=1))
    return np.mean(k - np.sum(y * s, axis=1))


def by_max_star(s, labels):
    k = s[:, 0]
    for column in s.T[1:]:
        k = np.maximum(k, column) + np.log1p(np.exp(-np.abs(k - column)))
    return np.mean(k - np.take_along_axis(s, labels[:, None], axis=1)[:, 0])


EXERCISE = Exercise(
    name="cross_entropy_from_logits",
    task="Return the cross entropy of logits s of shape (n, K) and integer labels of shape (n,): "
    "one number, the mean over the samples, right for logits of any size.",
    points=3,
    reference=losses.cross_entropy_from_logits,
    public=(
        Case((np.array([[0.0, 0.0]]), np.array([1]))),
        Case((np.log([[0.9, 0.05, 0.05], [0.05, 0.89, 0.06], [0.05, 0.01, 0.94]]), np.arange(3))),
        Case((np.array([[1, 2, 3], [3, 0, -2]]), np.array([0, 0]))),
        Case((waves(5, 4), np.array([0, 3, 1, 1, 2]))),
        Case(
            (np.array([[10000.0, -10000.0], [0.0, 10000.0], [0.0, 0.0]]), np.array([1, 1, 0])),
            part=EXTREME,
        ),
    ),
    hidden=hidden,
    parts={"value": 1, EXTREME: 2},
    mistakes=(
        Mistake(
            overflowing,
            "exp overflows beyond 709, and inf/inf is nan: work with ln Σ exp, the row's maximum "
            "taken out, and never form the probabilities.",
        ),
        Mistake(
            log_of_softmax,
            "This softmax is stable, but it rounds small probabilities to 0 and log(0) is -inf: "
            "simplify the logarithm of the softmax on paper first.",
        ),
        Mistake(
            with_epsilon,
            "Adding 1e-10 inside the logarithm caps the loss at 23 and hides how wrong the logits "
            "are: simplify the logarithm of the softmax on paper instead.",
        ),
        Mistake(summed, "That is the sum over the samples: divide by n, the number of rows."),
        Mistake(
            not_averaged, "That is one loss for each sample: take their mean, a single number."
        ),
        Mistake(without_minus, "The sign is turned round: a cross entropy is never negative."),
        Mistake(
            without_log_sum_exp,
            "Logits are not log-probabilities yet: the term ln Σ_j exp(s_j) is missing.",
        ),
        Mistake(
            every_class_counts,
            "That averages over every class: only the logit of the label counts.",
        ),
        Mistake(
            columns_not_entries,
            "[:, labels] takes whole columns, an (n, n) array: pair each row with its own label.",
        ),
        Mistake(labels_from_one, "Labels count from 0: the label is the column, as it stands."),
        Mistake(
            in_place,
            "s -= ... changes the caller's logits: write the difference to a new array.",
        ),
    ),
    variants=(by_loop, by_numpy, by_torch, by_one_hot, by_max_star),
    forbid=(
        *REFERENCES,
        *LOG_SUM_EXP,
        "sklearn.metrics",
        "torch.nn.CrossEntropyLoss",
        "torch.nn.NLLLoss",
        "torch.nn.functional.cross_entropy",
        "torch.nn.functional.nll_loss",
    ),
)
