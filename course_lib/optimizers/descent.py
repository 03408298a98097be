"""A rule at work on a function of one array: the path of points, as contour plots show it."""

from __future__ import annotations

from collections.abc import Callable

from .._arrays import Array, real_arrays
from .._scalars import whole
from .rule import Rule

__all__ = ["descend"]


def descend(rule: Rule, gradient: Callable[[Array], Array], theta: Array, steps: int) -> Array:
    """θ[0], ..., θ[steps] of a rule on a function, given its gradient: ``(steps + 1, ...)``.

    ``gradient`` maps θ to an array of the same shape. A path that leaves all bounds ends in an
    error, not in inf.

    Raises ValueError for steps < 1, and where θ or the gradient is not finite or not of one shape.

    >>> from course_lib.optimizers import sgd
    >>> descend(sgd(0.25), lambda theta: 2 * theta, [8.0], steps=3)[:, 0].tolist()
    [8.0, 4.0, 2.0, 1.0]
    """
    xp, theta = real_arrays(theta=theta)
    path, state = [theta], rule.start(theta)
    for _ in range(whole("steps", steps, at_least=1)):
        theta, state = rule.step(theta, gradient(theta), state)
        path.append(theta)
    return xp.stack(path)
