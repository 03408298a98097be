"""What a bag of models predicts: their mean, not their vote (Breiman, 1996; deck B, "Bagging")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import bagging
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES


def bagged_prediction(p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean probabilities (n, K), and the most likely class (n,) of each sample."""
    average = bagging.bagged(p)
    return average, np.argmax(average, axis=1)


def hidden(rng: np.random.Generator) -> list[Case]:
    """One model, one sample, two classes; and samples whose vote differs from their mean."""
    shapes = ((1, 4, 3), (4, 1, 3), (3, 5, 2), (6, 3, 6), (5, 8, 4))
    cases = [Case((rng.dirichlet(np.ones(k), size=(models, n)),)) for models, n, k in shapes]
    return [*cases, _disputed(rng), Case((rng.dirichlet(np.ones(3), (4, 2)).astype(np.float32),))]


def _disputed(rng: np.random.Generator) -> Case:
    """Two models just for one class, the third firmly for another, which wins the mean."""
    weak, strong = rng.uniform(0.52, 0.6, size=(2, 4)), rng.uniform(0.9, 0.99, size=4)
    winner = rng.permutation([0, 0, 1, 1])
    first = np.stack([1 - weak[0], 1 - weak[1], strong])
    p = np.stack([first, 1 - first], axis=2)
    return Case((np.where(winner[:, None] == 0, p, p[:, :, ::-1]),))


# --- mistakes ---


def majority_vote(p):
    votes = np.argmax(p, axis=2)
    counts = np.stack([np.sum(votes == k, axis=0) for k in range(p.shape[2])], axis=1)
    return np.mean(p, axis=0), np.argmax(counts, axis=1)


def share_of_votes(p):
    votes = np.argmax(p, axis=2)
    shares = np.stack([np.mean(votes == k, axis=0) for k in range(p.shape[2])], axis=1)
    return shares, np.argmax(shares, axis=1)


def summed(p):
    total = np.sum(p, axis=0)
    return total, np.argmax(total, axis=1)


def over_samples(p):
    average = np.mean(p, axis=1)
    return average, np.argmax(average, axis=1)


def first_model(p):
    return p[0], np.argmax(p[0], axis=1)


def most_confident(p):
    best = np.max(p, axis=0)
    return best, np.argmax(best, axis=1)


def median_model(p):
    middle = np.median(p, axis=0)
    return middle, np.argmax(middle, axis=1)


def geometric_mean(p):
    power = np.exp(np.mean(np.log(p), axis=0))
    average = power / np.sum(power, axis=1, keepdims=True)
    return average, np.argmax(average, axis=1)


def unbiased_divisor(p):
    average = np.sum(p, axis=0) / (len(p) - 1)
    return average, np.argmax(average, axis=1)


def over_everything(p):
    average = np.mean(p, axis=0)
    return average, np.argmax(average)


def best_sample(p):
    average = np.mean(p, axis=0)
    return average, np.argmax(average, axis=0)


def classes_from_one(p):
    average = np.mean(p, axis=0)
    return average, np.argmax(average, axis=1) + 1


def probabilities_alone(p):
    return np.mean(p, axis=0)


# --- variants ---


def by_loop(p):
    total = np.zeros(p.shape[1:])
    for model in p:
        total = total + model
    average = total / len(p)
    return average.tolist(), [int(row.argmax()) for row in average]


def by_einsum(p):
    average = np.einsum("mnk->nk", p.astype(float)) / p.shape[0]
    return [average, average.argmax(axis=-1)]


def by_torch(p):
    average = torch.as_tensor(p).mean(dim=0)
    return average, average.argmax(dim=1)


def by_running_mean(p):
    average = p[0].astype(float)
    for count, model in enumerate(p[1:], start=2):
        average = average + (model - average) / count
    return average, np.argsort(-average, axis=1)[:, 0]


def by_single_precision(p):
    average = np.mean(p.astype(np.float32), axis=0)
    return average, np.argmax(average, axis=1)


EXERCISE = Exercise(
    name="bagged_prediction",
    task="Return (mean probabilities of shape (n, K), most likely class of each sample by that "
    "mean, shape (n,)) from the probabilities p of all models, shape (n_models, n, K).",
    points=2,
    reference=bagged_prediction,
    public=(
        Case((np.array([[[0.6, 0.4], [0.2, 0.8]], [[0.9, 0.1], [0.4, 0.6]]]),)),
        Case((np.array([[[0.45, 0.55]], [[0.45, 0.55]], [[0.9, 0.1]]]),)),
        Case((np.array([[[0.2, 0.3, 0.5], [0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]]]),)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            majority_vote,
            "Those labels are a vote, where a model hardly sure counts as one that is certain: "
            "take the largest mean probability.",
        ),
        Mistake(
            share_of_votes,
            "Those are shares of votes: average the probabilities before taking any argmax.",
        ),
        Mistake(summed, "That is the sum over the models: rows of probabilities must sum to 1."),
        Mistake(
            over_samples,
            "The mean goes over the models, axis 0; axis 1 holds the samples.",
        ),
        Mistake(first_model, "That is the first model alone: average over axis 0."),
        Mistake(
            most_confident,
            "That is the largest probability among the models: their mean is asked for.",
        ),
        Mistake(median_model, "That is the median over the models: bagging takes the mean."),
        Mistake(
            geometric_mean,
            "That averages logarithms (a geometric mean): average the probabilities themselves.",
        ),
        Mistake(unbiased_divisor, "Divide by the number of models, not by one less."),
        Mistake(
            over_everything,
            "argmax without an axis gives one index into all numbers: each sample needs its class.",
        ),
        Mistake(
            best_sample,
            "argmax over axis 0 finds the best sample of each class: the classes lie on axis 1.",
        ),
        Mistake(classes_from_one, "Classes count from 0: the class is the column, as it stands."),
        Mistake(
            probabilities_alone,
            "Those are the probabilities alone: return the pair (probabilities, classes).",
        ),
    ),
    variants=(by_loop, by_einsum, by_torch, by_running_mean, by_single_precision),
    forbid=REFERENCES,
)
