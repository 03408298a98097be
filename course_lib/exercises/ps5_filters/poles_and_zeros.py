"""Where H(z) is infinite and where it is 0 (deck A, "Review of ARMA LTI filters")."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from course_lib import filters
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, filters_of_many_orders

# A double root is known to the square root of the rounding only.
CLOSE = 1e-5


def poles_and_zeros(b, a):
    """(poles, zeros), those at the origin among them."""
    f = filters.Filter(b, a)
    return f.poles, f.zeros


def accept(args: tuple[Any, ...], value: Any) -> str:
    """Roots have no order of their own: each order of them is right."""
    poles, zeros = value
    if _same(poles_and_zeros(*args), (poles, zeros)):
        return ""
    for mistake in MISTAKES:
        if _same(mistake.function(*args), (poles, zeros)):
            return mistake.sentence
    rights = [_same_numbers(*pair) for pair in zip(poles_and_zeros(*args), value, strict=True)]
    return {
        (True, False): "The poles are right, the zeros are not.",
        (False, True): "The zeros are right, the poles are not.",
    }.get((rights[0], rights[1]), "Neither the poles nor the zeros are right.")


def _same(wanted: Any, got: Any) -> bool:
    return all(_same_numbers(*pair) for pair in zip(wanted, got, strict=True))


def _same_numbers(wanted: Any, got: Any) -> bool:
    left = np.asarray(wanted, dtype=complex)
    right = np.asarray(got, dtype=complex)
    if left.shape != right.shape or left.ndim != 1:
        return False
    rest = right.tolist()
    for root in left.tolist():
        nearest = min(rest, key=lambda other: abs(other - root))
        if not abs(nearest - root) <= CLOSE * (abs(root) + 1):
            return False
        rest.remove(nearest)
    return True


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


MISTAKES = (
    Mistake(swapped, "The order is (poles, zeros): poles are the roots of a's polynomial."),
    Mistake(
        powers_of_one_over_z,
        "Those are roots in 1/z: multiply b and a by z to the highest power, then a[0] and b[0] "
        "belong to it.",
    ),
    Mistake(
        without_those_at_the_origin,
        "Those at the origin are missing: after multiplying by the highest power of z, the "
        "shorter polynomial keeps a factor of z.",
    ),
    Mistake(
        feedback_with_the_wrong_sign,
        "The poles are those of a with its signs turned: below stands a[0] + a[1]/z + ..., all "
        "plus.",
    ),
    Mistake(
        all_signs_turned,
        "All signs are turned: 1 - p/z is 0 at z = p, so AR1 has its pole at +alpha.",
    ),
    Mistake(distances_only, "Those are distances from the origin: return the complex numbers."),
    Mistake(real_parts_only, "Those are real parts: return the complex numbers."),
    Mistake(
        one_of_each_pair,
        "Complex roots come in conjugate pairs: return both of each pair.",
    ),
    Mistake(first_of_a_taken_as_1, "a[0] need not be 1: use a as it stands, a[0] as well."),
    Mistake(
        coefficients_themselves,
        "Those are the coefficients: poles and zeros are the roots of their polynomials.",
    ),
)

EXERCISE = Exercise(
    name="poles_and_zeros",
    task="Return (poles, zeros) of the filter (b, a), each an array of complex numbers in any "
    "order: those at the origin too, so that both are max(len(b), len(a)) - 1 long.",
    points=2,
    reference=poles_and_zeros,
    public=(
        Case((np.array([0.1]), np.array([1.0, -0.9]))),
        Case((np.array([1.9, -0.9]), np.array([1.0, -0.9]))),
        Case((np.array([1.0, 0.5, 0.5]), np.array([1.0, -1.2, 0.72]))),
        Case((np.array([1, 2, 5]), np.array([4, 1]))),
    ),
    hidden=hidden,
    accept=accept,
    rtol=CLOSE,
    atol=CLOSE,
    mistakes=MISTAKES,
    variants=(by_numpy, by_polynomials, by_eigenvalues, by_torch, by_iteration),
    forbid=REFERENCES,
)
