"""Checks, the verdict: which parts passed, which mistake was made, and what a student reads."""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from halving import HALF, half, in_place, indexing, negative, overflowing

from course_lib.checks import Case, asking
from course_lib.checks.asking import Answer, ask
from course_lib.checks.compare import refusal
from course_lib.checks.given import KIND
from course_lib.checks.judge import judge
from course_lib.checks.sentences import graded_sentences, public_sentences, show


def verdict_on(function, cases=HALF.public):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return judge(HALF, cases, [ask(HALF.driver, function, case.args) for case in cases])


# --- judging ---------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [half, *HALF.variants])
def test_right_answers_earn_everything(function):
    verdict = verdict_on(function)
    assert verdict.passed
    assert verdict.points == 3
    assert verdict.findings == ()
    assert verdict.mistake is None


@pytest.mark.parametrize("mistake", HALF.mistakes, ids=lambda mistake: mistake.name)
def test_each_mistake_is_named(mistake):
    verdict = verdict_on(mistake.function)
    assert not verdict.passed
    assert verdict.mistake is mistake


def test_parts_share_the_points_by_weight():
    assert verdict_on(overflowing).parts == {"value": True, "large": False}
    assert verdict_on(overflowing).points == 2
    assert verdict_on(negative).points == 0


def test_a_part_that_no_case_showed_earns_nothing():
    verdict = verdict_on(half, HALF.public[:1])
    assert verdict.points == 2
    assert not verdict.unwritten


def test_a_mistake_is_named_by_the_failed_cases_alone():
    def right_but_large(a):
        return -a / 2 if a.max() > 100 else a / 2

    assert verdict_on(right_but_large).mistake.name == "negative"


def test_an_error_names_a_mistake_only_where_it_is_the_same_error():
    def other(a):
        raise IndexError("list index out of range")

    assert verdict_on(indexing).mistake.name == "indexing"
    assert verdict_on(other).mistake is None


def test_an_unknown_wrong_answer_names_no_mistake():
    assert verdict_on(lambda a: a / 3).mistake is None


def test_a_stub_is_unwritten():
    def stub(a):
        raise NotImplementedError

    verdict = verdict_on(stub)
    assert verdict.unwritten
    assert verdict.points == 0
    assert verdict.mistake is None


def test_the_number_of_answers_must_be_that_of_the_cases():
    with pytest.raises(ValueError, match="1 for 2 cases"):
        judge(HALF, HALF.public, [Answer(value=1.0)])


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        {"a": 1.0},
        [np.zeros(2), np.zeros(3)],
        (),
        [],
        (1.0, np.zeros(2)),
        np.array([True, False]),
        np.zeros((0, 3)),
        np.array([np.nan, np.inf]),
        np.array([1 + 2j, 0]),
    ],
)
def test_no_answer_breaks_the_judge_or_its_sentences(value):
    verdict = judge(HALF, HALF.public, [Answer(value=value)] * 2)
    assert not verdict.passed
    assert public_sentences(verdict, 2)
    assert graded_sentences(verdict)


def test_the_judge_is_quiet_where_a_mistake_overflows():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        judge(HALF, HALF.public, [Answer(value=np.inf)] * 2)
    assert caught == []


def test_a_student_who_makes_numpy_raise_does_not_stop_the_judge():
    with np.errstate(all="raise"):
        verdict = judge(HALF, HALF.public, [Answer(value=np.inf)] * 2)
    assert not verdict.passed


# --- sentences -------------------------------------------------------------------------------


def test_public_sentences_say_what_was_asked_wanted_and_came():
    lines = public_sentences(verdict_on(negative), 2)
    assert lines == [
        "✗ half: wrong on 2 of 2 cases. Worth 3 points.",
        "  task    Halve the array a of shape (n,).",
        "  part    value: wrong",
        "  part    large: wrong",
        "  asked   half(a=[1, 3])",
        "  wanted  [0.5, 1.5]",
        "  came    [-0.5, -1.5]",
        "  problem off by up to 3",
        "  hint    The sign is wrong.",
    ]


def test_graded_sentences_show_a_failed_public_case_in_full():
    lines = graded_sentences(verdict_on(overflowing))
    assert lines == [
        "✗ half: 2 of 3 points.",
        "  task    Halve the array a of shape (n,).",
        "  part    value: right",
        "  part    large: wrong",
        "  asked   half(a=[20000])",
        "  wanted  [10000]",
        "  came    [inf]",
        "  problem the result is not finite (nan or inf)",
        "  hint    exp overflows.",
    ]
    assert graded_sentences(verdict_on(half)) == ["✓ half: 3 of 3 points."]


def test_graded_sentences_carry_no_value_of_a_hidden_case():
    """Not the grader's own, and not in what the student's function says of it."""
    hidden = (Case((np.array([4.25, 8.5]),)), Case((np.array([9e4]),), part="large"))

    def telling(a):
        raise ValueError(f"secret {a}")

    def crafted(a):
        raise type(f"secret{a[0]:g}", (Exception,), {})

    for function in (negative, overflowing, telling, crafted):
        text = "\n".join(graded_sentences(verdict_on(function, hidden)))
        assert "on a hidden case" in text
        assert not re.search("4\\.25|8\\.5|9e|90000|secret", text)
    assert "failed with ValueError" in "\n".join(graded_sentences(verdict_on(telling, hidden)))


def test_long_sentences_fold_at_words():
    long = replace(HALF, task="Halve " + "every single element " * 10)
    lines = public_sentences(
        judge(long, HALF.public, [ask("call", negative, c.args) for c in HALF.public]), 2
    )
    assert max(map(len, lines)) <= 92
    assert lines[2].startswith(" " * 10)


def test_a_change_in_place_is_said():
    assert "changed its input a in place" in "\n".join(public_sentences(verdict_on(in_place), 2))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (1 / 3, "0.333333"),
        (np.array(1e-12), "1e-12"),
        (np.array([1e-9, 1.0]), "[1e-09, 1]"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        ((1.0, np.array([2.0])), "(1, [2])"),
        ([np.zeros(1), np.zeros(2)], "[[0], [0, 0]]"),
        ({"a": 1.0}, "{a: 1}"),
        (np.arange(100.0), "[0, 1, ..., 98, 99]"),
        (None, "None"),
    ],
)
def test_show(value, text):
    assert show(value) == text


@pytest.mark.parametrize(
    "answer",
    ["<b> & " * 2_000_000, {str(n): n for n in range(50_000)}, ["x" * 300] * 9],
    ids=["text", "dict", "list"],
)
def test_an_answer_of_any_length_is_told_in_a_few_lines(answer):
    verdict = judge(HALF, HALF.public, [Answer(value=answer) for _ in HALF.public])
    for lines in (graded_sentences(verdict), public_sentences(verdict, len(HALF.public))):
        assert len("\n".join(lines)) < 10_000


@pytest.mark.parametrize("told", ["rng", "tensor", 3, None, {}])
def test_an_answer_that_looks_like_an_argument_is_shown_as_it_is(told):
    assert show({KIND: told}).startswith("{given: ")


def test_keys_that_nobody_can_see_are_spelt_out():
    assert show({"\ud800": 1, "\x1b[2J": 2, "sum": 3}) == r"{'\ud800': 1, '\x1b[2J': 2, sum: 3}"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("x" * 10**6, "a string"),
        (np.zeros((1 << 25, 0)), "an array of shape (33554432, 0)"),
        ((np.zeros(1 << 21), np.zeros(3)), "2 values"),
        ({"a": ["x" * 300] * 10**4}, "a dict with keys ['a']"),
    ],
    ids=["text", "rows-of-nothing", "numbers", "texts"],
)
def test_a_rule_for_random_answers_is_not_asked_about_what_would_take_it_seconds(value, told):
    def accept(args, value):
        raise AssertionError("asked")

    assert refusal(accept, (), value) == f"{told} came, which is not what was asked for"


@pytest.mark.parametrize("rule", ["accept", "reference"])
def test_the_judge_and_its_rules_are_quiet_whatever_a_student_has_set(rule):
    def accept(args, value):
        np.float64(1e-300) * np.float64(1e-300)
        warnings.warn("of the course's own", stacklevel=1)
        return "" if np.array_equal(args[0] / 2, value) else "not the half"

    exercise = replace(HALF, accept=accept) if rule == "accept" else HALF
    answers = [ask("call", half, case.args) for case in HALF.public]
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert judge(exercise, HALF.public, answers).passed
        assert not judge(exercise, HALF.public, [Answer(value=1j)] * 2).passed


def test_a_busy_machine_does_not_make_a_reference_a_broken_one(monkeypatch):
    allowed = []

    @contextmanager
    def time_limit(seconds):
        allowed.append(seconds)
        yield

    monkeypatch.setattr(asking, "time_limit", time_limit)
    replace(HALF).right(HALF.public[0])  # a copy: it has been asked nothing yet
    assert min(allowed) >= 60


def test_a_rule_is_asked_once_about_each_answer():
    asked = []

    def accept(args, value):
        asked.append(repr(value))
        return "" if np.array_equal(args[0] / 2, value) else "not the half"

    judge(replace(HALF, accept=accept), HALF.public, [Answer(value="mine")] * 2)
    assert asked.count("'mine'") == 2
