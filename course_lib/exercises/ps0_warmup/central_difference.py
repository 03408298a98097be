"""A gradient by central differences (decks D and E, numerical gradients)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib import gradients
from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.given import Told, function

from .shared import REFERENCES


def central_difference(f: Callable[[np.ndarray], float], x: np.ndarray, h: float) -> np.ndarray:
    """(f(x + h e_i) - f(x - h e_i)) / 2h for each element of ``x``, in its shape."""
    return gradients.central_difference(f, x, step=h)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Steps so wide that each other quotient, and the derivative itself, differs clearly."""
    cases = [
        Case((_waves(rng, shape), rng.normal(size=shape), float(rng.uniform(0.1, 0.4))))
        for shape in ((1,), (4,), (1, 3), (3, 1), (3, 2), (2, 2, 2))
    ]
    whole = (_waves(rng, (4,)), rng.integers(-3, 4, size=4), 0.25)
    coupled = (_bowl(rng, 3), rng.normal(size=3), float(rng.uniform(0.1, 0.4)))
    return [*cases, Case(whole), Case(coupled)]


def _waves(rng: np.random.Generator, shape: tuple[int, ...]) -> Told:
    return function("sine_sum", frequencies=rng.uniform(0.7, 1.6, size=shape))


def _bowl(rng: np.random.Generator, n: int) -> Told:
    return function("quadratic", matrix=rng.normal(size=(n, n)), vector=rng.normal(size=n))


# --- mistakes ---


def one_sided(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up = x.astype(float)
        up[i] += h
        g[i] = (f(up) - f(x)) / h
    return g


def one_sided_below(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        down = x.astype(float)
        down[i] -= h
        g[i] = (f(x) - f(down)) / h
    return g


def without_two(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / h
    return g


def times_h(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / 2 * h
    return g


def sign_turned(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[i] += h
        down[i] -= h
        g[i] = (f(down) - f(up)) / (2 * h)
    return g


def half_a_step(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[i] += h / 2
        down[i] -= h / 2
        g[i] = (f(up) - f(down)) / h
    return g


def all_at_once(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h) * np.ones(x.shape)


def one_number(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def steps_pile_up(f, x, h):
    g, moved = np.zeros(x.shape), x.astype(float)
    for i in np.ndindex(x.shape):
        moved[i] += h
        above = f(moved)
        moved[i] -= 2 * h
        g[i] = (above - f(moved)) / (2 * h)
    return g


def input_left_changed(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        g[i] = (above - f(x)) / (2 * h)
    return g


def whole_numbers_stay_whole(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


def whole_numbers_out(f, x, h):
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


def row_by_row(f, x, h):
    g = np.zeros(x.shape)
    for i in range(len(x)):
        up, down = x.astype(float), x.astype(float)
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


def flattened(f, x, h):
    g = np.zeros(x.size)
    for i in range(x.size):
        up, down = x.astype(float), x.astype(float)
        up.flat[i] += h
        down.flat[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


def step_of_its_own(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[i] += 1e-5
        down[i] -= 1e-5
        g[i] = (f(up) - f(down)) / 2e-5
    return g


# --- variants ---


def by_index(f, x, h):
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


def by_unit_vectors(f, x, h):
    units = np.eye(x.size).reshape(x.size, *x.shape)
    g = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in units]
    return np.reshape(g, x.shape)


def by_restoring(f, x, h):
    x = np.array(x, dtype=np.float64)
    g = np.empty(x.shape)
    for i in range(x.size):
        kept = x.flat[i]
        x.flat[i] = kept + h
        above = f(x)
        x.flat[i] = kept - h
        g.flat[i] = (above - f(x)) / h / 2
        x.flat[i] = kept
    return g


def by_mean_of_both_sides(f, x, h):
    steps = h * np.eye(x.size)
    rise = [f(x + s.reshape(x.shape)) - f(x) for s in steps]
    fall = [f(x) - f(x - s.reshape(x.shape)) for s in steps]
    return ((np.array(rise) + np.array(fall)) / (2 * h)).reshape(x.shape).tolist()


EXERCISE = Exercise(
    name="central_difference",
    task="Return (f(x + h e_i) - f(x - h e_i)) / 2h for each element i of x (any shape), in the "
    "shape of x; f takes an array of that shape and gives one number.",
    points=3,
    reference=central_difference,
    public=(
        Case((function("sine_sum", frequencies=np.array([1.0, 1.5])), np.array([0.0, 1.0]), 0.1)),
        Case(
            (
                function("quadratic", matrix=np.array([[2.0, 1], [0, 4]]), vector=np.ones(2)),
                np.array([1.0, -2.0]),
                0.5,
            )
        ),
        Case(
            (
                function("sine_sum", frequencies=np.array([[1.0, 0.8, 1.2], [1.5, 1.0, 0.9]])),
                np.array([[0.5, -1.0, 2.0], [0.25, 3.0, -0.5]]),
                0.25,
            )
        ),
        Case((function("sine_sum", frequencies=np.array([1.0, 0.75, 1.25])), np.arange(3), 0.125)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            one_sided,
            "That is the one-sided difference, f(x + h) - f(x) over h: the central one goes h to "
            "both sides, and its error falls as h², not as h.",
        ),
        Mistake(
            one_sided_below,
            "That is the one-sided difference, f(x) - f(x - h) over h: the central one goes h to "
            "both sides, and its error falls as h², not as h.",
        ),
        Mistake(without_two, "From x - h to x + h it is 2h: divide by 2h, not by h."),
        Mistake(times_h, "`/ 2 * h` multiplies by h: write / (2 * h)."),
        Mistake(sign_turned, "The sign is turned round: f(x + h) comes first, less f(x - h)."),
        Mistake(half_a_step, "The step is h to *each* side, 2h in all: that goes h/2."),
        Mistake(
            all_at_once,
            "x + h moves all elements at once: move one at a time, h e_i, and copy the others.",
        ),
        Mistake(
            one_number,
            "A gradient has one entry for each element of x: move the elements one at a time.",
        ),
        Mistake(
            steps_pile_up,
            "After element i it has to stand where it stood: the next quotient is taken at x, not "
            "at a shifted point.",
        ),
        Mistake(
            input_left_changed,
            "x itself is moved and left there: work on a copy, and begin each element at x again.",
        ),
        Mistake(
            whole_numbers_stay_whole,
            "A copy of an integer array holds integers, and h is cut off: make the copy one of "
            "floats.",
        ),
        Mistake(
            whole_numbers_out,
            "zeros_like of an integer array holds integers, and the slopes are cut off: make it "
            "one of floats.",
        ),
        Mistake(
            row_by_row,
            "x may have several axes: x[i] is then a whole row. Go through all elements, as with "
            "np.ndindex.",
        ),
        Mistake(flattened, "The result has the shape of x: reshape it."),
        Mistake(
            step_of_its_own,
            "Use the step h that is given: with another one the quotient is another, too.",
        ),
    ),
    variants=(by_index, by_unit_vectors, by_restoring, by_mean_of_both_sides),
    forbid=(*REFERENCES, "scipy.optimize.approx_fprime", "scipy.differentiate"),
)
