"""Differences against closed forms, autograd and scipy; clipping against torch."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import scipy.optimize
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from loss_table import LOSSES, NAMES, Loss, as_tensor

from course_lib.gradients import (
    central_difference,
    clip_by_norm,
    clip_by_value,
    global_norm,
    gradient_check,
    relative_error,
)

EXACT = {"rtol": 1e-12, "atol": 1e-12}
QUOTIENT = {"rtol": 1e-8, "atol": 1e-9}  # eps^(2/3) is 4e-11, times the curvature of the function
both = pytest.mark.parametrize("to", [np.asarray, as_tensor], ids=["numpy", "torch"])
anything = settings(deadline=None, max_examples=60)


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


# --- clipping ---------------------------------------------------------------------------------

lists = st.lists(
    arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e6, 1e6)),
    min_size=1,
    max_size=4,
)
limits = st.floats(1e-3, 1e5)


def torchs(clip: Callable, gradient_list: list[np.ndarray], limit: float) -> list[np.ndarray]:
    leaves = [torch.zeros(g.shape, dtype=torch.float64) for g in gradient_list]
    for leaf, g in zip(leaves, gradient_list, strict=True):
        leaf.grad = torch.tensor(g)
    clip(leaves, limit)
    return [leaf.grad.numpy() for leaf in leaves]


@both
@anything
@given(lists, limits)
def test_clipping_by_norm_is_torchs_but_for_its_millionth(to: Callable, g, limit: float) -> None:
    got = clip_by_norm([to(x) for x in g], limit)
    norm = float(np.sqrt(sum((x**2).sum() for x in g)))
    np.testing.assert_allclose(global_norm([to(x) for x in g]), norm, **EXACT)
    for ours, theirs in zip(got, torchs(torch.nn.utils.clip_grad_norm_, g, limit), strict=True):
        # torch: limit / (norm + 1e-6), at most 1
        shorter = min(1, limit / (norm + 1e-6)) / min(1, limit / max(norm, 1e-300))
        np.testing.assert_allclose(np.asarray(ours) * shorter, theirs, **EXACT)
    assert float(global_norm(got)) <= limit * (1 + 1e-12)


@anything
@given(lists, limits)
def test_clipping_by_norm_keeps_the_direction_and_short_gradients(g, limit: float) -> None:
    got, norm = clip_by_norm(g, limit), float(global_norm(g))
    for x, clipped in zip(g, got, strict=True):
        if norm <= limit:
            np.testing.assert_array_equal(clipped, x)
        np.testing.assert_allclose(clipped * max(norm, limit), x * limit, rtol=1e-12, atol=1e-9)
        assert clipped is not x


@both
@anything
@given(lists, limits)
def test_clipping_by_value_is_torchs(to: Callable, g, limit: float) -> None:
    got = clip_by_value([to(x) for x in g], limit)
    expected = torchs(torch.nn.utils.clip_grad_value_, g, limit)
    for ours, theirs in zip(got, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
        assert abs(np.asarray(ours)).max() <= limit


def test_clipping_by_value_turns_the_gradient_and_by_norm_does_not() -> None:
    g = [np.array([10.0, 0.1])]
    np.testing.assert_allclose(clip_by_value(g, 0.5)[0], [0.5, 0.1])
    np.testing.assert_allclose(clip_by_norm(g, 0.5)[0], [0.499975, 0.00499975], rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@both
def test_gradients_off_a_cliff_keep_their_direction(to: Callable, dtype: type) -> None:
    """Their squares overflow."""
    huge = {np.float64: 1e200, np.float32: 1e20, np.float16: 6e4}[dtype]
    g = [to(np.array([3 * huge / 4, 0.0], dtype=dtype)), to(np.full(100_000, huge / 1e4, dtype))]
    got = clip_by_norm(g, 1.0)
    assert [str(x.dtype) for x in got] == [str(x.dtype) for x in g]
    np.testing.assert_allclose(float(global_norm(got)), 1, rtol=2e-3)
    expected = 0.75 / math.hypot(0.75, 1e-4 * math.sqrt(100_000))
    np.testing.assert_allclose(float(got[0][0]), expected, rtol=2e-3)


def test_of_the_same_gradients_torch_leaves_nothing() -> None:
    leaf = torch.zeros(2, dtype=torch.float32)
    leaf.grad = torch.tensor([3e20, 4e20])
    ours = clip_by_norm([leaf.grad], 1.0)[0]
    assert torch.nn.utils.clip_grad_norm_([leaf], 1.0) == math.inf
    assert (leaf.grad == 0).all()
    torch.testing.assert_close(ours, torch.tensor([0.6, 0.8]))


def test_no_gradient_stays_none() -> None:
    np.testing.assert_array_equal(clip_by_norm([np.zeros(3)], 1.0)[0], 0)
    assert global_norm((torch.zeros(2), torch.zeros(3))) == 0


@both
def test_each_array_keeps_its_own_precision(to: Callable) -> None:
    g = [to(np.ones(2, np.float32)), to(np.ones(2, np.float64)), to(np.array([1, 2]))]
    before = [np.asarray(x).copy() for x in g]
    for clip in (clip_by_norm, clip_by_value):
        kinds = [str(x.dtype).removeprefix("torch.") for x in clip(g, 0.5)]
        assert kinds == ["float32", "float64", "float64"]
    for x, was in zip(g, before, strict=True):
        np.testing.assert_array_equal(x, was)


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
        (lambda: clip_by_norm([np.ones(2)], 0), "max_norm must be a finite number > 0; got 0"),
        (lambda: clip_by_value([np.ones(2)], -1.0), "limit must be a finite number > 0; got -1"),
        (lambda: clip_by_norm([], 1.0), r"gradients must be a list or a dict.*; got \[\]: pass"),
        (lambda: clip_by_norm(np.ones(2), 1.0), "gradients must be a list.*; got array.*: pass"),
        (lambda: clip_by_value("text", 1.0), "gradients must be a list.*; got .text"),
        (lambda: global_norm([np.ones(2), np.array([np.nan])]), r"gradients\[1\] must be finite"),
        (lambda: global_norm([np.ones(2), None]), r"gradients\[1\] must hold real numbers"),
        (lambda: global_norm([np.ones(2), torch.ones(2)]), "must come from one library"),
    ],
)
def test_bad_input_is_refused(call: Callable, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()
