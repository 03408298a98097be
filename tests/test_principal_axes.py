"""Principal axes and whitening against scikit-learn, in closed form, and where nothing varies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import sklearn.decomposition
import sklearn.preprocessing
from correlated_table import covariance, table
from hypothesis import given
from hypothesis import strategies as st
from two_libraries import anything, both

from course_lib.preprocessing import PCA, PCAWhitening, ZCAWhitening

FACTORED = {"rtol": 1e-9, "atol": 1e-9}  # through a singular value decomposition


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@both
def test_pca_is_scikit_learns(rng: np.random.Generator, to: Callable) -> None:
    train, test = table(rng), table(rng, 9)
    for k in (None, 1, 3):
        theirs = sklearn.decomposition.PCA(k, svd_solver="full").fit(train)
        white = sklearn.decomposition.PCA(k, whiten=True, svd_solver="full").fit(train)
        fitted = PCA(k).fit(to(train))
        n = len(train)
        np.testing.assert_allclose(fitted.axes, theirs.components_, **FACTORED)
        np.testing.assert_allclose(
            fitted.variances, theirs.explained_variance_ * (n - 1) / n, **FACTORED
        )
        for x in (train, test):
            z = fitted.transform(to(x))
            np.testing.assert_allclose(z, theirs.transform(x), **FACTORED)
            back = theirs.inverse_transform(theirs.transform(x))
            np.testing.assert_allclose(fitted.inverse(z), back, **FACTORED)
            z = PCAWhitening(n_components=k).fit(to(train)).transform(to(x))
            # theirs divides by the deviation with n - 1
            np.testing.assert_allclose(z, white.transform(x) * np.sqrt(n / (n - 1)), **FACTORED)


@both
@pytest.mark.parametrize("method", [PCAWhitening(), ZCAWhitening()])
def test_whitened_data_have_the_identity_as_covariance(method, rng, to: Callable) -> None:
    x = to(table(rng))
    fitted = method.fit(x)
    z = fitted.transform(x)
    np.testing.assert_allclose(covariance(np.asarray(z)), np.eye(4), **FACTORED)
    np.testing.assert_allclose(np.asarray(z).mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(fitted.inverse(z), x, **FACTORED)


@pytest.mark.parametrize("epsilon", [1e-5, 0.1, 100.0])
@pytest.mark.parametrize("kind", [PCAWhitening, ZCAWhitening])
def test_epsilon_leaves_each_axis_the_variance_stated(kind, epsilon: float, rng) -> None:
    x = table(rng)
    fitted = kind(epsilon).fit(x)
    expected = fitted.variances / (fitted.variances + epsilon)
    z = fitted.transform(x)
    np.testing.assert_allclose(np.linalg.eigvalsh(covariance(z))[::-1], expected, **FACTORED)
    np.testing.assert_allclose(fitted.inverse(z), x, **FACTORED)


def test_decorrelation_keeps_distances_and_zca_stays_nearest_to_the_data(rng) -> None:
    x = table(rng)
    centred = x - x.mean(axis=0)
    rotated = PCA().fit(x).transform(x)
    np.testing.assert_allclose(np.linalg.norm(rotated, axis=1), np.linalg.norm(centred, axis=1))
    np.testing.assert_allclose(covariance(rotated), np.diag(PCA().fit(x).variances), **FACTORED)
    fitted = ZCAWhitening().fit(x)
    np.testing.assert_allclose(fitted.forward, fitted.forward.T, **FACTORED)
    nearest = np.sum((fitted.transform(x) - centred) ** 2)
    for _ in range(20):
        turn, _ = np.linalg.qr(rng.normal(size=(4, 4)))
        assert nearest < np.sum((fitted.transform(x) @ turn - centred) ** 2)


def deficient(rng: np.random.Generator, how: str) -> tuple[np.ndarray, int]:
    """Data that vary along fewer axes than they have features, and along how many."""
    x = table(rng, 30, 3)
    if how == "constant feature":
        return np.hstack([x, np.full((30, 1), 0.1)]), 3
    if how == "copied feature":
        return np.hstack([x, x[:, :1]]), 3
    if how == "sum of features":
        return np.hstack([x, x.sum(axis=1, keepdims=True)]), 3
    return rng.normal(size=(3, 5)), 2  # three points span a plane


DEFICIENT = ("constant feature", "copied feature", "sum of features", "few samples")


@both
@pytest.mark.parametrize("how", DEFICIENT)
def test_directions_without_variance_are_left_out(how: str, rng, to: Callable) -> None:
    x, rank = deficient(rng, how)
    fitted = PCAWhitening().fit(to(x))
    z = np.asarray(fitted.transform(to(x)))
    assert z.shape == (len(x), rank)
    np.testing.assert_allclose(covariance(z), np.eye(rank), **FACTORED)
    np.testing.assert_allclose(fitted.inverse(to(z)), x, **FACTORED)
    fitted = ZCAWhitening().fit(to(x))
    z = np.asarray(fitted.transform(to(x)))
    assert z.shape == x.shape
    expected = np.concatenate([np.zeros(x.shape[1] - rank), np.ones(rank)])
    np.testing.assert_allclose(np.linalg.eigvalsh(covariance(z)), expected, **FACTORED)
    np.testing.assert_allclose(fitted.inverse(to(z)), x, **FACTORED)
    off_the_span = np.linalg.svd(x - x.mean(axis=0))[2][rank]
    new = x[:1] + 100 * off_the_span  # what a new sample has there is lost, not blown up
    np.testing.assert_allclose(fitted.transform(to(new)), z[:1], rtol=1e-6, atol=1e-6)


@anything
@given(st.integers(2, 12), st.integers(1, 6), st.integers(0, 2**32 - 1), st.floats(-1e3, 1e3))
def test_any_cloud_is_whitened(n: int, d: int, seed: int, centre: float) -> None:
    x = np.random.default_rng(seed).normal(size=(n, d)) + centre
    fitted = PCAWhitening().fit(x)
    z = fitted.transform(x)
    assert z.shape == (n, min(n - 1, d))
    np.testing.assert_allclose(covariance(z), np.eye(z.shape[1]), rtol=1e-6, atol=1e-6)
    assert (np.diff(fitted.variances) <= 0).all()
    at = abs(fitted.axes).argmax(axis=1)
    assert (fitted.axes[np.arange(len(at)), at] > 0).all()
