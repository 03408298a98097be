"""One epoch of mini-batch gradients (decks B, D and E, "Mini-batch gradient descent")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.minibatch import minibatch_gradient

from .shared import REFERENCES, waves


def epoch_gradients(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, order: np.ndarray, size: int
) -> np.ndarray:
    """∇C of each batch of an epoch, ``(n_batches, d)``, all at the same w.

    C = (1/m) Σ ½(x_iᵀw - y_i)² over the m samples of a batch: ``size`` of them at a time in the
    given ``order (n,)``, and those that remain.
    """
    per_sample = x * (x @ w - y)[:, np.newaxis]
    starts = range(0, len(order), size)
    return np.stack([minibatch_gradient(per_sample, order[i : i + size]) for i in starts])


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        _case(rng, n, d, size)
        for n, d, size in ((1, 2, 1), (7, 3, 3), (10, 1, 4), (6, 2, 2), (5, 5, 8))
    ]
    x, y, w = rng.integers(-3, 4, size=(8, 2)), rng.integers(-9, 10, size=8), np.array([1, -2])
    return [*cases, Case((x, y, w, rng.permutation(8), 3))]


def _case(rng: np.random.Generator, n: int, d: int, size: int) -> Case:
    x, y, w = rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d)
    return Case((x, y, w, rng.permutation(n), size))


# --- mistakes ---


def not_shuffled(x, y, w, order, size):
    g = x * (x @ w - y)[:, None]
    return np.stack([g[i : i + size].mean(axis=0) for i in range(0, len(x), size)])


def only_inputs_shuffled(x, y, w, order, size):
    g = x[order] * (x[order] @ w - y)[:, None]
    return np.stack([g[i : i + size].mean(axis=0) for i in range(0, len(x), size)])


def last_batch_dropped(x, y, w, order, size):
    g = (x * (x @ w - y)[:, None])[order]
    whole = range(0, len(x) - size + 1, size)
    return np.array([g[i : i + size].mean(axis=0) for i in whole])


def divided_by_size(x, y, w, order, size):
    g = (x * (x @ w - y)[:, None])[order]
    return np.stack([g[i : i + size].sum(axis=0) / size for i in range(0, len(x), size)])


def divided_by_all(x, y, w, order, size):
    g = (x * (x @ w - y)[:, None])[order]
    return np.stack([g[i : i + size].sum(axis=0) / len(x) for i in range(0, len(x), size)])


def summed(x, y, w, order, size):
    g = (x * (x @ w - y)[:, None])[order]
    return np.stack([g[i : i + size].sum(axis=0) for i in range(0, len(x), size)])


def factor_two(x, y, w, order, size):
    g = (2 * x * (x @ w - y)[:, None])[order]
    return np.stack([g[i : i + size].mean(axis=0) for i in range(0, len(x), size)])


def sign_turned(x, y, w, order, size):
    g = (x * (y - x @ w)[:, None])[order]
    return np.stack([g[i : i + size].mean(axis=0) for i in range(0, len(x), size)])


def without_inputs(x, y, w, order, size):
    g = (np.ones(x.shape) * (x @ w - y)[:, None])[order]
    return np.stack([g[i : i + size].mean(axis=0) for i in range(0, len(x), size)])


def full_gradient(x, y, w, order, size):
    return (x * (x @ w - y)[:, None]).mean(axis=0)


def overlapping(x, y, w, order, size):
    g = (x * (x @ w - y)[:, None])[order]
    return np.stack([g[i : i + size].mean(axis=0) for i in range(len(x))])


def mean_of_error_times_mean_of_inputs(x, y, w, order, size):
    x, error = x[order], (x @ w - y)[order]
    starts = range(0, len(x), size)
    return np.stack([x[i : i + size].mean(axis=0) * error[i : i + size].mean() for i in starts])


def column_of_targets(x, y, w, order, size):
    rows = []
    for i in range(0, len(x), size):
        some = order[i : i + size]
        error = (x[some] @ w)[:, None] - y[some]
        rows.append((x[some].T @ error).mean(axis=1) / len(some))
    return np.stack(rows)


# --- variants ---


def by_slices(x, y, w, order, size):
    x, y = x[order], y[order]
    rows = []
    for start in range(0, len(x), size):
        xs, ys = x[start : start + size], y[start : start + size]
        rows.append(xs.T @ (xs @ w - ys) / len(xs))
    return rows


def by_loop(x, y, w, order, size):
    count = -(-len(order) // size)
    result, sizes = np.zeros((count, x.shape[1])), np.zeros(count)
    for position, i in enumerate(order):
        error = sum(a * b for a, b in zip(x[i], w, strict=True)) - y[i]
        result[position // size] += error * x[i]
        sizes[position // size] += 1
    return result / sizes[:, None]


def by_autograd(x, y, w, order, size):
    x, y, v = torch.tensor(x + 0.0), torch.tensor(y + 0.0), torch.tensor(w + 0.0)
    v.requires_grad_(True)
    errors = [(x[some] @ v - y[some]) for some in torch.split(torch.tensor(order), size)]
    return [torch.autograd.grad((e**2 / 2).mean(), v)[0].tolist() for e in errors]


def by_splitting(x, y, w, order, size):
    parts = np.array_split(order, range(size, len(order), size))
    return np.array([np.mean((x[p] @ w - y[p])[:, None] * x[p], axis=0) for p in parts])


def by_single_precision(x, y, w, order, size):
    x, y, w = x.astype("f"), y.astype("f"), w.astype("f")
    g = (x * (x @ w - y)[:, None])[order]
    return np.stack([g[i : i + size].mean(axis=0) for i in range(0, len(x), size)])


EXERCISE = Exercise(
    name="epoch_gradients",
    task="Return the gradient in w of the mean of ½(x_i·w - y_i)² over each mini-batch: size "
    "samples at a time in the given order, the last batch with what remains; shape (batches, d).",
    points=3,
    reference=epoch_gradients,
    public=(
        Case(
            (
                np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]]),
                np.array([1.0, 2.0, -1.0]),
                np.array([0.5, 1.0]),
                np.array([2, 0, 1]),
                2,
            )
        ),
        Case((waves(7, 3), waves(7) / 2, np.array([1.0, -1.0, 0.5]), np.roll(np.arange(7), 3), 3)),
        Case(
            (
                np.array([[1, 2], [3, 4], [5, 6], [-1, 0]]),
                np.array([1, 0, 2, 4]),
                np.array([1, 1]),
                np.array([3, 0, 2, 1]),
                2,
            )
        ),
        Case((waves(3, 2), np.array([1.0, -2.0, 0.5]), np.ones(2), np.array([1, 2, 0]), 5)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(not_shuffled, "That goes through the samples as they lie: take them in `order`."),
        Mistake(
            only_inputs_shuffled,
            "The inputs are in the new order and the targets in the old: a sample keeps its own "
            "target, x[batch] with y[batch].",
        ),
        Mistake(
            last_batch_dropped,
            "The last batch is missing: it has fewer samples where size does not divide n, and "
            "counts as well.",
        ),
        Mistake(
            divided_by_size,
            "The last batch is divided by size: where it is smaller, divide by the number of "
            "samples that it has.",
        ),
        Mistake(
            divided_by_all,
            "That divides by the number of all samples: each batch is a mean over its own.",
        ),
        Mistake(summed, "Those are sums over each batch: the loss of a batch is a mean."),
        Mistake(factor_two, "There is a factor 2 too many: the ½ in the loss cancels it."),
        Mistake(
            sign_turned,
            "The sign is turned round: the error is x·w - y, what came less the target.",
        ),
        Mistake(
            without_inputs,
            "A link of the chain is missing: x·w has slope x in w, so each error is multiplied by "
            "its input.",
        ),
        Mistake(
            full_gradient,
            "That is the one gradient of all the data: return one row for each batch.",
        ),
        Mistake(
            overlapping,
            "The batches overlap: each sample comes once in an epoch, so the next batch begins "
            "size further on.",
        ),
        Mistake(
            mean_of_error_times_mean_of_inputs,
            "Multiply error and input of each sample first, then take the mean: a mean of products "
            "is no product of means.",
        ),
        Mistake(
            column_of_targets,
            "Predictions (m, 1) less targets (m,) make an (m, m) table: every prediction met every "
            "target. Give both one shape.",
        ),
    ),
    variants=(by_slices, by_loop, by_autograd, by_splitting, by_single_precision),
    forbid=REFERENCES,
)
