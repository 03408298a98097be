"""The two-layer classifier: deck D's printed numbers, autograd, and differences."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from hypothesis import given, settings
from hypothesis import strategies as st
from two_libraries import both

from course_lib.backprop import (
    TwoLayer,
    backward,
    descend,
    forward,
    loss,
    numbered,
    worked_example,
)
from course_lib.gradients import gradient_check

EXACT = {"rtol": 1e-12, "atol": 1e-12}
FIELDS = ("w_hidden", "b_hidden", "w_out", "b_out")


def network(rng: np.random.Generator, d: int = 3, m: int = 5, k: int = 4) -> TwoLayer:
    return TwoLayer(
        rng.normal(size=(m, d)), rng.normal(size=m), rng.normal(size=(k, m)), rng.normal(size=k)
    )


def batch(rng: np.random.Generator, n: int = 7, d: int = 3, k: int = 4) -> tuple:
    return rng.normal(size=(n, d)), np.eye(k)[rng.integers(k, size=n)]


def moved(theta: TwoLayer, to: Callable) -> TwoLayer:
    return TwoLayer(**{name: to(value) for name, value in vars(theta).items()})


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(9)


# --- deck D -----------------------------------------------------------------------------------


@both
def test_every_printed_number_of_deck_d(to: Callable) -> None:
    theta, x, y = worked_example()
    theta, x, y = moved(theta, to), to(x), to(y)
    trace = forward(theta, x)
    gradient = backward(theta, trace, y)
    after = numbered(descend(theta, gradient, rate=0.5))
    start, slope = numbered(theta), numbered(gradient)
    printed = {
        "x1": (x[0, 0], "0.200000"),
        "x2": (x[0, 1], "0.500000"),
        "w1": (start["w1"], "0.100000"),
        "w5": (start["w5"], "0.500000"),
        "w6": (start["w6"], "0.250000"),
        "w8": (start["w8"], "0.150000"),
        "h2": (trace.h[0, 1], "1.020000"),
        "y_hat1": (trace.y_hat[0, 0], "0.774256"),
        "y_hat2": (trace.y_hat[0, 1], "0.225744"),
        "slope w8": (slope["w8"], "-0.789741"),
        "slope w1": (slope["w1"], "0.038713"),
        "w8 after": (after["w8"], "0.544871"),
        "w1 after": (after["w1"], "0.080644"),
    }
    assert {name: f"{value:.6f}" for name, (value, _) in printed.items()} == {
        name: digits for name, (_, digits) in printed.items()
    }


def test_the_deck_s_formulas_for_single_weights() -> None:
    theta, x, y = worked_example()
    trace, w = forward(theta, x), numbered(theta)
    slope = numbered(backward(theta, trace, y))
    (x1, x2), (h1, h2) = x[0], trace.h[0]
    e1, e2 = trace.y_hat[0] - y[0]
    expected = {
        "w8": h2 * e2,
        "w7": h2 * e1,
        "w6": h1 * e2,
        "w5": h1 * e1,
        "b4": e2,
        "b3": e1,
        "w1": x1 * (w["w5"] * e1 + w["w6"] * e2),
        "w2": x2 * (w["w5"] * e1 + w["w6"] * e2),
        "w3": x1 * (w["w7"] * e1 + w["w8"] * e2),
        "b2": w["w7"] * e1 + w["w8"] * e2,
    }
    for name, value in expected.items():
        np.testing.assert_allclose(slope[name], value, **EXACT)
    np.testing.assert_allclose(trace.u[0, 0], x1 * w["w1"] + x2 * w["w2"] + w["b1"], **EXACT)
    np.testing.assert_allclose(trace.z[0, 1], h1 * w["w6"] + h2 * w["w8"] + w["b4"], **EXACT)


def test_what_the_printed_numbers_leave_open_is_as_stated() -> None:
    """ln(ŷ1/ŷ2) of all ŷ1 that round to 0.774256, and of those that take w8 to 0.544871."""

    def log_odds(p: float) -> float:
        return math.log(p / (1 - p))

    assert f"{log_odds(0.7742555):.6f} {log_odds(0.7742565):.6f}" == "1.232498 1.232504"
    least, most = (0.5448705 - 0.15) / 0.51, 0.7897415 / 1.02  # w8 after; its slope
    assert log_odds(least) < 1.232501 < 1.232503 < log_odds(most)
    z1, z2 = forward(*worked_example()[:2]).z[0]
    assert log_odds(least) < z1 - z2 < log_odds(most)


# --- oracles ----------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("n", [1, 7])
def test_gradients_are_autograds_through_torchs_own_layers(n: int, rng, to: Callable) -> None:
    theta, (x, y) = network(rng), batch(rng, n)
    leaves = [torch.tensor(value, requires_grad=True) for value in vars(theta).values()]
    hidden = torch.relu(F.linear(torch.tensor(x), *leaves[:2]))
    expected = F.cross_entropy(F.linear(hidden, *leaves[2:]), torch.tensor(y))
    expected.backward()
    theta, x, y = moved(theta, to), to(x), to(y)
    np.testing.assert_allclose(loss(theta, x, y), expected.detach(), **EXACT)
    got = backward(theta, forward(theta, x), y)
    for name, leaf in zip(FIELDS, leaves, strict=True):
        np.testing.assert_allclose(getattr(got, name), leaf.grad, **EXACT)


def test_gradients_are_autograds_through_our_own_forward(rng: np.random.Generator) -> None:
    theta, (x, y) = network(rng), batch(rng)
    followed = moved(theta, lambda value: torch.tensor(value, requires_grad=True))
    loss(followed, torch.tensor(x), torch.tensor(y)).backward()
    got = backward(theta, forward(theta, x), y)
    for name in FIELDS:
        np.testing.assert_allclose(getattr(got, name), getattr(followed, name).grad, **EXACT)


@pytest.mark.parametrize("name", FIELDS)
def test_gradients_pass_the_check_by_differences(name: str, rng) -> None:
    theta, (x, y) = network(rng), batch(rng)
    y = 0.7 * y + 0.3 * rng.dirichlet(np.ones(4), size=7)  # soft targets as well

    def at(value: np.ndarray) -> TwoLayer:
        return TwoLayer(**{**vars(theta), name: value})

    report = gradient_check(
        lambda value: loss(at(value), x, y),
        lambda value: getattr(backward(at(value), forward(at(value), x), y), name),
        getattr(theta, name),
    )
    assert report.passed, str(report)


# --- properties -------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_the_gradient_of_a_batch_is_the_mean_of_its_samples(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    theta, (x, y) = network(rng), batch(rng, n)
    whole = backward(theta, forward(theta, x), y)
    each = [backward(theta, forward(theta, x[i : i + 1]), y[i : i + 1]) for i in range(n)]
    for name in FIELDS:
        mean = np.mean([getattr(one, name) for one in each], axis=0)
        np.testing.assert_allclose(getattr(whole, name), mean, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(whole.b_out.sum(), 0, atol=1e-12)  # Σ ŷ = Σ y = 1


def test_descent_lowers_the_loss_and_learns(rng: np.random.Generator) -> None:
    x = rng.normal(size=(100, 2))
    y = np.eye(2)[(x[:, 0] * x[:, 1] > 0).astype(int)]  # no line separates it
    theta = network(rng, 2, 16, 2)
    losses = [float(loss(theta, x, y))]
    for _ in range(600):
        theta = descend(theta, backward(theta, forward(theta, x), y), rate=0.3)
        losses.append(float(loss(theta, x, y)))
    assert losses[-1] < 0.15
    assert np.mean(forward(theta, x).y_hat.argmax(axis=1) == y.argmax(axis=1)) > 0.95


def test_from_zero_weights_only_the_output_bias_learns(rng: np.random.Generator) -> None:
    theta = TwoLayer(np.zeros((5, 3)), np.zeros(5), np.zeros((4, 5)), np.zeros(4))
    x, y = batch(rng)
    got = backward(theta, forward(theta, x), y)
    assert not any(getattr(got, name).any() for name in FIELDS[:3])
    assert got.b_out.any()


def test_far_logits_give_finite_loss_and_gradient() -> None:
    theta = TwoLayer(np.eye(2), np.zeros(2), 1e4 * np.array([[1.0, 0], [0, -1.0]]), np.zeros(2))
    x, y = np.array([[1.0, 1.0]]), np.array([[0.0, 1.0]])
    assert loss(theta, x, y) == 2e4
    got = backward(theta, forward(theta, x), y)
    np.testing.assert_array_equal(got.w_out, [[1, 1], [-1, -1]])
    np.testing.assert_array_equal(got.b_hidden, [1e4, 1e4])


@both
def test_precision_is_kept_and_nothing_is_changed(rng, to: Callable) -> None:
    single = lambda value: to(np.asarray(value, dtype=np.float32))  # noqa: E731
    theta = moved(network(rng), single)
    x, y = map(single, batch(rng))
    before = [np.asarray(value).copy() for value in (*vars(theta).values(), x, y)]
    trace = forward(theta, x)
    gradient = backward(theta, trace, y)
    stepped = descend(theta, gradient, 0.1)
    results = [*vars(trace).values(), *vars(gradient).values(), *vars(stepped).values()]
    assert {str(value.dtype).removeprefix("torch.") for value in results} == {"float32"}
    for value, was in zip((*vars(theta).values(), x, y), before, strict=True):
        np.testing.assert_array_equal(value, was)


# --- what is refused --------------------------------------------------------------------------

Z = np.zeros


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda t, x, y: TwoLayer(Z((5, 3)), Z(4), Z((4, 5)), Z(4)), r"shapes .*; got \(5, 3\),"),
        (lambda t, x, y: TwoLayer(Z((5, 3)), Z(5), Z((5, 4)), Z(4)), "transpose or reshape"),
        (lambda t, x, y: TwoLayer(Z(5), Z(5), Z((4, 5)), Z(4)), r"got \(5,\), \(5,\)"),
        (lambda t, x, y: TwoLayer(Z((5, 3)), Z(5), Z((4, 5)), np.full(4, np.nan)), "b_out must be"),
        (lambda t, x, y: TwoLayer(Z((5, 3)), Z(5), torch.zeros(4, 5), Z(4)), "one library"),
        (lambda t, x, y: forward(t, x[0]), r"x must have shape \(n_samples, 3\).*; got \(3,\)"),
        (lambda t, x, y: forward(t, x[:, :2]), r"x must have shape \(n_samples, 3\).*got \(7, 2\)"),
        (lambda t, x, y: forward(t, x * np.nan), "x must be finite"),
        (lambda t, x, y: forward(t, torch.tensor(x)), "one library"),
        (lambda t, x, y: loss(t, x, y[:3]), "must have the same shape"),
        (lambda t, x, y: loss(t, x, 2 * y), "each row of y must sum to 1"),
        (lambda t, x, y: backward(t, forward(t, x), y[:3]), "y_hat and y must have the same sha"),
        (lambda t, x, y: backward(t, forward(t, x), y.argmax(axis=1)), "y_hat and y must have"),
        (lambda t, x, y: backward(t, forward(t, x), 2 * y), "each row of y must sum to 1; got 2"),
        (lambda t, x, y: backward(t, forward(t, x), y - 0.5), "y must not be negative"),
        (lambda t, x, y: descend(t, t, -0.1), "rate must be a finite number >= 0; got -0.1"),
        (
            lambda t, x, y: descend(t, TwoLayer(Z((2, 3)), Z(2), Z((4, 2)), Z(4)), 0.1),
            "w_hidden and gradient of w_hidden must have the same shape",
        ),
        (lambda t, x, y: numbered(t), r"theta must have two inputs.*; got w_hidden \(5, 3\)"),
    ],
)
def test_bad_input_is_refused(call: Callable, sentence: str, rng) -> None:
    with pytest.raises(ValueError, match=sentence):
        call(network(rng), *batch(rng))
