"""Dropout: masks, both forms against torch and in expectation, and the ensemble, exactly."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from two_libraries import both

from course_lib import dropout as d

EXACT = {"rtol": 1e-12, "atol": 1e-12}  # float64; sums of 1,024 masks
rates = pytest.mark.parametrize("p", [0.0, 0.2, 0.6])


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


# --- masks ----------------------------------------------------------------------------------------


@rates
def test_a_node_stays_with_probability_one_less_p(p: float, rng: np.random.Generator) -> None:
    """40,000 draws at five standard deviations: a false alarm once in 1.7 million seeds."""
    mask = d.dropout_mask((200, 200), p, rng)
    assert mask.dtype == bool
    assert abs(mask.mean() - (1 - p)) <= 5 * math.sqrt(p * (1 - p) / mask.size)


def test_nodes_are_dropped_independently_of_their_neighbours(rng: np.random.Generator) -> None:
    """Correlation of neighbours over 39,800 pairs: standard deviation 1/√pairs, five of them."""
    mask = d.dropout_mask((200, 200), 0.3, rng).astype(float)
    for a, b in ((mask[:, 1:], mask[:, :-1]), (mask[1:], mask[:-1])):
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 5 / math.sqrt(a.size)


def test_the_same_generator_gives_the_same_mask_and_a_number_is_a_shape() -> None:
    masks = [d.dropout_mask(9, 0.5, np.random.default_rng(3)) for _ in range(2)]
    np.testing.assert_array_equal(*masks)
    assert masks[0].shape == (9,)


# --- both forms -----------------------------------------------------------------------------------


@both
@rates
def test_inverted_dropout_is_torchs_with_its_own_mask(p: float, to: Callable) -> None:
    x = torch.ones(20, 30, dtype=torch.float64)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        mask = F.dropout(x, p) > 0
    values = torch.linspace(-1, 1, 600, dtype=torch.float64).reshape(20, 30)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        want = F.dropout(values, p)
    got = d.inverted_dropout(to(values.numpy()), to(mask.numpy()), p)
    np.testing.assert_allclose(got, want, **EXACT)


@both
def test_backward_is_autograds(to: Callable, rng: np.random.Generator) -> None:
    x, upstream = rng.normal(size=(2, 5, 4))
    mask = d.dropout_mask((5, 4), 0.4, rng)
    for forward, backward, p in (
        (d.inverted_dropout, d.inverted_dropout_gradient, (0.4,)),
        (d.plain_dropout, d.plain_dropout_gradient, ()),
    ):
        leaf = torch.tensor(x, requires_grad=True)
        forward(leaf, torch.as_tensor(mask), *p).backward(torch.as_tensor(upstream))
        got = backward(to(upstream), to(mask), *p)
        np.testing.assert_allclose(got, leaf.grad, **EXACT)
        # It is linear in x, so one difference of any size is the derivative.
        step = 0.5
        for index in np.ndindex(x.shape):
            moved = x.copy()
            moved[index] += step
            change = (forward(moved, mask, *p) - forward(x, mask, *p)) / step
            np.testing.assert_allclose(np.sum(upstream * change), got[index], **EXACT)


def test_in_expectation_both_forms_are_what_inference_computes() -> None:
    """Exactly, over all masks by their probability. Errata 15 and 32: E[x · mask] = keep · x."""
    x, w, p = np.array([0.3, -1.2, 2.0, 0.7]), np.array([1.0, 2.0, -0.5, 0.1]), 0.3
    masks = d.all_masks(4)
    probability = np.prod(np.where(masks, 1 - p, p), axis=1)
    assert probability.sum() == pytest.approx(1)
    inverted = sum(q * d.inverted_dropout(x, m, p) for q, m in zip(probability, masks, strict=True))
    np.testing.assert_allclose(inverted, x, **EXACT)
    plain = sum(q * d.plain_dropout(x, m) for q, m in zip(probability, masks, strict=True))
    np.testing.assert_allclose(plain, (1 - p) * x, **EXACT)
    np.testing.assert_allclose(w @ plain, d.scaled_weights(w, keep=1 - p) @ x, **EXACT)


def test_drawn_masks_have_that_expectation_too(rng: np.random.Generator) -> None:
    """Mean of x · mask/(1 - p) over 20,000 masks; its variance is x² p/(1 - p) / 20,000. Four nodes
    at five standard deviations: a false alarm once in 430,000 seeds.
    """
    x, p, n = np.array([0.3, -1.2, 2.0, 0.7]), 0.6, 20_000
    masks = d.dropout_mask((n, 4), p, rng)
    mean = d.inverted_dropout(np.tile(x, (n, 1)), masks, p).mean(axis=0)
    assert np.all(np.abs(mean - x) < 5 * np.abs(x) * math.sqrt(p / (1 - p) / n))


@both
def test_precision_is_kept_and_inputs_are_not_changed(to: Callable, rng) -> None:
    x, mask = rng.normal(size=(3, 4)).astype(np.float32), d.dropout_mask((3, 4), 0.5, rng)
    given, gates = to(x.copy()), to(mask.copy())
    for got in (
        d.inverted_dropout(given, gates, 0.5),
        d.inverted_dropout_gradient(given, gates, 0.5),
        d.plain_dropout(given, gates),
        d.plain_dropout_gradient(given, gates),
        d.scaled_weights(given, 0.5),
        d.ensemble_average(lambda row: row, given[0], 0.5),
    ):
        assert str(got.dtype).endswith("float32")
    np.testing.assert_array_equal(given, x)
    np.testing.assert_array_equal(gates, mask)


# --- the ensemble ---------------------------------------------------------------------------------


@both
@rates
def test_weight_scaling_is_the_exact_ensemble_of_a_linear_layer(
    p: float, to: Callable, rng
) -> None:
    """All 1,024 thinned networks over ten nodes, by their probability."""
    w, b, x = (to(a) for a in (rng.normal(size=(3, 10)), rng.normal(size=3), rng.normal(size=10)))
    average = d.ensemble_average(lambda x: w @ x + b, x, p)
    np.testing.assert_allclose(average, d.scaled_weights(w, keep=1 - p) @ x + b, **EXACT)


def test_beyond_a_linear_layer_weight_scaling_is_an_approximation() -> None:
    """ReLU(x1 - x2) at keep ½: the ensemble has (0 + 1 + 0 + 0)/4, scaling has ReLU(0)."""
    x = np.array([1.0, 1.0])
    average = d.ensemble_average(lambda x: max(x[0] - x[1], 0.0), x, 0.5)
    scaled = max(d.scaled_weights([1.0, -1.0], keep=0.5) @ x, 0.0)
    assert (average, scaled) == (0.25, 0.0)


def test_for_a_softmax_layer_scaling_is_the_normalised_geometric_mean(rng) -> None:
    """Srivastava et al. (2014): the logarithm of each class is linear in the mask, but for a shift.

    Here over a mean with equal weights, keep = ½.
    """
    w, x = rng.normal(size=(3, 8)), rng.normal(size=8)
    log_p = d.ensemble_average(
        lambda x: F.log_softmax(torch.as_tensor(w @ x), dim=-1).numpy(), x, 0.5
    )
    geometric = np.exp(log_p) / np.exp(log_p).sum()
    scaled = np.exp(d.scaled_weights(w, keep=0.5) @ x)
    np.testing.assert_allclose(geometric, scaled / scaled.sum(), **EXACT)


def test_all_masks_are_all_and_each_once() -> None:
    masks = d.all_masks(5)
    assert masks.shape == (32, 5)
    assert len({tuple(m) for m in masks}) == 32


# --- what is refused ------------------------------------------------------------------------------

X, M, RNG = np.ones(3), np.array([True, False, True]), np.random.default_rng(0)
REFUSED = {
    "p of one": (lambda: d.dropout_mask(3, 1.0, RNG), "p must be a finite number >= 0 and < 1"),
    "p negative": (lambda: d.inverted_dropout(X, M, -0.1), "p must be"),
    "p in percent": (lambda: d.inverted_dropout_gradient(X, M, 20), "p must be"),
    "shape": (lambda: d.dropout_mask((3, 0), 0.5, RNG), "shape must be an integer >= 1"),
    "seed": (lambda: d.dropout_mask(3, 0.5, 0), "rng must be a numpy.random.Generator"),
    "mask shape": (lambda: d.plain_dropout(X, M[:2]), "same shape"),
    "mask of one row": (lambda: d.plain_dropout(np.ones((2, 3)), M), "same shape"),
    "mask scaled": (lambda: d.plain_dropout(X, 2 * M), "0 .dropped. and 1"),
    "mask scaled back": (lambda: d.plain_dropout_gradient(X, M / 2), "0 .dropped. and 1"),
    "nan": (lambda: d.inverted_dropout(X * np.nan, M, 0.5), "x must be finite"),
    "keep of zero": (lambda: d.scaled_weights(X, 0), "keep must be"),
    "too many nodes": (lambda: d.all_masks(17), "n must be an integer >= 1 and <= 16"),
    "no nodes": (lambda: d.all_masks(0), "n must be"),
    "two samples": (lambda: d.ensemble_average(sum, np.ones((2, 3)), 0.5), "one axis"),
    "average p": (lambda: d.ensemble_average(sum, X, 1.5), "p must be"),
    "too wide": (lambda: d.ensemble_average(sum, np.ones(17), 0.5), "n must be"),
}


@pytest.mark.parametrize(("call", "match"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(call: Callable, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        call()
