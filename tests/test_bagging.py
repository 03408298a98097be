"""Bagging: how bags are drawn, what stays out of them, and what their models average to."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from two_libraries import both

from course_lib import losses
from course_lib import regularization as reg


def test_a_sample_stays_out_of_a_bag_with_probability_near_one_in_e() -> None:
    """Each of 20 samples over 2,000 bags against (1 - 1/n)ⁿ, 0.358: at five standard deviations
    of a mean of independent draws, a false alarm once in 1.7 million for each, in 87,000 for all.
    """
    n, bags, rng = 20, 2000, np.random.default_rng(6)
    out = np.zeros(n)
    for _ in range(bags):
        out[reg.out_of_bag(reg.bootstrap(n, rng), n)] += 1
    p = (1 - 1 / n) ** n
    assert np.all(np.abs(out / bags - p) < 5 * math.sqrt(p * (1 - p) / bags))


@settings(deadline=None)
@given(st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_bag_and_out_of_bag_share_nothing_and_are_all(n: int, seed: int) -> None:
    bag = reg.bootstrap(n, np.random.default_rng(seed))
    out = reg.out_of_bag(bag, n)
    assert bag.shape == (n,)
    assert sorted({*bag.tolist(), *out.tolist()}) == list(range(n))
    assert not set(bag) & set(out)


def test_the_same_generator_gives_the_same_bag() -> None:
    bags = [reg.bootstrap(30, np.random.default_rng(9)) for _ in range(2)]
    np.testing.assert_array_equal(*bags)


@settings(deadline=None)
@given(arrays(np.float64, (4, 6), elements=st.floats(-10, 10)))
def test_the_ensembles_error_is_the_mean_error_less_the_variance(a: np.ndarray) -> None:
    """Krogh and Vedelsby (1995), equation 6."""
    y = np.linspace(-1, 1, 6)
    error = losses.mse(reg.bagged(a), y)
    apart = np.mean([losses.mse(model, y) for model in a])
    np.testing.assert_allclose(error, apart - a.var(axis=0).mean(), rtol=1e-9, atol=1e-9)


@both
def test_out_of_bag_average_is_the_mean_over_the_models_that_never_saw_it(to: Callable) -> None:
    rng = np.random.default_rng(3)
    a = rng.normal(size=(5, 7, 2)).astype(np.float32)
    bags = [reg.bootstrap(7, rng) for _ in range(4)] + [np.arange(7)]
    got, votes = reg.out_of_bag_average(to(a), bags)
    assert str(got.dtype).endswith("float32")
    for i in range(7):
        unseen = [model[i] for model, bag in zip(a, bags, strict=True) if i not in bag]
        assert votes[i] == len(unseen)
        want = np.mean(unseen, axis=0) if unseen else np.full(2, np.nan)
        np.testing.assert_allclose(got[i], want, rtol=1e-6)


def test_a_sample_in_every_bag_has_no_out_of_bag_average() -> None:
    average, votes = reg.out_of_bag_average(np.ones((2, 3)), [[0, 1, 1], [0, 2, 2]])
    np.testing.assert_array_equal(average, [np.nan, 1, 1])
    np.testing.assert_array_equal(votes, [0, 1, 1])


W, RNG = np.ones(3), np.random.default_rng(0)
REFUSED = {
    "bootstrap: n": (lambda: reg.bootstrap(0, RNG), "n must be"),
    "bootstrap: seed": (lambda: reg.bootstrap(3, 0), "rng must be a numpy.random.Generator"),
    "out of bag: index": (lambda: reg.out_of_bag([0, 3], 3), r"bag must hold indices in 0\.\.2"),
    "out of bag: float": (lambda: reg.out_of_bag([0.0], 3), "bag must hold integers"),
    "bagged: one axis": (lambda: reg.bagged(W), "models and samples"),
    "oob: bags": (lambda: reg.out_of_bag_average(np.ones((2, 3)), [[0]]), "one bag for each"),
    "oob: index": (lambda: reg.out_of_bag_average(np.ones((1, 3)), [[-1]]), r"bags\[0\] must"),
    "oob: one axis": (lambda: reg.out_of_bag_average(W, [[0]]), "models and samples"),
}


@pytest.mark.parametrize(("call", "match"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(call: Callable, match: str) -> None:
    with pytest.raises(ValueError, match=match) as error:
        call()
    assert " must " in str(error.value)
    assert ": " in str(error.value).partition("; got ")[2], "what to do"
