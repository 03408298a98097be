"""The first-order low-pass, sample by sample (deck A, "Review of first order LTI filters")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import filters
from course_lib.checks import Case, Exercise, Mistake

from .shared import ATOL, REFERENCES, signals


def ar1(x, alpha):
    """y[n] = α y[n-1] + (1 − α) x[n], from rest."""
    return filters.ar1(alpha).run(np.asarray(x, dtype=float))


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [Case((x, rng.uniform(0.1, 0.95))) for x in signals(rng)]
    return [*cases, Case((rng.normal(size=40), 0.9)), Case((rng.normal(size=4), 0.0))]


# --- mistakes ---


def unit_input_gain(x, alpha):
    y, now = [], 0.0
    for sample in x:
        now = alpha * now + sample
        y.append(now)
    return np.array(y)


def swapped(x, alpha):
    y, now = [], 0.0
    for sample in x:
        now = (1 - alpha) * now + alpha * sample
        y.append(now)
    return np.array(y)


def starts_from_the_first_sample(x, alpha):
    y, now = [], 1.0 * x[0]
    for sample in x:
        now = alpha * now + (1 - alpha) * sample
        y.append(now)
    return np.array(y)


def one_sample_late(x, alpha):
    y = np.zeros(x.shape)
    for n in range(1, len(x)):
        y[n] = alpha * y[n - 1] + (1 - alpha) * x[n - 1]
    return y


def sign_of_the_slide(x, alpha):
    y, now = [], 0.0
    for sample in x:
        now = -alpha * now + (1 - alpha) * sample
        y.append(now)
    return np.array(y)


def no_recursion(x, alpha):
    y = (1 - alpha) * np.array(x, dtype=float)
    y[1:] += alpha * x[:-1]
    return y


def compensated(x, alpha):
    y, now = [], 0.0
    for n, sample in enumerate(x):
        now = alpha * now + (1 - alpha) * sample
        y.append(now / (1 - alpha ** (n + 1)))
    return np.array(y)


def only_the_last(x, alpha):
    now = 0.0
    for sample in x:
        now = alpha * now + (1 - alpha) * sample
    return now


def truncated_to_whole_numbers(x, alpha):
    y = np.zeros_like(x)
    for n in range(len(x)):
        y[n] = alpha * (y[n - 1] if n else 0) + (1 - alpha) * x[n]
    return y


def along_the_last_axis(x, alpha):
    y = np.zeros(x.shape)
    for n in range(x.shape[-1]):
        y[..., n] = (alpha * y[..., n - 1] if n else 0) + (1 - alpha) * x[..., n]
    return y


def wraps_around(x, alpha):
    # y[-1] at n = 0 is the last element: harmless only while that is still 0.
    y = 1.0 * x
    for n in range(len(x)):
        y[n] = alpha * y[n - 1] + (1 - alpha) * x[n]
    return y


def in_place(x, alpha):
    now = 0.0
    for n in range(len(x)):
        now = alpha * now + (1 - alpha) * x[n]
        x[n] = now
    return x


# --- variants ---


def by_loop(x, alpha):
    y, before = [], 0.0
    for sample in x:
        before = before + (1 - alpha) * (sample - before)
        y.append(before)
    return y


def by_matrix(x, alpha):
    n = np.arange(len(x))
    lag = n[:, np.newaxis] - n
    h = np.where(lag >= 0, (1 - alpha) * float(alpha) ** np.maximum(lag, 0), 0.0)
    return np.tensordot(h, x, axes=1)


def by_convolution(x, alpha):
    h = (1 - alpha) * float(alpha) ** np.arange(len(x))
    columns = np.reshape(x, (len(x), -1)).T
    y = np.array([np.convolve(h, column)[: len(x)] for column in columns])
    return y.T.reshape(np.shape(x))


def by_torch(x, alpha):
    x = torch.as_tensor(x, dtype=torch.float64)
    y = torch.zeros_like(x)
    now = torch.zeros_like(x[0])
    for n in range(len(x)):
        now = torch.lerp(x[n], now, alpha)
        y[n] = now
    return y


def by_single_precision(x, alpha):
    y = np.zeros(x.shape, dtype=np.float32)
    for n in range(len(x)):
        y[n] = (1 - alpha) * x[n] + (alpha * y[n - 1] if n else 0)
    return y


EXERCISE = Exercise(
    name="ar1",
    task="Return y with y[n] = alpha y[n-1] + (1 - alpha) x[n] and y[-1] = 0: the samples x[n] lie "
    "along the first axis, and y has the shape of x.",
    points=2,
    reference=ar1,
    atol=ATOL,
    public=(
        Case((np.array([1.0, 1.0, 0.0]), 0.9)),
        Case((np.array([8.0]), 0.75)),
        Case((np.array([5, -3, 7, 1]), 0.5)),
        Case((np.array([[1.0, 10.0], [2.0, -10.0], [0.5, 4.0]]), 0.8)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            unit_input_gain,
            "The new sample needs the factor 1 - alpha: without it a constant input comes out "
            "1/(1 - alpha) times as large.",
        ),
        Mistake(
            swapped,
            "alpha and 1 - alpha are swapped: alpha is the share of the old output that is kept.",
        ),
        Mistake(
            starts_from_the_first_sample,
            "The filter starts at rest: y[-1] is 0, not the first sample.",
        ),
        Mistake(
            one_sample_late,
            "That is one sample late: y[n] uses x[n], the newest sample, not x[n-1].",
        ),
        Mistake(
            sign_of_the_slide,
            "That feeds y back with a minus, as 1 + alpha/z in the slide's H(z) would: the "
            "feedback is plus alpha y[n-1].",
        ),
        Mistake(
            no_recursion,
            "That keeps a share of the old *input*: the filter feeds its own old *output* back.",
        ),
        Mistake(
            compensated,
            "That is compensated for the start already: leave the transient in, here.",
        ),
        Mistake(only_the_last, "That is the last output alone: return one y[n] for each x[n]."),
        Mistake(
            truncated_to_whole_numbers,
            "np.zeros_like of whole numbers holds whole numbers and cuts the rest off: make y of "
            "floats.",
        ),
        Mistake(
            along_the_last_axis,
            "That runs along the last axis: the samples lie along the first, and each column is "
            "filtered by itself.",
        ),
        Mistake(
            wraps_around,
            "At n = 0, y[n-1] is y[-1], which in Python is the last element: start from 0.",
        ),
        Mistake(in_place, "That writes into x: put the outputs into a new array."),
    ),
    variants=(by_loop, by_matrix, by_convolution, by_torch, by_single_precision),
    forbid=(*REFERENCES, ".ewm"),
)
