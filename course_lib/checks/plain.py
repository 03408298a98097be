"""Plain data: what may cross between a student's process and the judge.

Numbers, booleans, strings, None, numpy arrays, and lists, tuples and dicts (string keys) of these.
This file is also mounted in the grading sandbox: it may import numpy and the standard library only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

MAX_DEPTH = 8
NUMERIC_KINDS = "biufc"  # numpy dtype kinds: booleans, integers, floats, complex
LISTED_KINDS = "OU"  # of arrays that hold Python's own objects or texts
# A subclass may override anything; these give the value that its base class holds.
EXACT: dict[type, Callable[[Any], Any]] = {
    int: int.__pos__,
    float: float.__pos__,
    complex: complex.__pos__,
    str: str.__str__,
}

Plain = Any  # the union described above; mypy gains nothing from the recursive spelling


def to_plain(value: Any, depth: int = 0) -> Plain:
    """Copy of ``value`` as plain data: tensors become arrays, lists of numbers become arrays.

    Raises
    ------
    TypeError
        if ``value`` holds something that is not data (a function, a module, an object array).
    """
    if depth > MAX_DEPTH:
        raise TypeError(f"nested more than {MAX_DEPTH} deep: return numbers or arrays")
    kind = type(value)
    if kind is int:
        return _integer(value)
    if value is None or kind in (bool, float, complex, str):
        return value
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return _numeric(np.array(value.detach().cpu().numpy()), depth)
    if isinstance(value, (np.generic, np.ndarray)):
        return _numeric(np.array(value, subok=False), depth)
    if isinstance(value, Mapping):
        return {str(key): to_plain(item, depth + 1) for key, item in value.items()}
    for base, exact in EXACT.items():
        if isinstance(value, base):
            return to_plain(exact(value), depth + 1)
    if isinstance(value, Sequence):
        items = [to_plain(item, depth + 1) for item in value]
        return _stacked(items) if kind is list else tuple(items)
    if isinstance(value, Real):  # a fraction
        return float(value)
    raise TypeError(f"returned a {kind.__name__}: return a number or an array")


def _integer(value: int) -> int | float:
    """``value`` itself, or the nearest float where no numpy integer holds it."""
    if -(2**63) <= value < 2**63:
        return value
    try:
        return float(value)
    except OverflowError:
        raise TypeError("an integer too large for any array: return a float") from None


def _numeric(array: np.ndarray, depth: int) -> Plain:
    if array.dtype.kind in LISTED_KINDS:
        return to_plain(array.tolist(), depth + 1)
    if array.dtype.kind not in NUMERIC_KINDS:
        raise TypeError(f"an array of {array.dtype}: return an array of numbers")
    return array


def _stacked(items: list[Plain]) -> Plain:
    """A list of numbers, or of equally shaped arrays, is an array; any other list stays a list."""
    if not items or not all(isinstance(i, (bool, int, float, complex, np.ndarray)) for i in items):
        return items
    if len({np.shape(item) for item in items}) != 1:
        return items
    array = np.asarray(items)
    return array if array.dtype.kind in NUMERIC_KINDS else items


def equal(left: Plain, right: Plain) -> bool:
    """True where two plain values are the same to the last bit (NaN equals NaN)."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray):
        return (
            left.dtype == right.dtype
            and left.shape == right.shape
            and left.tobytes() == right.tobytes()
        )
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(equal(left[k], right[k]) for k in left)
    return bool(left == right) or (left != left and right != right)
