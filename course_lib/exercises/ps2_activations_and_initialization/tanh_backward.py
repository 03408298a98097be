"""Back through tanh from its output alone (deck C, "Activation functions")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, waves


def tanh_backward(upstream: np.ndarray, a: np.ndarray) -> np.ndarray:
    """∂C/∂s = ∂C/∂a · (1 - a²) of a = tanh(s), from ``upstream`` = ∂C/∂a and the output ``a``."""
    return upstream * (1 - a) * (1 + a)


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case((rng.normal(size=shape), np.tanh(rng.normal(size=shape))))
        for shape in ((1,), (6,), (1, 4), (5, 1), (4, 4), (3, 5))
    ]
    ends = rng.permutation([-1.0, 0.0, 1.0, float(np.tanh(rng.normal()))])
    whole = (rng.integers(1, 9, size=5), np.tanh(rng.normal(size=5)))
    return [*cases, Case((rng.normal(size=4), ends)), Case(whole)]


# --- mistakes ---


def through_tanh_again(upstream, a):
    return upstream * (1 - np.tanh(a) ** 2)


def slope_of_sigmoid(upstream, a):
    return upstream * a * (1 - a)


def not_squared(upstream, a):
    return upstream * (1 - a)


def square_of_the_difference(upstream, a):
    return upstream * (1 - a) ** 2


def with_a_plus(upstream, a):
    return upstream * (1 + a**2)


def without_upstream(upstream, a):
    return 1 - a**2


def without_brackets(upstream, a):
    return upstream * 1 - a**2


def sign_turned(upstream, a):
    return upstream * (a**2 - 1)


def with_a_root(upstream, a):
    return upstream * np.sqrt(1 - a**2)


def divided(upstream, a):
    return upstream / (1 - a**2)


def one_number(upstream, a):
    return np.sum(upstream * (1 - a**2))


def forward_again(upstream, a):
    return upstream * np.tanh(a)


def in_place(upstream, a):
    a **= 2
    return upstream * (1 - a)


# --- variants ---


def by_square(upstream, a):
    return upstream * (1 - a**2)


def by_loop(upstream, a):
    result = np.zeros(a.shape)
    for i in np.ndindex(a.shape):
        result[i] = upstream[i] - upstream[i] * a[i] * a[i]
    return result


def by_torch(upstream, a):
    a = torch.tensor(a)
    return torch.tensor(upstream) * (1 - a.square())


def by_single_precision(upstream, a):
    return upstream.astype(np.float32) * (1 - a.astype(np.float32) ** 2)


def as_a_list(upstream, a):
    return (np.multiply(upstream, 1 + a) * (1 - a)).tolist()


EXERCISE = Exercise(
    name="tanh_backward",
    task="Return the gradient in s of a = tanh(s), from upstream, the gradient in a, and from the "
    "output a itself; all of one shape.",
    points=1,
    reference=tanh_backward,
    public=(
        Case((np.array([2.0, 1.0, -4.0]), np.array([0.5, 0.0, -0.5]))),
        Case((np.array([[3.0, -1.0], [0.5, 2.0]]), np.array([[1.0, -1.0], [0.8, -0.6]]))),
        Case((np.array([2, 3]), np.array([0.1, -0.9]))),
        Case((waves(3, 4), np.tanh(waves(3, 4).T.reshape(3, 4) / 2))),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            through_tanh_again,
            "a has been through tanh already: its slope is 1 - a², not 1 - tanh(a)².",
        ),
        Mistake(slope_of_sigmoid, "a(1 - a) is the slope of the sigmoid: tanh has 1 - a²."),
        Mistake(not_squared, "The slope of tanh is 1 - a²: the square is missing."),
        Mistake(
            square_of_the_difference,
            "Only a is squared: 1 - a², not (1 - a)².",
        ),
        Mistake(with_a_plus, "The sign is wrong: 1 - a², which is 0 where tanh saturates."),
        Mistake(
            without_upstream,
            "That is the slope of tanh alone: multiply it by what comes from above, upstream.",
        ),
        Mistake(
            without_brackets,
            "`upstream * 1 - a**2` multiplies first: put 1 - a**2 in brackets.",
        ),
        Mistake(sign_turned, "The sign is turned round: tanh rises everywhere, so 1 - a² ≥ 0."),
        Mistake(with_a_root, "There is no root: the slope is 1 - a²."),
        Mistake(
            divided,
            "On the way back the slope multiplies: dividing by 1 - a² would undo the tanh.",
        ),
        Mistake(one_number, "Each element has its own gradient: do not sum them."),
        Mistake(
            forward_again,
            "The way back multiplies by the *slope* of tanh, 1 - a², not by tanh.",
        ),
        Mistake(in_place, "`a **= 2` changes the argument itself: write a**2."),
    ),
    variants=(by_square, by_loop, by_torch, by_single_precision, as_a_list),
    forbid=REFERENCES,
)
