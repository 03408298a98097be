"""What every schedule is: a callable from steps to rates that checks the steps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._arrays import of_one_library, require
from .._scalars import plain, whole

__all__ = ["Schedule"]

Steps = NDArray[np.int64]  # shape (n,): as every schedule's formula meets t
Rates = NDArray[np.floating[Any]]  # shape (n,), float64


class Schedule(ABC):
    """A learning rate for every step: ``schedule(t)``, for one step or an array of them.

    A schedule of one's own is a class with the one method ``rates``, its formula.

    >>> class Zigzag(Schedule):
    ...     def rates(self, t):
    ...         return 0.1 + 0.1 * (t % 2)
    >>> Zigzag()(3)
    0.2
    >>> Zigzag()([0, 1, 2]).tolist()
    [0.1, 0.2, 0.1]
    """

    @abstractmethod
    def rates(self, t: Steps) -> Rates:
        """The formula: rates, shape (n,), at checked steps ``t``, shape (n,)."""

    def __call__(self, t: ArrayLike) -> Any:
        """The rate at step ``t``: a float for an int, an array of t's shape for an array.

        Raises ValueError where a step is negative or not an integer, or there is none.
        """
        t = plain(t)
        if not isinstance(t, Iterable):
            return float(self.rates(np.array([whole("t", t)]))[0])
        steps = _steps(t)
        return self.rates(steps.reshape(-1)).reshape(steps.shape)


def _steps(t: Any) -> NDArray[np.int64]:
    xp, named = of_one_library({"t": t})
    steps = named["t"]
    if not xp.isdtype(steps.dtype, "integral"):
        raise ValueError(
            f"t must hold integers, numbers of steps; got {steps.dtype}: "
            "count steps from 0, as numpy.arange does"
        )
    require(steps >= 0, steps, xp, "t must not be negative", "count steps from 0")
    return np.asarray(steps, dtype=np.int64)
