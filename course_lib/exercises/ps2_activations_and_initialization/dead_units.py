"""Counting dead ReLUs (deck C, "ReLU dying problem")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.activations import relu
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, waves


def dead_units(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> int:
    """How many units of max(0, x wᵀ + b) are 0 for every row of ``x (n, d)``."""
    return int(np.sum(np.all(relu(x @ w.T + b) == 0, axis=0)))


def hidden(rng: np.random.Generator) -> list[Case]:
    sizes = ((1, 3, 40), (3, 6, 50), (12, 4, 30), (5, 2, 60), (4, 9, 35))  # n, d, m
    cases = [Case((rng.normal(size=(n, d)), *_layer(rng, d, m))) for n, d, m in sizes]
    square = Case((rng.normal(size=(7, 30)), *_layer(rng, 30, 30)))
    whole = rng.integers(-2, 3, size=(3, 4)), rng.integers(-2, 3, size=(25, 4))
    return [*cases, square, Case((*whole, rng.integers(-4, 2, size=25)))]


def _layer(rng: np.random.Generator, d: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """Units of which some are dead, some are not, and two or more stand at 0 for every input."""
    w = rng.normal(size=(m, d))
    b = rng.normal(scale=1.5, size=m) * np.sqrt(d) - 0.5
    at_zero = rng.permutation(m)[: int(rng.integers(2, 5))]
    w[at_zero], b[at_zero] = 0.0, 0.0
    return w, b


# --- mistakes ---


def off_for_some(x, w, b):
    return np.sum(np.any(x @ w.T + b <= 0, axis=0))


def zeros_counted(x, w, b):
    return np.sum(x @ w.T + b <= 0)


def share_of_units(x, w, b):
    return np.mean(np.all(x @ w.T + b <= 0, axis=0))


def share_of_zeros(x, w, b):
    return np.mean(x @ w.T + b <= 0)


def living_units(x, w, b):
    return np.sum(np.any(x @ w.T + b > 0, axis=0))


def below_zero_only(x, w, b):
    return np.sum(np.all(x @ w.T + b < 0, axis=0))


def dead_samples(x, w, b):
    return np.sum(np.all(x @ w.T + b <= 0, axis=1))


def without_bias(x, w, b):
    return np.sum(np.all(x @ w.T <= 0, axis=0))


def on_average(x, w, b):
    return np.sum(np.mean(x @ w.T + b, axis=0) <= 0)


def which_units(x, w, b):
    return np.all(x @ w.T + b <= 0, axis=0)


def their_indices(x, w, b):
    return np.flatnonzero(np.all(x @ w.T + b <= 0, axis=0))


def first_sample_only(x, w, b):
    return np.sum(w @ x[0] + b <= 0)


def always_on(x, w, b):
    return np.sum(np.all(x @ w.T + b > 0, axis=0))


def weights_not_transposed(x, w, b):
    return np.sum(np.all(x @ w + b <= 0, axis=0))


# --- variants ---


def by_numpy(x, w, b):
    return np.sum(np.all(x @ w.T + b <= 0, axis=0))


def by_largest(x, w, b):
    return np.count_nonzero(np.maximum(0, x @ w.T + b).max(axis=0) == 0)


def by_loop(x, w, b):
    count = 0
    for j in range(len(w)):
        if all(sum(x[i] * w[j]) + b[j] <= 0 for i in range(len(x))):
            count += 1
    return count


def by_torch(x, w, b):
    x, w, b = (torch.tensor(v, dtype=torch.float64) for v in (x, w, b))
    alive = (torch.relu(x @ w.T + b) > 0).any(dim=0)
    return (~alive).sum()


def by_sums(x, w, b):
    return float(len(b) - np.sum(np.maximum(0, w @ x.T + b[:, None]).sum(axis=1) > 0))


EXERCISE = Exercise(
    name="dead_units",
    task="Return how many of the m units max(0, x wᵀ + b) are 0 for *every* one of the n rows of "
    "x (n, d), with w (m, d) and b (m,): one number.",
    points=2,
    reference=dead_units,
    public=(
        Case(
            (
                np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, -1.0]]),
                np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.5, 0.5]]),
                np.array([-2.0, 0.0, 0.0, 0.0, -2.0]),
            )
        ),
        Case((np.array([[1, -1]]), np.array([[1, 1], [2, 0], [0, 3]]), np.array([0, -1, 1]))),
        Case((waves(4, 3), waves(12, 3), np.round(-4 + waves(12), 2))),
        Case((waves(5, 6), waves(6, 6), np.array([-9.0, -4.0, 1.0, -12.0, 0.0, -20.0]))),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            off_for_some,
            "That counts units that are off for *some* sample, which is what a ReLU is for: dead "
            "is one that is off for all.",
        ),
        Mistake(
            zeros_counted,
            "That counts zeros, sample by sample: a unit counts once, and only where all its "
            "outputs are 0.",
        ),
        Mistake(share_of_units, "That is the share of the units: return how many."),
        Mistake(
            share_of_zeros,
            "That is the share of zeros among all outputs: return how many units are 0 for every "
            "sample.",
        ),
        Mistake(living_units, "Those are the living ones: the dead were asked for."),
        Mistake(
            below_zero_only,
            "A unit whose sum is exactly 0 puts out 0 as well: compare with <=, not with <.",
        ),
        Mistake(
            dead_samples,
            "The axes are mixed up: that counts samples for which all units are off. Take `all` "
            "over the samples, axis 0.",
        ),
        Mistake(without_bias, "The bias is missing: it is what mostly kills a unit."),
        Mistake(
            on_average,
            "A unit that is negative on average may still fire for some: it has to be off for "
            "every sample.",
        ),
        Mistake(which_units, "That says which units are dead: return how many, one number."),
        Mistake(their_indices, "Those are the indices of the dead units: return how many."),
        Mistake(first_sample_only, "That looks at the first sample only: take all rows of x."),
        Mistake(
            always_on,
            "Those are units that are *on* for every sample: dead ones are off for every one.",
        ),
        Mistake(
            weights_not_transposed,
            "Each row of w belongs to one unit, (m, d): the product is x @ w.T, not x @ w.",
        ),
    ),
    variants=(by_numpy, by_largest, by_loop, by_torch, by_sums),
    forbid=REFERENCES,
)
