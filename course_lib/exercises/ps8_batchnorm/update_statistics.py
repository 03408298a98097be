"""Running statistics, what inference normalises with (errata 33: how torch keeps them)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import running_statistics as reference
from course_lib.checks import Case, Exercise, Mistake

from .shared import READY_NORMS, REFERENCES, spread


def update_statistics(
    mean: np.ndarray, variance: np.ndarray, x: np.ndarray, momentum: float
) -> tuple[np.ndarray, np.ndarray]:
    """(1 - m) old + m batch's for mean and unbiased variance, each (d,), from x (n, d)."""
    running = reference.RunningStatistics(mean, variance)
    new = reference.update_statistics(running, x, momentum)
    return new.mean, new.variance


def hidden(rng: np.random.Generator) -> list[Case]:
    """Two samples, many, one feature, whole numbers, single precision, the first update."""
    cases = []
    for n, d in ((2, 3), (9, 4), (4, 1)):
        cases.append(Case((*_old(rng, d), spread(rng, n, d), float(rng.uniform(0.05, 0.4)))))
    whole = rng.permuted(np.arange(12)).reshape(4, 3) * 2
    cases.append(Case((*_old(rng, 3), whole, float(rng.uniform(0.05, 0.4)))))
    first = Case((np.zeros(2), np.ones(2), spread(rng, 5, 2), 0.1))
    arrays = (*_old(rng, 3), spread(rng, 6, 3))
    return [*cases, first, Case((*(a.astype(np.float32) for a in arrays), 0.1))]


def _old(rng: np.random.Generator, d: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=d), rng.uniform(0.5, 3, size=d)


# --- mistakes ---


def biased(mean, variance, x, momentum):
    m = momentum
    return (1 - m) * mean + m * x.mean(axis=0), (1 - m) * variance + m * x.var(axis=0)


def momentum_of_keras(mean, variance, x, momentum):
    m = 1 - momentum
    return (1 - m) * mean + m * x.mean(axis=0), (1 - m) * variance + m * x.var(axis=0, ddof=1)


def batch_alone(mean, variance, x, momentum):
    return x.mean(axis=0), x.var(axis=0, ddof=1)


def old_not_reduced(mean, variance, x, momentum):
    m = momentum
    return mean + m * x.mean(axis=0), variance + m * x.var(axis=0, ddof=1)


def around_the_old_mean(mean, variance, x, momentum):
    m = momentum
    around = ((x - mean) ** 2).sum(axis=0) / (len(x) - 1)
    return (1 - m) * mean + m * x.mean(axis=0), (1 - m) * variance + m * around


def around_the_new_mean(mean, variance, x, momentum):
    m = momentum
    new = (1 - m) * mean + m * x.mean(axis=0)
    around = ((x - new) ** 2).sum(axis=0) / (len(x) - 1)
    return new, (1 - m) * variance + m * around


def deviation(mean, variance, x, momentum):
    m = momentum
    return (1 - m) * mean + m * x.mean(axis=0), (1 - m) * variance + m * x.std(axis=0, ddof=1)


def old_corrected_too(mean, variance, x, momentum):
    m, n = momentum, len(x)
    mixed = (1 - m) * variance + m * x.var(axis=0)
    return (1 - m) * mean + m * x.mean(axis=0), mixed * n / (n - 1)


def corrected_twice(mean, variance, x, momentum):
    m, n = momentum, len(x)
    batch = x.var(axis=0, ddof=1) * n / (n - 1)
    return (1 - m) * mean + m * x.mean(axis=0), (1 - m) * variance + m * batch


def variance_left_out(mean, variance, x, momentum):
    return (1 - momentum) * mean + momentum * x.mean(axis=0), variance.copy()


def one_for_all(mean, variance, x, momentum):
    m = momentum
    return (1 - m) * mean + m * x.mean(), (1 - m) * variance + m * x.var(ddof=1)


def sample_by_sample(mean, variance, x, momentum):
    m, batch = momentum, x.var(axis=0, ddof=1)
    for row in x:
        mean, variance = (1 - m) * mean + m * row, (1 - m) * variance + m * batch
    return mean, variance


def swapped(mean, variance, x, momentum):
    m = momentum
    return (1 - m) * variance + m * x.var(axis=0, ddof=1), (1 - m) * mean + m * x.mean(axis=0)


def in_place(mean, variance, x, momentum):
    mean *= 1 - momentum
    mean += momentum * x.mean(axis=0)
    variance *= 1 - momentum
    variance += momentum * x.var(axis=0, ddof=1)
    return mean, variance


# --- variants ---


def by_numpy(mean, variance, x, momentum):
    m = momentum
    return (1 - m) * mean + m * x.mean(axis=0), (1 - m) * variance + m * x.var(axis=0, ddof=1)


def by_difference(mean, variance, x, momentum):
    n = len(x)
    batch = np.sum((x - x.mean(axis=0)) ** 2, axis=0) / (n - 1)
    return mean + momentum * (x.mean(axis=0) - mean), variance + momentum * (batch - variance)


def by_loop(mean, variance, x, momentum):
    n, d = x.shape
    new_mean, new_variance = [], []
    for j in range(d):
        average = sum(float(v) for v in x[:, j]) / n
        batch = sum((float(v) - average) ** 2 for v in x[:, j]) / (n - 1)
        new_mean.append((1 - momentum) * mean[j] + momentum * average)
        new_variance.append((1 - momentum) * variance[j] + momentum * batch)
    return new_mean, new_variance


def by_correcting(mean, variance, x, momentum):
    batch = np.stack([x.mean(axis=0), x.var(axis=0) * len(x) / (len(x) - 1)])
    return (1 - momentum) * np.stack([mean, variance]) + momentum * batch


def by_torch(mean, variance, x, momentum):
    mean, variance, x = (torch.as_tensor(a, dtype=torch.float64) for a in (mean, variance, x))
    new = torch.var_mean(x, dim=0)
    return torch.lerp(mean, new[1], momentum), torch.lerp(variance, new[0], momentum)


EXERCISE = Exercise(
    name="update_statistics",
    task="Return the new running mean and running variance (d,), moved by the weight momentum "
    "towards the mean and the unbiased variance of the batch x (n, d).",
    points=3,
    reference=update_statistics,
    public=(
        Case((np.array([0.0]), np.array([1.0]), np.array([[1.0], [3.0]]), 0.1)),
        Case(
            (
                np.array([1.0, -2.0]),
                np.array([0.5, 3.0]),
                np.array([[1.0, 4.0], [3.0, -4.0], [8.0, 1.0]]),
                0.25,
            )
        ),
        Case((np.zeros(3), np.ones(3), np.array([[9, 0, 3], [3, 6, 0]]), 0.1)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            biased,
            "The running variance takes in the unbiased one, divided by n - 1: the biased one is "
            "for training.",
        ),
        Mistake(
            momentum_of_keras,
            "That is Keras's momentum, the weight of the old: here it is the weight of the batch.",
        ),
        Mistake(batch_alone, "The old statistics are forgotten: keep 1 - momentum of them."),
        Mistake(old_not_reduced, "The old statistics keep only 1 - momentum of their weight."),
        Mistake(
            around_the_old_mean,
            "The variance of a batch is taken around its own mean, not around the running one.",
        ),
        Mistake(
            around_the_new_mean,
            "The variance of a batch is taken around its own mean, not around the updated one.",
        ),
        Mistake(deviation, "That averages the deviation: it is the variance that is kept."),
        Mistake(
            old_corrected_too,
            "n/(n - 1) belongs to the batch's variance: the running one is unbiased already.",
        ),
        Mistake(
            corrected_twice, "ddof=1 divides by n - 1 already: n/(n - 1) besides is once too often."
        ),
        Mistake(variance_left_out, "The running variance is updated like the running mean."),
        Mistake(one_for_all, "Each feature has statistics of its own: take them over axis 0."),
        Mistake(
            sample_by_sample, "A batch moves the statistics once, however many samples it holds."
        ),
        Mistake(swapped, "The order is mean, then variance."),
        Mistake(
            in_place,
            "*= and += change the caller's statistics: return new arrays.",
        ),
    ),
    variants=(by_numpy, by_difference, by_loop, by_correcting, by_torch),
    forbid=(*REFERENCES, *READY_NORMS),
)
