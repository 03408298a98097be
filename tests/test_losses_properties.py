"""Identities between losses that hold for any input (Hypothesis)."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from two_libraries import anything

from course_lib import losses

# Rounding of a sum of at most 5 x 5 terms, each of at most 100 in size: 25 * 100 * eps.
CLOSE = {"rtol": 1e-12, "atol": 1e-12}

reals = st.floats(-100, 100, allow_subnormal=False)
shapes = array_shapes(min_dims=2, max_dims=2, max_side=5)


@st.composite
def tables(draw, count: int = 1) -> tuple[np.ndarray, ...]:
    """``count`` tables of logits of one shape ``(n, k)``."""
    shape = draw(shapes)
    return tuple(draw(arrays(np.float64, shape, elements=reals)) for _ in range(count))


@st.composite
def labelled(draw) -> tuple[np.ndarray, np.ndarray]:
    (s,) = draw(tables())
    labels = draw(arrays(np.int64, s.shape[0], elements=st.integers(0, s.shape[1] - 1)))
    return s, labels


@anything
@given(tables(count=2))
def test_kl_divergence_is_not_negative_and_is_cross_entropy_less_entropy(s) -> None:
    p, y = (losses.softmax(x / 10) for x in s)
    kl = losses.kl_divergence(y, p)
    assert kl >= -1e-12
    np.testing.assert_allclose(kl, losses.soft_cross_entropy(p, y) - losses.entropy(y), **CLOSE)
    np.testing.assert_allclose(losses.kl_divergence(y, y), 0, **CLOSE)


@anything
@given(tables())
def test_entropy_lies_between_nothing_and_that_of_the_uniform(s) -> None:
    h = losses.entropy(losses.softmax(s[0]))
    assert -1e-12 <= h <= np.log(s[0].shape[1]) + 1e-12


@anything
@given(labelled())
def test_hard_labels_are_the_one_hot_case_of_soft_ones(case) -> None:
    s, labels = case
    one_hot = np.eye(s.shape[1])[labels]
    for soft, hard in (
        (losses.soft_cross_entropy_from_logits, losses.cross_entropy_from_logits),
        (losses.soft_cross_entropy_from_logits_gradient, losses.cross_entropy_from_logits_gradient),
    ):
        np.testing.assert_allclose(soft(s, one_hot), hard(s, labels), **CLOSE)
    p = losses.softmax(s)
    np.testing.assert_allclose(
        losses.soft_cross_entropy(p, one_hot), losses.cross_entropy(p, labels), **CLOSE
    )


@anything
@given(labelled())
def test_cross_entropy_is_one_loss_from_logits_probabilities_and_their_logarithms(case) -> None:
    s, labels = case
    expected = losses.cross_entropy_from_logits(s, labels)
    np.testing.assert_allclose(losses.nll(losses.log_softmax(s), labels), expected, **CLOSE)
    np.testing.assert_allclose(losses.cross_entropy(losses.softmax(s), labels), expected, **CLOSE)


@anything
@given(labelled(), reals)
def test_a_shift_of_all_logits_changes_no_loss_and_gradients_sum_to_zero(case, shift) -> None:
    s, labels = case
    for name in ("cross_entropy_from_logits", "multiclass_hinge"):
        loss, gradient = getattr(losses, name), getattr(losses, f"{name}_gradient")
        np.testing.assert_allclose(loss(s + shift, labels), loss(s, labels), rtol=1e-11, atol=1e-11)
        np.testing.assert_allclose(gradient(s, labels).sum(axis=-1), 0, atol=1e-12)


@anything
@given(arrays(np.float64, 4, elements=reals), arrays(np.float64, 4, elements=st.floats(0, 1)))
def test_binary_cross_entropy_is_cross_entropy_of_the_logits_zero_and_s(s, y) -> None:
    two, soft = np.stack([0 * s, s], axis=-1), np.stack([1 - y, y], axis=-1)
    np.testing.assert_allclose(
        losses.binary_cross_entropy_from_logits(s, y),
        losses.soft_cross_entropy_from_logits(two, soft),
        **CLOSE,
    )
    np.testing.assert_allclose(
        losses.binary_cross_entropy_from_logits_gradient(s, y),
        losses.soft_cross_entropy_from_logits_gradient(two, soft)[:, 1],
        **CLOSE,
    )


@anything
@given(
    arrays(np.float64, 4, elements=st.floats(-20, 20)),
    arrays(np.int64, 4, elements={"max_value": 1, "min_value": 0}),
)
def test_deck_a_writes_hard_binary_labels_as_a_sign(s, y) -> None:
    """C = ln(1 + e^{ȳ s}) with ȳ = (-1)^y."""
    sign = (-1.0) ** y
    expected = np.mean(np.log1p(np.exp(sign * s)))
    np.testing.assert_allclose(losses.binary_cross_entropy_from_logits(s, y), expected, **CLOSE)
    # Through σ(s) near 1 the digits of 1 - a are lost: eps / (1 - σ(20)) is 1e-7.
    a = losses.softmax(np.stack([0 * s, s], axis=-1))[:, 1]
    np.testing.assert_allclose(losses.binary_cross_entropy(a, y), expected, rtol=1e-6, atol=1e-12)


@anything
@given(
    arrays(np.float64, 5, elements=reals),
    st.lists(st.sampled_from([-1, 1]), min_size=5, max_size=5),
)
def test_hinge_is_two_class_hinge_of_opposite_halves_and_margin_ranking_loss(s, y) -> None:
    signs = np.array(y)
    halves = np.stack([-s / 2, s / 2], axis=-1)
    value = losses.hinge(s, signs)
    np.testing.assert_allclose(value, losses.multiclass_hinge(halves, (signs + 1) // 2), **CLOSE)
    x, zero = torch.tensor(s), torch.zeros(5, dtype=torch.float64)
    ranking = torch.nn.MarginRankingLoss(margin=1)(x, zero, torch.tensor(signs))
    np.testing.assert_allclose(value, ranking, **CLOSE)


@anything
@given(tables(count=2))
def test_mae_squared_is_at_most_mse(s) -> None:
    """Jensen: the square of a mean is at most the mean of squares."""
    a, y = s
    assert losses.mae(a, y) ** 2 <= losses.mse(a, y) * (1 + 1e-12)
    assert losses.mse(a, y) == losses.mse(y, a)
