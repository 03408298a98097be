"""A loss of one's own in torch, whose gradient autograd finds (deck A, "Custom loss functions")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.losses import max_star

from .shared import REFERENCES, waves

LARGE = "errors of ±10000"


def log_cosh(a: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """C = (1/N) Σ ln cosh(a - y) = (1/N) Σ max*(d, -d) - ln 2 with d = a - y; tensors of one shape.

    Like d²/2 near 0 and |d| - ln 2 far away; its derivative is tanh(d)/N.
    """
    d = a - y
    return max_star(d, -d).mean() - math.log(2)


def hidden(rng: np.random.Generator) -> list[Case]:
    shapes = ((1,), (8,), (1, 4), (5, 3))
    cases = [Case((rng.normal(size=s), rng.normal(scale=3, size=s))) for s in shapes]
    equal = rng.normal(size=4)
    far = rng.permutation([1e4, 1e4, -1e4, -1e4]) + rng.normal(size=4)
    large = [Case((far, rng.normal(size=4)), part=LARGE), Case((far[:1], far[1:2]), part=LARGE)]
    return [*cases, Case((equal, equal.copy())), *large]


# --- mistakes ---


def overflowing(a, y):
    return torch.log(torch.cosh(a - y)).mean()


def clipped(a, y):
    return torch.log(torch.cosh(torch.clamp(a - y, -50, 50))).mean()


def without_log_two(a, y):
    d = torch.abs(a - y)
    return (d + torch.log1p(torch.exp(-2 * d))).mean()


def summed(a, y):
    d = torch.abs(a - y)
    return (d + torch.log1p(torch.exp(-2 * d)) - math.log(2)).sum()


def not_averaged(a, y):
    d = torch.abs(a - y)
    return d + torch.log1p(torch.exp(-2 * d)) - math.log(2)


def cosh_of_the_mean(a, y):
    d = torch.abs((a - y).mean())
    return d + torch.log1p(torch.exp(-2 * d)) - math.log(2)


def squared(a, y):
    return ((a - y) ** 2).mean() / 2


def a_python_number(a, y):
    return torch.log(torch.cosh(a - y)).mean().item()


def cut_off(a, y):
    d = torch.abs(a.detach() - y)
    return (d + torch.log1p(torch.exp(-2 * d)) - math.log(2)).mean()


def with_numpy(a, y):
    return np.mean(np.log(np.cosh(a - y)))


# --- variants ---


def by_absolute_value(a, y):
    d = torch.abs(a - y)
    return (d + torch.log1p(torch.exp(-2 * d)) - math.log(2)).mean()


def by_softplus(a, y):
    d = a - y
    return (d + torch.nn.functional.softplus(-2 * d) - math.log(2)).mean()


def by_log_add_exp(a, y):
    return torch.logaddexp(a - y, y - a).mean() - math.log(2)


def by_loop(a, y):
    total = torch.zeros((), dtype=a.dtype)
    for d in (a - y).flatten():
        total = total + torch.logaddexp(d, -d) - math.log(2)
    return total / a.numel()


EXERCISE = Exercise(
    name="log_cosh",
    task="Return the mean of ln cosh(a - y) for torch tensors a and y of one shape, as a tensor "
    "that autograd can follow back to a, right for errors of any size.",
    points=3,
    reference=log_cosh,
    driver="torch_gradient",
    public=(
        Case((np.array([1.0]), np.array([0.0]))),
        Case((np.array([2.0, 0.5, -1.0]), np.array([0.0, 0.5, 1.0]))),
        Case((waves(3, 4), waves(3, 4).T.reshape(3, 4) / 2)),
        Case((np.array([10000.0, -10000.0, 0.0]), np.array([0.0, 0.0, 1.0])), part=LARGE),
    ),
    hidden=hidden,
    parts={"value": 2, LARGE: 1},
    mistakes=(
        Mistake(
            overflowing,
            "cosh overflows beyond 710: cosh(d) = (exp(d) + exp(-d))/2, so its logarithm is "
            "max*(d, -d) - ln 2, which does not.",
        ),
        Mistake(
            clipped,
            "Cutting the errors off (clamp) makes both the loss and its gradient wrong: "
            "simplify ln cosh instead.",
        ),
        Mistake(without_log_two, "The loss is ln 2 too large: cosh has a factor ½."),
        Mistake(summed, "That is the sum: divide by the number of elements."),
        Mistake(not_averaged, "backward() needs one number: take the mean over all elements."),
        Mistake(
            cosh_of_the_mean,
            "The mean comes last: in the mean of the errors, plus and minus cancel.",
        ),
        Mistake(squared, "That is half the mean squared error, the same only for small errors."),
        Mistake(
            a_python_number,
            "item() and float() make a Python number, which autograd cannot follow: return the "
            "tensor.",
        ),
        Mistake(
            cut_off,
            "detach() cuts the result off from a: autograd finds no way back.",
        ),
        Mistake(
            with_numpy,
            "numpy's functions are unknown to autograd: use those of torch.",
        ),
    ),
    variants=(by_absolute_value, by_softplus, by_log_add_exp, by_loop),
    forbid=REFERENCES,
)
