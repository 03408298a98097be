"""A bag of samples drawn with replacement (Breiman, 1996; deck B, "Bagging")."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from course_lib import bagging
from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.distributions import DELTA, share_is
from course_lib.checks.given import rng as generator

from .shared import REFERENCES

PAIR = "What came is not the pair (x of the bag, y of the bag)."
SIZE = "The bag has another number of samples than the data."
STRANGE = "The bag holds a row of x that is not in the data."
TORN = "Rows of x and their targets in y no longer belong together."
NOT_FROM_RNG = "Two generators in the same state gave two different bags."
ALWAYS_THE_SAME = "Generators in different states gave the same bag."
ALL_ONE = "The whole bag is one and the same sample."
NO_REPEATS = "No sample came twice, however many were drawn."
FIRST_MISSING = "In all the bags the first sample never came."
LAST_MISSING = "In all the bags the last sample never came."
UNEVEN = "Some samples came more often than chance allows."
MORE_DISTINCT = "The bags hold too many or too few different samples."

MANY = 100  # samples from which on a bag without a repeat is out of the question


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
    few = int(rng.integers(3, 5))
    return [case(rng, 1, 3), case(rng, few, 1200 // few), case(rng, 1500, 4)]


def accept(args: tuple[Any, ...], value: Any) -> str:
    """What is wrong with the bags; empty where nothing is."""
    x, y, generators = args
    drawn = []
    for bag in value:
        problem = _no_bag(x, y, bag)
        if problem:
            return problem
        drawn.append(np.rint(np.asarray(bag[0], dtype=float)[:, 0]).astype(int))
    indices = np.array(drawn)
    if len(indices) != len(generators):
        return PAIR
    if not np.array_equal(indices[0], indices[-1]):
        return NOT_FROM_RNG
    return _drawn_wrongly(indices[:-1], len(x))


def _no_bag(x: np.ndarray, y: np.ndarray, bag: Any) -> str:
    if not isinstance(bag, (tuple, list)) or len(bag) != 2:
        return PAIR
    rows, targets = (np.asarray(part, dtype=float) for part in bag)
    if rows.shape[1:] != x.shape[1:] or targets.ndim != 1:
        return PAIR
    if rows.shape != x.shape or targets.shape != y.shape:
        return SIZE
    index = np.rint(rows[:, 0])
    if not np.all((index >= 0) & (index < len(x))):
        return STRANGE
    index = index.astype(int)
    if not np.allclose(rows, x[index], rtol=1e-4, atol=1e-6):
        return STRANGE
    return "" if np.allclose(targets, y[index], rtol=1e-4) else TORN


def _drawn_wrongly(indices: np.ndarray, n: int) -> str:
    """Of bags of one shape (n_bags, n), drawn with different generators."""
    if n == 1:
        return ""
    distinct = np.array([np.unique(bag).size for bag in indices])
    if np.all(distinct == 1):
        return ALL_ONE
    if np.all(distinct == n):
        return NO_REPEATS
    if np.all(indices == indices[0]):
        return ALWAYS_THE_SAME
    counts = np.bincount(indices.ravel(), minlength=n)
    if n >= MANY:
        # One draw more or less changes the number of distinct samples by at most 1 (McDiarmid).
        near = math.sqrt(n * math.log(2 / DELTA) / 2)
        expected = n * (1 - (1 - 1 / n) ** n)
        return MORE_DISTINCT if np.any(np.abs(distinct - expected) > near) else ""
    if counts[0] == 0 or counts[-1] == 0:
        return FIRST_MISSING if counts[0] == 0 else LAST_MISSING
    flat = indices.ravel()
    even = all(share_is(flat == k, 1 / n) for k in range(n))
    # Both ends at once: where numbers are rounded to indices, each comes half as often.
    return "" if even and share_is((flat == 0) | (flat == n - 1), 2 / n) else UNEVEN


# --- mistakes ---


def shuffled(x, y, rng):
    bag = rng.permutation(len(x))
    return x[bag], y[bag]


def drawn_apart(x, y, rng):
    n = len(x)
    return x[rng.integers(n, size=n)], y[rng.integers(n, size=n)]


def targets_left_alone(x, y, rng):
    return x[rng.integers(len(x), size=len(x))], y


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
    # At most 5 shares in each of two cases, and the distinct samples of 3 bags in each of two; what
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
