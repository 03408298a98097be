"""Input gain and DC gain of any filter (deck A, "Review of first order LTI filters")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import filters
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, filters_of_many_orders


def gains(b, a):
    """(b[0]/a[0], H(1))."""
    f = filters.Filter(b, a)
    return f.input_gain, f.dc_gain


def hidden(rng: np.random.Generator) -> list[Case]:
    return [Case(pair) for pair in filters_of_many_orders(rng)]


# --- mistakes ---


def swapped(b, a):
    return np.sum(b) / np.sum(a), b[0] / a[0]


def only_the_first_of_b(b, a):
    return b[0] / a[0], b[0] / np.sum(a)


def without_feedback(b, a):
    return b[0] / a[0], np.sum(b) / a[0]


def not_divided_by_the_first_of_a(b, a):
    return b[0], np.sum(b) / np.sum(a)


def first_of_a_taken_as_1(b, a):
    return b[0], np.sum(b) / (1 + np.sum(a[1:]))


def feedback_with_the_wrong_sign(b, a):
    return b[0] / a[0], np.sum(b) / (a[0] - np.sum(a[1:]))


def at_the_highest_frequency(b, a):
    up, down = (-1.0) ** np.arange(len(b)), (-1.0) ** np.arange(len(a))
    return b[0] / a[0], np.sum(b * up) / np.sum(a * down)


def inverted(b, a):
    return b[0] / a[0], np.sum(a) / np.sum(b)


def right_for_a_single_pole(b, a):
    return b[0] / a[0], np.sum(b) / (a[0] + a[1])


def of_the_size(b, a):
    return b[0] / a[0], np.sum(np.abs(b)) / np.abs(np.sum(a))


# --- variants ---


def by_polynomials(b, a):
    return b[0] / a[0], np.polyval(b, 1) / np.polyval(a, 1)


def by_loop(b, a):
    top = 0.0
    for coefficient in b:
        top += coefficient
    bottom = 0.0
    for coefficient in a:
        bottom += coefficient
    return [b[0] / a[0], top / bottom]


def by_torch(b, a):
    b, a = torch.as_tensor(b, dtype=torch.float64), torch.as_tensor(a, dtype=torch.float64)
    return torch.stack([b[0] / a[0], b.sum() / a.sum()])


def by_running_it(b, a):
    # The output for 1, 1, 1, ... until it has settled.
    past = [0.0] * (len(a) - 1)
    first = b[0] / a[0]
    for n in range(250):
        new = sum(b[: n + 1])
        new = (new - sum(a[i + 1] * past[i] for i in range(len(past)))) / a[0]
        past = [new, *past][: len(a) - 1]
    return first, new


EXERCISE = Exercise(
    name="gains",
    task="Return (input gain, DC gain) of the filter with the coefficients b and a: what a lone "
    "new sample is multiplied by at once, and what a constant is multiplied by in the end.",
    points=2,
    reference=gains,
    rtol=1e-5,
    atol=1e-6,
    public=(
        Case((np.array([0.1]), np.array([1.0, -0.9]))),
        Case((np.array([1.9, -0.9]), np.array([1.0, -0.9]))),
        Case((np.array([2, 1]), np.array([4, -1, 2]))),
        Case((np.array([0.5, -0.8, 0.2]), np.array([1.0, 0.5]))),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(swapped, "The order is (input gain, DC gain): yours is the other way round."),
        Mistake(
            only_the_first_of_b,
            "For a constant input every x[n-i] is the same, so all of b counts in the DC gain, "
            "not b[0] alone.",
        ),
        Mistake(
            without_feedback,
            "The DC gain leaves the feedback out: a constant output y comes back through every "
            "a[i].",
        ),
        Mistake(
            not_divided_by_the_first_of_a,
            "a[0] need not be 1: y[0] is b[0] x[0] / a[0].",
        ),
        Mistake(
            first_of_a_taken_as_1, "a[0] need not be 1: it counts in both gains, as it stands."
        ),
        Mistake(
            feedback_with_the_wrong_sign,
            "a has its minus on the other side already: a[0] y[n] + a[1] y[n-1] + ... is what b "
            "gives, so the sum of all a counts.",
        ),
        Mistake(
            at_the_highest_frequency,
            "That is the gain at z = -1, for 1, -1, 1, -1, ...: a constant is z = 1.",
        ),
        Mistake(inverted, "The DC gain is upside down: b, the input's side, stands on top."),
        Mistake(
            right_for_a_single_pole,
            "That holds for a single pole: with more of them, all of a counts.",
        ),
        Mistake(of_the_size, "A gain has a sign: take the sums as they are, without abs."),
    ),
    variants=(by_polynomials, by_loop, by_torch, by_running_it),
    forbid=REFERENCES,
)
