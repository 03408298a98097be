"""The closed loop on a quadratic: closed forms, roots, and simulation beside the limit."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.filters import Filter, ar1, arma1, cascade, compensated, identity, summer
from course_lib.optimizers import lowpass, momentum, nesterov, sgd
from course_lib.stability import closed_loop_poles, largest_stable_gain

ALPHAS = [0.0, 0.3, 0.9, 0.99]
# Largest stable rate · λ, in closed form.
LIMITS = {
    "sgd": (lambda alpha: sgd(1.0), lambda alpha: 2),
    "momentum": (lambda alpha: momentum(1.0, alpha), lambda alpha: 2 * (1 + alpha)),
    "nesterov": (
        lambda alpha: nesterov(1.0, alpha),
        lambda alpha: 2 * (1 + alpha) / (1 + 2 * alpha),
    ),
    "average": (
        lambda alpha: lowpass(1.0, ar1(alpha)),
        lambda alpha: 2 * (1 + alpha) / (1 - alpha),
    ),
}


def largest(f: Filter, gain: float) -> float:
    return float(np.abs(closed_loop_poles(f, gain)).max())


def simulated(f: Filter, gain: float, steps: int) -> float:
    """|θ| after so many steps on ½θ², from θ = 1."""
    theta, state = np.ones(1), f.start(np.ones(1))
    for _ in range(steps):
        step, state = f.step(theta, state)
        theta = theta - gain * step
    return abs(float(theta[0]))


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("name", LIMITS)
def test_the_limit_has_its_closed_form_and_the_roots_pass_the_circle_there(name, alpha) -> None:
    rule, limit = (part(alpha) for part in LIMITS[name])
    f = rule.gradient
    assert largest_stable_gain(f) == pytest.approx(limit, rel=1e-9)
    # On the circle two poles may be close together, and a double root is known to √eps.
    assert largest(f, limit) == pytest.approx(1, abs=1e-7)
    assert all(largest(f, share * limit) < 1 for share in (0.01, 0.5, 0.99, 1 - 1e-6))
    assert all(largest(f, share * limit) > 1 for share in (1 + 1e-6, 1.01, 2))


@pytest.mark.parametrize("alpha", ALPHAS[:3])
@pytest.mark.parametrize("name", LIMITS)
def test_simulation_settles_below_the_limit_and_grows_above_it(name: str, alpha: float) -> None:
    rule, limit = (part(alpha) for part in LIMITS[name])
    assert simulated(rule.gradient, 0.98 * limit, steps=1500) < 1e-3
    assert simulated(rule.gradient, 1.02 * limit, steps=1500) > 1e3


def test_the_largest_eigenvalue_of_a_ravine_decides_about_the_rule() -> None:
    curvature, limit = np.array([1.0, 50.0]), 2 * (1 + 0.9) / 50
    for share, settles in ((0.98, True), (1.02, False)):
        rule = momentum(share * limit, alpha=0.9)
        theta, state = np.ones(2), rule.start(np.ones(2))
        for _ in range(1000):
            theta, state = rule.step(theta, curvature * theta, state)
        assert bool(np.abs(theta).max() < 1e-3) is settles


def test_sgds_pole_and_the_poles_of_momentum() -> None:
    assert closed_loop_poles(identity(), 0.5) == pytest.approx([0.5])
    # θ[n+1] = (1 + α − k) θ[n] − α θ[n−1]: complex poles of size √α between (1 ∓ √α)².
    poles = closed_loop_poles(ar1(0.9, gain="input"), 1.0)
    np.testing.assert_allclose(np.abs(poles), 0.9**0.5)
    np.testing.assert_allclose(np.poly(poles), [1, -(1 + 0.9 - 1.0), 0.9])


@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.parametrize("cutoff", [0.1, 0.3])
def test_any_low_pass_filter_has_its_limit(n: int, cutoff: float) -> None:
    f = Filter(*scipy.signal.butter(n, cutoff))
    limit = largest_stable_gain(f)
    assert largest(f, limit * (1 - 1e-4)) < 1 < largest(f, limit * (1 + 1e-4))
    gains = np.linspace(0.01, 0.99, 40) * limit
    assert all(largest(f, gain) < 1 for gain in gains)
    sections = cascade(scipy.signal.butter(n, cutoff, output="sos"))
    assert largest_stable_gain(sections) == pytest.approx(limit, rel=1e-6)


@settings(deadline=None, max_examples=100)
@given(st.floats(-0.95, 0.95), st.floats(-2, 2), st.floats(0.1, 3))
def test_for_any_first_order_filter_the_poles_say_the_same(pole, zero, gain) -> None:
    f = arma1(pole, zero, gain)
    if f.dc_gain < 1e-3:
        return
    limit = largest_stable_gain(f)
    assert limit > 0
    assert largest(f, 0.999 * limit) < 1
    assert largest(f, 1.001 * limit) > 1
    assert largest_stable_gain(Filter([2 * b for b in f.b], f.a)) == pytest.approx(limit / 2)


def test_a_loop_may_be_stable_again_beyond_its_limit_and_the_limit_is_the_first() -> None:
    """Every smaller gain is stable: what lies beyond a gap does not count."""
    f = Filter([1.0, -1.8, 0.9], [1.0, -1.2, 0.72])
    limit = largest_stable_gain(f)
    assert all(largest(f, gain) < 1 for gain in np.linspace(0.001, 0.999, 200) * limit)
    assert largest(f, 1.001 * limit) > 1


def test_a_delay_that_never_feeds_back_has_no_limit_of_its_own() -> None:
    assert largest_stable_gain(Filter([0.0, 1.0])) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: largest_stable_gain(summer()), "some rate must let the loop settle; got summer"),
        (lambda: largest_stable_gain(Filter([-1.0])), "some rate must let the loop settle"),
        (lambda: largest_stable_gain(Filter([1.0, -1.0])), "some rate must let the loop settle"),
        (
            lambda: largest_stable_gain(compensated(ar1(0.9))),
            "time-invariant filter; got a Compens",
        ),
        (lambda: closed_loop_poles(compensated(ar1(0.9)), 1.0), "must have a time-invariant"),
        (lambda: closed_loop_poles(ar1(0.9), np.nan), "gain must be a finite number"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
