"""Differences and the gradient check, against closed forms, autograd and scipy."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import scipy.optimize
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from loss_table import LOSSES, NAMES, Loss
from two_libraries import anything, both

from course_lib.gradients import central_difference, gradient_check, relative_error

EXACT = {"rtol": 1e-12, "atol": 1e-12}
QUOTIENT = {"rtol": 1e-8, "atol": 1e-9}  # eps^(2/3) is 4e-11, times the curvature of the function


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


# --- differences ------------------------------------------------------------------------------


@both
def test_differences_are_autograds_and_scipys(to: Callable) -> None:
    x = np.array([-1.2, 0.7, 1.5, 0.3])
    got = central_difference(rosenbrock, to(x))
    leaf = torch.tensor(x, requires_grad=True)
    rosenbrock(leaf).backward()
    np.testing.assert_allclose(got, leaf.grad, rtol=1e-8, atol=1e-6)  # f is about 500
    np.testing.assert_allclose(got, scipy.optimize.rosen_der(x), rtol=1e-8, atol=1e-6)
    one_sided = scipy.optimize.approx_fprime(x, rosenbrock)
    exact = scipy.optimize.rosen_der(x)
    assert abs(np.asarray(got) - exact).max() < abs(one_sided - exact).max() / 100


@both
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (2, 1, 3)])
def test_any_shape_comes_back(shape: tuple[int, ...], to: Callable) -> None:
    x = np.random.default_rng(1).normal(size=shape)
    before = x.copy()
    got = central_difference(lambda v: (v**3).sum(), to(x))
    assert tuple(got.shape) == shape
    np.testing.assert_allclose(got, 3 * x**2, **QUOTIENT)
    np.testing.assert_array_equal(x, before)


def test_the_step_follows_the_size_of_x_upwards() -> None:
    x = np.array([1e6, -2e6])
    got = central_difference(lambda v: ((v / 1e6) ** 4).sum(), x)
    np.testing.assert_allclose(got, 4e-6 * (x / 1e6) ** 3, rtol=1e-8)


def test_a_function_that_varies_within_the_step_needs_one_of_its_own() -> None:
    x = np.array([1e-6])
    own = central_difference(lambda v: np.sin(v / 1e-6).sum(), x, step=6e-12)
    np.testing.assert_allclose(own, 1e6 * np.cos(1.0), rtol=1e-8)


def test_the_default_step_is_near_the_best() -> None:
    """Too long a step sees the curve, too short a one the rounding."""
    x = np.array([0.9])
    errors = {
        step: abs(central_difference(lambda v: np.exp(v).sum(), x, step) - np.exp(x))[0]
        for step in (1e-1, 1e-3, None, 1e-9, 1e-12)
    }
    assert errors[None] == min(errors.values())
    assert errors[None] < 1e-9
    np.testing.assert_allclose(errors[1e-1], np.exp(0.9) * 1e-2 / 6, rtol=1e-2)  # h² |f'''| / 6


def test_differences_are_taken_in_double_precision() -> None:
    x = torch.tensor([0.3, 0.7], dtype=torch.float32, requires_grad=True)
    seen = []
    got = central_difference(lambda v: seen.append(v.dtype) or (v * x.double()).sin().sum(), x)
    assert {got.dtype, *seen} == {torch.float64}
    assert not got.requires_grad
    inner = x.detach().double()
    np.testing.assert_allclose(got, inner * torch.cos(inner**2), **QUOTIENT)


# --- the check --------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES, ids=NAMES)
def test_every_loss_passes_and_its_gradient_spoilt_does_not(loss: Loss) -> None:
    first, second = loss.draw(np.random.default_rng(4))

    def value(v):
        return loss.value(v, second)

    def spoilt(v):
        slope = loss.gradient(v, second)
        at = np.unravel_index(abs(slope).argmax(), slope.shape)
        slope[at] *= 1.001
        return slope

    assert gradient_check(value, lambda v: loss.gradient(v, second), first).passed
    report = gradient_check(value, spoilt, first)
    assert not report.passed
    slope = loss.gradient(first, second)
    assert report.index == np.unravel_index(abs(slope).argmax(), slope.shape)
    np.testing.assert_allclose(report.analytic, 1.001 * slope[report.index], **EXACT)
    np.testing.assert_allclose(report.numeric, slope[report.index], **QUOTIENT)
    np.testing.assert_allclose(report.error, 1e-3, rtol=1e-2)


MISTAKES = {
    "sign": (lambda x: -2 * x, 2.0),
    "factor two": (lambda x: x, 0.5),
    "forgotten": (lambda x: 0 * x, 1.0),
    "one element": (lambda x: 2 * x * (np.arange(x.size) != 2), 1.0),
    "mean for sum": (lambda x: 2 * x / x.size, 0.75),
}


@pytest.mark.parametrize(("wrong", "error"), MISTAKES.values(), ids=MISTAKES)
def test_the_usual_mistakes_are_found(wrong: Callable, error: float) -> None:
    report = gradient_check(lambda x: (x**2).sum(), wrong, np.array([1.0, -2.0, 3.0, 0.5]))
    assert not report.passed
    np.testing.assert_allclose(report.error, error, rtol=1e-6)


@both
def test_the_check_runs_for_both_libraries_and_any_shape(to: Callable) -> None:
    x = to(np.random.default_rng(3).normal(size=(2, 3)))
    assert gradient_check(lambda v: (v**3).sum(), lambda v: 3 * v**2, x).passed
    assert gradient_check(lambda v: v**2, lambda v: 2 * v, to(1.5)).index == ()
    single = to(np.float32([0.3, 0.4]))
    assert gradient_check(lambda v: (v**3).sum(), lambda v: 3 * v**2, single).passed


def test_rounding_alone_fails_no_check_but_a_wrong_small_gradient_does() -> None:
    """1000 + 1e-3 x²: the quotient of differences has the rounding of 1000 in it."""
    x = np.array([1.0, 0.0])
    function = lambda v: 1000 + 1e-3 * (v**2).sum()  # noqa: E731
    assert gradient_check(function, lambda v: 2e-3 * v, x).passed
    assert not gradient_check(function, lambda v: 1e-3 * v, x).passed
    small = lambda v: 1e-9 * (v**2).sum()  # noqa: E731
    assert gradient_check(small, lambda v: 2e-9 * v, x, 1e-5).passed
    assert not gradient_check(small, lambda v: 1e-9 * v, x, 1e-5).passed


def test_at_a_kink_the_check_fails_rightly() -> None:
    relu, slope = lambda v: np.maximum(v, 0).sum(), lambda v: (v > 0) * 1.0
    assert gradient_check(relu, slope, np.array([1e-3, -1e-3])).passed
    assert not gradient_check(relu, slope, np.array([1.0, 0.0])).passed


def test_a_function_may_change_what_it_is_given() -> None:
    def in_place(v):
        v *= v
        return v.sum()

    def slope_in_place(v):
        v *= 2
        return v

    x = np.array([1.0, 2.0])
    assert gradient_check(in_place, slope_in_place, x).passed
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_a_tensor_that_autograd_follows_is_no_hindrance() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    weight = torch.tensor([3.0, 4.0], dtype=torch.float64, requires_grad=True)
    report = gradient_check(lambda v: (weight * v**2).sum(), lambda v: 2 * weight * v, x)
    assert report.passed


@anything
@given(arrays(np.float64, 4, elements=st.floats(-1e3, 1e3)), st.floats(-2, 3))
def test_relative_error_is_symmetric_and_at_most_two(a: np.ndarray, factor: float) -> None:
    error = relative_error(a, factor * a)
    np.testing.assert_array_equal(error, relative_error(factor * a, a))
    assert (error >= 0).all()
    assert (error <= 2).all()
    large = np.maximum(1, abs(factor)) * abs(a) > 1e-8
    expected = abs(1 - factor) / max(1, abs(factor))
    np.testing.assert_allclose(error[large], expected, rtol=1e-9, atol=1e-12)


# --- what is refused --------------------------------------------------------------------------


def square(x):
    return (x**2).sum()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: central_difference(square, [np.nan]), r"x must be finite; got nan at index \(0,"),
        (lambda: central_difference(square, []), "x must not be empty"),
        (lambda: central_difference(square, [1.0], 0), "step must be .* > 0; got 0"),
        (
            lambda: central_difference(lambda x: x, [1.0, 2.0]),
            r"function\(x\) must be a single number; got shape \(2,\): sum it",
        ),
        (
            lambda: central_difference(lambda x: math.inf, [1.0]),
            r"function\(x\) must be finite; got inf",
        ),
        (lambda: central_difference(lambda x: None, [1.0]), r"function\(x\) must"),
        (
            lambda: gradient_check(square, lambda x: x[:1], [1.0, 2.0]),
            r"analytic and numeric must have the same shape; got \(1,\) and \(2,\)",
        ),
        (lambda: gradient_check(square, lambda x: x / 0 * 0, torch.ones(1)), "analytic must be fi"),
        (lambda: gradient_check(square, square, [1.0], 0), "tolerance must be .* > 0; got 0"),
        (lambda: relative_error([1.0], [1.0], -1), "floor must be .* > 0; got -1"),
        (lambda: relative_error([1.0], [[1.0]]), "must have the same shape"),
    ],
)
def test_bad_input_is_refused(call: Callable, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()
