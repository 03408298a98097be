"""Randomness is an argument: a numpy generator, never a seed that is global or hidden."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["generator"]


def generator(rng: Any) -> np.random.Generator:
    """``rng`` itself, where it is a ``numpy.random.Generator``.

    Raises
    ------
    ValueError
        where it is anything else, such as a seed or numpy's old global state.

    >>> generator(3)
    Traceback (most recent call last):
    ValueError: rng must be a numpy.random.Generator; got int: pass numpy.random.default_rng(seed)
    """
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            f"rng must be a numpy.random.Generator; got {type(rng).__name__}: "
            "pass numpy.random.default_rng(seed)"
        )
    return rng
