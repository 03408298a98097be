"""Comparing a gradient by hand with one by differences (decks D and E, gradient check)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.gradients import relative_error

from .shared import REFERENCES, waves


def largest_relative_error(analytic: np.ndarray, numeric: np.ndarray) -> float:
    """max over all elements of |a - n| / max(|a|, |n|, 1e-8): one number."""
    return float(relative_error(analytic, numeric, floor=1e-8).max())


def hidden(rng: np.random.Generator) -> list[Case]:
    """The worst element is a small one, of either sign, and the larger in size is now one's."""
    cases = []
    for shape in ((1,), (7,), (1, 4), (3, 1), (4, 3)):
        analytic = rng.normal(size=shape) * 10.0 ** rng.uniform(-2, 2, size=shape)
        cases.append(Case((analytic, analytic * (1 + rng.uniform(-0.5, 0.5, size=shape)))))
        cases.append(Case((-np.abs(analytic), -np.abs(analytic) * rng.uniform(1.1, 2.0))))
    whole = rng.integers(1, 9, size=6)
    agree = rng.normal(size=5)
    opposite = rng.normal(size=4)
    return [
        *cases,
        Case((whole, whole + rng.integers(1, 4, size=6))),
        Case((agree, agree.copy())),
        Case((opposite, -opposite * rng.uniform(0.5, 2.0))),
        _vanishing(rng),
    ]


def _vanishing(rng: np.random.Generator) -> Case:
    """Gradients below the floor, one of them 0 in both, beside an ordinary one that is right."""
    tiny, small = rng.uniform(1e-11, 9e-10, size=2)
    right = rng.normal()
    return Case((np.array([0.0, tiny, -small, right]), np.array([0.0, -tiny, small, right])))


# --- mistakes ---


def absolute(analytic, numeric):
    return np.max(np.abs(analytic - numeric))


def sum_below(analytic, numeric):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(analytic) + np.abs(numeric), 1e-8))


def mean_of_errors(analytic, numeric):
    size = np.maximum(np.abs(analytic), np.abs(numeric))
    return np.mean(np.abs(analytic - numeric) / np.maximum(size, 1e-8))


def by_norms(analytic, numeric):
    size = np.maximum(np.linalg.norm(analytic), np.linalg.norm(numeric))
    return np.linalg.norm(analytic - numeric) / np.maximum(size, 1e-8)


def relative_to_numeric(analytic, numeric):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(numeric), 1e-8))


def relative_to_analytic(analytic, numeric):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(analytic), 1e-8))


def sign_kept(analytic, numeric):
    size = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), 1e-8)
    return np.max((analytic - numeric) / size)


def sizes_compared(analytic, numeric):
    size = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), 1e-8)
    return np.max(np.abs(np.abs(analytic) - np.abs(numeric)) / size)


def negative_below(analytic, numeric):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.maximum(analytic, numeric), 1e-8))


def without_floor(analytic, numeric):
    return np.max(np.abs(analytic - numeric) / np.maximum(np.abs(analytic), np.abs(numeric)))


def floor_added(analytic, numeric):
    size = np.maximum(np.abs(analytic), np.abs(numeric)) + 1e-8
    return np.max(np.abs(analytic - numeric) / size)


def one_for_each(analytic, numeric):
    size = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), 1e-8)
    return np.abs(analytic - numeric) / size


def one_size_for_all(analytic, numeric):
    size = max(np.max(np.abs(analytic)), np.max(np.abs(numeric)), 1e-8)
    return np.max(np.abs(analytic - numeric)) / size


# --- variants ---


def by_loop(analytic, numeric):
    worst = 0.0
    for a, n in zip(np.ravel(analytic), np.ravel(numeric), strict=True):
        worst = max(worst, abs(a - n) / max(abs(a), abs(n), 1e-8))
    return worst


def by_numpy(analytic, numeric):
    size = np.maximum(np.abs(analytic), np.abs(numeric))
    return np.max(np.abs(analytic - numeric) / np.maximum(size, 1e-8))


def by_torch(analytic, numeric):
    a = torch.as_tensor(analytic, dtype=torch.float64)
    n = torch.as_tensor(numeric, dtype=torch.float64)
    return ((a - n).abs() / torch.maximum(a.abs(), n.abs()).clamp(min=1e-8)).max()


def by_three_quotients(analytic, numeric):
    error = np.abs(analytic - numeric) + 0.0
    pair = np.stack([np.abs(analytic) + 0.0, np.abs(numeric), np.full(error.shape, 1e-8)])
    return float(np.max(np.min(error / np.where(pair == 0, 1e-300, pair), axis=0)))


EXERCISE = Exercise(
    name="largest_relative_error",
    task="Return the largest of the relative errors |a - n| / max(|a|, |n|, 1e-8) of the elements "
    "a of analytic and n of numeric, arrays of one shape: one number.",
    points=2,
    reference=largest_relative_error,
    public=(
        Case((np.array([2.0, 4.0]), np.array([1.0, 4.0]))),
        Case((np.array([-3.0, 2.0, 0.01]), np.array([-6.0, 1.5, -0.02]))),
        Case((np.array([1, 2, 3]), np.array([2, 2, 3]))),
        Case((np.array([[-1.0, -2.0], [4.0, 0.5]]), np.array([[-1.1, -2.0], [3.9, 0.5]]))),
        Case((np.array([0.0, 2e-10, 1.0]), np.array([0.0, -1e-10, 1.0]))),
        Case((waves(2, 5), waves(2, 5))),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            absolute,
            "That is the largest *absolute* error: an error of 0.001 is small beside 100 and large "
            "beside 0.001, so divide it by the size of its element.",
        ),
        Mistake(
            sum_below,
            "That divides by the sum |a| + |n|: this course divides by the larger of the two.",
        ),
        Mistake(
            mean_of_errors,
            "That is the mean of the relative errors: one wrong element among a thousand would "
            "hardly show, so take the largest.",
        ),
        Mistake(
            by_norms,
            "That compares the norms of whole arrays: take the error of each element by itself, "
            "then the largest.",
        ),
        Mistake(
            relative_to_numeric,
            "That divides by |n| alone: take the larger of |a| and |n| in each element.",
        ),
        Mistake(
            relative_to_analytic,
            "That divides by |a| alone: take the larger of |a| and |n| in each element.",
        ),
        Mistake(
            sign_kept,
            "The absolute value of a - n is missing: an element that is too small is as wrong as "
            "one that is too large.",
        ),
        Mistake(
            sizes_compared,
            "That compares |a| with |n|, and a gradient of the wrong sign would pass: take "
            "|a - n|.",
        ),
        Mistake(
            negative_below,
            "Below the line stand |a| and |n|: without absolute values, negative elements are "
            "measured against the wrong size.",
        ),
        Mistake(
            without_floor,
            "Where both gradients vanish, 0/0 is nan: the size below the line is at least 1e-8.",
        ),
        Mistake(
            floor_added,
            "1e-8 is one of the three in the maximum: it is not added to the larger of |a| and "
            "|n|.",
        ),
        Mistake(
            one_for_each, "Those are the relative errors one by one: return the largest of them."
        ),
        Mistake(
            one_size_for_all,
            "That divides by the largest element of all: each error is measured against its own "
            "element.",
        ),
    ),
    variants=(by_loop, by_numpy, by_torch, by_three_quotients),
    forbid=REFERENCES,
)
