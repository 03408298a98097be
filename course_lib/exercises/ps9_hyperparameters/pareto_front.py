"""The Pareto front of accuracy and cost (deck A, "Automated network architecture search")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import search
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [Case((rng.normal(size=shape),)) for shape in ((1, 2), (14, 2), (10, 3))]
    single = rng.random(size=(9, 2)).astype(np.float32)
    return [*cases, Case((single,)), _hollow(rng), _ties(rng), _third_column(rng)]


def _hollow(rng: np.random.Generator) -> Case:
    """One row of the front lies behind the line between its neighbours; one row is beaten."""
    rows = np.array([[0.0, 10.0], [6.0, 6.0], [10.0, 0.0], [7.0, 8.0], [12.0, 11.0]])
    rows = rows + rng.uniform(-0.5, 0.5, size=rows.shape)
    return Case((rng.permutation(rows),))


def _ties(rng: np.random.Generator) -> Case:
    """Whole numbers: a row of the front twice, and two rows that equal it in one column only."""
    best, other = rng.integers(1, 50, size=2)
    rows = [
        [best, other],
        [best, other],
        [best + 3, other],
        [best, other + 2],
        [best - 1, other + 9],
    ]
    return Case((rng.permutation(rows),))


def _third_column(rng: np.random.Generator) -> Case:
    """A row that only its third column keeps on the front."""
    rows = np.array([[1.0, 2.0, 9.0], [3.0, 4.0, 2.0], [2.0, 5.0, 9.5], [4.0, 5.0, 2.5]])
    return Case((rng.permutation(rows + rng.uniform(0, 0.4, size=rows.shape)),))


# --- mistakes ---


def lower_in_every_column(measures):
    return np.array([not (measures < row).all(axis=1).any() for row in measures])


def twins_beat_each_other(measures):
    return np.array([(measures <= row).all(axis=1).sum() == 1 for row in measures])


def higher_is_better(measures):
    better = [(measures >= row).all(axis=1) & (measures > row).any(axis=1) for row in measures]
    return ~np.any(better, axis=1)


def beaten_ones(measures):
    better = [(measures <= row).all(axis=1) & (measures < row).any(axis=1) for row in measures]
    return np.any(better, axis=1)


def best_of_each_column(measures):
    return (measures == measures.min(axis=0)).any(axis=1)


def best_sum(measures):
    sums = measures.sum(axis=1)
    return sums == sums.min()


def by_weighted_sums(measures):
    front = np.zeros(len(measures), dtype=bool)
    for weight in np.linspace(0.01, 0.99, 99):
        sums = weight * measures[:, 0] + (1 - weight) * measures[:, -1]
        front |= sums == sums.min()
    return front


def first_two_columns(measures):
    two = measures[:, :2]
    better = [(two <= row).all(axis=1) & (two < row).any(axis=1) for row in two]
    return ~np.any(better, axis=1)


def as_row_numbers(measures):
    better = [(measures <= row).all(axis=1) & (measures < row).any(axis=1) for row in measures]
    return np.flatnonzero(~np.any(better, axis=1))


def in_sorted_order(measures):
    ordered = measures[np.lexsort(measures.T[::-1])]
    better = [(ordered <= row).all(axis=1) & (ordered < row).any(axis=1) for row in ordered]
    return ~np.any(better, axis=1)


def compared_with_the_next(measures):
    front = np.ones(len(measures), dtype=bool)
    for i in range(len(measures) - 1):
        lower = measures[i + 1] <= measures[i]
        front[i] = not (lower.all() and (measures[i + 1] < measures[i]).any())
    return front


# --- variants ---


def by_loop(measures):
    front = []
    for row in measures:
        beaten = False
        for other in measures:
            no_worse = all(a <= b for a, b in zip(other, row, strict=True))
            better = any(a < b for a, b in zip(other, row, strict=True))
            beaten = beaten or (no_worse and better)
        front.append(not beaten)
    return front


def by_broadcasting(measures):
    no_worse = (measures[:, None, :] <= measures[None, :, :]).all(axis=2)
    better = (measures[:, None, :] < measures[None, :, :]).any(axis=2)
    return ~(no_worse & better).any(axis=0)


def by_removing(measures):
    front = np.ones(len(measures), dtype=bool)
    for i, row in enumerate(measures):
        if front[i]:
            beaten = (measures >= row).all(axis=1) & (measures > row).any(axis=1)
            front[beaten] = False
    return front


def by_sorting(measures):
    # In this order a row can only be beaten by one before it.
    order = np.lexsort(measures.T[::-1])
    front = np.zeros(len(measures), dtype=bool)
    kept: list[np.ndarray] = []
    for i in order:
        row = measures[i]
        if not any((k <= row).all() and (k < row).any() for k in kept):
            kept.append(row)
            front[i] = True
    return front


def by_torch(measures):
    m = torch.as_tensor(measures)
    no_worse = (m[:, None] <= m[None]).all(dim=2)
    better = (m[:, None] < m[None]).any(dim=2)
    return ~(no_worse & better).any(dim=0)


def by_different_twins(measures):
    no_worse = (measures[:, None] <= measures[None]).all(axis=2)
    return (no_worse <= no_worse.T).all(axis=0)


EXERCISE = Exercise(
    name="pareto_front",
    task="Return which rows of measures (n, m), all to be minimised, are beaten by no other row: "
    "booleans (n,). To beat is to be as low in every column and lower in one.",
    points=3,
    reference=search.pareto_front,
    public=(
        Case((np.array([[0.1, 9.0], [0.2, 3.0], [0.3, 5.0], [0.4, 1.0]]),)),
        Case((np.array([[10, 0], [7, 8], [0, 10], [6, 6]]),)),
        Case((np.array([[1, 2], [1, 3], [2, 1], [1, 2]]),)),
        Case((np.array([[2, 2, 2], [1, 2, 3], [3, 2, 1], [3, 3, 3]]),)),
        Case((np.array([[0.5, 2.0]]),)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            lower_in_every_column,
            "A row beats another already when it is lower in one column and equal in the rest: "
            "here it had to be lower in every one.",
        ),
        Mistake(
            twins_beat_each_other,
            "Two equal rows beat neither each other nor themselves: a beating row is lower "
            "somewhere.",
        ),
        Mistake(higher_is_better, "The comparison is turned round: low measures are good here."),
        Mistake(
            beaten_ones, "Those are the rows that *are* beaten: the front is what is left (~)."
        ),
        Mistake(
            best_of_each_column,
            "That keeps the best row of each column only: a compromise between the columns may be "
            "beaten by no other row.",
        ),
        Mistake(
            best_sum,
            "That keeps the row with the lowest sum, one trade between the columns: the front has "
            "the best row of every trade.",
        ),
        Mistake(
            by_weighted_sums,
            "Weighted sums find only the rows on the outer hull: a row in a hollow of the front is "
            "beaten by no other row either.",
        ),
        Mistake(first_two_columns, "That compares two columns: there may be more."),
        Mistake(
            as_row_numbers, "Those are row numbers: return one True or False for each row, (n,)."
        ),
        Mistake(
            in_sorted_order,
            "The answers stand in the order of the sorted rows: put them back into that of the "
            "input.",
        ),
        Mistake(
            compared_with_the_next,
            "Each row is compared with the one after it only: compare it with all.",
        ),
    ),
    variants=(
        by_loop,
        by_broadcasting,
        by_removing,
        by_sorting,
        by_torch,
        by_different_twins,
    ),
    forbid=REFERENCES,
)
