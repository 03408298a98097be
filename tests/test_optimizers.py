"""Rules: against torch's optimizers, and what holds of every rule."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
import scipy.signal
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from optimizer_table import PROBLEM, RULES, TWINS, one_thread, torch_walk, walk

from course_lib.filters import Filter, ar1, arma1, cascade, compensated, identity, summer
from course_lib.optimizers import (
    Adadelta,
    RAdam,
    Rule,
    adagrad,
    adam,
    adamw,
    amsgrad,
    descend,
    lamb,
    lars,
    lowpass,
    momentum,
    nadam,
    nesterov,
    newton_step,
    radam,
    rmsprop,
    sgd,
    table,
)

STEPS = 200
single = pytest.fixture(autouse=True, scope="module")(one_thread)
# Each step rounds some five times, and later steps shrink what went wrong before.
CLOSE = {"rtol": 1e-12, "atol": 1e-12}


@pytest.mark.parametrize("name", TWINS)
@pytest.mark.parametrize("library", [np.array, torch.tensor])
def test_200_steps_equal_torchs_optimizer(name: str, library) -> None:
    twin = TWINS[name]
    got = walk(twin.rule, [library(p) for p in PROBLEM.start()], STEPS)
    for own, theirs in zip(got, torch_walk(twin.torch, STEPS), strict=True):
        np.testing.assert_allclose(np.asarray(own), theirs, **CLOSE)


@pytest.mark.parametrize("name", RULES)
def test_numpy_and_torch_agree_and_keep_their_type(name: str) -> None:
    for dtype, close in (("float64", 1e-12), ("float32", 1e-4)):
        start = [p.astype(dtype) for p in PROBLEM.start()]
        by_numpy = walk(RULES[name], start, 50)
        by_torch = walk(RULES[name], [torch.tensor(p) for p in start], 50)
        for a, b in zip(by_numpy, by_torch, strict=True):
            assert a.dtype == dtype
            assert str(b.dtype) == f"torch.{dtype}"
            np.testing.assert_allclose(a, b.numpy(), rtol=close, atol=close)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_goes_downhill(name: str) -> None:
    def loss(params: list[np.ndarray]) -> float:
        return float(((PROBLEM.x @ params[0] + params[1] - PROBLEM.y) ** 2).mean())

    # Adadelta starts from steps of √ε and takes its time.
    assert loss(walk(RULES[name], PROBLEM.start(), STEPS)) < 0.9 * loss(PROBLEM.start())


@pytest.mark.parametrize("name", RULES)
def test_a_step_changes_no_argument_and_can_be_made_again(name: str) -> None:
    rule = RULES[name]
    params, state = rule.step(PROBLEM.start(), PROBLEM.start(), rule.start(PROBLEM.start()))
    gradients = PROBLEM.gradient(params)
    held = [x.copy() for x in (*params, *gradients, *chain(*state.memory))]
    first, later = rule.step(params, gradients, state)
    again, _ = rule.step(params, gradients, state)
    assert later.n == state.n + 1 == 2
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip((*params, *gradients, *chain(*state.memory)), held, strict=True):
        np.testing.assert_array_equal(a, b)


def test_one_array_comes_back_as_one_array_off_autograd() -> None:
    theta = torch.tensor([1.0, 2.0], requires_grad=True)
    moved, _ = adam(0.1).step(theta, 2 * theta, adam(0.1).start(theta))
    assert moved.shape == (2,)
    assert not moved.requires_grad
    number, _ = sgd(0.1).step(1.0, 2.0, sgd(0.1).start(1.0))
    assert float(number) == pytest.approx(0.8)


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "adam", "adamw", "radam"])
def test_a_schedule_acts_after_the_filters(name: str) -> None:
    def rate(step: int) -> float:
        return 0.05 / (1 + step)

    rule = replace(RULES[name], rate=rate)
    params, state = PROBLEM.start(), rule.start(PROBLEM.start())
    expected = params
    for step in range(30):
        gradients = PROBLEM.gradient(params)
        params, after = rule.step(params, gradients, state)
        expected, _ = replace(rule, rate=rate(step)).step(expected, gradients, state)
        state = after
    for a, b in zip(params, expected, strict=True):
        np.testing.assert_array_equal(a, b)


def test_momentum_with_the_rate_inside_parts_from_ours_when_the_rate_changes() -> None:
    """Decks B, C and D: v ← αv + ηg. Equal while η is constant, and not after."""
    alpha, theta = 0.9, np.array([1.0])
    rate = np.where(np.arange(20) < 10, 0.02, 0.002)
    ours = descend(momentum(lambda n: rate[n], alpha), lambda x: x, theta, 20)
    inside, v = [theta], np.zeros(1)
    for eta in rate:
        v = alpha * v + eta * inside[-1]
        inside.append(inside[-1] - v)
    np.testing.assert_allclose(ours[:11], inside[:11], rtol=1e-14)
    # After the drop the velocity that was gathered at the old rate goes on at the old rate.
    assert ours[12, 0] - inside[12][0] > 0.05


@settings(deadline=None, max_examples=30)
@given(st.floats(0, 0.99), st.floats(1e-3, 0.1), st.integers(0, 2**32 - 1))
def test_rules_without_normalisation_are_linear_filters_of_the_gradients(alpha, rate, seed) -> None:
    """θ[n] − θ[0] is −rate times the running sum of the filtered gradients."""
    gradients = np.random.default_rng(seed).normal(size=(30, 2))
    for rule in (sgd(rate), momentum(rate, alpha), nesterov(rate, alpha)):
        theta, state = np.zeros(2), rule.start(np.zeros(2))
        for g in gradients:
            theta, state = rule.step(theta, g, state)
        f = rule.gradient
        expected = -rate * scipy.signal.lfilter(f.b, f.a, gradients, axis=0).sum(axis=0)
        np.testing.assert_allclose(theta, expected, rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.floats(-6, 6), st.integers(0, 2**32 - 1))
def test_normalised_rules_do_not_see_the_size_of_the_gradient(power, seed) -> None:
    gradients = np.random.default_rng(seed).normal(size=(20, 3))
    for make in (adagrad, rmsprop, adam, amsgrad):
        ends = []
        for scale in (1.0, 10.0**power):
            rule = make(0.1, epsilon=0.0)
            theta, state = np.zeros(3), rule.start(np.zeros(3))
            for g in gradients:
                theta, state = rule.step(theta, scale * g, state)
            ends.append(theta)
        np.testing.assert_allclose(*ends, rtol=1e-9)


def test_adams_first_step_is_the_rate_and_without_compensation_it_is_not() -> None:
    g = np.array([1e-3, -5.0])
    first, _ = adam(0.1, epsilon=0).step(np.zeros(2), g, adam().start(np.zeros(2)))
    np.testing.assert_allclose(first, [-0.1, 0.1])
    plain = Rule(0.1, gradient=ar1(0.9), variance=ar1(0.999), epsilon=0)  # deck C's Adam
    first, _ = plain.step(np.zeros(2), g, plain.start(np.zeros(2)))
    np.testing.assert_allclose(first, np.array([-0.1, 0.1]) * 0.1 / 0.001**0.5)


def test_a_butterworth_filter_is_an_optimizer() -> None:
    b, a = scipy.signal.butter(2, 0.2)
    gradients = np.random.default_rng(0).normal(size=(50, 4))
    sections = cascade(scipy.signal.butter(2, 0.2, output="sos"))
    for rule in (lowpass(0.1, (b, a)), lowpass(0.1, Filter(b, a)), lowpass(0.1, sections)):
        theta, state = np.zeros(4), rule.start(np.zeros(4))
        for g in gradients:
            theta, state = rule.step(theta, g, state)
        expected = -0.1 * scipy.signal.lfilter(b, a, gradients, axis=0).sum(axis=0)
        np.testing.assert_allclose(theta, expected, rtol=1e-11, atol=1e-12)


X, ONE = np.ones(3), np.ones(2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sgd(-0.1), "rate must be a finite number >= 0"),
        (lambda: sgd(np.inf), "rate must be a finite number >= 0"),
        (lambda: sgd("0.1"), "rate must be a finite number >= 0"),
        (lambda: momentum(0.1, alpha=1.0), "alpha must be"),
        (lambda: nesterov(0.1, alpha=-1.0), "alpha must be"),
        (lambda: nesterov(0.1, alpha=1.0), "alpha must be"),
        (lambda: adam(beta2=1.0), "beta2 must be a finite number >= 0 and < 1"),
        (lambda: nadam(beta1=-0.1), "beta1 must be"),
        (lambda: rmsprop(rho=1.0), "rho must be"),
        (lambda: amsgrad(beta2=2.0), "beta2 must be"),
        (lambda: adam(epsilon=-1e-8), "epsilon must be a finite number >= 0"),
        (lambda: adamw(weight_decay=-0.1), "weight_decay must be a finite number >= 0"),
        (lambda: replace(adamw(), l2=0.1), "l2 and weight_decay must not both be positive"),
        (lambda: Rule(0.1, gradient=0.9), "gradient must be a filter; got a float"),
        (lambda: Rule(0.1, variance="ar1"), "variance must be a filter; got a str"),
        (lambda: Rule(0.1, gradient=Filter([1.0], [1.0, -1.0])), "poles inside the unit circle"),
        (
            lambda: Rule(0.1, variance=Filter(*scipy.signal.butter(2, 0.2))),
            "a variance filter must",
        ),
        (lambda: Rule(0.1, variance=compensated(arma1(0.5, 0.6))), "a variance filter must"),
        (lambda: lowpass(0.1, [1.0]), r"gradient must be a filter or a pair \(b, a\); got \[1.0\]"),
        (lambda: lowpass(0.1, ([1.0], [0.0, 1.0])), r"a\[0\] must not be 0"),
        (lambda: Adadelta(1.0, epsilon=0.0), "Adadelta's epsilon must be > 0"),
        (lambda: Adadelta(1.0, update=identity()), "Adadelta's update filter must be"),
        (lambda: RAdam(0.1, variance=ar1(0.999)), "RAdam's variance filter must be"),
        (lambda: RAdam(0.1, variance=compensated(summer())), "RAdam's variance filter must be"),
        (lambda: radam(beta2=0.5), "RAdam's variance filter must be"),
        (lambda: lars(0.1, trust=0.0), "trust must be a finite number > 0"),
        (lambda: lamb(weight_decay=np.nan), "weight_decay must be a finite number"),
        (lambda: table({"x": "adam"}), "x must be a Rule; got a str"),
        (lambda: sgd(0.1).start([]), "params must hold at least one array"),
        (lambda: sgd(0.1).start([X, [np.nan]]), "params must be finite"),
        (lambda: sgd(0.1).step(X, ONE, sgd(0.1).start(X)), "must have the same shape"),
        (lambda: sgd(0.1).step([X], [X, X], sgd(0.1).start([X])), "must be of one number"),
        (lambda: sgd(0.1).step(X, X * np.inf, sgd(0.1).start(X)), "gradients must be finite"),
        (lambda: sgd(0.1).step(X, torch.ones(3), sgd(0.1).start(X)), "must come from one library"),
        (
            lambda: adam().step(X, X, sgd(0.1).start(X)),
            "the state must hold gradient.1, variance.1",
        ),
        (
            lambda: adam().step(X, X, adam().start(ONE)),
            "the state must hold gradient.1, variance.1",
        ),
        (lambda: sgd(0.1).step(X, X, adam().start(X)), "the state must hold nothing"),
        (lambda: sgd(lambda n: -1.0).step(X, X, sgd(1).start(X)), "the rate of step 0 must be"),
        (lambda: descend(sgd(0.1), lambda x: x, X, 0), "steps must be an integer >= 1"),
        (lambda: descend(sgd(9e9), lambda x: x**3, X, 99), "must be finite"),
        (
            lambda: newton_step(X, X, np.ones((2, 2))),
            r"must have shapes \(d,\), \(d,\) and \(d, d\)",
        ),
        (lambda: newton_step(X[:, None], X, np.eye(3)), "must have shapes"),
        (lambda: newton_step(X, X, np.ones((3, 3))), "hessian must not be singular"),
        (lambda: newton_step(X, X, np.zeros((3, 3))), "hessian must not be singular"),
        (lambda: newton_step(X, X, np.triu(np.ones((3, 3)))), "hessian must be symmetric"),
        (lambda: newton_step(X, X, np.eye(3), rate=-1.0), "rate must be"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:
    with np.errstate(over="ignore", invalid="ignore"), pytest.raises(ValueError, match=message):
        call()
