"""Scaling and centring against scikit-learn, in closed form, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import sklearn.decomposition
import sklearn.preprocessing
import torch
from correlated_table import table
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from two_libraries import anything, both

from course_lib import preprocessing
from course_lib.preprocessing import (
    PCA,
    Center,
    MinMax,
    PCAWhitening,
    Projection,
    Scaling,
    Standardize,
    ZCAWhitening,
    rescale,
)

EXACT = {"rtol": 1e-12, "atol": 1e-12}
FACTORED = {"rtol": 1e-9, "atol": 1e-9}  # through a singular value decomposition
PER = ("feature", "channel", "all")

tables = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=4, max_side=5),
    elements=st.floats(-1e3, 1e3, allow_subnormal=False),
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


# --- scaling ----------------------------------------------------------------------------------


@both
def test_scaling_is_scikit_learns(rng: np.random.Generator, to: Callable) -> None:
    train, test = table(rng), table(rng, 9)
    train[:, 2] = 0.1  # a constant, whose computed deviation is not 0
    for ours, theirs in (
        (Center(), sklearn.preprocessing.StandardScaler(with_std=False)),
        (Standardize(), sklearn.preprocessing.StandardScaler()),
        (MinMax(), sklearn.preprocessing.MinMaxScaler()),
        (MinMax(-1.0, 2.0), sklearn.preprocessing.MinMaxScaler((-1, 2))),
    ):
        fitted = ours.fit(to(train))
        theirs.fit(train)
        for x in (train, test):
            z = fitted.transform(to(x))
            np.testing.assert_allclose(z, theirs.transform(x), **EXACT)
            np.testing.assert_allclose(fitted.inverse(z), x, **EXACT)


@both
@pytest.mark.parametrize("per", PER)
def test_statistics_are_shared_as_said(per: str, rng: np.random.Generator, to: Callable) -> None:
    images = rng.normal(size=(20, 3, 4, 5)) * [[[[1]], [[2]], [[30]]]] + 4
    axes = {"feature": 0, "channel": (0, 2, 3), "all": None}[per]
    z = np.asarray(Standardize(per).fit(to(images)).transform(to(images)))
    np.testing.assert_allclose(z.mean(axis=axes), 0, atol=1e-12)
    np.testing.assert_allclose(z.var(axis=axes), 1, **EXACT)
    z = np.asarray(MinMax(-1.0, 1.0, per).fit(to(images)).transform(to(images)))
    np.testing.assert_allclose(z.min(axis=axes), -1, **EXACT)
    np.testing.assert_allclose(z.max(axis=axes), 1, **EXACT)
    z = np.asarray(Center(per).fit(to(images)).transform(to(images)))
    np.testing.assert_allclose(z, images - images.mean(axis=axes, keepdims=True), **EXACT)


def test_the_shift_of_images_is_the_mean_image_or_one_number_for_each_channel(rng) -> None:
    images = rng.normal(size=(6, 3, 4, 5))
    np.testing.assert_allclose(Center().fit(images).shift, images.mean(axis=0), **EXACT)
    shift = Center("channel").fit(images).shift
    np.testing.assert_allclose(shift[:, 0, 0], images.mean(axis=(0, 2, 3)), **EXACT)
    assert np.unique(shift).size == 3
    assert np.unique(Center("all").fit(images).shift).size == 1


@anything
@given(tables, st.sampled_from(PER))
def test_any_data_are_centred_scaled_and_brought_back(x: np.ndarray, per: str) -> None:
    axes = {"feature": 0, "channel": (0, *range(2, x.ndim)), "all": None}[per]
    constant = np.ptp(x, axis=axes, keepdims=True) == 0
    for method in (Center(per), Standardize(per), MinMax(2.0, 3.0, per)):
        fitted = method.fit(x)
        z = fitted.transform(x)
        assert np.isfinite(z).all()
        np.testing.assert_allclose(fitted.inverse(z), x, rtol=1e-9, atol=1e-9)
    z = np.broadcast_to(constant, x.shape)
    np.testing.assert_allclose(Standardize(per).fit(x).transform(x)[z], 0, atol=1e-9)
    np.testing.assert_array_equal(MinMax(2.0, 3.0, per).fit(x).transform(x)[z], 2)


def test_numbers_too_close_for_a_variance_are_left_as_wide_as_they_are() -> None:
    x = np.array([[1e-170], [2e-170]])  # the square of their deviation is 0
    np.testing.assert_allclose(Standardize().fit(x).transform(x), [[-5e-171], [5e-171]])


@pytest.mark.parametrize(
    "method", [Center(), Standardize(), MinMax(), PCA(), PCAWhitening(), ZCAWhitening()]
)
def test_statistics_come_from_the_training_split_alone(method, rng: np.random.Generator) -> None:
    train, test = table(rng), table(rng, 12) + 30
    fitted = method.fit(train)
    together = fitted.transform(test)
    one_by_one = np.concatenate([fitted.transform(row[None]) for row in test])
    np.testing.assert_allclose(together, one_by_one, **FACTORED)  # test data teach it nothing
    assert abs(together.mean(axis=0)).max() > 0.5  # so their mean is not 0
    leaking = method.fit(np.concatenate([train, test]))
    assert abs(leaking.transform(test) - together).max() > 0.1
    assert not hasattr(method, "transform")


@both
def test_rescale_takes_pixels_to_the_unit_interval(to: Callable) -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(2, 8, 16)
    got = rescale(to(pixels))
    np.testing.assert_allclose(got, pixels / 255, **EXACT)
    np.testing.assert_allclose(rescale(to(pixels), 0, 255, -1, 1), pixels / 127.5 - 1, **EXACT)


def test_the_slips_of_deck_b(rng: np.random.Generator) -> None:
    """``X = np.mean(X, axis=0)`` has no samples left; a division by λ gives the variance 1/λ."""
    x = table(rng)
    assert np.mean(x, axis=0).shape == (4,)
    centred = Center().fit(x).transform(x)
    assert centred.shape == x.shape
    fitted = PCA().fit(x)
    by_eigenvalue = fitted.transform(x) / fitted.variances
    np.testing.assert_allclose(by_eigenvalue.var(axis=0), 1 / fitted.variances, **FACTORED)
    by_root = fitted.transform(x) / np.sqrt(fitted.variances)
    np.testing.assert_allclose(by_root, PCAWhitening().fit(x).transform(x), **FACTORED)
    # deck B's own code, with the sign of the axes as it falls, and its 1e-5
    u, s, _ = np.linalg.svd(centred.T @ centred / len(x))
    printed = centred @ u / np.sqrt(s + 1e-5)
    got = PCAWhitening(1e-5).fit(x).transform(x)
    np.testing.assert_allclose(abs(got), abs(printed), **FACTORED)


# --- precision, and what is refused -----------------------------------------------------------


METHODS = (Center(), Standardize("channel"), MinMax(per="all"), PCA(2), PCAWhitening(1e-5))
METHODS += (ZCAWhitening(),)


@both
@pytest.mark.parametrize("method", METHODS)
def test_precision_is_that_of_what_is_transformed_and_nothing_is_changed(
    method, to: Callable, rng
) -> None:
    train = table(rng)
    single, double = to(train.astype(np.float32)), to(train)
    before = np.asarray(single).copy()
    z = method.fit(single).transform(single)
    assert str(z.dtype).endswith("float32")
    assert str(method.fit(single).inverse(z).dtype).endswith("float32")
    assert str(method.fit(double).transform(single).dtype).endswith("float32")
    assert str(method.fit(single).transform(double).dtype).endswith("float64")
    np.testing.assert_allclose(z, method.fit(double).transform(double), rtol=2e-3, atol=2e-3)
    np.testing.assert_array_equal(single, before)
    integers = to(np.array([[1, 2], [3, 5], [4, 4]]))
    assert str(method.fit(integers).transform(integers).dtype).endswith("float64")


def test_autograd_runs_through_a_transform(rng: np.random.Generator) -> None:
    x = torch.tensor(table(rng), requires_grad=True)
    ZCAWhitening().fit(x.detach()).transform(x).sum().backward()
    assert torch.isfinite(x.grad).all()


GOOD = np.arange(12.0).reshape(4, 3) ** 1.5


@pytest.mark.parametrize(
    "bad", [np.full((4, 3), np.nan), np.ones((0, 3)), np.ones(4), 1.0, None, "text", [[1], [1, 2]]]
)
@pytest.mark.parametrize("method", METHODS)
def test_bad_training_data_are_refused(method, bad: object) -> None:
    with pytest.raises(ValueError, match=r"x_train must .+; got .+: .+"):
        method.fit(bad)


@pytest.mark.parametrize(
    "bad", [np.full((4, 3), np.inf), np.ones((4, 2)), np.ones((4, 1)), np.ones(3), 1.0, None]
)
@pytest.mark.parametrize("method", METHODS)
def test_other_samples_than_those_learned_from_are_refused(method, bad: object) -> None:
    fitted = method.fit(GOOD)
    with pytest.raises(ValueError, match=r"x must .+; got .+: .+"):
        fitted.transform(bad)
    with pytest.raises(ValueError, match=r"z must .+; got .+: .+"):
        fitted.inverse(np.ones((2, 7)))
    with pytest.raises(ValueError, match="one library"):
        fitted.transform(torch.ones((4, 3)))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Center("row"), "per must be 'feature', 'channel' or 'all'; got 'row'"),
        (lambda: Standardize("pixel"), "per must be 'feature'.*; got 'pixel'"),
        (lambda: MinMax(1.0, 1.0), "high must be a finite number > 1.0; got 1.0"),
        (lambda: MinMax(per=""), "per must be 'feature'"),
        (lambda: PCA(0), "n_components must be an integer >= 1; got 0"),
        (lambda: PCAWhitening(-1.0), "epsilon must be a finite number >= 0; got -1.0"),
        (lambda: PCAWhitening(0.0, 2.5), "n_components must be an integer >= 1; got 2.5"),
        (lambda: ZCAWhitening(-1.0), "epsilon must be a finite number >= 0; got -1.0"),
        (lambda: PCA(3).fit(np.eye(3)), "n_components must be at most 2, .* varies; got 3: keep"),
        (lambda: PCA().fit(np.full((5, 2), 0.1)), "x_train must vary; got samples that are all"),
        (lambda: PCA().fit(np.ones((2, 3, 4))), r"x_train must have shape \(n_samples, n_features"),
        (lambda: Scaling([1.0], [0.0]), r"scale must be > 0; got 0 at index \(0,\): use 1"),
        (lambda: Scaling([1.0, 2.0], [1.0]), "shift and scale must have the same shape"),
        (lambda: Scaling([1.0], [1.0], np.nan), "offset must be a finite number; got nan"),
        (lambda: rescale([256.0]), r"x must lie in \[0, 255\]; got 256 at index \(0,\): give the"),
        (lambda: rescale([-1.0]), r"x must lie in \[0, 255\]; got -1"),
        (lambda: rescale([0.5], 1, 0), "high must be a finite number > 1"),
        (lambda: rescale([0.5], 0, 1, 1, 1), "to_high must be a finite number > 1"),
        (lambda: rescale([np.nan]), "x must be finite; got nan"),
    ],
)
def test_bad_settings_are_refused(call: Callable, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()


def test_what_is_learned_is_public() -> None:
    assert {type(Center().fit(GOOD)), type(PCA().fit(GOOD))} == {Scaling, Projection}
    assert set(preprocessing.__all__) >= {"Scaling", "Projection"}
