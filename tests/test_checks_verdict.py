"""Checks, the verdict: declarations, judging, sentences, and ``check`` as a test cell calls it."""

from __future__ import annotations

import dataclasses
import sys
import warnings

import numpy as np
import pytest
import torch.nn.functional as F  # noqa: N812

from course_lib.checks import Case, CheckFailed, Exercise, Mistake, check
from course_lib.checks import check as check_function
from course_lib.checks.drivers import Answer, ask
from course_lib.checks.judge import judge
from course_lib.checks.registry import exercise_sets, exercises_of, find_exercise
from course_lib.checks.sentences import graded_sentences, public_sentences, show


def half(a):
    return a / 2


def negative(a):
    return -a / 2


def doubled(a):
    return 2 * a


def overflowing(a):
    return np.log(np.exp(a)) / 2  # right until exp overflows


def in_place(a):
    a /= 2
    return a


def summed(a):
    return (a / 2).sum()


def indexing(a):
    return a[10**9] / 2


def by_multiplying(a):
    return 0.5 * a


def by_loop(a):
    return [item / 2 for item in a]


def with_relu(a):
    return F.relu(a) / 2


def by_subtracting(a):
    return a - a / 2


def draw(rng):
    return [Case((rng.normal(size=4),)), Case((np.full(2, 1e4),), part="large")]


HALF = Exercise(
    name="half",
    task="Halve the array a of shape (n,).",
    points=3,
    reference=half,
    public=(Case((np.array([1.0, 3.0]),)), Case((np.array([2e4]),), part="large")),
    hidden=draw,
    mistakes=(
        Mistake(negative, "The sign is wrong."),
        Mistake(doubled, "That doubles: divide by 2."),
        Mistake(overflowing, "exp overflows."),
        Mistake(in_place, "That changes the caller's array."),
        Mistake(summed, "Do not sum."),
        Mistake(indexing, "There is no such element."),
    ),
    variants=(by_multiplying, by_loop, by_subtracting),
    parts={"value": 2, "large": 1},
    forbid=("torch.nn.functional.relu",),
)


def verdict_on(function, cases=HALF.public):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return judge(HALF, cases, [ask(HALF.driver, function, case.args) for case in cases])


# --- declarations ----------------------------------------------------------------------------


def other_arguments(b):
    return b


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "half of"}, "Python name"),
        ({"points": 0}, "whole number"),
        ({"points": 1.5}, "whole number"),
        ({"driver": "phone"}, "no driver 'phone'"),
        ({"public": ()}, "public case"),
        ({"public": HALF.public[:1]}, "give each part a weight and a public case"),
        ({"parts": {"value": 1}}, "give each part a weight and a public case"),
        ({"parts": {"value": 1, "large": 0}}, "weights must be positive"),
        ({"mistakes": HALF.mistakes[:5]}, "six mistakes, got 5"),
        ({"mistakes": HALF.mistakes + HALF.mistakes[:1]}, "same function name"),
        ({"mistakes": (*HALF.mistakes, Mistake(half, "Do not sum."))}, "share a sentence"),
        (
            {"mistakes": (*HALF.mistakes, Mistake(other_arguments, "?"))},
            "other_arguments takes (b)",
        ),
        ({"variants": HALF.variants[:2]}, "three variants, got 2"),
        ({"variants": (*HALF.variants, other_arguments)}, "other_arguments takes (b)"),
        ({"variants": (*HALF.variants, lambda a: a / 2)}, "def"),
    ],
)
def test_a_declaration_that_breaks_a_rule_is_refused(change, says):
    with pytest.raises(ValueError, match="exercise ") as caught:
        dataclasses.replace(HALF, **change)
    assert says in str(caught.value)


def test_sets_and_exercises_are_found_by_name():
    assert "ps1_losses" in exercise_sets()
    for set_name in exercise_sets():
        for name, exercise in exercises_of(set_name).items():
            assert find_exercise(name) is exercise


def test_an_unknown_name_is_said():
    with pytest.raises(ValueError, match="no exercise is named 'nothing'"):
        find_exercise("nothing")
    with pytest.raises(ValueError, match=r"the sets are .*ps1_losses"):
        exercises_of("nothing")


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


def test_graded_sentences_say_no_value_of_a_hidden_case():
    lines = graded_sentences(verdict_on(overflowing))
    assert lines == [
        "✗ half: 2 of 3 points.",
        "  task    Halve the array a of shape (n,).",
        "  part    value: right",
        "  part    large: wrong",
        "  problem the result is not finite (nan or inf)",
        "  hint    exp overflows.",
    ]
    assert graded_sentences(verdict_on(half)) == ["✓ half: 3 of 3 points."]


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


# --- check -----------------------------------------------------------------------------------


@pytest.fixture
def _half_is_known(monkeypatch):
    # The package's attribute ``check`` is the function, which hides the module of that name.
    module = sys.modules["course_lib.checks.check"]
    monkeypatch.setattr(module, "find_exercise", lambda name: HALF)


@pytest.mark.usefixtures("_half_is_known")
class TestCheck:
    def test_a_right_answer_prints_one_line_and_returns_none(self, capsys):
        assert check("half", by_loop) is None
        assert capsys.readouterr().out == "✓ half: right on 2 cases. Worth 3 points.\n"

    def test_a_wrong_answer_raises_the_message(self):
        with pytest.raises(CheckFailed) as caught:
            check("half", negative)
        text = str(caught.value)
        assert all(word in text for word in ("task", "asked", "wanted", "came", "hint"))
        assert caught.value._render_traceback_() == [text]

    def test_a_stub_is_not_written_yet(self):
        def stub(a):
            raise NotImplementedError

        with pytest.raises(CheckFailed, match="not written yet"):
            check("half", stub)

    def test_what_is_no_function_is_said(self):
        with pytest.raises(CheckFailed, match="'int' object is not callable"):
            check("half", 3)

    def test_a_forbidden_use_is_said(self):
        with pytest.raises(CheckFailed, match=r"may not use torch\.nn\.functional\.relu"):
            check("half", with_relu)

    def test_in_a_notebook_imports_of_other_cells_count(self):
        from IPython.core.interactiveshell import InteractiveShell

        shell = InteractiveShell.instance()
        shell.push({"check": check_function})
        try:
            shell.run_cell("import torch.nn.functional as F")
            shell.run_cell("def half(a): return F.relu(a) / 2")
            bad = shell.run_cell("check('half', half)")
            shell.run_cell("def half(a): return a / 2")
            good = shell.run_cell("check('half', half)")
        finally:
            InteractiveShell.clear_instance()
        assert "relu" in str(bad.error_in_exec)
        assert good.error_in_exec is None
