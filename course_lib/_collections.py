"""Lists and dicts of arrays: the weights, gradients or masks of a whole network."""

from __future__ import annotations

import reprlib
from typing import Any, TypeVar

from ._arrays import Array, Namespace, of_one_library, real_arrays

__all__ = ["Arrays", "like", "named_arrays", "real_collection"]

Arrays = TypeVar("Arrays", list[Any], dict[str, Any])


def named_arrays(name: str, arrays: Any) -> tuple[Namespace, dict[str, Array]]:
    """The array library, and each array by the name that an error would call it.

    Raises
    ------
    ValueError
        where ``arrays`` is no list or dict of arrays of one library, or is empty.
    """
    named = {}
    if isinstance(arrays, dict):
        named = {f"{name}[{key!r}]": array for key, array in arrays.items()}
    elif isinstance(arrays, (list, tuple)):
        named = {f"{name}[{i}]": array for i, array in enumerate(arrays)}
    if not named:
        raise ValueError(
            f"{name} must be a list or a dict of arrays, at least one; got {reprlib.repr(arrays)}: "
            "pass [x] for one array x"
        )
    return of_one_library(named)


def real_collection(name: str, arrays: Any) -> tuple[Namespace, list[Array]]:
    """The array library, and the arrays in order, finite, each in a floating type of its own.

    Raises
    ------
    ValueError
        as ``named_arrays``, and where an array is not what ``real_arrays`` takes.
    """
    xp, named = named_arrays(name, arrays)
    return xp, [real_arrays(**{each: array})[1] for each, array in named.items()]


def like(form: Arrays, arrays: list[Array]) -> Arrays:
    """``arrays`` as a dict with the keys of ``form`` where that is a dict, else as the list."""
    return dict(zip(form, arrays, strict=True)) if isinstance(form, dict) else arrays
