"""Clipping of gradients, by norm and by value, against torch."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from two_libraries import anything, both

from course_lib.gradients import clip_by_norm, clip_by_value, global_norm

EXACT = {"rtol": 1e-12, "atol": 1e-12}


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


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
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
