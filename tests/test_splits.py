"""Splits: disjoint, whole, of the right sizes; labels made wrong, exactly as many as asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.data import split, stratified_split, wrong_labels

seeds = st.integers(0, 2**32 - 1)


@st.composite
def shares(draw) -> tuple[float, ...]:
    """Fractions of at least 0.1 that sum to 1."""
    parts = draw(st.lists(st.integers(2, 10), min_size=1, max_size=4))
    return tuple(part / sum(parts) for part in parts)


@settings(deadline=None)
@given(st.integers(30, 200), shares(), seeds)
def test_parts_are_disjoint_all_and_of_their_sizes(n: int, fractions, seed: int) -> None:
    parts = split(n, np.random.default_rng(seed), fractions)
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    for part, fraction in zip(parts, fractions, strict=True):
        assert abs(len(part) - fraction * n) <= 1


@settings(deadline=None)
@given(st.lists(st.integers(30, 80), min_size=1, max_size=4), shares(), seeds)
def test_stratified_parts_have_every_class_in_proportion(counts, fractions, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    parts = stratified_split(labels, rng, fractions)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(labels)))
    for part, fraction in zip(parts, fractions, strict=True):
        got = np.bincount(labels[part], minlength=len(counts))
        assert np.all(np.abs(got - fraction * np.array(counts)) <= 1)


def test_the_same_generator_gives_the_same_parts_in_random_order() -> None:
    labels = np.repeat(np.arange(5), 20)
    for draw in (
        lambda rng: split(100, rng),
        lambda rng: stratified_split(labels, rng),
    ):
        first, again, other = (draw(np.random.default_rng(seed)) for seed in (0, 0, 1))
        assert [len(part) for part in first] == [60, 20, 20]
        for a, b in zip(first, again, strict=True):
            np.testing.assert_array_equal(a, b)
        assert (first[0] != other[0]).any()
        assert (np.diff(first[0]) < 0).any()


@settings(deadline=None)
@given(st.integers(1, 200), st.floats(0, 1), st.integers(2, 10), seeds)
def test_exactly_the_asked_for_labels_are_wrong(n, fraction, n_classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(n_classes, size=n)
    before = labels.copy()
    noisy = wrong_labels(labels, fraction, n_classes, rng)
    assert (noisy != labels).sum() == round(fraction * n)
    assert ((noisy >= 0) & (noisy < n_classes)).all()
    assert noisy.dtype == labels.dtype
    np.testing.assert_array_equal(labels, before)


def test_every_wrong_class_is_as_likely() -> None:
    """9,000 wrong labels over nine classes, 1,000 each: within five standard deviations of a
    binomial count, 149; for nine counts a false alarm once in 190,000 seeds.
    """
    noisy = wrong_labels(np.full(9000, 3), 1.0, 10, np.random.default_rng(5))
    counts = np.bincount(noisy, minlength=10)
    assert counts[3] == 0
    assert np.all(np.abs(np.delete(counts, 3) - 1000) < 5 * np.sqrt(9000 / 9 * 8 / 9))


def test_labels_may_be_a_list_or_a_tensor_or_bytes() -> None:
    """Small integer types must not wrap round: (250 + 9) mod 256."""
    want = wrong_labels(np.zeros(50, dtype=int), 0.5, 200, np.random.default_rng(0))
    for labels in ([0] * 50, torch.zeros(50, dtype=torch.int64), np.zeros(50, dtype=np.uint8)):
        got = wrong_labels(labels, 0.5, 200, np.random.default_rng(0))
        np.testing.assert_array_equal(got, want)
    high = wrong_labels(np.full(300, 199, dtype=np.uint8), 1.0, 200, np.random.default_rng(0))
    assert (high < 199).all()


RNG, LABELS = np.random.default_rng(0), np.array([0, 1, 1, 2])
REFUSED = {
    "sum": (lambda: split(10, RNG, (0.6, 0.2)), "fractions must sum to 1; got .* 0.8"),
    "no parts": (lambda: split(10, RNG, ()), "fractions must sum to 1"),
    "negative": (lambda: split(10, RNG, (1.2, -0.2)), "each fraction must be"),
    "empty part": (lambda: split(2, RNG, (0.4, 0.3, 0.3)), "every part must hold a sample"),
    "n": (lambda: split(0, RNG, (1.0,)), "n_samples must be"),
    "seed": (lambda: split(9, 3, (1.0,)), "rng must be"),
    "rare class": (lambda: stratified_split([0, 1], RNG, (0.9, 0.1)), "every part must hold"),
    "float labels": (
        lambda: stratified_split([0.0, 1.0], RNG, (0.5, 0.5)),
        "labels must be integers or texts",
    ),
    "one-hot": (lambda: stratified_split(np.eye(3, dtype=int), RNG, (0.5, 0.5)), "labels must"),
    "stratified sum": (lambda: stratified_split(LABELS, RNG, (0.5,)), "must sum to 1"),
    "stratified seed": (lambda: stratified_split(LABELS, None, (1.0,)), "rng must be"),
    "fraction": (lambda: wrong_labels(LABELS, 10, 3, RNG), "fraction must be"),
    "classes": (lambda: wrong_labels(LABELS, 0.1, 1, RNG), "n_classes must be"),
    "too few": (
        lambda: wrong_labels(LABELS, 0.1, 2, RNG),
        r"labels must lie in 0\.\.1; got 0 to 2",
    ),
    "below 0": (lambda: wrong_labels(LABELS - 1, 0.1, 3, RNG), "labels must lie"),
    "noise seed": (lambda: wrong_labels(LABELS, 0.1, 3, 0), "rng must be"),
    "noise empty": (lambda: wrong_labels(LABELS[:0], 0.1, 3, RNG), "labels must not be empty"),
}


@pytest.mark.parametrize(("call", "match"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(call: Callable, match: str) -> None:
    with pytest.raises(ValueError, match=match) as error:
        call()
    assert " must " in str(error.value)
    assert ": " in str(error.value).partition("; got ")[2] or "empty" in match
