"""Answers drawn at random: how they are asked, and that each kind of wrong one has its sentence."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.checks import Case
from course_lib.checks.asked import asked
from course_lib.checks.asking import ask
from course_lib.checks.given import function, made, rng
from course_lib.checks.registry import find_exercise
from course_lib.exercises.ps3_regularization import bootstrap_rule as bags
from course_lib.exercises.ps4_dropout import dropout_rule as masks

X, Y = np.stack([np.arange(4.0), [5.0, 6.0, 7.0, 8.0]], axis=1), np.array([10, 11, 12, 13])
DATA = (X, Y, [rng(1), rng(2), rng(1)])


def test_redraw_calls_with_each_generator_and_keeps_what_came():
    answer = ask("redraw", lambda n, rng: rng.integers(100, size=n), (3, [rng(1), rng(2), rng(1)]))
    first, second, again = answer.value
    np.testing.assert_array_equal(first, np.random.default_rng(1).integers(100, size=3))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, second)


def test_a_redrawn_case_is_told_without_its_generators():
    line = asked(find_exercise("dropout_mask"), Case(((2, 3), 0.5, [rng(1), rng(2), rng(1)])))
    assert line == "dropout_mask(shape=(2, 3), p=0.5, rng=each of 3 generators in turn)"


@pytest.mark.parametrize(
    ("bag", "says"),
    [
        (X[[0, 0, 1, 3]], bags.PAIR),
        ((X[[0, 0]], Y[[0, 0]]), bags.SIZE),
        ((X + 0.4, Y), bags.STRANGE),
        ((X + 1, Y), bags.STRANGE),
        ((X[[0, 0, 1, 3]], Y), bags.TORN),
    ],
    ids=["alone", "short", "between", "beyond", "torn"],
)
def test_one_bag(bag, says):
    other = (X[[1, 2, 2, 2]], Y[[1, 2, 2, 2]])
    assert bags.accept((X, Y, [rng(1), rng(2), rng(1)]), (bag, other, bag)) == says


def test_bags_of_other_generators_must_differ_and_of_the_same_agree():
    one, other = ((X[i], Y[i]) for i in ([0, 0, 1, 3], [1, 2, 2, 2]))
    assert bags.accept(DATA, (one, other, other)) == bags.NOT_FROM_RNG
    assert bags.accept(DATA, (one, one, one)) == bags.ALWAYS_THE_SAME


def test_a_bag_of_one_sample_is_right():
    single = (X[:1], Y[:1])
    assert bags.accept((*single, [rng(1), rng(2), rng(1)]), (single,) * 3) == ""


def test_shares_of_a_single_row_or_column_are_judged_too():
    kept = np.random.default_rng(0).random((1, 4000)) >= 0.2
    for flags in (kept, kept.T):
        assert masks.wrongly_kept(flags, 0.2) == ""
        assert masks.wrongly_kept(flags, 0.8) == masks.SWAPPED
        assert masks.wrongly_kept(flags, 0.4) == masks.SHARE


def test_nodes_that_are_dropped_in_pairs_are_found():
    kept = np.repeat(np.random.default_rng(0).random((60, 30)) >= 0.5, 2, axis=1)
    assert masks.wrongly_kept(kept, 0.5) == masks.RELATED


def test_layers_that_are_given():
    told = {"weight": np.array([[1.0, -2.0]]), "bias": np.array([0.5])}
    assert made(function("linear_layer", **told))([1.0, 1.0]).tolist() == [-0.5]
    assert made(function("relu_layer", **told))([1.0, 1.0]).tolist() == [0.0]
