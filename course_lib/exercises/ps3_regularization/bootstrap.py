"""A bag of samples drawn with replacement (Breiman, 1996; deck B, "Bagging")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import bagging
from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.given import rng as generator

from .bootstrap_rule import accept
from .shared import REFERENCES


def bootstrap(
    x: np.ndarray, y: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The rows of ``x`` and the numbers of ``y`` at the indices of one bag."""
    bag = bagging.bootstrap(len(x), rng)
    return x[bag], y[bag]


def case(rng: np.random.Generator, n: int, bags: int) -> Case:
    """``n`` samples whose first feature is their index; the last generator repeats the first."""
    x = np.stack([np.arange(n, dtype=float), np.round(rng.normal(size=n), 3)], axis=1)
    y = rng.permutation(n) + 10
    seeds = rng.choice(2**31, size=bags - 1, replace=False)
    return Case((x, y, [generator(int(seed)) for seed in (*seeds, seeds[0])]))


def hidden(rng: np.random.Generator) -> list[Case]:
    """Few samples in many bags, many samples in a few, and a single sample."""
    few = int(rng.integers(4, 6))
    return [case(rng, 1, 3), case(rng, few, 1200 // few), case(rng, 1500, 4)]


# --- mistakes ---


def shuffled(x, y, rng):
    bag = rng.permutation(len(x))
    return x[bag], y[bag]


def drawn_apart(x, y, rng):
    n = len(x)
    return x[rng.integers(n, size=n)], y[rng.integers(n, size=n)]


def of_the_global_generator(x, y, rng):
    bag = np.random.randint(len(x), size=len(x))
    return x[bag], y[bag]


def of_a_fixed_seed(x, y, rng):
    bag = np.random.default_rng(0).integers(len(x), size=len(x))
    return x[bag], y[bag]


def without_the_last(x, y, rng):
    bag = rng.integers(max(len(x) - 1, 1), size=len(x))
    return x[bag], y[bag]


def without_the_first(x, y, rng):
    bag = rng.integers(min(1, len(x) - 1), len(x), size=len(x))
    return x[bag], y[bag]


def of_rounded_numbers(x, y, rng):
    bag = np.rint(rng.random(len(x)) * (len(x) - 1)).astype(int)
    return x[bag], y[bag]


def one_sample_repeated(x, y, rng):
    bag = np.full(len(x), rng.integers(len(x)))
    return x[bag], y[bag]


def two_thirds(x, y, rng):
    bag = rng.integers(len(x), size=math.ceil(len(x) * 0.632))
    return x[bag], y[bag]


def indices_alone(x, y, rng):
    return rng.integers(len(x), size=len(x))


# --- variants ---


def by_integers(x, y, rng):
    bag = rng.integers(0, len(x), size=len(x))
    return x[bag], y[bag]


def by_choice(x, y, rng):
    bag = rng.choice(len(y), size=len(y), replace=True)
    return [np.take(x, bag, axis=0), np.take(y, bag)]


def by_loop(x, y, rng):
    rows, targets = [], []
    for _ in range(len(x)):
        i = int(rng.integers(len(x)))
        rows.append(x[i].tolist())
        targets.append(float(y[i]))
    return rows, targets


def by_counts(x, y, rng):
    n = len(x)
    counts = rng.multinomial(n, [1 / n] * n)
    return np.repeat(x, counts, axis=0), np.repeat(y, counts)


def by_floor(x, y, rng):
    bag = np.floor(rng.random(len(x)) * len(x)).astype(int)
    return x[bag], y[bag]


def by_torch(x, y, rng):
    bag = torch.from_numpy(rng.integers(len(x), size=len(x)))
    return torch.as_tensor(x)[bag].float(), torch.as_tensor(y)[bag]


EXERCISE = Exercise(
    name="bootstrap",
    task="Return (rows of x, their numbers of y) of one bag: as many samples as came in, drawn by "
    "rng with replacement, each draw from all of them, all as likely.",
    points=2,
    reference=bootstrap,
    driver="redraw",
    public=(
        case(np.random.default_rng(1), 4, 300),
        case(np.random.default_rng(2), 1500, 4),
    ),
    hidden=hidden,
    accept=accept,
    # At most 6 shares in each of two cases, and the distinct samples of 3 bags in each of two; what
    # else is refused comes to a right answer with a probability below 1e-100.
    false_alarm=2e-8,
    mistakes=(
        Mistake(
            shuffled,
            "That is a shuffle: every sample came once. Draw with replacement, so that some come "
            "twice and about 37 % not at all.",
        ),
        Mistake(
            drawn_apart,
            "x and y were drawn apart: draw the indices once and use them for both.",
        ),
        Mistake(
            one_sample_repeated,
            "That draws one index and repeats it: draw a new index for each place in the bag.",
        ),
        Mistake(
            of_the_global_generator,
            "Draw with the rng that came as an argument: np.random, or a generator made inside, "
            "cannot be repeated.",
        ),
        Mistake(
            of_a_fixed_seed,
            "A seed fixed inside gives the same bag every time: draw with the rng that came in.",
        ),
        Mistake(
            without_the_last,
            "The last sample is never drawn: rng.integers(n) already ends at n - 1.",
        ),
        Mistake(without_the_first, "The first sample is never drawn: indices begin at 0."),
        Mistake(
            of_rounded_numbers,
            "Rounding makes the first and the last sample half as likely: use rng.integers(n).",
        ),
        Mistake(two_thirds, "A bag has n samples, as the data; only 63 % of them are different."),
        Mistake(indices_alone, "Return the pair (x[bag], y[bag]), not the indices."),
    ),
    variants=(by_integers, by_choice, by_loop, by_counts, by_floor, by_torch),
    forbid=(*REFERENCES, "sklearn.utils"),
)
