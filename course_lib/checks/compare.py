"""Is an answer right? Compared in shape and value, with a tolerance that fits its precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .plain import Plain

# A float32 answer carries about 1e-7 of rounding for each operation, and a softmax over a row or a
# sum over a batch multiplies that; 1e-4 leaves room and still rejects every declared mistake.
SINGLE_RTOL = 1e-4
SINGLE_ATOL = 1e-6

# What a rule for random answers is asked about: characters of a text; numbers, rows, keys and
# characters in all. A rule may look at each of them in Python.
MAX_TEXT = 2000
MAX_ENTRIES = 2**20

NOTHING_CAME = "nothing came back: does the function end with return?"


def difference(expected: Plain, got: Plain, rtol: float, atol: float) -> str:
    """Why ``got`` is not ``expected``, in one sentence; empty where it is.

    Lists, tuples and arrays of the same numbers are one and the same; so are a number and a
    0-dimensional array. Shapes must agree: nothing is broadcast.
    """
    if isinstance(expected, dict):
        return _difference_of_dicts(expected, got, rtol, atol)
    if isinstance(expected, (tuple, list)) and not _is_numbers(expected):
        return _difference_of_sequences(expected, got, rtol, atol)
    if isinstance(expected, str) or expected is None:
        return "" if type(got) is type(expected) and got == expected else "not what was asked for"
    return _difference_of_arrays(np.asarray(expected), got, rtol, atol)


def refusal(
    accept: Callable[[tuple[Any, ...], Any], str], args: tuple[Any, ...], value: Plain
) -> str:
    """What ``accept`` says of ``value``; one of another kind than it looks for is not right."""
    if value is None:
        return NOTHING_CAME
    try:
        if _entries(value) <= (MAX_TEXT if isinstance(value, str) else MAX_ENTRIES):
            return accept(args, value)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError):
        pass
    return f"{describe(value)} came, which is not what was asked for"


def _entries(value: Plain) -> int:
    if isinstance(value, np.ndarray):  # which may have many rows of nothing
        return max((value.size, *value.shape))
    if isinstance(value, dict):
        return _entries([*value]) + _entries([*value.values()])
    if isinstance(value, (list, tuple)):
        return len(value) + sum(map(_entries, value))
    return len(value) if isinstance(value, str) else 1


def _difference_of_dicts(expected: dict[str, Any], got: Plain, rtol: float, atol: float) -> str:
    if not isinstance(got, dict):
        return f"expected a dict with keys {sorted(expected)}, got {describe(got)}"
    if got.keys() != expected.keys():
        return f"expected the keys {sorted(expected)}, got {sorted(got)}"
    for key, value in expected.items():
        problem = difference(value, got[key], rtol, atol)
        if problem:
            return f"{key}: {problem}"
    return ""


def _difference_of_sequences(expected: Any, got: Plain, rtol: float, atol: float) -> str:
    if got is None:
        return NOTHING_CAME
    # Without this a 0-dimensional array has no len().
    if not isinstance(got, (tuple, list)) and not (isinstance(got, np.ndarray) and got.ndim):
        return f"expected {len(expected)} values, got {describe(got)}"
    if len(got) != len(expected):
        return f"expected {len(expected)} values, got {len(got)}"
    for position, (left, right) in enumerate(zip(expected, got, strict=True)):
        problem = difference(left, right, rtol, atol)
        if problem:
            return f"value {position + 1} of {len(expected)}: {problem}"
    return ""


def _difference_of_arrays(expected: np.ndarray, got: Plain, rtol: float, atol: float) -> str:
    if got is None:
        return NOTHING_CAME
    try:
        answer = np.asarray(got)
    except ValueError:
        return f"expected {describe(expected)}, got rows of different lengths"
    if answer.dtype.kind not in "biufc":
        return f"expected {describe(expected)}, got {describe(got)}"
    if answer.shape != expected.shape:
        return f"expected {describe(expected)}, got {describe(answer)}"
    if _is_single(answer) or _is_single(expected):
        rtol, atol = max(rtol, SINGLE_RTOL), max(atol, SINGLE_ATOL)
    if np.allclose(answer, expected, rtol=rtol, atol=atol, equal_nan=True):
        return ""
    if not np.isfinite(answer).all() and np.isfinite(expected).all():
        return "the result is not finite (nan or inf)"
    # numpy cannot subtract booleans, and unsigned integers wrap around.
    wide = np.result_type(answer, expected, np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        worst = float(np.max(np.abs(answer.astype(wide) - expected.astype(wide))))
    return f"off by up to {worst:.3g}"


def _is_single(array: np.ndarray) -> bool:
    return array.dtype.kind == "f" and array.dtype.itemsize < 8


def _is_numbers(values: Any) -> bool:
    return bool(values) and all(isinstance(v, (bool, int, float, complex)) for v in values)


def describe(value: Plain) -> str:
    """What kind of thing ``value`` is: ``"a number"``, ``"an array of shape (3, 2)"``."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return f"a dict with keys {sorted(value)}"
    if isinstance(value, (tuple, list)):
        return f"{len(value)} values"
    array = np.asarray(value)
    return "a single number" if array.ndim == 0 else f"an array of shape {array.shape}"
