"""Folds: every sample validates once, and every class in its share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from course_lib.search import k_fold, stratified_k_fold, stratified_split

few = settings(deadline=None, max_examples=60)
seeds = st.integers(0, 10**6)


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


def test_labels_may_be_texts() -> None:
    labels = ["cat", "dog", "cat", "dog", "cat", "dog", "cat", "dog", "cat", "dog"]
    parts = stratified_split(labels, np.random.default_rng(0))
    assert sorted(labels[i] for i in parts[2]) == ["cat", "dog"]


RNG = np.random.default_rng(0)
BAD: dict[str, Callable[[], Any]] = {
    "one fold": lambda: k_fold(10, 1, RNG),
    "more folds than samples": lambda: k_fold(3, 4, RNG),
    "a class smaller than k": lambda: stratified_k_fold([0, 0, 0, 1, 1], 3, RNG),
}


@pytest.mark.parametrize("call", BAD.values(), ids=BAD)
def test_bad_folds_are_refused(call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=re.compile(r"^.+ must .+; got .+: .+$")):
        call()
