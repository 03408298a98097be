"""Losses against torch, their own gradients, the printed numbers of deck A, and at the edges."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from loss_table import GOOD, LOSSES, NAMES, Loss, torch_hinge
from two_libraries import both

from course_lib import losses

EXACT = {"rtol": 1e-12, "atol": 1e-12}  # float64, a few dozen operations
SINGLE = {"rtol": 1e-5, "atol": 1e-6}  # float32, likewise

every_loss = pytest.mark.parametrize("loss", LOSSES, ids=NAMES)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(2)


def autograd(function: Callable, args: tuple) -> np.ndarray:
    first, second = (torch.as_tensor(a) for a in args)
    first = first.clone().requires_grad_()
    function(first, second).backward()
    return first.grad.numpy()


def finite_difference(function: Callable, args: tuple, step: float = 1e-5) -> np.ndarray:
    """Central differences; the error is step² times the third derivative, plus eps/step."""
    first, second = args
    slope = np.zeros_like(first)
    for index in np.ndindex(first.shape):
        up, down = first.copy(), first.copy()
        up[index] += step
        down[index] -= step
        slope[index] = (function(up, second) - function(down, second)) / (2 * step)
    return slope


@both
@every_loss
def test_value_is_torchs(loss: Loss, to: Callable, rng: np.random.Generator) -> None:
    args = loss.draw(rng)
    got = loss.value(*map(to, args))
    assert got.shape == ()
    np.testing.assert_allclose(got, loss.oracle(*map(torch.as_tensor, args)), **EXACT)


@both
@every_loss
def test_gradient_is_autograds(loss: Loss, to: Callable, rng: np.random.Generator) -> None:
    args = loss.draw(rng)
    got = loss.gradient(*map(to, args))
    np.testing.assert_allclose(got, autograd(loss.value, args), **EXACT)
    np.testing.assert_allclose(got, autograd(loss.oracle, args), **EXACT)


@every_loss
def test_gradient_is_the_finite_difference(loss: Loss, rng: np.random.Generator) -> None:
    args = loss.draw(rng)
    slope = finite_difference(loss.value, args)
    np.testing.assert_allclose(loss.gradient(*args), slope, rtol=1e-7, atol=1e-8)


def test_soft_cross_entropy_is_torchs_cross_entropy_of_log_probabilities(rng) -> None:
    p, y = next(x for x in LOSSES if x.name == "soft_cross_entropy").draw(rng)
    expected = F.cross_entropy(torch.tensor(p).log(), torch.tensor(y))
    np.testing.assert_allclose(losses.soft_cross_entropy(p, y), expected, **EXACT)


@pytest.mark.parametrize("name", sorted(GOOD))
@both
def test_precision_is_kept_and_inputs_are_not_changed(name: str, to: Callable, rng) -> None:
    function = getattr(losses, name)
    double = GOOD[name](rng)
    single = [to(x.astype(np.float32) if x.dtype == np.float64 else x) for x in double]
    before = [np.asarray(x).copy() for x in single]
    got = function(*single)
    assert str(got.dtype).endswith("float32")
    np.testing.assert_allclose(got, function(*double), **SINGLE)
    for was, now in zip(before, single, strict=True):
        np.testing.assert_array_equal(was, now)


@both
@pytest.mark.parametrize("name", ["mse", "mae", "hinge", "binary_cross_entropy", "max_star"])
def test_integers_and_booleans_become_float64(name: str, to: Callable) -> None:
    args = np.array([0, 1], dtype=np.uint8), np.array([True, True])
    got = getattr(losses, name)(*map(to, args))
    assert str(got.dtype).endswith("float64")
    # uint8 would wrap round at 0 - 1.
    np.testing.assert_array_equal(got, getattr(losses, name)(*(a.astype(float) for a in args)))


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_is_kept(half: torch.dtype) -> None:
    s = torch.tensor([[1e4, -1e4, 0.0], [1.0, 2.0, 3.0]], dtype=half)
    labels = torch.tensor([1, 2])
    loss = losses.cross_entropy_from_logits(s, labels)
    assert loss.dtype == half
    torch.testing.assert_close(loss, F.cross_entropy(s, labels))
    assert losses.soft_cross_entropy(losses.softmax(s[1:]), losses.softmax(s[1:])).dtype == half


def test_lists_take_the_precision_and_library_of_the_array_beside_them() -> None:
    s = torch.tensor([[1.0, 2.0]], dtype=torch.float32)
    assert losses.soft_cross_entropy_from_logits(s, [[0.25, 0.75]]).dtype == torch.float32
    assert losses.cross_entropy_from_logits([[1.0, 2.0]], torch.tensor([0])).dtype == torch.float64


@both
@every_loss
def test_one_sample_alone_is_a_batch_of_one(loss: Loss, to: Callable, rng) -> None:
    args = tuple(to(a[:1]) for a in loss.draw(rng))
    alone = tuple(a[0] for a in args)
    np.testing.assert_allclose(loss.value(*alone), loss.value(*args), **EXACT)
    np.testing.assert_allclose(loss.gradient(*alone), loss.gradient(*args)[0], **EXACT)


# --- the edges -----------------------------------------------------------------------------------

HUGE = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4], [1e4, 1e4, -1e4]])
OPPOSITE = {
    "cross_entropy_from_logits": np.array([1, 0, 2]),
    "soft_cross_entropy_from_logits": np.array([[0.0, 1.0, 0.0], [0.2, 0.3, 0.5], [1.0, 0, 0]]),
    "binary_cross_entropy_from_logits": np.array([[0.0, 1.0, 0.5], [1.0, 0.0, 1.0], [0.2, 1, 0]]),
    "hinge": np.array([[-1.0, 1.0, 1.0], [1.0, -1.0, 1.0], [1.0, -1.0, 1.0]]),
    "multiclass_hinge": np.array([1, 0, 2]),
    "mse": -HUGE,
    "mae": -HUGE,
}


@both
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", OPPOSITE)
def test_finite_and_right_at_huge_logits(name: str, to: Callable, dtype: type) -> None:
    loss = next(x for x in LOSSES if x.name == name)
    y = OPPOSITE[name]
    args = HUGE.astype(dtype), y if y.dtype.kind == "i" else y.astype(dtype)
    tolerance = EXACT if dtype is np.float64 else SINGLE
    expected = loss.oracle(*map(torch.as_tensor, args))
    np.testing.assert_allclose(loss.value(*map(to, args)), expected, **tolerance)
    slope = autograd(loss.value, args)
    assert np.isfinite(slope).all()
    np.testing.assert_allclose(loss.gradient(*map(to, args)), slope, **tolerance)
    np.testing.assert_allclose(slope, autograd(loss.oracle, args), **tolerance)


@both
def test_a_certain_answer_costs_nothing_or_everything(to: Callable) -> None:
    p, right, wrong = to([[1.0, 0.0]]), to([0]), to([1])
    assert losses.cross_entropy(p, right) == 0
    assert losses.cross_entropy(p, wrong) == math.inf
    assert losses.nll(to([[0.0, -math.inf]]), wrong) == math.inf
    assert losses.soft_cross_entropy(p, p) == losses.entropy(p) == losses.kl_divergence(p, p) == 0
    assert losses.kl_divergence(to([[0.5, 0.5]]), p) == math.inf
    ends = to([0.0, 1.0])
    assert losses.binary_cross_entropy(ends, ends) == 0
    assert losses.binary_cross_entropy(ends, 1 - ends) == math.inf


@both
def test_gradients_at_the_ends_are_the_one_sided_limits(to: Callable) -> None:
    def same(got, expected) -> None:
        np.testing.assert_array_equal(got, expected)

    p, ends, inf = to([[1.0, 0.0]]), to([0.0, 1.0]), math.inf
    same(losses.cross_entropy_gradient(p, to([0])), [[-1, 0]])
    same(losses.cross_entropy_gradient(p, to([1])), [[0, -inf]])
    same(losses.soft_cross_entropy_gradient(p, to([[0.5, 0.5]])), [[-0.5, -inf]])
    same(losses.binary_cross_entropy_gradient(ends, ends), [0.5, -0.5])
    same(losses.binary_cross_entropy_gradient(ends, 1 - ends), [-inf, inf])
    y, p = to([[0.0, 0.5, 0.5, 0.0]]), to([[0.5, 0.0, 0.5, 0.0]])
    same(losses.kl_divergence_gradient(y, p), [[-inf, inf, 1, 1]])


@both
def test_a_vanishing_probability_warns_of_nothing(to: Callable) -> None:
    tiny = to([[5e-324, 1.0]])
    assert losses.cross_entropy_gradient(tiny, to([0]))[0, 0] == -math.inf


@both
def test_gradients_at_the_kinks_are_zero(to: Callable) -> None:
    """Where a slope is chosen, hand-written and autograd must choose alike."""
    kinks = {
        "mae": ([1.0, 2.0], [1.0, 3.0], [0.0, -0.5]),
        "hinge": ([1.0, -1.0], [1.0, -1.0], [0.0, 0.0]),
        "multiclass_hinge": ([[2.0, 1.0, 0.0]], [0], [[0.0, 0.0, 0.0]]),
    }
    for name, (s, y, expected) in kinks.items():
        loss = next(x for x in LOSSES if x.name == name)
        np.testing.assert_array_equal(loss.gradient(to(s), to(y)), expected)
        np.testing.assert_array_equal(autograd(loss.value, (np.array(s), np.array(y))), expected)


# --- deck A --------------------------------------------------------------------------------------

A3 = [[0.9, 0.05, 0.05], [0.05, 0.89, 0.06], [0.05, 0.01, 0.94]]
Y3 = [[0.7, 0.2, 0.1], [0.05, 0.9, 0.05], [0.3, 0.3, 0.4]]
CLASSES = [0, 1, 2]


@pytest.mark.parametrize(
    ("printed", "got"),
    [
        ("1.0", lambda: losses.mse([[1, 1, 1], [2, 2, 2]], [[0, 0, 0], [3, 3, 3]])),
        ("1.5000", lambda: losses.mae(np.ones((2, 3)), [[0, 0, 0], [3, 3, 3]])),
        ("0.0946", lambda: losses.cross_entropy(A3, CLASSES)),
        ("0.09458991", lambda: losses.cross_entropy_from_logits(np.log(A3), CLASSES)),
        ("0.094590", lambda: losses.nll(np.log(A3), CLASSES)),
        ("1.2243", lambda: losses.soft_cross_entropy(A3, Y3)),
        ("1.2243", lambda: losses.kl_divergence(Y3, A3) + losses.entropy(Y3)),
        ("0.4149", lambda: losses.binary_cross_entropy([0.6, 0.8, 0.1], [0, 1, 0])),
        ("0.414932", lambda: losses.binary_cross_entropy([0.6, 0.8, 0.1], [0, 1, 0])),
    ],
)
def test_printed_numbers_of_deck_a(printed: str, got: Callable) -> None:
    digits = len(printed.split(".")[1])
    assert f"{got():.{digits}f}" == printed


def test_hinge_is_margin_ranking_loss_only_against_zero() -> None:
    s, y = torch.tensor([2.0, 0.5, -3.0]), torch.tensor([1.0, -1.0, 1.0])
    assert losses.hinge(s, y) == torch_hinge(s, y)
    other = F.margin_ranking_loss(s, torch.full((3,), 2.0), y, margin=1)
    assert losses.hinge(s, y) != other


# --- what the documentation says -----------------------------------------------------------------


@pytest.mark.parametrize("name", losses.__all__)
def test_every_function_is_in_the_tables_and_says_formula_source_and_example(name: str) -> None:
    assert name in GOOD
    text = getattr(losses, name).__doc__
    assert "=" in text.split("\n")[0] or "(" in text.split("\n")[0]
    for part in ("Source: ", "Raises ", ">>> "):
        assert part in text
