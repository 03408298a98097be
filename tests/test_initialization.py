"""Initial weights: their distribution, torch's formulas, and the signal through many layers.

Every statistical test states the chance of an alarm where nothing is wrong; the seeds are fixed, so
what passes once passes always.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats
import torch

from course_lib.activations import relu, relu_derivative
from course_lib.initialization import (
    fans,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    small_normal,
    zeros,
)

FALSE_ALARM = 1e-6
SHAPES = [(300, 100), (40, 500), (32, 16, 5, 5), (60, 20, 9), (8, 8, 3, 3, 3)]

# The variance by the paper's formula, and torch's own drawing of the same.
VARIANCES = {
    lecun_normal: lambda fan_in, fan_out: 1 / fan_in,
    glorot_normal: lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    glorot_uniform: lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    he_normal: lambda fan_in, fan_out: 2 / fan_in,
    he_uniform: lambda fan_in, fan_out: 2 / fan_in,
}
TORCH = {
    lecun_normal: lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="linear"),
    glorot_normal: torch.nn.init.xavier_normal_,
    glorot_uniform: torch.nn.init.xavier_uniform_,
    he_normal: lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"),
    he_uniform: lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
}
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
every_one = pytest.mark.parametrize("draw", VARIANCES, ids=lambda draw: draw.__name__)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def law(draw: Callable, variance: float) -> Callable[[np.ndarray], np.ndarray]:
    """The distribution function that the weights are to have."""
    std = math.sqrt(variance)
    if draw.__name__.endswith("uniform"):
        bound = math.sqrt(3) * std
        return scipy.stats.uniform(-bound, 2 * bound).cdf
    return scipy.stats.norm(0, std).cdf


@every_shape
@every_one
def test_weights_have_the_stated_distribution(draw, shape, rng: np.random.Generator) -> None:
    """Kolmogorov and Smirnov's test; an alarm where nothing is wrong has chance 1e-6."""
    w = draw(shape, rng)
    assert w.shape == shape
    cdf = law(draw, VARIANCES[draw](*fans(shape)))
    assert scipy.stats.kstest(w.ravel(), cdf).pvalue > FALSE_ALARM


@every_shape
@every_one
def test_the_variance_is_the_stated_one(draw, shape, rng: np.random.Generator) -> None:
    """Sharper than the whole distribution: mean of squares within five of its deviations.

    That of w² is 2 var(w)² for a normal, 0.8 var(w)² for a uniform w; over five deviations of a
    mean of thousands: 6e-7.
    """
    w, variance = draw(shape, rng), VARIANCES[draw](*fans(shape))
    spread = math.sqrt((0.8 if draw.__name__.endswith("uniform") else 2.0) / w.size)
    assert abs(np.mean(w**2) / variance - 1) < 5 * spread
    assert abs(np.mean(w)) < 5 * math.sqrt(variance / w.size)
    if draw.__name__.endswith("uniform"):
        assert abs(w).max() <= math.sqrt(3 * variance)


@every_shape
@every_one
def test_torch_draws_from_the_same_distribution(draw, shape, rng: np.random.Generator) -> None:
    """Two samples compared; an alarm where nothing is wrong has chance 1e-6."""
    torch.manual_seed(12)
    theirs = TORCH[draw](torch.empty(shape, dtype=torch.float64)).numpy()
    assert scipy.stats.ks_2samp(draw(shape, rng).ravel(), theirs.ravel()).pvalue > FALSE_ALARM


def test_the_tests_above_tell_lecuns_variance_from_glorots(rng: np.random.Generator) -> None:
    """Deck B calls randn(n)/sqrt(n) Xavier/Glorot: alike only in a square layer."""
    for shape in ((300, 100), (40, 500)):
        cdf = law(glorot_normal, VARIANCES[glorot_normal](*fans(shape)))
        assert scipy.stats.kstest(lecun_normal(shape, rng).ravel(), cdf).pvalue < FALSE_ALARM
    same = lecun_normal((50, 50), np.random.default_rng(1))
    np.testing.assert_allclose(glorot_normal((50, 50), np.random.default_rng(1)), same)


@pytest.mark.parametrize("slope", [0.1, 1.0, -2.0])
def test_he_takes_the_slope_of_a_leaky_relu(slope: float) -> None:
    gain = torch.nn.init.calculate_gain("leaky_relu", slope)
    for draw in (he_normal, he_uniform):
        plain = draw((30, 40), np.random.default_rng(2))
        leaky = draw((30, 40), np.random.default_rng(2), slope)
        np.testing.assert_allclose(leaky, plain * gain / math.sqrt(2), rtol=1e-12)


@every_shape
def test_fans_are_torchs(shape: tuple[int, ...]) -> None:
    weight = torch.empty(shape)
    assert fans(shape) == torch.nn.init._calculate_fan_in_and_fan_out(weight)
    assert fans(weight.shape) == fans(shape)


def test_small_normal_and_zeros(rng: np.random.Generator) -> None:
    for std in (0.01, 3.0):
        w = small_normal((100, 200), rng, std)
        assert scipy.stats.kstest(w.ravel(), scipy.stats.norm(0, std).cdf).pvalue > FALSE_ALARM
    assert not small_normal((2, 3), rng, 0.0).any()
    assert zeros((3, 4)).shape == (3, 4)
    assert not zeros(5).any()
    assert small_normal(4, rng).shape == (4,)


@every_one
def test_the_generator_alone_decides(draw) -> None:
    first, again = (draw((3, 4), np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    rng = np.random.default_rng(7)
    np.testing.assert_array_equal(draw((3, 4), rng), first)
    assert (draw((3, 4), rng) != first).all()


# --- what it is for -----------------------------------------------------------------------------

WIDTH, DEPTH, SAMPLES = 512, 20, 200


def through(weights: list[np.ndarray], act: Callable, x: np.ndarray) -> list[float]:
    """E[x²] after each layer."""
    sizes = []
    for w in weights:
        x = act(x @ w.T)
        sizes.append(float(np.mean(x**2)))
    return sizes


def layers(draw: Callable, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [draw((WIDTH, WIDTH), rng) for _ in range(DEPTH)]


# One layer multiplies E[x²] by 1 ± √(5/width) for ReLU and 1 ± √(2/width) for a linear layer; 20 of
# them wander by √20 times that in the logarithm, 0.45 and 0.28. Five of those deviations: a factor
# of 9.5 or 4.1 either way, and 6e-7 for an alarm where nothing is wrong.
KEPT = {
    "he, ReLU": (he_normal, relu, 9.5),
    "he uniform, ReLU": (he_uniform, relu, 9.5),
    "lecun, linear": (lecun_normal, np.asarray, 4.1),
    "glorot, linear": (glorot_normal, np.asarray, 4.1),
    "glorot uniform, linear": (glorot_uniform, np.asarray, 4.1),
}


@pytest.mark.parametrize(("draw", "act", "factor"), KEPT.values(), ids=KEPT)
def test_the_signal_is_kept_through_twenty_layers(draw, act, factor: float, rng) -> None:
    sizes = through(layers(draw), act, rng.normal(size=(SAMPLES, WIDTH)))
    assert 1 / factor < sizes[-1] < factor


def test_it_vanishes_or_explodes_where_the_variance_is_another(rng) -> None:
    x = rng.normal(size=(SAMPLES, WIDTH))
    # Each layer multiplies by fan_in · var(w), halved by ReLU.
    assert through(layers(lecun_normal), relu, x)[-1] < 100 * 2.0**-DEPTH
    assert through(layers(small_normal), np.tanh, x)[-1] < 1e-20
    large = lambda shape, rng: small_normal(shape, rng, 0.2)  # noqa: E731
    assert through(layers(large), relu, x)[-1] > 1e15


def test_gradients_are_kept_as_well_where_the_layers_are_square(rng) -> None:
    """Backwards it is fan_out that counts; equal here. Bounds as for ReLU above."""
    weights, x, before = layers(he_normal), rng.normal(size=(SAMPLES, WIDTH)), []
    for w in weights:
        before.append(x @ w.T)
        x = relu(before[-1])
    delta = rng.normal(size=x.shape)
    for w, s in zip(reversed(weights), reversed(before), strict=True):
        delta = (delta * relu_derivative(s)) @ w
    assert 1 / 9.5 < np.mean(delta**2) < 9.5


def test_units_that_begin_alike_stay_alike() -> None:
    """Deck B's pitfall: a hidden layer of equal weights is one unit, however long it learns."""
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.fill_(0.3)
    x, y = torch.randn(16, 3), torch.randn(16, 1)
    for _ in range(10):
        net.zero_grad()
        ((net(x) - y) ** 2).mean().backward()
        with torch.no_grad():
            for parameter in net.parameters():
                parameter -= 0.1 * parameter.grad
    hidden = net[0].weight
    assert (hidden != 0.3).all()
    torch.testing.assert_close(hidden, hidden[:1].expand(4, 3))


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [*VARIANCES, small_normal], ids=lambda draw: draw.__name__)
@pytest.mark.parametrize("bad", [(3, 0), (3, -1), (2.0, 3), "ab", (3, None), (True, 2), (), None])
def test_bad_shapes_are_refused(draw, bad: object) -> None:
    with pytest.raises(ValueError, match=r"shape must .+; got .+: .+"):
        draw(bad, np.random.default_rng(0))


@pytest.mark.parametrize("draw", [*VARIANCES, small_normal], ids=lambda draw: draw.__name__)
@pytest.mark.parametrize(
    "bad", [0, None, np.random, np.random.RandomState(0)], ids=lambda bad: type(bad).__name__
)
def test_only_a_generator_is_taken(draw, bad: object) -> None:
    with pytest.raises(ValueError, match=r"rng must be a numpy.random.Generator; got \w+: pass"):
        draw((2, 3), bad)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda rng: fans((5,)), r"shape must be \(n_out, n_in, \*kernel\); got \(5,\): a bias"),
        (lambda rng: he_normal((5,), rng), "use zeros"),
        (lambda rng: zeros(()), r"shape must have an axis; got \(\): pass"),
        (lambda rng: zeros((2, 0)), "every number in shape must be an integer >= 1; got 0"),
        (lambda rng: small_normal((2, 2), rng, -0.1), "std must be a finite number >= 0; got -0.1"),
        (lambda rng: he_uniform((2, 2), rng, math.inf), "slope must be a finite number.*; got inf"),
    ],
)
def test_bad_settings_are_refused(call: Callable, sentence: str, rng) -> None:
    with pytest.raises(ValueError, match=sentence):
        call(rng)
