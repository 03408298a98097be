"""Judges poles and zeros, in any order, by multiplying them out.

Students are given this file; it finds no root.
"""

from __future__ import annotations

from typing import Any

import numpy as np

SWAPPED = "The order is (poles, zeros): poles are the roots of a's polynomial."
IN_ONE_OVER_Z = (
    "Those are roots in 1/z: multiply b and a by z to the highest power, then a[0] and b[0] "
    "belong to it."
)
NONE_AT_THE_ORIGIN = (
    "Those at the origin are missing: after multiplying by the highest power of z, the shorter "
    "polynomial keeps a factor of z."
)
FEEDBACK_TURNED = (
    "The poles are those of a with its signs turned: below stands a[0] + a[1]/z + ..., all plus."
)
ALL_TURNED = "All signs are turned: 1 - p/z is 0 at z = p, so AR1 has its pole at +alpha."
DISTANCES = "Those are distances from the origin: return the complex numbers."
REAL_PARTS = "Those are real parts: return the complex numbers."
HALF_OF_THE_PAIRS = "Complex roots come in conjugate pairs: return both of each pair."
FIRST_OF_A = "a[0] need not be 1: use a as it stands, a[0] as well."
COEFFICIENTS = "Those are the coefficients: poles and zeros are the roots of their polynomials."
ONLY_POLES = "The poles are right, the zeros are not."
ONLY_ZEROS = "The zeros are right, the poles are not."
NEITHER = "Neither the poles nor the zeros are right."

# A double root is known to the square root of the rounding only.
CLOSE = 1e-5


def accept(args: tuple[Any, ...], value: Any) -> str:
    """What is wrong with (poles, zeros) of (b, a); empty where nothing is."""
    b, a = (np.asarray(c, dtype=float) for c in args)
    poles, zeros = (np.asarray(places, dtype=complex) for places in value)
    length = max(len(b), len(a))
    below, above = (np.pad(c, (0, length - len(c))) for c in (a, b))
    right = _are_roots(poles, below), _are_roots(zeros, above)
    if all(right):
        return ""
    for sentence, top, bottom, known_zeros, known_poles in (
        (SWAPPED, below, above, zeros, poles),
        (NONE_AT_THE_ORIGIN, b, a, zeros, poles),
        (IN_ONE_OVER_Z, b[::-1], a[::-1], zeros, poles),
        (FIRST_OF_A, above, np.append(1.0, below[1:]), zeros, poles),
        (FEEDBACK_TURNED, above, np.append(below[:1], -below[1:]), zeros, poles),
        (ALL_TURNED, above, below, -zeros, -poles),
        (HALF_OF_THE_PAIRS, above, below, _paired(zeros), _paired(poles)),
    ):
        if _are_roots(known_zeros, top) and _are_roots(known_poles, bottom):
            return sentence
    if _same(poles, a) and _same(zeros, b):
        return COEFFICIENTS
    return _by_size(poles, zeros, below, above) or {
        (True, False): ONLY_POLES,
        (False, True): ONLY_ZEROS,
    }.get(right, NEITHER)


def _are_roots(places: np.ndarray, polynomial: np.ndarray) -> bool:
    """Whether the product of all z - place is the polynomial, highest power first."""
    if places.ndim != 1 or len(places) != len(polynomial) - 1:
        return False
    wanted = polynomial / polynomial[0]
    return np.allclose(np.atleast_1d(np.poly(places)), wanted, rtol=CLOSE, atol=CLOSE)


def _same(places: np.ndarray, numbers: np.ndarray) -> bool:
    return places.shape == numbers.shape and np.allclose(places, numbers)


def _paired(places: np.ndarray) -> np.ndarray:
    return np.append(places, places[places.imag > CLOSE].conj())


def _by_size(poles: np.ndarray, zeros: np.ndarray, below: np.ndarray, above: np.ndarray) -> str:
    """What real numbers tell, where complex ones were asked for."""
    both = np.append(poles, zeros)
    if [poles.size, zeros.size] != [len(below) - 1, len(above) - 1] or np.any(both.imag != 0):
        return ""
    # The sum of the roots is that of their real parts, their product that of their sizes.
    if np.allclose([-poles.sum(), -zeros.sum()], [below[1] / below[0], above[1] / above[0]]):
        return REAL_PARTS
    sizes = [np.prod(places[places != 0].real) for places in (poles, zeros)]
    last = [np.trim_zeros(c, "b")[-1] / c[0] for c in (below, above)]
    return DISTANCES if np.all(both.real >= 0) and np.allclose(sizes, np.abs(last)) else ""
