"""Single numbers that are settings, not data: a rate, a factor, a number of steps.

The companion of ``_arrays``: what is not a number, not finite or outside its range is refused with
the rule, what came, and what to do.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

__all__ = ["plain", "real", "sizes", "whole"]


def plain(x: Any) -> Any:
    """The Python number in a numpy scalar or an array or tensor without axes; all else as it is.

    >>> import numpy as np
    >>> plain(np.float64(0.5)), plain([0.5])
    (0.5, [0.5])
    """
    return x.item() if getattr(x, "ndim", None) == 0 else x


def real(
    name: str,
    value: Any,
    *,
    above: float = -math.inf,
    at_least: float = -math.inf,
    at_most: float = math.inf,
    below: float = math.inf,
) -> float:
    """``value`` as a finite float with above < value < below and at_least ≤ value ≤ at_most.

    Raises
    ------
    ValueError
        where it is no real number, not finite, or out of range.

    >>> real("rate", 1, at_least=0)
    1.0
    >>> real("rate", -1, at_least=0)
    Traceback (most recent call last):
    ValueError: rate must be a finite number >= 0; got -1: pass such a number
    """
    good = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if not (good and above < value < below and at_least <= value <= at_most):
        limits = {">": above, ">=": at_least, "<=": at_most, "<": below}
        raise ValueError(_refusal(name, "a finite number", limits, value))
    return float(value)


def whole(name: str, value: Any, *, at_least: float = 0, at_most: float = math.inf) -> int:
    """``value`` as an int with at_least ≤ value ≤ at_most; 3.0 and True are not whole numbers.

    Raises
    ------
    ValueError
        where it is no integer, or out of range.

    >>> whole("steps", 0, at_least=1)
    Traceback (most recent call last):
    ValueError: steps must be an integer >= 1; got 0: pass such a number
    """
    good = isinstance(value, Integral) and not isinstance(value, bool)
    if not (good and at_least <= value <= at_most):
        limits = {">=": at_least, "<=": at_most}
        raise ValueError(_refusal(name, "an integer", limits, value))
    return int(value)


def sizes(name: str, shape: Any) -> tuple[int, ...]:
    """The sizes of an array's axes, each at least 1; a single number is the size of one axis.

    Raises
    ------
    ValueError
        where there is no axis, or a size is no integer from 1 up.

    >>> sizes("shape", (3, 2)), sizes("shape", 3)
    ((3, 2), (3,))
    >>> sizes("shape", (3, 0))
    Traceback (most recent call last):
    ValueError: every number in shape must be an integer >= 1; got 0: pass such a number
    """
    given = tuple(shape) if isinstance(shape, Sequence) else (shape,)
    if not given:
        raise ValueError(f"{name} must have an axis; got (): pass (1,) for a single number")
    return tuple(whole(f"every number in {name}", size, at_least=1) for size in given)


def _refusal(name: str, kind: str, limits: dict[str, float], value: Any) -> str:
    stated = [f"{sign} {limit}" for sign, limit in limits.items() if math.isfinite(limit)]
    rule = f"{kind} {' and '.join(stated)}".strip()
    return f"{name} must be {rule}; got {reprlib.repr(value)}: pass such a number"
