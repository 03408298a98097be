"""Which nodes stay, drawn at random (deck A, "Dropout"; deck E: r ~ Bernoulli)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import dropout
from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.given import rng as generator

from .dropout_rule import accept_mask
from .shared import READY_MADE, REFERENCES, drop_probability


def dropout_mask(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> np.ndarray:
    """``True`` where a node stays."""
    return dropout.dropout_mask(shape, p, rng)


def case(rng: np.random.Generator, shape: tuple[int, ...], p: float, masks: int) -> Case:
    """The last generator repeats the first."""
    seeds = rng.choice(2**31, size=masks - 1, replace=False)
    return Case((shape, p, [generator(int(seed)) for seed in (*seeds, seeds[0])]))


def hidden(rng: np.random.Generator) -> list[Case]:
    """Large masks, many small ones, three axes, and p = 0."""
    n = int(rng.integers(60, 90))
    return [
        case(rng, (n, 70), float(rng.uniform(0.15, 0.3)), 3),
        case(rng, (50, n), float(rng.uniform(0.7, 0.85)), 3),
        case(rng, (10, 8, n), drop_probability(rng), 3),
        case(rng, (12,), drop_probability(rng), 40),
        case(rng, (n, 3), 0.0, 3),
    ]


# --- mistakes ---


def keeps_with_p(shape, p, rng):
    return rng.random(shape) < p


def scaled_already(shape, p, rng):
    return (rng.random(shape) >= p) / (1 - p)


def random_numbers(shape, p, rng):
    return rng.random(shape)


def one_row_for_all(shape, p, rng):
    return np.broadcast_to(rng.random(shape[-1]) >= p, shape)


def one_row_alone(shape, p, rng):
    return rng.random(shape[-1]) >= p


def one_number_a_sample(shape, p, rng):
    return np.broadcast_to(rng.random((*shape[:-1], 1)) >= p, shape)


def of_the_global_generator(shape, p, rng):
    return np.random.random(shape) >= p


def of_a_fixed_seed(shape, p, rng):
    return np.random.default_rng(0).random(shape) >= p


def exactly_that_many(shape, p, rng):
    size = math.prod(shape)
    return rng.permutation(np.arange(size) >= round(p * size)).reshape(shape)


def of_a_normal_number(shape, p, rng):
    return rng.normal(size=shape) >= p


# --- variants ---


def by_comparison(shape, p, rng):
    return rng.random(shape) > p


def by_keeping(shape, p, rng):
    return (rng.random(size=shape) < 1 - p).astype(np.float32)


def by_binomial(shape, p, rng):
    return rng.binomial(1, 1 - p, size=shape)


def by_choice(shape, p, rng):
    return rng.choice([0.0, 1.0], size=shape, p=[p, 1 - p]).tolist()


def by_loop(shape, p, rng):
    flat = [1 if rng.random() >= p else 0 for _ in range(math.prod(shape))]
    return np.reshape(flat, shape)


def by_torch(shape, p, rng):
    return torch.from_numpy(rng.uniform(size=shape)) >= p


EXERCISE = Exercise(
    name="dropout_mask",
    task="Return a mask of the given shape, drawn by rng: 1 (or True) where a node stays and 0 "
    "where it is dropped, with probability p, each node on its own.",
    points=2,
    reference=dropout_mask,
    driver="redraw",
    public=(
        case(np.random.default_rng(1), (80, 50), 0.2, 3),
        case(np.random.default_rng(2), (12,), 0.75, 40),
        case(np.random.default_rng(3), (4, 3), 0.0, 3),
    ),
    hidden=hidden,
    accept=accept_mask,
    # Three shares in each of three large masks; what else is refused
    # comes to a right answer with a probability below 1e-12.
    false_alarm=2e-8,
    mistakes=(
        Mistake(
            keeps_with_p,
            "p is the probability to drop: a node stays with 1 - p, where a random number is >= p.",
        ),
        Mistake(
            scaled_already,
            "The mask itself is 0 or 1: the factor 1/(1 - p) belongs to the next exercise.",
        ),
        Mistake(
            random_numbers,
            "Those are the random numbers themselves: compare them with p to get 0 or 1.",
        ),
        Mistake(
            one_row_for_all,
            "One row is repeated for all samples: draw each number of the mask on its own.",
        ),
        Mistake(one_row_alone, "That is one row alone: draw a mask of the whole shape."),
        Mistake(
            one_number_a_sample,
            "Each sample keeps all of its nodes or none: draw each number of the mask on its own.",
        ),
        Mistake(
            of_the_global_generator,
            "Draw with the rng that came as an argument: np.random, or a generator made inside, "
            "cannot be repeated.",
        ),
        Mistake(
            of_a_fixed_seed,
            "A seed fixed inside gives the same mask every time: draw with the rng that came in.",
        ),
        Mistake(
            exactly_that_many,
            "The number of dropped nodes is random too: drop each with probability p on its own.",
        ),
        Mistake(
            of_a_normal_number,
            "The share that stays must be 1 - p for every p: rng.random(shape) >= p has it, normal "
            "numbers and fair coins have not.",
        ),
    ),
    variants=(by_comparison, by_keeping, by_binomial, by_choice, by_loop, by_torch),
    forbid=(*REFERENCES, *READY_MADE),
)
