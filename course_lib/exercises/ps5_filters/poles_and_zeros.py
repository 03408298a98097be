"""Where H(z) is infinite and where it is 0 (deck A, "Review of ARMA LTI filters")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import filters
from course_lib.checks import Case, Exercise, Mistake

from . import poles_and_zeros_rule as rule
from .shared import REFERENCES, filters_of_many_orders


def poles_and_zeros(b, a):
    """(poles, zeros), those at the origin among them."""
    f = filters.Filter(b, a)
    return f.poles, f.zeros


def hidden(rng: np.random.Generator) -> list[Case]:
    return [Case(pair) for pair in filters_of_many_orders(rng)]


# --- mistakes ---


def swapped(b, a):
    order = max(len(b), len(a))
    poles = np.roots(np.pad(a, (0, order - len(a))))
    return np.roots(np.pad(b, (0, order - len(b)))), poles


def powers_of_one_over_z(b, a):
    return np.roots(a[::-1]), np.roots(b[::-1])


def without_those_at_the_origin(b, a):
    return np.roots(a), np.roots(b)


def feedback_with_the_wrong_sign(b, a):
    order = max(len(b), len(a))
    turned = np.concatenate([a[:1], -a[1:]])
    poles = np.roots(np.pad(turned, (0, order - len(a))))
    return poles, np.roots(np.pad(b, (0, order - len(b))))


def all_signs_turned(b, a):
    order = max(len(b), len(a))
    poles = np.roots(np.pad(a, (0, order - len(a))))
    return -poles, -np.roots(np.pad(b, (0, order - len(b))))


def distances_only(b, a):
    order = max(len(b), len(a))
    poles = np.roots(np.pad(a, (0, order - len(a))))
    return np.abs(poles), np.abs(np.roots(np.pad(b, (0, order - len(b)))))


def real_parts_only(b, a):
    order = max(len(b), len(a))
    poles = np.roots(np.pad(a, (0, order - len(a))))
    return np.real(poles), np.real(np.roots(np.pad(b, (0, order - len(b)))))


def one_of_each_pair(b, a):
    order = max(len(b), len(a))
    poles = np.roots(np.pad(a, (0, order - len(a))))
    zeros = np.roots(np.pad(b, (0, order - len(b))))
    return poles[np.imag(poles) >= 0], zeros[np.imag(zeros) >= 0]


def first_of_a_taken_as_1(b, a):
    order = max(len(b), len(a))
    poles = np.roots(np.pad(np.concatenate([[1.0], a[1:]]), (0, order - len(a))))
    return poles, np.roots(np.pad(b, (0, order - len(b))))


def coefficients_themselves(b, a):
    return a, b


# --- variants ---


def by_numpy(b, a):
    more = len(a) - len(b)
    poles = np.append(np.roots(a), np.zeros(max(-more, 0)))
    return poles, np.append(np.roots(b), np.zeros(max(more, 0)))


def by_polynomials(b, a):
    order = max(len(b), len(a))
    pair = []
    for coefficients in (a, b):
        padded = np.zeros(order)
        padded[: len(coefficients)] = coefficients
        pair.append(np.polynomial.polynomial.polyroots(padded[::-1]))
    return pair


def by_eigenvalues(b, a):
    found = []
    for c in (a, b):
        c = np.pad(c, (0, max(len(a), len(b)) - len(c)))
        companion = np.eye(len(c) - 1, k=-1)
        companion[0] = -c[1:] / c[0]
        found.append(np.linalg.eigvals(companion))
    return tuple(found)


def by_torch(b, a):
    found = []
    for c in (a, b):
        c = torch.as_tensor(np.pad(c, (0, max(len(a), len(b)) - len(c))), dtype=torch.float64)
        companion = torch.diag(torch.ones(len(c) - 2, dtype=torch.float64), -1)
        companion[0] = -c[1:] / c[0]
        found.append(torch.linalg.eigvals(companion).flip(0))
    return tuple(found)


def by_iteration(b, a):
    # Durand and Kerner: every guess is moved by the polynomial over its distances to the others.
    found = []
    for c in (a, b):
        guesses = [(0.4 + 0.9j) ** k for k in range(len(c) - 1)]
        for _ in range(80):
            for k, z in enumerate(guesses):
                value = sum(c[i] * z ** (len(c) - 1 - i) for i in range(len(c))) / c[0]
                others = math.prod(z - other for other in guesses[:k] + guesses[k + 1 :])
                guesses[k] = z - value / others
        found.append(guesses + [0.0] * (max(len(a), len(b)) - len(c)))
    return found[0], found[1]


EXERCISE = Exercise(
    name="poles_and_zeros",
    task="Return (poles, zeros) of the filter (b, a), each an array of complex numbers in any "
    "order: those at the origin too, so that both are max(len(b), len(a)) - 1 long.",
    points=2,
    reference=poles_and_zeros,
    public=(
        Case((np.array([1.9, -0.9]), np.array([1.0, -0.9]))),
        Case((np.array([1.0, 0.5, 0.5]), np.array([1.0, -1.2, 0.72]))),
        Case((np.array([1, 2, 5]), np.array([4, 1]))),
        Case((np.array([0.1]), np.array([1.0, -0.9]))),
    ),
    hidden=hidden,
    accept=rule.accept,
    mistakes=(
        Mistake(swapped, rule.SWAPPED),
        Mistake(powers_of_one_over_z, rule.IN_ONE_OVER_Z),
        Mistake(without_those_at_the_origin, rule.NONE_AT_THE_ORIGIN),
        Mistake(feedback_with_the_wrong_sign, rule.FEEDBACK_TURNED),
        Mistake(all_signs_turned, rule.ALL_TURNED),
        Mistake(distances_only, rule.DISTANCES),
        Mistake(real_parts_only, rule.REAL_PARTS),
        Mistake(one_of_each_pair, rule.HALF_OF_THE_PAIRS),
        Mistake(first_of_a_taken_as_1, rule.FIRST_OF_A),
        Mistake(coefficients_themselves, rule.COEFFICIENTS),
    ),
    variants=(by_numpy, by_polynomials, by_eigenvalues, by_torch, by_iteration),
    forbid=REFERENCES,
)
