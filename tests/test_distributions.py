"""The bounds on false alarms hold, and wrong draws are found."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from course_lib.checks import distributions
from course_lib.checks.distributions import follows, margin, mean_is, share_is, unrelated

N = 10_000


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("n", [1, 10, 1000])
def test_the_margin_is_hoeffdings_bound_turned_round(n):
    assert 2 * math.exp(-2 * n * margin(n) ** 2) == pytest.approx(distributions.DELTA)


def test_the_exact_false_alarm_rate_of_a_share_is_below_the_bound():
    """The binomial distribution itself, summed over every count that would be refused."""
    for n, p in ((20, 0.5), (200, 0.1), (2000, 0.6)):
        refused = [k for k in range(n + 1) if not share_is(np.arange(n) < k, p)]
        assert stats.binom.pmf(refused, n, p).sum() <= distributions.DELTA


def test_right_draws_pass(rng):
    assert mean_is(rng.uniform(-1, 3, N), 1.0, -1.0, 3.0)
    assert share_is(rng.random(N) < 0.2, 0.2)
    assert unrelated(rng.random(N) < 0.2, rng.random(N) < 0.7, 0.2, 0.7)
    assert follows(rng.normal(size=N), stats.norm.cdf)


def test_wrong_draws_are_found(rng):
    flags = rng.random(N) < 0.5
    assert not mean_is(rng.uniform(-1, 3, N), 1.3, -1.0, 3.0)
    assert not mean_is(np.array([0.5, 4.0]), 1.0, -1.0, 3.0), "beyond the range"
    assert not share_is(flags, 0.56)
    assert not unrelated(flags, flags, 0.5, 0.5)
    assert not unrelated(flags, ~flags, 0.5, 0.5)
    assert not follows(rng.normal(0.2, size=N), stats.norm.cdf)
    assert not follows(np.full(N, 0.0), stats.norm.cdf)


def test_nothing_and_nan_follow_no_distribution():
    for values in (np.array([]), np.array([np.nan])):
        assert not follows(values, stats.norm.cdf)
        assert not mean_is(values, 0.0, -1.0, 1.0)
