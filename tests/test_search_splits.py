"""Splits: every sample once, the right sizes, every class in its share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from course_lib.search import k_fold, split, stratified_k_fold, stratified_split

few = settings(deadline=None, max_examples=60)
seeds = st.integers(0, 10**6)


@few
@given(n=st.integers(5, 500), seed=seeds)
def test_a_split_deals_every_sample_once_in_60_20_20(n: int, seed: int) -> None:
    parts = split(n, np.random.default_rng(seed))
    dealt = np.concatenate([parts.train, parts.validation, parts.test])
    np.testing.assert_array_equal(np.sort(dealt), np.arange(n))
    sizes = np.array([len(parts.train), len(parts.validation), len(parts.test)])
    assert abs(sizes - n * np.array([0.6, 0.2, 0.2])).max() <= 1


@few
@given(counts=st.lists(st.integers(5, 60), min_size=1, max_size=6), seed=seeds)
def test_a_stratified_split_has_every_class_in_its_share(counts: list[int], seed: int) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    rng = np.random.default_rng(seed)
    rng.shuffle(labels)
    parts = stratified_split(labels, rng)
    dealt = np.concatenate([parts.train, parts.validation, parts.test])
    np.testing.assert_array_equal(np.sort(dealt), np.arange(len(labels)))
    for part, share in ((parts.train, 0.6), (parts.validation, 0.2), (parts.test, 0.2)):
        in_part = np.bincount(labels[part], minlength=len(counts))
        assert abs(in_part - share * np.array(counts)).max() <= 1


@few
@given(n=st.integers(2, 200), k=st.integers(2, 20), seed=seeds)
def test_folds_validate_every_sample_once(n: int, k: int, seed: int) -> None:
    k = min(n, k)
    folds = k_fold(n, k, np.random.default_rng(seed))
    assert len(folds) == k
    np.testing.assert_array_equal(np.sort(np.concatenate([v for _, v in folds])), np.arange(n))
    for train, validation in folds:
        np.testing.assert_array_equal(np.sort(np.append(train, validation)), np.arange(n))
        assert len(validation) in (n // k, -(-n // k))


@few
@given(counts=st.lists(st.integers(5, 40), min_size=1, max_size=5), k=st.integers(2, 5), seed=seeds)
def test_stratified_folds_hold_classes_as_evenly_as_can_be(
    counts: list[int], k: int, seed: int
) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    folds = stratified_k_fold(labels, k, np.random.default_rng(seed))
    in_folds = np.array([np.bincount(labels[v], minlength=len(counts)) for _, v in folds])
    assert np.ptp(in_folds, axis=0).max() <= 1
    assert np.ptp(in_folds.sum(axis=1)) <= 1
    np.testing.assert_array_equal(
        np.sort(np.concatenate([v for _, v in folds])), np.arange(len(labels))
    )
    theirs = StratifiedKFold(k, shuffle=True, random_state=seed).split(labels, labels)
    expected = [np.bincount(labels[v], minlength=len(counts)) for _, v in theirs]
    np.testing.assert_array_equal(np.sort(in_folds, axis=0), np.sort(expected, axis=0))


def test_parts_are_drawn_and_in_random_order() -> None:
    first, second = (split(100, np.random.default_rng(seed)) for seed in (0, 1))
    assert set(first.test.tolist()) != set(second.test.tolist())
    labels = np.repeat([0, 1], 50)
    train = stratified_split(labels, np.random.default_rng(0)).train
    assert 10 < int((labels[train[:30]] == 0).sum()) < 25
    again = stratified_split(labels, np.random.default_rng(0)).train
    np.testing.assert_array_equal(train, again)


def test_labels_may_be_texts() -> None:
    labels = ["cat", "dog", "cat", "dog", "cat", "dog", "cat", "dog", "cat", "dog"]
    parts = stratified_split(labels, np.random.default_rng(0))
    assert sorted(labels[i] for i in parts.test) == ["cat", "dog"]


RNG = np.random.default_rng(0)
BAD: dict[str, Callable[[], Any]] = {
    "two samples": lambda: split(2, RNG),
    "no rng": lambda: split(10, 0),  # type: ignore[arg-type]
    "an empty part": lambda: split(3, RNG, (0.9, 0.05, 0.05)),
    "two fractions": lambda: split(10, RNG, (0.8, 0.2)),
    "more than one": lambda: split(10, RNG, (0.6, 0.3, 0.3)),
    "no test part": lambda: split(10, RNG, (0.8, 0.2, 0.0)),
    "a rare class": lambda: stratified_split([0] * 20 + [1], RNG),
    "labels as floats": lambda: stratified_split([0.5] * 20, RNG),
    "labels one-hot": lambda: stratified_split(np.eye(4, dtype=int), RNG),
    "no labels": lambda: stratified_split([], RNG),
    "one fold": lambda: k_fold(10, 1, RNG),
    "more folds than samples": lambda: k_fold(3, 4, RNG),
    "a class smaller than k": lambda: stratified_k_fold([0, 0, 0, 1, 1], 3, RNG),
}


@pytest.mark.parametrize("call", BAD.values(), ids=BAD)
def test_bad_splits_are_refused(call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=re.compile(r"^.+ must .+; got .+: .+$")):
        call()
