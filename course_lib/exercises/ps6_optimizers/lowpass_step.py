"""Any low-pass as an optimizer, such as Butterworth's (deck A, "Nesterov momentum")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import optimizers
from course_lib.checks import Case, Exercise, Mistake

from .shared import ATOL, REFERENCES, runs, stepped


def lowpass_step(w, g, state, rate, b, a):
    """w ← w − rate · y with y the output of the filter (b, a) for the gradients."""
    return stepped(optimizers.lowpass(rate, (b, a)), w, g, state)


def butterworth(cutoff: float, order: int) -> tuple[np.ndarray, np.ndarray]:
    """(b, a) of scipy.signal.butter(order, cutoff) for orders 1 and 2."""
    k = math.tan(math.pi * cutoff / 2)
    if order == 1:
        return np.array([k, k]) / (1 + k), np.array([1.0, (k - 1) / (k + 1)])
    below = 1 + math.sqrt(2) * k + k * k
    a = np.array([below, 2 * (k * k - 1), 1 - math.sqrt(2) * k + k * k])
    return k * k * np.array([1.0, 2.0, 1.0]) / below, a / below


def hidden(rng: np.random.Generator) -> list[Case]:
    """Orders 2, 1 and 3; the third, by one after another, has no symmetry in b."""
    cases = [
        Case((w, gradients, rng.uniform(0.5, 2), *butterworth(rng.uniform(0.2, 0.6), 2)))
        for w, gradients in runs(rng)
    ]
    w, gradients = runs(rng)[2]
    first = butterworth(rng.uniform(0.2, 0.5), 1)
    second = butterworth(rng.uniform(0.2, 0.5), 2)
    third = np.convolve([1.0, 0.4], second[0]), np.convolve([1.0, -0.5], second[1])
    return [*cases, Case((w, gradients, 1.0, *first)), Case((w, gradients, 1.0, *third))]


# --- mistakes ---


def without_feedback(w, g, state, rate, b, a):
    old_g, old_y = ([], []) if state is None else state
    y = b[0] * g + sum(c * x for c, x in zip(b[1:], old_g, strict=False))
    return w - rate * y, ([g, *old_g], [y, *old_y])


def feedback_with_the_wrong_sign(w, g, state, rate, b, a):
    old_g, old_y = ([], []) if state is None else state
    y = b[0] * g + sum(c * x for c, x in zip(b[1:], old_g, strict=False))
    y = y + sum(c * x for c, x in zip(a[1:], old_y, strict=False))
    return w - rate * y, ([g, *old_g], [y, *old_y])


def without_older_gradients(w, g, state, rate, b, a):
    old_y = [] if state is None else state
    y = b[0] * g - sum(c * x for c, x in zip(a[1:], old_y, strict=False))
    return w - rate * y, [y, *old_y]


def no_memory(w, g, state, rate, b, a):
    return w - rate * b[0] * g, None


def right_for_order_1(w, g, state, rate, b, a):
    old_g, old_y = (0.0, 0.0) if state is None else state
    y = b[0] * g + b[1] * old_g - a[1] * old_y
    return w - rate * y, (g, y)


def oldest_first(w, g, state, rate, b, a):
    # The delays begin as zeros, and the newest is put at the end of the row.
    zeros = [0.0 * g] * (len(a) - 1)
    old_g, old_y = (zeros, zeros) if state is None else state
    y = b[0] * g + sum(c * x for c, x in zip(b[1:], old_g, strict=False))
    y = y - sum(c * x for c, x in zip(a[1:], old_y, strict=False))
    return w - rate * y, ([*old_g[1:], g], [*old_y[1:], y])


def feeds_back_the_gradients(w, g, state, rate, b, a):
    old_g = [] if state is None else state
    y = b[0] * g + sum(c * x for c, x in zip(b[1:], old_g, strict=False))
    y = y - sum(c * x for c, x in zip(a[1:], old_g, strict=False))
    return w - rate * y, [g, *old_g]


def feedback_shifted(w, g, state, rate, b, a):
    old_g, old_y = ([], []) if state is None else state
    y = b[0] * g + sum(c * x for c, x in zip(b[1:], old_g, strict=False))
    y = y - sum(c * x for c, x in zip(a, old_y, strict=False))
    return w - rate * y, ([g, *old_g], [y, *old_y])


def b_and_a_swapped(w, g, state, rate, b, a):
    old_g, old_y = ([], []) if state is None else state
    y = a[0] * g + sum(c * x for c, x in zip(a[1:], old_g, strict=False))
    y = (y - sum(c * x for c, x in zip(b[1:], old_y, strict=False))) / b[0]
    return w - rate * y, ([g, *old_g], [y, *old_y])


def uphill(w, g, state, rate, b, a):
    old_g, old_y = ([], []) if state is None else state
    y = b[0] * g + sum(c * x for c, x in zip(b[1:], old_g, strict=False))
    y = y - sum(c * x for c, x in zip(a[1:], old_y, strict=False))
    return w + rate * y, ([g, *old_g], [y, *old_y])


def rate_fed_back(w, g, state, rate, b, a):
    old_g, old_y = ([], []) if state is None else state
    y = b[0] * g + sum(c * x for c, x in zip(b[1:], old_g, strict=False))
    y = rate * (y - sum(c * x for c, x in zip(a[1:], old_y, strict=False)))
    return w - y, ([g, *old_g], [y, *old_y])


def in_place(w, g, state, rate, b, a):
    old_g, old_y = ([], []) if state is None else state
    y = b[0] * g + sum(c * x for c, x in zip(b[1:], old_g, strict=False))
    y = y - sum(c * x for c, x in zip(a[1:], old_y, strict=False))
    w -= rate * y
    return w, ([g, *old_g], [y, *old_y])


# --- variants ---


def by_lists(w, g, state, rate, b, a):
    old_g, old_y = ([], []) if state is None else state
    old_g = [g, *old_g][: len(b)]
    y = sum(c * x for c, x in zip(b, old_g, strict=False))
    y = y - sum(c * x for c, x in zip(a[1:], old_y, strict=False))
    return w - rate * y, (old_g, [y, *old_y][: len(a) - 1])


def by_one_row_of_delays(w, g, state, rate, b, a):
    # The deck's diagram: v[n] = g[n] - a[1] v[n-1] - ..., y[n] = b[0] v[n] + b[1] v[n-1] + ...
    delays = np.zeros((len(a) - 1, *np.shape(g))) if state is None else state
    new = g - np.tensordot(a[1:], delays, axes=1)
    row = np.concatenate([[new], delays])
    return w - rate * np.tensordot(b, row, axes=1), row[:-1]


def by_transposed_form(w, g, state, rate, b, a):
    s = [0.0] * len(b) if state is None else state
    y = b[0] * g + s[0]
    following = [b[i] * g - a[i] * y + s[i] for i in range(1, len(b))]
    return w - rate * y, [*following, 0.0]


def by_all_outputs(w, g, state, rate, b, a):
    past = [(g, 0)] if state is None else [*state, (g, 0)]
    y = 0.0
    for i in range(min(len(b), len(past))):
        gradient, output = past[-1 - i]
        y = y + b[i] * gradient - a[i] * output
    return w - rate * y, [*past[:-1], (g, y)]


def by_torch(w, g, state, rate, b, a):
    w, g = torch.as_tensor(w, dtype=torch.float64), torch.as_tensor(g, dtype=torch.float64)
    order = len(a) - 1
    old_g, old_y = (torch.zeros(2, order, *g.shape, dtype=g.dtype)) if state is None else state
    y = b[0] * g
    for i in range(order):
        y = y + b[i + 1] * old_g[i] - a[i + 1] * old_y[i]
    old_g = torch.cat([g[None], old_g])[:order]
    return w - rate * y, (old_g, torch.cat([y[None], old_y])[:order])


EXERCISE = Exercise(
    name="lowpass_step",
    task="Return (w, state) after one step w - rate y, y being the output of the filter (b, a) for "
    "the gradients so far; b and a are of one length, a[0] is 1, the state None at first.",
    points=3,
    reference=lowpass_step,
    driver="steps",
    atol=ATOL,
    public=(
        Case(
            (
                np.array([1.0]),
                np.array([[1.0], [1.0], [1.0], [-2.0]]),
                1.0,
                np.array([0.25, 0.5, 0.25]),
                np.array([1.0, -0.5, 0.25]),
            )
        ),
        Case(
            (
                np.array([0.0, 5.0]),
                np.array([[1.0, -2.0], [1.0, 3.0], [2.0, 0.0], [1.0, 1.0]]),
                0.5,
                *butterworth(0.2, 2),
            )
        ),
        Case(
            (
                np.array([[3, 1]]),
                np.array([[[2, -1]], [[1, 4]], [[3, 5]]]),
                0.5,
                np.array([0.5, 0.25]),
                np.array([1.0, -0.75]),
            )
        ),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            without_feedback,
            "The feedback is missing: subtract a[1] y[n-1] + a[2] y[n-2] + ..., the old outputs.",
        ),
        Mistake(
            feedback_with_the_wrong_sign,
            "a stands on the side of y: a[1] y[n-1] + a[2] y[n-2] + ... is *subtracted*.",
        ),
        Mistake(
            without_older_gradients,
            "Only b[0] is used: b[1] g[n-1] + b[2] g[n-2] + ... belongs to y as well.",
        ),
        Mistake(no_memory, "There is no memory: the older gradients and outputs are the state."),
        Mistake(
            right_for_order_1,
            "That is right for one delay: keep as many as b and a have coefficients after the "
            "first.",
        ),
        Mistake(
            oldest_first,
            "The delays are in reverse: b[1] and a[1] belong to the *newest* of the old ones.",
        ),
        Mistake(
            feeds_back_the_gradients,
            "a belongs to the old *outputs* y, not to the old gradients: keep both in the state.",
        ),
        Mistake(
            feedback_shifted,
            "a[0] belongs to y[n] itself: the last output y[n-1] is weighed by a[1].",
        ),
        Mistake(b_and_a_swapped, "b and a are swapped: b weighs the gradients, a the outputs."),
        Mistake(uphill, "That climbs: the step goes against y, with a minus."),
        Mistake(
            rate_fed_back,
            "The rate is fed back with y: remember y itself, and multiply by the rate in the step.",
        ),
        Mistake(in_place, "w -= ... changes the caller's weights: return a new array."),
    ),
    variants=(by_lists, by_one_row_of_delays, by_transposed_form, by_all_outputs, by_torch),
    forbid=REFERENCES,
)
