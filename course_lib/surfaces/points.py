"""Points of the plane: an array whose last axis holds x and y."""

from __future__ import annotations

from typing import Any

from .._arrays import Array, real_arrays

__all__ = ["coordinates"]


def coordinates(points: Array) -> tuple[Any, Array, Array]:
    """``(xp, x, y)`` of points ``(..., 2)``: the array library and two arrays ``(...)``.

    Raises ValueError where the last axis is not two long, or a number is not finite.

    >>> _, x, y = coordinates([[1.0, 2.0], [3.0, 4.0]])
    >>> x.tolist(), y.tolist()
    ([1.0, 3.0], [2.0, 4.0])
    """
    xp, points = real_arrays(points=points)
    if points.ndim == 0 or points.shape[-1] != 2:
        raise ValueError(
            f"points must hold x and y on the last axis; got shape {tuple(points.shape)}: "
            "pass one point (2,) or many (..., 2)"
        )
    return xp, points[..., 0], points[..., 1]
