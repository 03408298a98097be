"""Norms of layers against torch, autograd and finite differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from hypothesis import given, settings
from hypothesis import strategies as st
from normalized_data import CHANNELS, SHAPES, drawn
from two_libraries import both

from course_lib import normalization as norms

EXACT = {"rtol": 1e-11, "atol": 1e-11}  # float64; a division by σ and sums of some hundred terms
SINGLE = {"rtol": 1e-4, "atol": 1e-5}  # float32, likewise


# name: ours, its gradient, torch's; each of (x, γ, β)
NORMS: dict[str, tuple[Callable, Callable, Callable]] = {
    "batch": (
        norms.batch_norm,
        norms.batch_norm_gradient,
        lambda x, g, b: F.batch_norm(x, None, None, g, b, training=True),
    ),
    "layer": (
        norms.layer_norm,
        norms.layer_norm_gradient,
        lambda x, g, b: F.layer_norm(x, g.shape, g, b),
    ),
    "instance": (
        norms.instance_norm,
        norms.instance_norm_gradient,
        lambda x, g, b: F.instance_norm(x, weight=g, bias=b),
    ),
}
for groups in (1, 2, 3):
    NORMS[f"group of {groups}"] = (
        lambda x, g, b, k=groups: norms.group_norm(x, k, g, b),
        lambda up, x, g, k=groups: norms.group_norm_gradient(up, x, k, g),
        lambda x, g, b, k=groups: F.group_norm(x, k, g, b),
    )


def arguments(name: str, shape: tuple[int, ...]) -> tuple:
    return drawn(shape, shape[1:] if name == "layer" else (CHANNELS,))


CASES = [
    pytest.param(name, shape, id=f"{name}-{kind}")
    for name in NORMS
    for kind, shape in SHAPES.items()
    if (name, kind) != ("instance", "flat")
]


@both
@pytest.mark.parametrize(("name", "shape"), CASES)
def test_forward_is_torchs(name: str, shape: tuple, to: Callable) -> None:
    ours, _, oracle = NORMS[name]
    *args, _ = arguments(name, shape)
    got = ours(*map(to, args))
    np.testing.assert_allclose(got, oracle(*map(torch.as_tensor, args)), **EXACT)


@both
@pytest.mark.parametrize(("name", "shape"), CASES)
def test_backward_is_autograds_of_torch_and_of_ours(name: str, shape: tuple, to: Callable) -> None:
    ours, gradient, oracle = NORMS[name]
    x, gamma, beta, upstream = arguments(name, shape)
    got = gradient(to(upstream), to(x), to(gamma))
    for forward in (ours, oracle):
        leaves = [torch.tensor(a, requires_grad=True) for a in (x, gamma, beta)]
        forward(*leaves).backward(torch.as_tensor(upstream))
        for mine, leaf in zip(got, leaves, strict=True):
            np.testing.assert_allclose(mine, leaf.grad, **EXACT)


@pytest.mark.parametrize("name", NORMS)
def test_backward_is_the_finite_difference(name: str) -> None:
    ours, gradient, _ = NORMS[name]
    x, gamma, beta, upstream = arguments(name, (3, CHANNELS, 2))
    args = [x, gamma, beta]
    step = 1e-5  # the error is step² times a third derivative near 1, plus eps / step
    for position, got in enumerate(gradient(upstream, x, gamma)):
        for index in list(np.ndindex(args[position].shape))[::5]:
            up, down = ([a.copy() for a in args] for _ in "ud")
            up[position][index] += step
            down[position][index] -= step
            slope = np.sum(upstream * (ours(*up) - ours(*down))) / (2 * step)
            np.testing.assert_allclose(got[index], slope, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", NORMS)
@both
def test_precision_is_kept_and_inputs_are_not_changed(name: str, to: Callable) -> None:
    ours, gradient, _ = NORMS[name]
    double = arguments(name, (3, CHANNELS, 2))
    x, gamma, beta, upstream = single = [to(a.astype(np.float32)) for a in double]
    before = [np.asarray(a).copy() for a in single]
    got = (ours(x, gamma, beta), *gradient(upstream, x, gamma))
    want = (ours(*double[:3]), *gradient(double[3], *double[:2]))
    for mine, exact in zip(got, want, strict=True):
        assert str(mine.dtype).endswith("float32")
        np.testing.assert_allclose(mine, exact, **SINGLE)
    for was, now in zip(before, single, strict=True):
        np.testing.assert_array_equal(was, now)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10), st.floats(-10, 10))
def test_scale_and_shift_of_the_input_are_taken_away(seed: int, scale: float, shift: float) -> None:
    """Up to ε: with variance 1 and ε = 1e-10 the difference is at most 1e-8 of x̂ at scale 0.1."""
    x = np.random.default_rng(seed).normal(size=(8, 4, 50))
    one, none = np.ones(4), np.zeros(4)
    for norm in (
        norms.batch_norm,
        norms.instance_norm,
        lambda x, g, b, eps: norms.group_norm(x, 2, g, b, eps),
    ):
        y = norm(x, one, none, eps=1e-10)
        np.testing.assert_allclose(norm(scale * x + shift, one, none, eps=1e-10), y, atol=1e-6)
    y = norms.batch_norm(x, one, none, eps=1e-10)
    np.testing.assert_allclose(y.mean(axis=(0, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(y.std(axis=(0, 2)), 1, atol=1e-6)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_no_gradient_flows_along_shift_and_scale_of_a_channel(seed: int) -> None:
    """y ignores both, so ∂C/∂x is orthogonal to 1 and, up to ε, to x̂."""
    rng = np.random.default_rng(seed)
    x, upstream = rng.normal(size=(2, 8, 4))
    dx, *_ = norms.batch_norm_gradient(upstream, x, np.ones(4), eps=1e-12)
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-10)
    np.testing.assert_allclose((dx * (x - x.mean(axis=0))).sum(axis=0), 0, atol=1e-8)


def test_one_group_is_layer_norm_and_a_group_a_channel_is_instance_norm() -> None:
    x, gamma, beta, _ = drawn((3, CHANNELS, 4))
    spread = [np.broadcast_to(p[:, None], x.shape[1:]) for p in (gamma, beta)]
    np.testing.assert_allclose(
        norms.group_norm(x, 1, gamma, beta), norms.layer_norm(x, *spread), **EXACT
    )
    np.testing.assert_allclose(
        norms.group_norm(x, CHANNELS, gamma, beta), norms.instance_norm(x, gamma, beta), **EXACT
    )


def test_sample_norms_do_not_see_the_other_samples_and_batch_norm_does() -> None:
    x, gamma, beta, _ = drawn((4, CHANNELS, 5))
    other = x.copy()
    other[1:] += 7
    for name in ("layer", "instance", "group of 2"):
        args = drawn(x.shape, x.shape[1:])[1:3] if name == "layer" else (gamma, beta)
        norm = NORMS[name][0]
        np.testing.assert_array_equal(norm(x, *args)[0], norm(other, *args)[0])
        np.testing.assert_allclose(norm(x[:1], *args)[0], norm(x, *args)[0], **EXACT)
    changed = norms.batch_norm(other, gamma, beta)[0]
    assert np.max(np.abs(norms.batch_norm(x, gamma, beta)[0] - changed)) > 0.1


X, G, B = np.ones((4, 3)), np.ones(3), np.zeros(3)
RUNNING = norms.start_statistics(3)
NAN = np.full((4, 3), np.nan)
REFUSED = {
    "batch: one value": (lambda: norms.batch_norm(X[:1], G, B), "two values or more; got 1"),
    "batch: no channels": (lambda: norms.batch_norm(np.ones(3), G, B), "n_channels"),
    "batch: gamma": (lambda: norms.batch_norm(X, G[:2], B), r"gamma .* \(3,\); got \(2,\)"),
    "batch: nan": (lambda: norms.batch_norm(NAN, G, B), "x must be finite"),
    "batch: empty": (lambda: norms.batch_norm(X[:0], G, B), "x must not be empty"),
    "batch: eps": (lambda: norms.batch_norm(X, G, B, eps=0), "eps must be"),
    "batch: upstream": (lambda: norms.batch_norm_gradient(X[:2], X, G), "same shape"),
    "batch: back one": (lambda: norms.batch_norm_gradient(X[:1], X[:1], G), "two values"),
    "batch: two libraries": (lambda: norms.batch_norm(X, torch.ones(3), B), "one library"),
    "layer: gamma": (lambda: norms.layer_norm(X, np.ones(4), B), "gamma must hold"),
    "layer: beta": (lambda: norms.layer_norm(X, G, np.ones(4)), "beta must hold"),
    "layer: number": (lambda: norms.layer_norm(X, 1.0, 0.0), "gamma must have the shape"),
    "layer: too many": (lambda: norms.layer_norm(G, X, X), "gamma must have the shape"),
    "layer: one value": (lambda: norms.layer_norm(X[:, :1], [1.0], [0.0]), "two values"),
    "layer: eps": (lambda: norms.layer_norm(X, G, B, eps=-1.0), "eps must be"),
    "group: none": (lambda: norms.group_norm(X, 0, G, B), "n_groups must be an integer"),
    "group: no divisor": (lambda: norms.group_norm(X, 2, G, B), "n_groups must divide the 3"),
    "group: one value": (lambda: norms.group_norm(X, 3, G, B), "each group must hold two"),
    "instance: flat": (lambda: norms.instance_norm(X, G, B), "n_channels, length"),
    "instance: back": (lambda: norms.instance_norm_gradient(X, X, G), "n_channels, length"),
    "running: momentum": (lambda: norms.update_statistics(RUNNING, X, 0), "momentum must be"),
    "running: above": (lambda: norms.update_statistics(RUNNING, X, 1.1), "momentum must be"),
    "running: channels": (lambda: norms.update_statistics(RUNNING, X[:, :2]), "running must hold"),
    "running: one": (lambda: norms.update_statistics(RUNNING, X[:1]), "two values or more"),
    "running: what": (lambda: norms.update_statistics((B, G), X), "must be RunningStatistics"),
    "start: none": (lambda: norms.start_statistics(0), "n_channels must be"),
    "keras: one": (lambda: norms.torch_momentum(1.0), "keras_momentum must be"),
    "statistics: negative": (lambda: norms.RunningStatistics(B, -G), "must not be negative"),
    "statistics: shapes": (lambda: norms.RunningStatistics(B, G[:2]), "same shape"),
    "statistics: table": (lambda: norms.RunningStatistics(X, X), "one number for each channel"),
    "inference: running": (
        lambda: norms.batch_norm_inference(X[:, :2], G[:2], B[:2], RUNNING),
        "running must hold",
    ),
    "fold: weight": (lambda: norms.fold_batch_norm(G, B, G, B, RUNNING), "n_out, n_in"),
    "fold: bias": (
        lambda: norms.fold_batch_norm(np.ones((3, 2)), B[:2], G, B, RUNNING),
        "bias must hold",
    ),
}


@pytest.mark.parametrize(("call", "match"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(call: Callable, match: str) -> None:
    with pytest.raises(ValueError, match=match) as error:
        call()
    assert " must " in str(error.value)
    assert ": " in str(error.value).partition("; got ")[2], "what to do"
