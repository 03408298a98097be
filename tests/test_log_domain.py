"""Logarithms of sums of exponentials: against torch and scipy, far out, and as algebra."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import scipy.special
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from two_libraries import anything, both

from course_lib.log_domain import log_softmax, log_sum_exp, max_star, softmax

EXACT = {"rtol": 1e-12, "atol": 1e-12}
logits = arrays(np.float64, (3, 4), elements=st.floats(-1e4, 1e4))

ORACLES = [
    (log_sum_exp, scipy.special.logsumexp, lambda s: torch.logsumexp(s, -1)),
    (softmax, scipy.special.softmax, lambda s: torch.softmax(s, -1)),
    (log_softmax, scipy.special.log_softmax, lambda s: torch.log_softmax(s, -1)),
]


@both
@anything
@given(logits)
def test_rows_agree_with_scipy_and_torch(to: Callable, s: np.ndarray) -> None:
    for ours, by_scipy, by_torch in ORACLES:
        got = ours(to(s))
        np.testing.assert_allclose(got, by_scipy(s, axis=-1), **EXACT)
        np.testing.assert_allclose(got, by_torch(torch.tensor(s)), **EXACT)


@both
@anything
@given(logits, logits)
def test_max_star_is_logaddexp(to: Callable, x: np.ndarray, y: np.ndarray) -> None:
    got = max_star(to(x), to(y))
    np.testing.assert_allclose(got, np.logaddexp(x, y), **EXACT)
    np.testing.assert_allclose(got, torch.logaddexp(torch.tensor(x), torch.tensor(y)), **EXACT)


@anything
@given(logits)
def test_max_star_two_at_a_time_in_any_order_is_log_sum_exp(s: np.ndarray) -> None:
    a, b, c, d = s.T
    expected = log_sum_exp(s)
    np.testing.assert_allclose(max_star(max_star(max_star(a, b), c), d), expected, **EXACT)
    np.testing.assert_allclose(max_star(max_star(d, b), max_star(a, c)), expected, **EXACT)
    np.testing.assert_array_equal(max_star(a, b), max_star(b, a))


@anything
@given(logits)
def test_log_sum_exp_lies_between_the_largest_and_ln_k_above_it(s: np.ndarray) -> None:
    top = s.max(axis=-1)
    assert (log_sum_exp(s) >= top).all()
    assert (log_sum_exp(s) <= top + np.log(4) + 1e-10).all()


@anything
@given(logits)
def test_softmax_is_a_distribution_and_log_softmax_its_logarithm(s: np.ndarray) -> None:
    a = softmax(s)
    assert (a >= 0).all()
    np.testing.assert_allclose(a.sum(axis=-1), 1, **EXACT)
    np.testing.assert_allclose(np.exp(log_softmax(s)), a, **EXACT)
    assert np.isfinite(log_softmax(s)).all()


@anything
@given(logits, st.floats(-1e4, 1e4))
def test_a_shift_of_the_row_changes_only_log_sum_exp(s: np.ndarray, shift: float) -> None:
    # s + shift itself is rounded: by eps * 2e4 / 2, about 2e-12.
    rounded = {"rtol": 1e-11, "atol": 1e-11}
    np.testing.assert_allclose(softmax(s + shift), softmax(s), **rounded)
    np.testing.assert_allclose(log_softmax(s + shift), log_softmax(s), **rounded)
    np.testing.assert_allclose(log_sum_exp(s + shift), log_sum_exp(s) + shift, **rounded)


@both
def test_digits_of_a_small_difference_far_out_are_kept(to: Callable) -> None:
    """s - K(s) computed as it stands would be off by eps * 1e12, about 1e-4."""
    near, far = to([0.0, 0.5]), to([1e12, 1e12 + 0.5])
    np.testing.assert_allclose(log_softmax(far), log_softmax(near), **EXACT)


def slope(function: Callable, *args: np.ndarray) -> np.ndarray:
    leaves = [torch.tensor(a, requires_grad=True) for a in args]
    function(*leaves).sum().backward()
    return np.stack([leaf.grad.numpy() for leaf in leaves])


def test_autograd_runs_through_with_finite_slopes() -> None:
    s = np.array([[1e4, -1e4, 0.0], [0.0, 0.0, 0.0], [1e4, 1e4, -1e4]])
    np.testing.assert_allclose(slope(log_sum_exp, s)[0], softmax(s), **EXACT)
    np.testing.assert_allclose(slope(softmax, s)[0], 0, atol=1e-12)
    np.testing.assert_allclose(slope(log_softmax, s)[0], 1 - 3 * softmax(s), **EXACT)
    x, y = np.array([0.0, 1e4, -1e4, 1.0]), np.array([0.0, -1e4, 1e4, 3.0])
    sigma = scipy.special.expit(x - y)
    np.testing.assert_allclose(slope(max_star, x, y), [sigma, 1 - sigma], **EXACT)


@both
@pytest.mark.parametrize("shape", [(4,), (2, 4), (2, 3, 4)])
def test_the_last_axis_is_the_classes(shape: tuple[int, ...], to: Callable) -> None:
    s = to(np.arange(float(np.prod(shape))).reshape(shape))
    assert tuple(log_sum_exp(s).shape) == shape[:-1]
    assert tuple(softmax(s).shape) == tuple(log_softmax(s).shape) == shape
