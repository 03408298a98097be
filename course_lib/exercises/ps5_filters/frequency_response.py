"""H(z) on the unit circle (deck A, "Review of ARMA LTI filters")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import filters
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, filters_of_many_orders


def frequency_response(b, a, nu):
    """H(e^{j2πν}), complex, shaped as ν."""
    return filters.Filter(b, a).frequency_response(nu)


def hidden(rng: np.random.Generator) -> list[Case]:
    sizes = (1, 2, 5, 5, 5, 3, 4, 6)
    pairs = zip(filters_of_many_orders(rng), sizes, strict=True)
    cases = [Case((b, a, rng.uniform(0.02, 0.48, size=n))) for (b, a), n in pairs]
    b, a = rng.uniform(0.5, 2, size=2), np.array([1.0, rng.uniform(-0.8, -0.2), 0.1])
    return [*cases, Case((b, a, np.array([0.0, 0.25, 0.5])))]


# --- mistakes ---


def without_two_pi(b, a, nu):
    d = np.exp(-1j * np.asarray(nu))
    return np.polyval(b[::-1], d) / np.polyval(a[::-1], d)


def half_the_frequency(b, a, nu):
    d = np.exp(-1j * np.pi * np.asarray(nu))
    return np.polyval(b[::-1], d) / np.polyval(a[::-1], d)


def conjugated(b, a, nu):
    d = np.exp(2j * np.pi * np.asarray(nu))
    return np.polyval(b[::-1], d) / np.polyval(a[::-1], d)


def coefficients_in_reverse(b, a, nu):
    d = np.exp(-2j * np.pi * np.asarray(nu))
    return np.polyval(b, d) / np.polyval(a, d)


def powers_of_z(b, a, nu):
    z = np.exp(2j * np.pi * np.asarray(nu))
    return np.polyval(b, z) / np.polyval(a, z)


def magnitude_only(b, a, nu):
    d = np.exp(-2j * np.pi * np.asarray(nu))
    return np.abs(np.polyval(b[::-1], d) / np.polyval(a[::-1], d))


def in_decibels(b, a, nu):
    d = np.exp(-2j * np.pi * np.asarray(nu))
    return 20 * np.log10(np.abs(np.polyval(b[::-1], d) / np.polyval(a[::-1], d)))


def real_part_only(b, a, nu):
    d = np.exp(-2j * np.pi * np.asarray(nu))
    return np.real(np.polyval(b[::-1], d) / np.polyval(a[::-1], d))


def feedback_with_the_wrong_sign(b, a, nu):
    d = np.exp(-2j * np.pi * np.asarray(nu))
    return np.polyval(b[::-1], d) / (2 * a[0] - np.polyval(a[::-1], d))


def without_feedback(b, a, nu):
    return np.polyval(b[::-1], np.exp(-2j * np.pi * np.asarray(nu)))


def upside_down(b, a, nu):
    d = np.exp(-2j * np.pi * np.asarray(nu))
    return np.polyval(a[::-1], d) / np.polyval(b[::-1], d)


def first_of_a_taken_as_1(b, a, nu):
    d = np.exp(-2j * np.pi * np.asarray(nu))
    return np.polyval(b[::-1], d) / (np.polyval(a[::-1], d) - a[0] + 1)


# --- variants ---


def by_loop(b, a, nu):
    response = []
    for frequency in nu:
        z = complex(math.cos(2 * math.pi * frequency), math.sin(2 * math.pi * frequency))
        top = sum(b[i] * z**-i for i in range(len(b)))
        bottom = sum(a[i] * z**-i for i in range(len(a)))
        response.append(top / bottom)
    return response


def by_matrix(b, a, nu):
    top = np.exp(-2j * np.pi * np.outer(nu, np.arange(len(b)))) @ b
    bottom = np.exp(-2j * np.pi * np.outer(nu, np.arange(len(a)))) @ a
    return top / bottom


def by_padded_powers_of_z(b, a, nu):
    order = max(len(a), len(b))
    z = np.exp(2j * np.pi * nu)
    top = np.polyval(np.pad(b, (0, order - len(b))), z)
    return top / np.polyval(np.pad(a, (0, order - len(a))), z)


def by_horner(b, a, nu):
    delay = np.cos(2 * np.pi * nu) - 1j * np.sin(2 * np.pi * nu)
    top = bottom = 0 * delay
    for coefficient in b[::-1]:
        top = top * delay + coefficient
    for coefficient in a[::-1]:
        bottom = bottom * delay + coefficient
    return top / bottom


def by_torch(b, a, nu):
    angle = 2 * math.pi * torch.as_tensor(nu, dtype=torch.float64)[:, None]
    one = torch.ones_like(angle)
    top = torch.polar(one, -angle * torch.arange(len(b))) @ torch.as_tensor(b).to(torch.cdouble)
    bottom = torch.polar(one, -angle * torch.arange(len(a))) @ torch.as_tensor(a).to(torch.cdouble)
    return top / bottom


EXERCISE = Exercise(
    name="frequency_response",
    task="Return H(z) of the filter (b, a) at z = exp(j 2 pi nu) for each frequency nu, in cycles "
    "per step: complex numbers in the shape of nu.",
    points=3,
    reference=frequency_response,
    public=(
        Case((np.array([0.1]), np.array([1.0, -0.9]), np.array([0.0, 0.5]))),
        Case((np.array([0.5, 0.5]), np.array([1.0]), np.array([0.1, 0.25]))),
        Case((np.array([1.9, -0.9]), np.array([1.0, -0.9]), np.array([0.01, 0.1, 0.4]))),
        Case((np.array([3, 1]), np.array([2, -1, 1]), np.array([0.05, 0.2, 0.3]))),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            without_two_pi,
            "nu is in cycles per step, not in radians: the angle of z is 2 pi nu.",
        ),
        Mistake(
            half_the_frequency,
            "The angle of z is 2 pi nu: with pi nu the highest frequency would be nu = 1.",
        ),
        Mistake(
            conjugated,
            "That is the complex conjugate: H(z) is made of powers of 1/z, and 1/z turns the "
            "other way, exp(-j 2 pi nu).",
        ),
        Mistake(
            coefficients_in_reverse,
            "np.polyval takes the highest power first: b[0] and a[0] belong to the power 0 of 1/z.",
        ),
        Mistake(
            powers_of_z,
            "With powers of z in place of 1/z, the result is right only where b and a are of one "
            "length.",
        ),
        Mistake(
            magnitude_only, "That is |H|: return the complex number, which holds the phase too."
        ),
        Mistake(in_decibels, "That is |H| in decibels: return the complex H itself."),
        Mistake(real_part_only, "That is the real part of H: return the complex number."),
        Mistake(
            feedback_with_the_wrong_sign,
            "The sign of the feedback is turned round: below stands a[0] + a[1]/z + ..., all plus.",
        ),
        Mistake(without_feedback, "That is the numerator alone: divide by the polynomial of a."),
        Mistake(upside_down, "H is upside down: b belongs on top, a below."),
        Mistake(
            first_of_a_taken_as_1, "a[0] need not be 1: use all of a as it stands, a[0] as well."
        ),
    ),
    variants=(by_loop, by_matrix, by_padded_powers_of_z, by_horner, by_torch),
    forbid=REFERENCES,
)
