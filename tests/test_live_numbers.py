"""The numbers of the live figures of filters, optimizers and schedules: course_lib's, to 1e-9."""

import numpy as np
import pytest
import scipy.signal
from live_figures import assert_equal_numbers

from course_lib import schedules as s
from course_lib import stability
from course_lib.filters import Filter, ar1, arma1, compensated, identity
from course_lib.optimizers import adam, descend, lowpass, momentum, nesterov, rmsprop, sgd
from course_lib.surfaces import SURFACES

pytestmark = pytest.mark.book

FREQUENCIES = [0.0, 0.001, 0.05, 0.25, 0.5]


def noise(count):
    state, values = 1, []
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        values.append((state / 2**31 - 1) * np.sqrt(0.75))
    return np.array(values)


INPUTS = {
    "step": np.ones(60),
    "noisy": 1 + noise(60),
    "cosine": np.cos(2 * np.pi * np.arange(60) / 100) + noise(60),
    "impulse": np.eye(60)[0],
}


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("gain", ["dc", "input"])
def test_a_first_order_filter_gives_the_numbers_of_ar1(live_page, gain, name):
    page = live_page("first-order-filter")
    for alpha in (0.0, 0.5, 0.9, 0.99):
        f = ar1(alpha, gain=gain)
        settings = {"alpha": alpha, "gain": gain, "input": name, "frequencies": FREQUENCIES}
        got = page.evaluate("settings => courseLive.firstOrderFilter(settings)", settings)
        assert_equal_numbers(got["input"], INPUTS[name])
        assert_equal_numbers(got["output"], f.run(INPUTS[name]), alpha)
        assert_equal_numbers(got["step"], f.step_response(60), alpha)
        assert_equal_numbers(got["impulse"], f.impulse_response(60), alpha)
        assert_equal_numbers(got["compensated"], compensated(f).run(INPUTS[name]), alpha)
        assert_equal_numbers(got["magnitude"], abs(f.frequency_response(FREQUENCIES)), alpha)
        assert_equal_numbers([got["k"], got["dcGain"]], [f.input_gain, f.dc_gain], alpha)
        power = np.sum(f.impulse_response(4000) ** 2)
        assert_equal_numbers(got["noisePower"], power, alpha)


def test_a_pole_below_0_and_the_half_power_frequency_are_the_filters(live_page):
    page = live_page("first-order-filter")
    for alpha in (-0.95, -0.3, 0.3, 0.9):
        settings = {"alpha": alpha, "gain": "dc", "frequencies": FREQUENCIES}
        got = page.evaluate("settings => courseLive.firstOrderFilter(settings)", settings)
        f = Filter([1 - alpha], [1, -alpha])
        assert_equal_numbers(got["step"], f.step_response(60), alpha)
        assert_equal_numbers(got["magnitude"], abs(f.frequency_response(FREQUENCIES)), alpha)
        if alpha > 0:
            assert abs(f.frequency_response(got["halfPower"])) ** 2 == pytest.approx(0.5)


SETTINGS = {"alpha": 0.8, "cutoff": 0.1, "beta1": 0.9, "beta2": 0.99}
RULES = {
    "sgd": sgd,
    "momentum": lambda rate: momentum(rate, alpha=0.8),
    "nesterov": lambda rate: nesterov(rate, alpha=0.8),
    "average": lambda rate: lowpass(rate, ar1(0.8)),
    "butterworth": lambda rate: lowpass(rate, scipy.signal.butter(2, 0.2)),
    "rmsprop": lambda rate: rmsprop(rate, rho=0.99),
    "adam": lambda rate: adam(rate, beta1=0.9, beta2=0.99),
}
# A rate at which no rule diverges from the start of that surface.
RATES = {
    "ravine": 0.01,
    "bowl": 0.1,
    "saddle": 0.05,
    "rosenbrock": 1e-4,
    "beale": 1e-3,
    "himmelblau": 1e-3,
    "rastrigin": 1e-4,
    "cliff": 1e-6,
}


def test_every_surface_is_there_as_course_lib_has_it(live_page):
    page = live_page("optimizer")
    rng = np.random.default_rng(0)
    assert set(page.evaluate("Object.keys(courseLive.surfaces)")) == set(SURFACES)
    for name, surface in SURFACES.items():
        (x0, x1), (y0, y1) = surface.domain
        points = rng.uniform((x0, y0), (x1, y1), size=(40, 2))
        got = page.evaluate(
            """([name, points]) => {
                const s = courseLive.surfaces[name];
                const values = points.map(p => s.value(...p));
                return [values, points.map(p => s.gradient(...p)), s.domain, s.start, s.minimum];
            }""",
            [name, points.tolist()],
        )
        expected = [surface.value(points), surface.gradient(points), surface.domain, surface.start]
        for mine, theirs in zip(got, expected, strict=False):
            assert_equal_numbers(mine, theirs, name)
        assert tuple(got[4]) in (surface.minima or surface.saddles)


def hessian(surface, at, h=1e-5):
    rows = [
        (surface.gradient(at + step) - surface.gradient(at - step)) / (2 * h)
        for step in h * np.eye(2)
    ]
    return np.array(rows)


def test_the_curvatures_shown_are_those_at_the_minimum(live_page):
    shown = live_page("optimizer").evaluate(
        "Object.entries(courseLive.surfaces).map(([n, s]) => [n, s.minimum, s.curvatures])"
    )
    for name, minimum, curvatures in shown:
        expected = np.linalg.eigvalsh(hessian(SURFACES[name], np.array(minimum)))[::-1]
        assert curvatures == pytest.approx(expected, rel=1e-4, abs=1e-3), name


@pytest.mark.parametrize("name", RULES)
def test_a_path_is_that_of_descend_on_every_surface(live_page, name):
    page = live_page("optimizer")
    for surface, rate in RATES.items():
        settings = SETTINGS | {"rule": name, "surface": surface, "rate": rate, "steps": 120}
        start = list(SURFACES[surface].start)
        path = descend(RULES[name](rate), SURFACES[surface].gradient, start, steps=120)
        got = page.evaluate("settings => courseLive.descend(settings)", settings | {"start": start})
        assert_equal_numbers(got["xs"], path[:, 0], surface)
        assert_equal_numbers(got["ys"], path[:, 1], surface)


FILTERS = {
    "sgd": lambda alpha, cutoff: identity(),
    "momentum": lambda alpha, cutoff: ar1(alpha, gain="input"),
    "nesterov": lambda alpha, cutoff: arma1(alpha, alpha / (1 + alpha), 1 + alpha),
    "average": lambda alpha, cutoff: ar1(alpha),
    "butterworth": lambda alpha, cutoff: Filter(*scipy.signal.butter(2, 2 * cutoff)),
}


@pytest.mark.parametrize("name", FILTERS)
def test_gain_poles_and_limit_are_those_of_filters_and_stability(live_page, name):
    page = live_page("optimizer")
    for alpha, cutoff in ((0.0, 0.01), (0.5, 0.1), (0.9, 0.25), (0.99, 0.45)):
        f = FILTERS[name](alpha, cutoff)
        limit = stability.largest_stable_gain(f)
        gains = [0.013 * limit, 0.37 * limit, 0.9 * limit, 1.7 * limit]
        got = page.evaluate(
            """([rule, settings, frequencies, gains]) => {
                const f = courseLive.rules[rule].filter(settings);
                return {
                    magnitude: courseLive.magnitude(f, frequencies),
                    limit: courseLive.largestStableGain(f),
                    poles: courseLive.filterPoles(f),
                    loops: gains.map(gain => courseLive.closedLoopPoles(f, gain)),
                };
            }""",
            [name, {"alpha": alpha, "cutoff": cutoff}, FREQUENCIES, gains],
        )
        about = (alpha, cutoff)
        assert_equal_numbers(got["magnitude"], abs(f.frequency_response(FREQUENCIES)), about)
        assert_equal_numbers(got["limit"], limit, about)
        assert_same_places(got["poles"], f.poles, about)
        for gain, places in zip(gains, got["loops"], strict=True):
            assert_same_places(places, stability.closed_loop_poles(f, gain), (about, gain))


def assert_same_places(got, expected, name):
    """As sets, without poles at 0: course_lib leaves out a delay that no coefficient uses."""
    ours, theirs = (in_order(places) for places in ([complex(*place) for place in got], expected))
    assert_equal_numbers(ours.real, theirs.real, name)
    assert_equal_numbers(ours.imag, theirs.imag, name)


def in_order(places):
    places = np.asarray(places, dtype=complex)
    places = places[abs(places) > 0]
    return places[np.lexsort((places.imag.round(6), places.real.round(6)))]


COMMON = {"rate": 0.8, "end": 0.05, "span": 120, "period": 35, "steps": 200}
SCHEDULES = {
    "constant": s.Constant(0.8),
    "linear": s.Linear(0.8, 0.05, 120),
    "exponential": s.Exponential(0.8, 0.98),
    "step": s.Step(0.8, 0.3, 35),
    "milestones": s.Milestones(0.8, 0.3, (60, 140)),
    "fractional": s.Fractional(0.8, 0.07),
    "polynomial": s.Polynomial(0.8, 120, 2.5),
    "triangular": s.Triangular(0.02, 0.8, 24, 0.7),
    "cosine": s.Cosine(0.8, 120, 0.05),
    "restarts": s.WarmRestarts(0.8, 35, 2, 0.05),
}
OWN = {"decay": 0.98, "factor": 0.3, "first": 60, "second": 140}
OWN |= {"kappa": 0.07, "power": 2.5, "low": 0.02, "half": 24}
WARMUPS = {
    "none": lambda schedule: schedule,
    "constant": lambda schedule: s.ConstantWarmup(schedule, 30, 0.01),
    "gradual": lambda schedule: s.GradualWarmup(schedule, 30, 0.01),
}
CURVATURES = np.geomspace(0.01, 1, 30)


def mean_losses(rates):
    """The recursion of the chapter, for the thirty parabolas of its comparison."""
    v, losses = 2 / CURVATURES, [1.0]
    for rate in rates:
        v = (1 - rate * CURVATURES) ** 2 * v + rate**2 * 0.1 * CURVATURES
        losses.append((CURVATURES * v / 2).mean())
    return losses


@pytest.mark.parametrize("warmup", WARMUPS)
@pytest.mark.parametrize("kind", SCHEDULES)
def test_rates_and_losses_are_those_of_course_lib(live_page, kind, warmup):
    settings = COMMON | OWN | {"shrink": 0.7, "growth": 2, "kind": kind, "warmup": warmup}
    settings |= {"warmsteps": 30, "warmrate": 0.01}
    got = live_page("schedule").evaluate("settings => courseLive.schedule(settings)", settings)
    rates = WARMUPS[warmup](SCHEDULES[kind])(np.arange(200))
    assert_equal_numbers(got["rates"], rates)
    assert_equal_numbers(got["losses"], mean_losses(rates))


@pytest.mark.parametrize("growth", [1, 3])
def test_restarts_fall_on_the_same_steps(live_page, growth):
    settings = COMMON | {"kind": "restarts", "growth": growth, "period": 10}
    got = live_page("schedule").evaluate("settings => courseLive.schedule(settings)", settings)
    expected = s.WarmRestarts(0.8, 10, growth, 0.05)(np.arange(200))
    assert_equal_numbers(got["rates"], expected)


@pytest.mark.parametrize("patience", [0, 3, 10])
def test_the_rate_falls_on_a_plateau_when_course_lib_lets_it(live_page, patience):
    page = live_page("schedule")
    settings = {"rate": 1.0, "factor": 0.3, "patience": patience, "relative": 0.03}
    got = page.evaluate(
        "settings => courseLive.schedule(settings)",
        settings | {"kind": "plateau", "steps": 400},
    )
    watch = s.ReduceOnPlateau(**settings)
    state, rates = watch.start(), [1.0]
    for loss in mean_losses(got["rates"])[1:]:
        state, rate = watch.update(state, loss)
        rates.append(rate)
    assert_equal_numbers(got["rates"], rates[:-1])
    assert len(set(got["rates"])) > 2
