"""Norms of layers against torch, autograd and finite differences; running statistics; folding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from course_lib import normalization as norms

EXACT = {"rtol": 1e-11, "atol": 1e-11}  # float64; a division by σ and sums of some hundred terms
SINGLE = {"rtol": 1e-4, "atol": 1e-5}  # float32, likewise
CHANNELS = 6
SHAPES = {"flat": (5, CHANNELS), "line": (4, CHANNELS, 7), "plane": (3, CHANNELS, 4, 5)}

both = pytest.mark.parametrize("to", [np.asarray, torch.as_tensor], ids=["numpy", "torch"])
every_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


def drawn(shape: tuple[int, ...], features: tuple[int, ...] = (CHANNELS,)) -> tuple:
    """x, γ, β, and an upstream gradient."""
    rng = np.random.default_rng(5)
    x = rng.normal(3, 2, size=shape)
    return x, rng.normal(size=features), rng.normal(size=features), rng.normal(size=shape)


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


# --- running statistics ---------------------------------------------------------------------------


def torch_layer(shape: tuple[int, ...], momentum: float) -> torch.nn.Module:
    kinds = {2: torch.nn.BatchNorm1d, 3: torch.nn.BatchNorm1d, 4: torch.nn.BatchNorm2d}
    return kinds[len(shape)](CHANNELS, momentum=momentum, dtype=torch.float64)


@both
@every_shape
@pytest.mark.parametrize("momentum", [0.1, 0.37, 1.0])
def test_running_statistics_and_inference_are_torchs(shape, momentum: float, to: Callable) -> None:
    rng = np.random.default_rng(1)
    layer, running = torch_layer(shape, momentum), norms.start_statistics(CHANNELS)
    for _ in range(5):
        batch = rng.normal(2, 3, size=shape)
        layer(torch.as_tensor(batch))
        running = norms.update_statistics(running, to(batch), momentum)
    np.testing.assert_allclose(running.mean, layer.running_mean, **EXACT)
    np.testing.assert_allclose(running.variance, layer.running_var, **EXACT)
    x, gamma, beta, _ = drawn(shape)
    with torch.no_grad():
        layer.weight.copy_(torch.as_tensor(gamma))
        layer.bias.copy_(torch.as_tensor(beta))
        want = layer.eval()(torch.as_tensor(x))
    got = norms.batch_norm_inference(to(x), to(gamma), to(beta), running)
    np.testing.assert_allclose(got, want, **EXACT)


def test_running_mean_is_an_ar1_filter_of_unit_dc_gain() -> None:
    """Pole 1 - m, gain 1 at frequency 0; scipy's lfilter is the oracle."""
    m, batches = 0.1, np.random.default_rng(2).normal(4, 1, size=(50, 8, 1))
    running, seen = norms.start_statistics(1), []
    for batch in batches:
        running = norms.update_statistics(running, batch, m)
        seen.append([running.mean[0], running.variance[0]])
    b, a = [m], [1, -(1 - m)]
    means, variances = batches.mean(axis=(1, 2)), batches.var(axis=(1, 2), ddof=1)
    np.testing.assert_allclose([s[0] for s in seen], lfilter(b, a, means), **EXACT)
    start = lfilter(b, a, variances, zi=[1 - m])[0]  # it starts at 1, not at 0
    np.testing.assert_allclose([s[1] for s in seen], start, **EXACT)
    assert sum(b) / sum(a) == pytest.approx(1)


def test_training_normalises_with_the_biased_variance_and_keeps_the_unbiased_one() -> None:
    """Erratum 33: at batch size 2 the two differ by a factor 2."""
    x = np.array([[1.0], [3.0]])
    y = norms.batch_norm(x, [1.0], [0.0], eps=1e-12)
    np.testing.assert_allclose(y, [[-1.0], [1.0]], rtol=1e-9)
    kept = norms.update_statistics(norms.start_statistics(1), x, momentum=1.0)
    assert (kept.mean.item(), kept.variance.item()) == (2.0, 2.0)


def test_keras_momentum_is_one_less_torchs() -> None:
    """Erratum 35: Keras's default 0.99 weighs the new batch with 0.01."""
    keras, batch = 0.99, np.array([[1.0], [3.0], [8.0]])
    by_hand = keras * 0.0 + (1 - keras) * batch.mean()
    running = norms.update_statistics(norms.start_statistics(1), batch, norms.torch_momentum(keras))
    np.testing.assert_allclose(running.mean, by_hand, **EXACT)


def test_update_leaves_the_old_statistics_alone() -> None:
    old = norms.start_statistics(CHANNELS)
    norms.update_statistics(old, drawn(SHAPES["line"])[0])
    np.testing.assert_array_equal(old.mean, 0)
    np.testing.assert_array_equal(old.variance, 1)


# --- folding --------------------------------------------------------------------------------------


def drawn_statistics(rng: np.random.Generator) -> norms.RunningStatistics:
    return norms.RunningStatistics(rng.normal(size=CHANNELS), rng.uniform(0.5, 2, size=CHANNELS))


@both
@pytest.mark.parametrize("kernel", [(), (3,), (3, 2)], ids=["linear", "line", "plane"])
def test_a_folded_layer_does_the_work_of_two(kernel: tuple[int, ...], to: Callable) -> None:
    rng = np.random.default_rng(4)
    layer = (F.linear, F.conv1d, F.conv2d)[len(kernel)]
    x = torch.as_tensor(rng.normal(size=(5, 4, *(6 for _ in kernel))))
    weight, (bias, gamma, beta) = rng.normal(size=(CHANNELS, 4, *kernel)), rng.normal(size=(3, 6))
    running = drawn_statistics(rng)
    before = layer(x, torch.as_tensor(weight), torch.as_tensor(bias))
    want = norms.batch_norm_inference(before.numpy(), gamma, beta, running)
    folded = norms.fold_batch_norm(to(weight), to(bias), to(gamma), to(beta), running)
    got = layer(x, *(torch.as_tensor(p) for p in folded))
    np.testing.assert_allclose(got, want, **EXACT)


# --- what is refused ------------------------------------------------------------------------------

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
