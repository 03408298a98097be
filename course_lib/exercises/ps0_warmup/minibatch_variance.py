"""How the noise of a mini-batch's gradient falls with its size (deck E; Cochran, theorem 2.2)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.minibatch import variance_without_replacement

from .shared import REFERENCES, waves


def minibatch_variance(per_sample: np.ndarray, m: int) -> np.ndarray:
    """σ²/m · (n - m)/(n - 1) of each parameter, from gradients ``(n, q)``: an array (q,)."""
    return variance_without_replacement(per_sample, m)


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case((rng.normal(loc=1.0, size=(n, q)) * rng.uniform(0.5, 3.0, size=q), m))
        for n, q, m in ((2, 1, 1), (6, 3, 1), (6, 3, 4), (9, 1, 3), (4, 4, 2), (5, 2, 5))
    ]
    whole = rng.integers(-5, 6, size=(5, 3)) + 10 * np.eye(5, 3, dtype=int)
    return [*cases, Case((whole, 2))]


# --- mistakes ---


def with_replacement(per_sample, m):
    return np.var(per_sample, axis=0) / m


def not_divided(per_sample, m):
    n = len(per_sample)
    return np.var(per_sample, axis=0) * (n - m) / (n - 1)


def divided_by_root(per_sample, m):
    n = len(per_sample)
    return np.var(per_sample, axis=0) / np.sqrt(m) * (n - m) / (n - 1)


def standard_deviation(per_sample, m):
    n = len(per_sample)
    return np.sqrt(np.var(per_sample, axis=0) / m * (n - m) / (n - 1))


def unbiased(per_sample, m):
    n = len(per_sample)
    return np.var(per_sample, axis=0, ddof=1) / m * (n - m) / (n - 1)


def biased_with_n(per_sample, m):
    n = len(per_sample)
    return np.var(per_sample, axis=0) / m * (n - m) / n


def factor_squared(per_sample, m):
    n = len(per_sample)
    return np.var(per_sample, axis=0) / m * ((n - m) / (n - 1)) ** 2


def over_all_parameters(per_sample, m):
    n = len(per_sample)
    return np.var(per_sample) / m * (n - m) / (n - 1)


def over_parameters(per_sample, m):
    n = len(per_sample)
    return np.var(per_sample, axis=1) / m * (n - m) / (n - 1)


def mean_square(per_sample, m):
    n = len(per_sample)
    return np.mean(per_sample**2, axis=0) / m * (n - m) / (n - 1)


def summed_up(per_sample, m):
    n = len(per_sample)
    return np.sum(np.var(per_sample, axis=0)) / m * (n - m) / (n - 1)


def divided_by_square(per_sample, m):
    n = len(per_sample)
    return np.var(per_sample, axis=0) / m**2 * (n - m) / (n - 1)


def unbiased_with_replacement(per_sample, m):
    return np.var(per_sample, axis=0, ddof=1) / m


# --- variants ---


def by_unbiased_variance(per_sample, m):
    n = len(per_sample)
    return np.var(per_sample, axis=0, ddof=1) * (1 / m - 1 / n)


def by_numpy(per_sample, m):
    n = per_sample.shape[0]
    return np.var(per_sample, axis=0) / m * (n - m) / (n - 1)


def by_all_batches(per_sample, m):
    n = len(per_sample)
    means = []
    for code in range(2**n):
        batch = [i for i in range(n) if code >> i & 1]
        if len(batch) == m:
            means.append(per_sample[batch].mean(axis=0))
    return np.mean((np.array(means) - per_sample.mean(axis=0)) ** 2, axis=0)


def by_loop(per_sample, m):
    n, result = len(per_sample), []
    for column in per_sample.T:
        mean = sum(column) / n
        result.append(sum((g - mean) ** 2 for g in column) / n / m * (n - m) / (n - 1))
    return result


def by_torch(per_sample, m):
    g = torch.tensor(per_sample, dtype=torch.float64)
    n = len(g)
    return g.var(dim=0, correction=0) * (n - m) / (m * (n - 1))


EXERCISE = Exercise(
    name="minibatch_variance",
    task="Return, for each of the q parameters, the variance of the mean of m different rows drawn "
    "from the n rows of per_sample (n, q): an array (q,).",
    points=2,
    reference=minibatch_variance,
    public=(
        Case((np.array([[1.0], [3.0], [5.0]]), 2)),
        Case((np.array([[1.0, 0.0], [3.0, 1.0], [5.0, 5.0], [-1.0, 2.0]]), 1)),
        Case((np.array([[2, 0], [4, 1], [9, 1]]), 3)),
        Case((waves(8, 3), 3)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            with_replacement,
            "σ²/m holds for samples drawn with replacement: m *different* ones know more, which "
            "gives the factor (n - m)/(n - 1).",
        ),
        Mistake(not_divided, "That does not fall with the batch size as it should: divide by m."),
        Mistake(
            divided_by_root,
            "The variance falls as 1/m: it is the standard deviation that falls as 1/√m.",
        ),
        Mistake(standard_deviation, "That is the standard deviation: leave the root out."),
        Mistake(
            unbiased,
            "σ² divides by n here (np.var's default): with n - 1 (ddof=1) beside (n - m)/(n - 1) "
            "the correction counts twice.",
        ),
        Mistake(biased_with_n, "The factor is (n - m)/(n - 1), not (n - m)/n: see batch size 1."),
        Mistake(factor_squared, "The factor (n - m)/(n - 1) stands once, not squared."),
        Mistake(
            over_all_parameters,
            "That mixes the parameters: take the variance over the samples, axis 0, for each "
            "parameter by itself.",
        ),
        Mistake(
            over_parameters,
            "That is the variance over the parameters (axis 1): the samples lie along axis 0.",
        ),
        Mistake(
            mean_square,
            "That is the mean of the squares: take the mean gradient off first.",
        ),
        Mistake(summed_up, "That is the sum over the parameters: return one variance for each."),
        Mistake(
            divided_by_square,
            "One m too many: the variance of a mean of m is σ²/m. (Of the sum, m σ², divided by "
            "m².)",
        ),
        Mistake(
            unbiased_with_replacement,
            "σ² divides by n, not n - 1, and m *different* samples know more: the factor "
            "(n - m)/(n - 1) is missing.",
        ),
    ),
    variants=(by_unbiased_variance, by_numpy, by_all_batches, by_loop, by_torch),
    forbid=REFERENCES,
)
