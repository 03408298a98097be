"""What filters say of themselves: responses, gains, poles and words, against scipy and deck A."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal
from filter_table import ALPHA, FILTERS, N, assert_close

from course_lib.filters import Filter, ar1, arma1, cascade, compensated, identity, peak_hold, summer


@pytest.mark.parametrize("name", FILTERS)
def test_responses_equal_scipys(name: str) -> None:
    f, nu = FILTERS[name], np.linspace(0.01, 0.5, 20)
    _, expected = scipy.signal.freqz(f.b, f.a, worN=2 * np.pi * nu)
    assert_close(f.frequency_response(nu), expected)
    assert_close(np.polyval(f.b, f.zeros), 0, 1e-9)
    assert_close(np.polyval(f.a, f.poles), 0, 1e-9)
    assert len(f.poles) == f.order
    impulse = np.eye(1, N)[0]
    assert_close(f.impulse_response(N), scipy.signal.lfilter(f.b, f.a, impulse))
    assert f.input_gain == f.impulse_response(1)[0]
    step = scipy.signal.lfilter(f.b, f.a, np.ones(N))
    assert_close(f.step_response(N), step)
    for n in (0, 1, 2, 50, N - 1):
        assert f.step_response_at(n) == pytest.approx(step[n], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.9, 0.999])
def test_closed_forms_of_deck_a(alpha: float) -> None:
    n = np.arange(50)
    ramp = 1 - alpha ** (n + 1)
    dc, unit = ar1(alpha), ar1(alpha, gain="input")
    assert_close(dc.step_response(50), ramp)
    assert_close(unit.step_response(50), ramp / (1 - alpha))
    assert (dc.dc_gain, dc.input_gain) == pytest.approx((1, 1 - alpha))
    assert (unit.dc_gain, unit.input_gain) == pytest.approx((1 / (1 - alpha), 1))
    np.testing.assert_allclose([dc.step_response_at(int(i)) for i in n], ramp, rtol=1e-12)


def test_low_pass_gains_of_momentum_and_nesterov() -> None:
    """|H| at the ends: momentum 1/(1−α), 1/(1+α); Nesterov 1/(1−α), (1+2α)/(1+α)."""
    momentum, nesterov = ar1(ALPHA, gain="input"), FILTERS["nesterov"]
    assert momentum.dc_gain == pytest.approx(10)
    assert nesterov.dc_gain == pytest.approx(10)
    assert abs(momentum.frequency_response(0.5)) == pytest.approx(1 / 1.9)
    assert abs(nesterov.frequency_response(0.5)) == pytest.approx(2.8 / 1.9)
    assert nesterov.zeros == pytest.approx([0.9 / 1.9])
    nu = np.linspace(0.05, 0.5, 10)
    falls = np.abs(momentum.frequency_response(nu)) < np.abs(nesterov.frequency_response(nu))
    assert falls.all()


def test_the_summer_grows_and_says_so() -> None:
    assert summer().dc_gain == np.inf
    assert summer().frequency_response([0.0, 0.5]).tolist() == [np.inf, pytest.approx(0.5)]
    assert not summer().is_stable
    np.testing.assert_array_equal(summer().step_response(5), [1, 2, 3, 4, 5])
    assert summer().step_response_at(10**6) == 10**6 + 1


def lowest(f: Filter) -> float:
    return f.impulse_response(2000).min()


@pytest.mark.parametrize(
    ("f", "negative"),
    [
        (identity(), False),
        (Filter([-1.0]), True),
        (ar1(0.9), False),
        (summer(), False),
        (FILTERS["nesterov"], False),
        (arma1(0.5, 0.6), True),
        (arma1(-0.5, -0.9), True),
        (Filter([1.0], [1.0, 0.5]), True),
        (Filter([1.0, 1.0]), False),
        (Filter([1.0, -0.1]), True),
        (Filter([1.0, 0, 0, 0.5]), False),
        (FILTERS["mean of 5"], False),
        (FILTERS["butter 2"], True),
        (cascade(ar1(0.9), ar1(0.8)), False),
        (cascade(ar1(0.9), ar1(0.9), ar1(0.99)), False),
        # Above 0 for 30 samples, and then below for good: 0.9ⁿ − 0.05 · 0.99ⁿ.
        (Filter([0.95, -0.945], [1.0, -1.89, 0.891]), True),
    ],
)
def test_a_negative_impulse_response_is_seen(f: Filter, negative: bool) -> None:
    assert f.goes_negative is negative
    assert bool(lowest(f) < -1e-12) is negative


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (identity(), "none"),
        (Filter([0.5]), "gain 0.5"),
        (ar1(0.9), "AR1, unit DC gain"),
        (ar1(0.9, gain="input"), "AR1, unit input gain"),
        (Filter([2.0], [1, -0.9]), "AR1, input gain 2"),
        (summer(), "summer"),
        (FILTERS["nesterov"], "ARMA1 (1 pole, 1 zero)"),
        (FILTERS["mean of 5"], "MA4"),
        (FILTERS["ar2"], "AR2"),
        (FILTERS["butter 2"], "ARMA2 (2 poles, 2 zeros)"),
        (compensated(ar1(0.9)), "AR1, unit DC gain, transient compensation"),
        (peak_hold(summer()), "summer, peak held"),
    ],
)
def test_a_filter_says_in_words_what_it_is(f: Filter, words: str) -> None:
    assert f.description == words
