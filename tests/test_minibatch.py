"""Mini-batches: each sample once, and bias and variance by counting all batches there are."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from two_libraries import anything, both

from course_lib.losses import mse_gradient
from course_lib.minibatch import (
    batches,
    gradient_variance,
    minibatch_gradient,
    variance_with_replacement,
    variance_without_replacement,
)

EXACT = {"rtol": 1e-10, "atol": 1e-10}


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(10)


# --- batches ----------------------------------------------------------------------------------


@anything
@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 2**32 - 1))
def test_an_epoch_takes_each_sample_once(n: int, size: int, seed: int) -> None:
    got = list(batches(n, size, np.random.default_rng(seed)))
    assert sorted(np.concatenate(got)) == list(range(n))
    assert len(got) == math.ceil(n / size)
    assert [len(batch) for batch in got[:-1]] == [size] * (len(got) - 1)
    assert len(got[-1]) == (n - 1) % size + 1
    if size <= n:
        whole = list(batches(n, size, np.random.default_rng(seed), drop_last=True))
        assert [len(batch) for batch in whole] == [size] * (n // size)
        for batch, same in zip(whole, got, strict=False):
            np.testing.assert_array_equal(batch, same)


def test_batches_are_as_many_as_torchs() -> None:
    data = torch.utils.data.TensorDataset(torch.arange(23))
    for size, drop in ((5, False), (5, True), (23, True), (40, False)):
        loader = torch.utils.data.DataLoader(data, size, shuffle=True, drop_last=drop)
        sizes = [len(x) for (x,) in loader]
        assert [len(b) for b in batches(23, size, np.random.default_rng(0), drop)] == sizes


def test_each_epoch_is_shuffled_anew_and_the_generator_alone_decides() -> None:
    rng = np.random.default_rng(3)
    first, second = (np.concatenate(list(batches(50, 10, rng))) for _ in range(2))
    assert (first != second).any()
    again = np.concatenate(list(batches(50, 10, np.random.default_rng(3))))
    np.testing.assert_array_equal(first, again)


def test_every_order_is_as_likely(rng: np.random.Generator) -> None:
    """24 orders of 4 in 24,000 draws: chi-squared is beyond 81 by chance with 2e-8."""
    counts = dict.fromkeys(itertools.permutations(range(4)), 0)
    for _ in range(24_000):
        counts[tuple(np.concatenate(list(batches(4, 3, rng))).tolist())] += 1
    assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 81


# --- bias and variance, by enumeration --------------------------------------------------------

tiny = arrays(np.float64, (6, 2), elements=st.floats(-100, 100))


@anything
@given(tiny, st.integers(1, 6))
def test_over_all_subsets_mean_and_variance_are_the_closed_forms(g: np.ndarray, m: int) -> None:
    every = [minibatch_gradient(g, list(s)) for s in itertools.combinations(range(6), m)]
    np.testing.assert_allclose(np.mean(every, axis=0), g.mean(axis=0), **EXACT)
    np.testing.assert_allclose(np.var(every, axis=0), variance_without_replacement(g, m), **EXACT)


@anything
@given(tiny, st.integers(1, 4))
def test_over_all_tuples_mean_and_variance_are_the_closed_forms(g: np.ndarray, m: int) -> None:
    every = g[np.array(list(itertools.product(range(6), repeat=m)))].mean(axis=1)
    np.testing.assert_allclose(every.mean(axis=0), g.mean(axis=0), **EXACT)
    np.testing.assert_allclose(every.var(axis=0), variance_with_replacement(g, m), **EXACT)


@both
def test_an_epoch_of_equal_batches_has_the_full_gradient_as_mean(rng, to: Callable) -> None:
    g = to(rng.normal(size=(24, 3, 2)))
    for size in (1, 4, 24):
        got = [np.asarray(minibatch_gradient(g, batch)) for batch in batches(24, size, rng)]
        np.testing.assert_allclose(np.mean(got, axis=0), np.asarray(g).mean(axis=0), **EXACT)
    ragged = list(batches(24, 7, rng))  # 7, 7, 7, 3: they count by their size
    got = [np.asarray(minibatch_gradient(g, batch)) for batch in ragged]
    sizes = [len(batch) for batch in ragged]
    mean = np.average(got, axis=0, weights=sizes)
    np.testing.assert_allclose(mean, np.asarray(g).mean(axis=0), **EXACT)
    assert abs(np.mean(got, axis=0) - np.asarray(g).mean(axis=0)).max() > 1e-4


def test_the_variance_measured_over_epochs_is_the_closed_form(rng) -> None:
    """Of ten batches of an epoch nine are free, for their sum is known: 18,000 in all.

    A variance of so many is off by √(2/18,000), 1.05 %; five times that by chance: 6e-7.
    """
    g = rng.normal(size=(100, 1))
    got = [minibatch_gradient(g, b)[0] for _ in range(2000) for b in batches(100, 10, rng)]
    np.testing.assert_allclose(np.var(got), variance_without_replacement(g, 10)[0], rtol=0.0527)
    np.testing.assert_allclose(np.mean(got), g.mean(), **EXACT)


# --- the closed forms -------------------------------------------------------------------------


@both
def test_four_times_the_samples_halve_the_error(rng, to: Callable) -> None:
    g = to(rng.normal(size=(1000, 5)))
    np.testing.assert_allclose(
        variance_with_replacement(g, 10), 4 * variance_with_replacement(g, 40), **EXACT
    )
    for m in (1, 10, 999, 1000):
        factor = (1000 - m) / 999
        np.testing.assert_allclose(
            variance_without_replacement(g, m), factor * variance_with_replacement(g, m), **EXACT
        )
    np.testing.assert_allclose(variance_without_replacement(g, 1), gradient_variance(g), **EXACT)
    assert not np.asarray(variance_without_replacement(g, 1000)).any()


def test_one_sample_has_no_variance() -> None:
    assert variance_without_replacement([[2.0, 3.0]], 1).tolist() == [0, 0]
    assert variance_with_replacement([2.0], 3) == 0


def test_per_sample_gradients_of_a_loss_average_to_its_gradient(rng) -> None:
    """The mean of mse over samples has the mean of their gradients, each from a batch of one."""
    x, y, w = rng.normal(size=(12, 3)), rng.normal(size=12), rng.normal(size=3)
    per_sample = np.stack([x[i] * mse_gradient(x[i : i + 1] @ w, y[i : i + 1]) for i in range(12)])
    full = x.T @ mse_gradient(x @ w, y)
    np.testing.assert_allclose(minibatch_gradient(per_sample, range(12)), full, **EXACT)
    batch = [3, 7, 8]
    part = x[batch].T @ mse_gradient(x[batch] @ w, y[batch])
    np.testing.assert_allclose(minibatch_gradient(per_sample, batch), part, **EXACT)


CALLS = (
    lambda g: minibatch_gradient(g, [0, 2]),
    gradient_variance,
    lambda g: variance_with_replacement(g, 2),
    lambda g: variance_without_replacement(g, 2),
)


@both
@pytest.mark.parametrize("call", CALLS)
def test_precision_and_shape_are_kept_and_nothing_is_changed(call, rng, to: Callable) -> None:
    g = to(rng.normal(size=(4, 2, 3)).astype(np.float32))
    before = np.asarray(g).copy()
    got = call(g)
    assert str(got.dtype).endswith("float32")
    assert tuple(got.shape) == (2, 3)
    np.testing.assert_array_equal(g, before)
    np.testing.assert_allclose(got, call(to(before.astype(float))), rtol=1e-5, atol=1e-6)


def test_indices_may_be_any_integers_of_either_library() -> None:
    g = torch.arange(6.0).reshape(3, 2)
    for batch in ([0, 2], (0, 2), np.array([0, 2], np.uint8), torch.tensor([0, 2]), [2, 0]):
        assert minibatch_gradient(g, batch).tolist() == [2, 3]
    assert minibatch_gradient(g, [1, 1, 1, 0]).tolist() == [1.5, 2.5]


# --- what is refused --------------------------------------------------------------------------

G = np.ones((4, 2))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda rng: batches(0, 1, rng), "n must be an integer >= 1; got 0"),
        (lambda rng: batches(5, 0, rng), "size must be an integer >= 1; got 0"),
        (lambda rng: batches(5, 2.0, rng), "size must be an integer"),
        (lambda rng: batches(5, 2, 0), "rng must be a numpy.random.Generator; got int"),
        (lambda rng: batches(5, 6, rng, drop_last=True), "size must be at most n = 5.*; got 6"),
        (lambda rng: minibatch_gradient(G, [4]), r"batch must hold indices in 0..3; got 4 to 4"),
        (lambda rng: minibatch_gradient(G, [-1, 2]), r"batch must hold indices .* got -1 to 2"),
        (lambda rng: minibatch_gradient(G, []), r"batch must not be empty; got shape"),
        (lambda rng: minibatch_gradient(G, 1), r"got int64 of shape \(\): take it from batches"),
        (lambda rng: minibatch_gradient(G, [0.5]), "batch must be a list of integer indices"),
        (lambda rng: minibatch_gradient(G, [True, False]), "batch must be a list of integer"),
        (lambda rng: minibatch_gradient(1.0, [0]), "per_sample must have shape"),
        (lambda rng: gradient_variance(np.ones((0, 2))), "per_sample must not be empty"),
        (lambda rng: gradient_variance([np.nan]), "per_sample must be finite"),
        (lambda rng: variance_with_replacement(G, 0), "m must be an integer >= 1; got 0"),
        (lambda rng: variance_without_replacement(G, 5), "m must be an integer >= 1 and <= 4; go"),
        (lambda rng: variance_without_replacement(None, 1), "per_sample must"),
    ],
)
def test_bad_input_is_refused(call: Callable, sentence: str, rng) -> None:
    with pytest.raises(ValueError, match=sentence):
        call(rng)
