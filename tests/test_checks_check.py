"""Checks: what a declaration must hold, how one is found, and ``check`` as a test cell calls it."""

from __future__ import annotations

import dataclasses
import sys

import pytest
from halving import HALF, by_loop, half, negative, with_relu

from course_lib.checks import CheckFailed, Mistake, check
from course_lib.checks import check as check_function
from course_lib.checks.registry import exercise_sets, exercises_of, find_exercise
from course_lib.checks.sentences import WIDTH

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
        ({"variants": HALF.variants[:2]}, "four variants, got 2"),
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
        with pytest.raises(CheckFailed) as caught:
            check("half", with_relu)
        assert str(caught.value) == (
            "✗ half may not use torch.nn.functional.relu: write the arithmetic yourself\n"
            "  task    Halve the array a of shape (n,)."
        )

    def test_what_is_said_of_a_forbidden_use_is_folded_as_all_else(self, monkeypatch):
        long = dataclasses.replace(HALF, task="Halve the array a of shape (n,). " * 9)
        module = sys.modules["course_lib.checks.check"]
        monkeypatch.setattr(module, "find_exercise", lambda name: long)
        with pytest.raises(CheckFailed) as forbidden:
            check("half", with_relu)
        with pytest.raises(CheckFailed) as wrong:
            check("half", negative)
        lines = str(forbidden.value).splitlines()
        task = [line for line in lines[1:] if line.strip()]
        assert len(task) > 2
        assert task == str(wrong.value).splitlines()[1 : 1 + len(task)]
        assert max(map(len, lines)) <= WIDTH

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
