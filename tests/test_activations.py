"""Activations against torch, autograd and finite differences, at their kinks and far out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import scipy.special
import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from two_libraries import anything, both

from course_lib import activations
from course_lib.activations import ACTIVATIONS, Activation

EXACT = {"rtol": 1e-12, "atol": 1e-12}  # float64, a few operations
SINGLE = {"rtol": 1e-5, "atol": 1e-6}  # float32, likewise
ROUNDING = 1e-15  # a few operations in float64: two neighbours may change places
FAR = np.array([-1e4, -745.2, -30.0, -1.0, -1e-9, 0.0, 1e-9, 1.0, 30.0, 745.2, 1e4])


@dataclass(frozen=True)
class Row:
    """A public function, its settings, and torch's own form of it."""

    name: str
    oracle: Callable[[torch.Tensor], torch.Tensor]
    settings: tuple = ()

    def value(self, x: object) -> object:
        return getattr(activations, self.name)(x, *self.settings)

    def derivative(self, x: object) -> object:
        return getattr(activations, f"{self.name}_derivative")(x, *self.settings)


def torch_prelu(alpha: float) -> Callable:
    return lambda x: F.prelu(x, torch.tensor([alpha], dtype=x.dtype))


ROWS = (
    Row("logistic", torch.sigmoid),
    Row("tanh", torch.tanh),
    Row("arctan", torch.atan),
    Row("relu", F.relu),
    Row("leaky_relu", F.leaky_relu),
    Row("leaky_relu", lambda x: F.leaky_relu(x, 0.1), (0.1,)),
    Row("prelu", torch_prelu(0.25), (0.25,)),
    Row("prelu", torch_prelu(1.7), (1.7,)),
    Row("prelu", torch_prelu(-0.5), (-0.5,)),
    Row("elu", F.elu),
    Row("elu", lambda x: F.elu(x, 2.5), (2.5,)),
)
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.name}{r.settings}")
table_row = pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=ACTIVATIONS)


def autograd(function: Callable, x: np.ndarray) -> np.ndarray:
    leaf = torch.tensor(x, requires_grad=True)
    function(leaf).sum().backward()
    return leaf.grad.numpy()


@both
@every_row
def test_values_and_slopes_are_torchs_kinks_and_far_ends_included(row: Row, to: Callable) -> None:
    x = np.concatenate([FAR, np.random.default_rng(0).normal(scale=4, size=40)])
    value, slope = row.value(to(x)), row.derivative(to(x))
    assert np.isfinite(np.asarray(value)).all()
    assert np.isfinite(np.asarray(slope)).all()
    np.testing.assert_allclose(value, row.oracle(torch.tensor(x)), **EXACT)
    np.testing.assert_allclose(slope, autograd(row.oracle, x), **EXACT)
    np.testing.assert_allclose(slope, autograd(row.value, x), **EXACT)


@table_row
def test_slopes_are_the_finite_differences(row: Activation) -> None:
    x = np.array([-3.3, -1.2, -0.4, 0.3, 0.9, 2.6])  # away from the kinks
    h = 1e-5
    slope = (row.function(x + h) - row.function(x - h)) / (2 * h)
    np.testing.assert_allclose(row.derivative(x), slope, rtol=1e-8, atol=1e-9)


@both
def test_the_step_is_torchs_heaviside_and_learns_nothing(to: Callable) -> None:
    x = torch.tensor(FAR)
    got = activations.step(to(FAR))
    np.testing.assert_array_equal(got, torch.heaviside(x, torch.ones((), dtype=x.dtype)))
    np.testing.assert_array_equal(activations.step_derivative(to(FAR)), np.zeros_like(FAR))
    np.testing.assert_array_equal(autograd(torch.sign, FAR), np.zeros_like(FAR))


def test_every_digit_of_a_vanishing_slope_is_kept() -> None:
    """torch's 1 - f loses them: at x = 40 its slopes of logistic and tanh are 0."""
    x = np.array([-300.0, -40.0, 40.0, 300.0])
    np.testing.assert_allclose(activations.logistic_derivative(x), np.exp(-abs(x)), rtol=1e-13)
    np.testing.assert_allclose(activations.tanh_derivative(x), 4 * np.exp(-2 * abs(x)), rtol=1e-13)
    np.testing.assert_allclose(activations.logistic(x), scipy.special.expit(x), rtol=1e-13)
    assert autograd(torch.sigmoid, x)[-1] == autograd(torch.tanh, x)[-1] == 0


@both
def test_kinks_are_as_stated(to: Callable) -> None:
    zero = to([0.0])
    chosen = {
        activations.relu_derivative: 0,
        activations.leaky_relu_derivative: 0.01,
        activations.elu_derivative: 1,
    }
    for derivative, slope in chosen.items():
        assert derivative(zero)[0] == slope
    assert activations.prelu_derivative(zero, 3.0)[0] == 3
    assert activations.elu_derivative(zero, 2.5)[0] == 2.5
    assert activations.step(zero)[0] == 1


# --- what deck C prints -----------------------------------------------------------------------


@anything
@given(arrays(np.float64, 5, elements=st.floats(-300, 300)))
def test_tanh_is_twice_the_logistic_of_2x_less_one_not_the_logistic_less_one(x) -> None:
    printed = 1 / (1 + np.exp(-2 * x)) - 1
    meant = 2 / (1 + np.exp(-2 * x)) - 1
    np.testing.assert_allclose(activations.tanh(x), meant, **EXACT)
    np.testing.assert_allclose(activations.tanh(x), 2 * activations.logistic(2 * x) - 1, **EXACT)
    gap = activations.tanh(x) - printed
    np.testing.assert_allclose(gap, activations.logistic(2 * x), **EXACT)


@anything
@given(arrays(np.float64, 5, elements=st.floats(-50, 50)))
def test_the_logistic_is_steepest_at_input_zero_where_its_output_is_a_half(x) -> None:
    at_zero = activations.logistic_derivative(0.0)
    assert at_zero == 0.25
    assert activations.logistic(0.0) == 0.5
    assert (activations.logistic_derivative(x) <= at_zero * (1 + ROUNDING)).all()
    assert activations.logistic_derivative(0.5) < 0.2351


@pytest.mark.parametrize("alpha", [-1.0, 0.0, 0.25, 1.0, 1.5, 3.0])
def test_prelu_is_the_maximum_only_for_alpha_up_to_one(alpha: float) -> None:
    x = np.linspace(-3, 3, 13)
    same = np.array_equal(activations.prelu(x, alpha), np.maximum(alpha * x, x))
    assert same is (alpha <= 1)


def test_derivatives_as_deck_c_writes_them() -> None:
    x = np.linspace(-6, 6, 25)
    f = activations.logistic(x)
    np.testing.assert_allclose(activations.logistic_derivative(x), f * (1 - f), **EXACT)
    f = activations.tanh(x)
    np.testing.assert_allclose(activations.tanh_derivative(x), 1 - f**2, **EXACT)
    np.testing.assert_allclose(activations.arctan_derivative(x), 1 / (x**2 + 1), **EXACT)
    left = x[x < 0]
    f = activations.elu(left, 1.5)
    np.testing.assert_allclose(activations.elu_derivative(left, 1.5), f + 1.5, **EXACT)


# --- PReLU's own slope, softmax ---------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0.25, 2.0])
def test_the_slope_of_prelu_in_alpha_is_autograds(alpha: float) -> None:
    x = np.random.default_rng(1).normal(size=(4, 3))
    leaf = torch.tensor(alpha, dtype=torch.float64, requires_grad=True)
    activations.prelu(torch.tensor(x), leaf).sum().backward()
    got = activations.prelu_alpha_derivative(x, alpha)
    np.testing.assert_allclose(got.sum(), leaf.grad, **EXACT)
    weight = torch.tensor([alpha], dtype=torch.float64, requires_grad=True)
    F.prelu(torch.tensor(x), weight).sum().backward()
    np.testing.assert_allclose(got.sum(), weight.grad[0], **EXACT)


@both
@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
def test_softmax_jacobian_is_autograds(shape: tuple[int, ...], to: Callable) -> None:
    s = np.random.default_rng(2).normal(scale=3, size=shape)
    got = activations.softmax_jacobian(to(s))
    assert tuple(got.shape) == (*shape, 4)
    rows = torch.tensor(s.reshape(-1, 4))
    expected = [torch.func.jacrev(lambda r: torch.softmax(r, -1))(row).numpy() for row in rows]
    np.testing.assert_allclose(got.reshape(-1, 4, 4), expected, **EXACT)
    np.testing.assert_allclose(np.asarray(got).sum(axis=-1), 0, atol=1e-15)


@anything
@given(arrays(np.float64, 4, elements=st.floats(-1e4, 1e4)))
def test_softmax_jacobian_is_symmetric_and_positive_semidefinite(s: np.ndarray) -> None:
    jacobian = activations.softmax_jacobian(s)
    np.testing.assert_array_equal(jacobian, jacobian.T)
    assert np.linalg.eigvalsh(jacobian).min() >= -1e-15


# --- any input --------------------------------------------------------------------------------


@anything
@given(x=arrays(np.float64, 6, elements=st.floats(-1e300, 1e300)))
@table_row
def test_values_stay_in_range_and_rise(row: Activation, x: np.ndarray) -> None:
    x = np.sort(x)
    value, slope = row.function(x), row.derivative(x)
    lowest, highest = row.range
    assert (value >= lowest).all()
    assert (value <= highest).all()
    assert (np.diff(value) >= -ROUNDING * abs(value[1:])).all()
    assert (slope >= 0).all()
    assert (slope <= 1 + ROUNDING).all()


@table_row
def test_ranges_are_reached_as_limits(row: Activation) -> None:
    far = np.array([-1e20, 1e20])
    ends = row.function(far)
    for end, limit in zip(ends, row.range, strict=True):
        assert math.isclose(end, limit) if math.isfinite(limit) else abs(end) > 1e18


PUBLIC = [name for name in activations.__all__ if name not in ("ACTIVATIONS", "Activation")]


def call(name: str, x: object) -> object:
    return getattr(activations, name)(x, *((0.25,) if name.startswith("prelu") else ()))


@both
@pytest.mark.parametrize("name", PUBLIC)
def test_precision_and_shape_are_kept_and_inputs_are_not_changed(name: str, to: Callable) -> None:
    x = np.random.default_rng(3).normal(size=(2, 3))
    single = to(x.astype(np.float32))
    before = np.asarray(single).copy()
    got = call(name, single)
    assert str(got.dtype).endswith("float32")
    assert tuple(got.shape)[:2] == (2, 3)
    np.testing.assert_allclose(got, call(name, x), **SINGLE)
    np.testing.assert_array_equal(single, before)
    assert str(call(name, to(np.array([1, 0, -1]))).dtype).endswith("float64")


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", PUBLIC)
def test_half_precision_stays_finite(name: str, half: torch.dtype) -> None:
    got = call(name, torch.tensor([-1e4, -1.0, 0.0, 1.0, 1e4], dtype=half))
    assert got.dtype == half
    assert torch.isfinite(got).all()


@pytest.mark.parametrize(
    "bad", [np.nan, np.inf, [], "text", None, 1j, [[1.0], [1.0, 2.0]]], ids=str
)
@pytest.mark.parametrize("name", PUBLIC)
def test_bad_input_is_refused(name: str, bad: object) -> None:
    with pytest.raises(ValueError, match=r"(x|s) must .+; got .+: .+"):
        call(name, bad)


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (lambda: activations.elu([1.0], -1.0), r"alpha must be a finite number >= 0; got -1.0"),
        (lambda: activations.elu_derivative([1.0], -1.0), r"alpha must be .*; got -1.0"),
        (lambda: activations.leaky_relu([1.0], math.nan), r"slope must be .*; got nan"),
        (lambda: activations.leaky_relu_derivative([1.0], "a"), r"slope must be .*; got 'a'"),
        (lambda: activations.prelu([1.0], [0.1, 0.2]), r"alpha must be one number.*got shape \(2,"),
        (lambda: activations.prelu([1.0], math.inf), r"alpha must be finite; got inf"),
        (lambda: activations.prelu_derivative(np.ones(2), torch.tensor(0.1)), "one library"),
        (lambda: activations.softmax_jacobian(1.0), "s must have a last axis"),
    ],
)
def test_bad_settings_are_refused(bad: Callable, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        bad()
