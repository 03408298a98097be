"""Pruning against torch's own, counts in closed form, and a network that finds its ticket."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.utils.prune
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from two_libraries import anything, both

from course_lib.lottery import (
    all_kept,
    apply_masks,
    find_tickets,
    kept_fraction,
    prune_globally,
    prune_per_layer,
    rewind,
    round_fraction,
)

each_prune = pytest.mark.parametrize("prune", [prune_globally, prune_per_layer])
networks = st.lists(
    arrays(np.float64, array_shapes(max_dims=3, max_side=5), elements=st.floats(-10, 10)),
    min_size=1,
    max_size=4,
)
fractions = st.floats(0, 1)


def network(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Three layers, unlike in size and in the size of their weights."""
    return {
        "conv": rng.normal(size=(4, 2, 3, 3)),
        "hidden": 0.1 * rng.normal(size=(20, 30)),
        "out": rng.normal(size=(10, 20)),
    }


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


# --- which weights go -------------------------------------------------------------------------


@both
@pytest.mark.parametrize("fraction", [0.0, 0.2, 0.5, 0.93, 1.0])
def test_each_layer_is_pruned_as_torch_prunes_it(fraction: float, rng, to: Callable) -> None:
    weights = network(rng)
    masks = prune_per_layer({name: to(w) for name, w in weights.items()}, fraction)
    assert list(masks) == list(weights)
    for name, w in weights.items():
        layer = torch.nn.utils.prune.L1Unstructured(fraction)
        expected = layer.prune(torch.tensor(w)) != 0
        np.testing.assert_array_equal(masks[name], expected)


@both
@pytest.mark.parametrize("fraction", [0.0, 0.2, 0.5, 0.93, 1.0])
def test_all_layers_together_are_pruned_as_torch_prunes_them(
    fraction: float, rng, to: Callable
) -> None:
    weights = network(rng)
    masks = prune_globally({name: to(w) for name, w in weights.items()}, fraction)
    layers = {name: torch.nn.Module() for name in weights}
    for name, layer in layers.items():
        layer.weight = torch.nn.Parameter(torch.tensor(weights[name]))
    torch.nn.utils.prune.global_unstructured(
        [(layer, "weight") for layer in layers.values()],
        pruning_method=torch.nn.utils.prune.L1Unstructured,
        amount=fraction,
    )
    for name, layer in layers.items():
        np.testing.assert_array_equal(masks[name], layer.weight_mask.bool())


@anything
@given(networks, fractions, fractions)
def test_the_smallest_of_the_kept_go_in_the_stated_number(weights, first, second) -> None:
    masks = prune_globally(weights, first)
    again = prune_globally(weights, second, masks)
    kept = np.concatenate([m.ravel() for m in masks])
    left = np.concatenate([m.ravel() for m in again])
    size = abs(np.concatenate([w.ravel() for w in weights]))
    assert left.sum() == kept.sum() - round(second * kept.sum())
    assert not (left & ~kept).any()  # what was pruned stays so
    gone = size[kept & ~left]
    assert not gone.size or not left.any() or gone.max() <= size[left].min()
    layers = prune_per_layer(weights, second, masks)
    for w, mask, was in zip(weights, layers, masks, strict=True):
        assert mask.sum() == was.sum() - round(second * was.sum())
        assert not (mask & ~was).any()
        gone = abs(w[was & ~mask])
        assert not gone.size or not mask.any() or gone.max() <= abs(w[mask]).min()


def test_layers_compete_only_when_pruned_together(rng: np.random.Generator) -> None:
    weights = network(rng)
    alone, together = prune_per_layer(weights, 0.5), prune_globally(weights, 0.5)
    assert {name: m.mean() for name, m in alone.items()} == dict.fromkeys(weights, 0.5)
    assert together["hidden"].mean() < 0.4 < 0.9 < together["out"].mean()
    assert kept_fraction(alone) == kept_fraction(together) == 0.5


@each_prune
def test_of_equal_weights_the_first_go_and_exactly_as_many_as_stated(prune: Callable) -> None:
    (mask,) = prune([np.array([1.0, -1.0, 1.0, -1.0, 1.0])], 0.4)
    assert mask.tolist() == [False, False, True, True, True]


# --- mask and rewind --------------------------------------------------------------------------


@both
@each_prune
def test_the_winning_ticket_is_the_mask_on_the_initial_weights(prune, rng, to: Callable) -> None:
    initial, trained = network(rng), network(rng)
    masks = prune({name: to(w) for name, w in trained.items()}, 0.6)
    ticket = rewind({name: to(w) for name, w in initial.items()}, masks)
    for name, w in initial.items():
        np.testing.assert_array_equal(ticket[name], w * np.asarray(masks[name]))


@both
def test_lists_and_dicts_come_back_as_they_came_and_unchanged(rng, to: Callable) -> None:
    named = {name: to(w.astype(np.float32)) for name, w in network(rng).items()}
    listed = list(named.values())
    before = [np.asarray(w).copy() for w in listed]
    for prune in (prune_globally, prune_per_layer):
        masks, same = prune(named, 0.3), prune(listed, 0.3)
        assert isinstance(masks, dict)
        assert isinstance(same, list)
        for one, other in zip(masks.values(), same, strict=True):
            np.testing.assert_array_equal(one, other)
        backwards = dict(reversed(masks.items()))
        for got in (apply_masks(named, masks), apply_masks(named, backwards)):
            assert [str(w.dtype).removeprefix("torch.") for w in got.values()] == ["float32"] * 3
            assert kept_fraction({name: w != 0 for name, w in got.items()}) == kept_fraction(masks)
    kept_before = kept_fraction(masks)
    prune_globally(named, 0.5, masks)
    assert kept_fraction(masks) == kept_before
    for w, was in zip(listed, before, strict=True):
        np.testing.assert_array_equal(w, was)


def test_gradients_are_masked_without_minus_zero() -> None:
    (got,) = apply_masks([np.array([1.0, -2.0])], [np.array([True, False])])
    assert str(got.tolist()) == "[1.0, 0.0]"


def test_autograd_reaches_only_what_is_kept() -> None:
    w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    mask = prune_globally([w], 1 / 3)
    apply_masks([w], mask)[0].sum().backward()
    assert w.grad.tolist() == [0, 1, 1]


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16], ids=str)
@each_prune
def test_half_precision_is_pruned_too(prune: Callable, half: torch.dtype) -> None:
    weights = [torch.tensor([0.5, -2.0, 1.0, 0.25], dtype=half), torch.ones(2, dtype=torch.float64)]
    masks = prune(weights, 0.5)
    assert masks[0].tolist() == [False, True, prune is prune_per_layer, False]
    assert apply_masks(weights, masks)[0].dtype == half


# --- rounds -----------------------------------------------------------------------------------


@anything
@given(st.floats(1e-3, 1), st.integers(1, 12))
def test_rounds_of_the_stated_fraction_leave_what_is_wanted(kept: float, rounds: int) -> None:
    fraction = round_fraction(kept, rounds)
    assert 0 <= fraction < 1
    np.testing.assert_allclose((1 - fraction) ** rounds, kept, rtol=1e-12)


@each_prune
def test_masks_shrink_as_the_rounds_say(prune: Callable, rng: np.random.Generator) -> None:
    initial, seen = network(rng), []

    def train(weights, masks):
        seen.append((weights, masks))
        return {name: w + rng.normal(size=w.shape) for name, w in weights.items()}

    tickets = list(find_tickets(initial, train, 0.2, rounds=5, prune=prune))
    np.testing.assert_allclose([t.kept for t in tickets], 0.8 ** np.arange(6), rtol=5e-3)
    assert len(seen) == 6
    for ticket, (weights, masks) in zip(tickets, seen, strict=True):
        assert masks is ticket.masks
        for name, w in initial.items():
            np.testing.assert_array_equal(weights[name], w * masks[name])  # rewound
            assert not ticket.trained[name][~masks[name]].any()
    for before, after in itertools.pairwise(tickets):
        for name in initial:
            assert not (after.masks[name] & ~before.masks[name]).any()


def test_pruning_finds_the_weights_that_a_sparse_truth_needs(rng: np.random.Generator) -> None:
    """Linear regression with 3 of 30 inputs that matter: the ticket is those three, and it fits."""
    truth = np.zeros(30)
    truth[[4, 17, 22]] = [2.0, -3.0, 1.5]
    x = rng.normal(size=(200, 30))
    y = x @ truth + 0.1 * rng.normal(size=200)

    def train(weights, masks):
        (w,), (mask,) = weights, masks
        for _ in range(200):
            (g,) = apply_masks([2 * x.T @ (x @ w - y) / len(x)], [mask])
            w = w - 0.1 * g
        return [w]

    *_, last = find_tickets([0.1 * rng.normal(size=30)], train, round_fraction(0.1, 6), rounds=6)
    assert np.flatnonzero(last.masks[0]).tolist() == [4, 17, 22]
    np.testing.assert_allclose(last.trained[0], truth, atol=0.05)


# --- what is refused --------------------------------------------------------------------------

W = [np.ones(3), np.ones((2, 2))]
M = all_kept(W)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: prune_globally(W, -0.1), "fraction must be .* >= 0 and <= 1; got -0.1"),
        (lambda: prune_per_layer(W, 1.5), "fraction must be .*; got 1.5"),
        (lambda: prune_globally([], 0.5), r"weights must be a list or a dict of arrays.*got \[\]"),
        (lambda: prune_per_layer(np.ones(3), 0.5), "weights must be a list.*: pass"),
        (lambda: prune_globally([np.array([np.nan])], 0.5), r"weights\[0\] must be finite"),
        (lambda: all_kept({"w": np.array(["a"])}), r"weights\['w'\] must hold real numbers"),
        (lambda: all_kept([np.ones(2), torch.ones(2)]), "must come from one library"),
        (lambda: apply_masks(W, M[:1]), r"masks must go with arrays, .*\[0, 1\]; got \[0\]: make"),
        (lambda: apply_masks({"a": W[0]}, {"b": M[0]}), r"masks must go with .*; got \['b'\]"),
        (lambda: apply_masks({"a": W[0]}, [M[0]]), r"masks must go with .*; got \[0\]"),
        (lambda: apply_masks([W[0] * np.inf], M[:1]), r"arrays\[0\] must be finite; got inf"),
        (lambda: apply_masks(W, None), "masks must be a list or a dict of arrays"),
        (lambda: apply_masks(W, [M[0], M[0]]), r"masks\[1\] must be boolean, of shape \(2, 2\)"),
        (lambda: apply_masks(W, W), r"masks\[0\] must be boolean, .*; got float64 of shape \(3,\)"),
        (lambda: rewind([np.ones(3)], [torch.ones(3) > 0]), "must come from one library"),
        (lambda: prune_globally(W, 0.5, M[:1]), "masks must go with weights"),
        (lambda: kept_fraction([np.ones(2)]), r"masks\[0\] must be boolean"),
        (lambda: kept_fraction([]), "masks must be a list or a dict"),
        (lambda: round_fraction(0.0, 3), "kept must be .* > 0 and <= 1; got 0.0"),
        (lambda: round_fraction(0.5, 0), "rounds must be an integer >= 1; got 0"),
        (lambda: find_tickets(W, lambda w, m: w, 0.2, -1), "rounds must be an integer >= 0"),
        (lambda: find_tickets(W, lambda w, m: w, 2, 1), "fraction must be .*; got 2"),
        (lambda: list(find_tickets(W, lambda w, m: w[:1], 0.2, 1)), "masks must go with arrays"),
    ],
)
def test_bad_input_is_refused(call: Callable, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()
