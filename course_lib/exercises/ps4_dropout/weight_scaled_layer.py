"""Inference after plain dropout: the weights times p, deck A's p, which is to keep."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import dropout
from course_lib.checks import Case, Exercise, Mistake

from .shared import READY_MADE, REFERENCES, drop_probability, numbers, waves


def weight_scaled_layer(x: np.ndarray, w: np.ndarray, b: np.ndarray, keep: float) -> np.ndarray:
    """x (keep · w) + b."""
    return x @ dropout.scaled_weights(w, keep) + b


def hidden(rng: np.random.Generator) -> list[Case]:
    """One sample, one node in, one node out, as many in as out; integers, and keep = 1."""
    shapes = ((1, 3, 2), (5, 4, 3), (4, 1, 3), (6, 5, 1), (3, 3, 3))
    cases = [
        Case((numbers(rng, n, d), numbers(rng, d, k), numbers(rng, k), drop_probability(rng)))
        for n, d, k in shapes
    ]
    whole = (rng.integers(1, 9, size=shape) for shape in ((4, 3), (3, 2), (2,)))
    single = (numbers(rng, *shape).astype(np.float32) for shape in ((4, 3), (3, 2), (2,)))
    return [
        *cases,
        Case((*whole, drop_probability(rng))),
        Case((*single, drop_probability(rng))),
        Case((numbers(rng, 2, 3), numbers(rng, 3, 2), numbers(rng, 2), 1.0)),
    ]


# --- mistakes ---


def bias_scaled_too(x, w, b, keep):
    return keep * (x @ w + b)


def divided(x, w, b, keep):
    return x @ w / keep + b


def times_drop(x, w, b, keep):
    return (1 - keep) * (x @ w) + b


def divided_by_drop(x, w, b, keep):
    return x @ w / (1 - keep) + b


def without_scale(x, w, b, keep):
    return x @ w + b


def scaled_twice(x, w, b, keep):
    return (keep * x) @ (keep * w) + b


def by_root(x, w, b, keep):
    return np.sqrt(keep) * (x @ w) + b


def bias_forgotten(x, w, b, keep):
    return keep * (x @ w)


def weights_transposed(x, w, b, keep):
    return x @ (keep * w.T) + b


def in_place(x, w, b, keep):
    w *= keep
    return x @ w + b


# --- variants ---


def by_scaled_inputs(x, w, b, keep):
    return (keep * x) @ w + b


def by_scaled_sums(x, w, b, keep):
    return (keep * np.dot(x, w) + b).tolist()


def by_loop(x, w, b, keep):
    out = np.zeros((x.shape[0], w.shape[1]))
    for i in range(x.shape[0]):
        for k in range(w.shape[1]):
            out[i, k] = b[k] + sum(keep * w[j, k] * x[i, j] for j in range(w.shape[0]))
    return out


def by_torch(x, w, b, keep):
    x, w, b = (torch.as_tensor(a).double() for a in (x, w, b))
    return torch.nn.functional.linear(x, keep * w.T, b)


def by_single_precision(x, w, b, keep):
    x, w, b = (a.astype(np.float32) for a in (x, w, b))
    return x @ (np.float32(keep) * w) + b


EXERCISE = Exercise(
    name="weight_scaled_layer",
    task="Return the output, at inference, of the linear layer x w + b whose inputs had plain "
    "dropout in training, where each stayed with probability keep: shape (n, k).",
    points=2,
    reference=weight_scaled_layer,
    public=(
        Case((np.array([[2.0, 4.0]]), np.array([[1.0], [0.5]]), np.array([1.0]), 0.75)),
        Case((waves(3, 4), waves(4, 2) + 1, np.array([0.5, -2.0]), 0.2)),
        Case((np.array([[1, 2], [3, 4]]), np.array([[1, 2], [5, 1]]), np.array([1, 2]), 0.8)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            bias_scaled_too,
            "The bias is scaled too: no dropout ever took part of it away, so it stays as it is.",
        ),
        Mistake(
            divided,
            "Dividing is for training (inverted dropout): here training saw less, so multiply.",
        ),
        Mistake(
            times_drop,
            "Here the argument is the probability to keep, deck A's p: multiply by it.",
        ),
        Mistake(
            divided_by_drop,
            "Dividing by the probability to drop makes no mean right: multiply by keep.",
        ),
        Mistake(
            without_scale,
            "With all nodes present the sum is larger than in training: scale the weights.",
        ),
        Mistake(
            scaled_twice,
            "Inputs and weights are both scaled, which makes keep²: scale one of them.",
        ),
        Mistake(by_root, "The mean of a mask is keep, not its root."),
        Mistake(bias_forgotten, "The bias is missing: x (keep · w) + b."),
        Mistake(
            weights_transposed,
            "w has shape (d, k) here, inputs by outputs: it need not be transposed.",
        ),
        Mistake(in_place, "w *= ... changes the trained weights: write to a new array."),
    ),
    variants=(by_scaled_inputs, by_scaled_sums, by_loop, by_torch, by_single_precision),
    forbid=(*REFERENCES, *READY_MADE),
)
