"""More than one thing to want: accuracy and cost joined in one number, or the front of both."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._arrays import real_arrays
from .._scalars import real
from .trials import Trial

__all__ = ["joint_objective", "pareto_front", "pareto_trials"]


def joint_objective(error: float, cost: float, *, weight: float, reference: float) -> float:
    """log₁₀(error + weight · cost/reference): how wrong, and how dear.

    Deck A's search for an architecture by accuracy and run-time complexity together.

    Parameters
    ----------
    error
        1 − accuracy on the validation split, 0 to 1
    cost
        what the network costs: parameters, multiplications, or seconds (which differ from run to
        run, so that a search by them is not repeatable)
    weight
        0: accuracy alone. At 1, one ``reference`` of cost weighs as much as being always wrong
    reference
        the cost of a network of ordinary size, in the unit of ``cost``

    Raises ValueError where an argument is out of range, or error and weighted cost are both 0.

    Source: Dey, Kanala, Chugg and Beerel (2020), "Deep-n-Cheap: an automated search framework for
    low complexity deep learning"; deck A, "Automated network architecture search".

    >>> joint_objective(0.05, 25_000, weight=0.1, reference=50_000)
    -1.0
    """
    error = real("error", error, at_least=0, at_most=1)
    weighted = real("weight", weight, at_least=0) * real("cost", cost, at_least=0)
    total = error + weighted / real("reference", reference, above=0)
    if total == 0:
        raise ValueError(
            "error and weighted cost must not both be 0; got 0 for both: "
            "give cost a weight, or measure the error on more samples"
        )
    return math.log10(total)


def pareto_front(measures: ArrayLike) -> NDArray[np.bool_]:
    """Which rows no other row beats: no other is as low in every column and lower in one.

    Parameters
    ----------
    measures
        shape (n, n_measures), each column to be minimised

    Returns
    -------
    array of bool, shape (n,)

    Raises ValueError where ``measures`` is not a finite array of two axes.

    >>> pareto_front([[0.1, 9.0], [0.2, 3.0], [0.3, 5.0], [0.4, 1.0]]).tolist()
    [True, True, False, True]
    """
    _, given = real_arrays(measures=measures)
    rows = np.asarray(given)
    if rows.ndim != 2:
        raise ValueError(
            f"measures must have shape (n, n_measures); got {rows.shape}: one row for each trial"
        )
    beaten = [bool(np.any((rows <= row).all(axis=1) & (rows < row).any(axis=1))) for row in rows]
    return ~np.array(beaten)


def pareto_trials(trials: Sequence[Trial], names: Sequence[str]) -> list[Trial]:
    """The trials on the Pareto front of the measures ``names``, lowest in the first of them first.

    A name is ``"value"``, ``"seconds"`` or a measure that the objective returned. Failed trials are
    left out.

    Raises ValueError where a trial has no such measure, or none is left.

    >>> trials = [
    ...     Trial(0, {}, "done", 0.1, {"parameters": 900.0}),
    ...     Trial(1, {}, "done", 0.2, {"parameters": 1000.0}),
    ... ]
    >>> [trial.number for trial in pareto_trials(trials, ["value", "parameters"])]
    [0]
    """
    done = [trial for trial in trials if not trial.failed]
    rows = np.array([[_measure(trial, name) for name in names] for trial in done])
    front = np.flatnonzero(pareto_front(rows))
    return [done[i] for i in sorted(front, key=lambda i: (rows[i, 0], i))]


def _measure(trial: Trial, name: str) -> float:
    known = {**trial.measures, "value": trial.value, "seconds": trial.seconds}
    if name not in known:
        raise ValueError(
            f"each trial must have the measure {name!r}; got {', '.join(sorted(known))} in trial "
            f"{trial.number}: return it from the objective, in a dictionary with 'value'"
        )
    return real(name, known[name])
