"""Is what was drawn at random drawn as it should be? Tests that hardly ever blame a right answer.

Each bound holds for every number of draws, not only for many: a right answer fails one test with a
probability of at most ``DELTA``. What a wrong answer must differ by to be found follows from the
bound and the number of draws (10,000 draws find a share that is off by 0.033).

Sources: Hoeffding, "Probability inequalities for sums of bounded random variables", JASA 58 (1963),
theorem 2; Massart, "The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality", Annals of
Probability 18 (1990), corollary 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

DELTA = 1e-9


def margin(n: int) -> float:
    """√(ln(2/δ) / 2n), the distance that n draws exceed with a probability of at most δ.

    >>> round(margin(10_000), 4)
    0.0327
    """
    return math.sqrt(math.log(2 / DELTA) / (2 * n))


def mean_is(values: np.ndarray, mean: float, low: float, high: float) -> bool:
    """Whether independent draws from [low, high] can have this mean (Hoeffding).

    >>> mean_is(np.random.default_rng(0).random(10_000), 0.5, 0.0, 1.0)
    True
    """
    values = np.asarray(values, dtype=float)
    if not values.size or not (np.all(values >= low) and np.all(values <= high)):
        return False
    return bool(abs(values.mean() - mean) <= (high - low) * margin(values.size))


def share_is(flags: np.ndarray, p: float) -> bool:
    """Whether independent flags can be true with probability ``p``.

    >>> share_is(np.random.default_rng(0).random(10_000) < 0.3, 0.3)
    True
    """
    return mean_is(np.asarray(flags, dtype=float), p, 0.0, 1.0)


def unrelated(first: np.ndarray, second: np.ndarray, p: float, q: float) -> bool:
    """Whether pairs of flags, true with probabilities p and q, can be independent of each other.

    Pairs are compared: independent ones agree with probability pq + (1 − p)(1 − q).

    >>> flags = np.random.default_rng(0).random((2, 10_000)) < 0.5
    >>> unrelated(flags[0], flags[1], 0.5, 0.5), unrelated(flags[0], flags[0], 0.5, 0.5)
    (True, False)
    """
    agree = np.asarray(first, dtype=bool) == np.asarray(second, dtype=bool)
    return share_is(agree, p * q + (1 - p) * (1 - q))


def follows(values: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Whether independent draws can come from the continuous distribution with this cdf.

    The greatest distance between cdf and empirical cdf is at most ``margin`` (Massart).

    >>> follows(np.random.default_rng(0).random(1000), lambda x: np.clip(x, 0, 1))
    True
    """
    values = np.sort(np.asarray(values, dtype=float).ravel())
    if not values.size or not np.all(np.isfinite(values)):
        return False
    steps = np.arange(values.size + 1) / values.size
    told = np.asarray(cdf(values), dtype=float)
    distance = max(np.max(steps[1:] - told), np.max(told - steps[:-1]))
    return bool(distance <= margin(values.size))


__all__ = ["DELTA", "follows", "margin", "mean_is", "share_is", "unrelated"]
