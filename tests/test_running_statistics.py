"""Running statistics of batch norm against torch, and folding them into a layer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from normalized_data import CHANNELS, SHAPES, drawn
from scipy.signal import lfilter
from two_libraries import both

from course_lib import normalization as norms

EXACT = {"rtol": 1e-11, "atol": 1e-11}  # float64; a division by σ and sums of some hundred terms

every_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


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
