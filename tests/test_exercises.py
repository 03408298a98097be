"""Every exercise of every set: what must pass passes, and what must not is rejected by name."""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from exercise_runs import ALL, all_cases, answers, draw, each, each_mistake, each_variant, verdict
from standing_alone import from_source

from course_lib.checks import Case, CheckFailed, Exercise, check
from course_lib.checks.asking import STUB_ENDING, Answer, ask
from course_lib.checks.forbidden import forbidden_uses
from course_lib.checks.judge import judge
from course_lib.checks.plain import equal, to_plain
from course_lib.checks.sentences import graded_sentences

REDRAWS = 10
IMPORTS = "import math\nimport numpy as np\nimport torch\n"


def stub_saying(*words: str) -> Any:
    """A stub on its own: in this file, what the tests use would be held against it."""
    namespace: dict[str, Any] = {"words": words}
    exec("def stub(*_, **__): raise NotImplementedError(*words)", namespace)
    return namespace["stub"]


# --- what passes and what does not ---


@each
def test_the_reference_passes(exercise):
    for cases in all_cases(exercise):
        result = verdict(exercise, exercise.reference, cases)
        assert result.passed, result.findings
        assert result.points == exercise.points


@each
@pytest.mark.parametrize("words", [(), (f"mse: {STUB_ENDING}",)])
def test_a_stub_earns_nothing_and_is_told_so(exercise, words):
    stub = stub_saying(*words)
    with pytest.raises(CheckFailed, match="not written yet"):
        check(exercise.name, stub)
    result = verdict(exercise, stub, draw(exercise, 0))
    assert result.points == 0
    assert "Not written yet" in graded_sentences(result)[0]


@each_mistake
def test_a_mistake_is_rejected_and_named(exercise, mistake):
    _, function = from_source(mistake.function, exercise.name)
    for cases in all_cases(exercise):
        result = verdict(exercise, function, cases)
        assert not result.passed
        assert result.points < exercise.points
        assert result.mistake is not None
        assert result.mistake.name == mistake.name


@each_mistake
def test_a_mistake_is_explained_to_the_student(exercise, mistake):
    with np.errstate(all="ignore"), pytest.raises(CheckFailed) as caught:
        check(exercise.name, mistake.function)
    unfolded = str(caught.value).replace("\n" + " " * 10, " ")
    lines = {line[:10].strip(): line[10:] for line in unfolded.split("\n")[1:]}
    assert lines["task"] == exercise.task
    assert lines["asked"].startswith(f"{exercise.name}(")
    assert lines["hint"] == mistake.sentence
    assert "came" in lines or "Error" in lines["problem"]
    assert len(str(caught.value)) < 2000


@each_variant
def test_a_variant_passes_whatever_is_drawn(exercise, variant):
    _, function = from_source(variant, exercise.name)
    assert verdict(exercise, function, exercise.public).passed
    # Random answers are drawn again 200 times below.
    for seed in range(1 if exercise.accept else REDRAWS):
        result = verdict(exercise, function, draw(exercise, seed))
        assert result.passed, (seed, result.findings)


@each_variant
def test_a_variant_uses_nothing_forbidden_and_warns_of_nothing(exercise, variant):
    source, function = from_source(variant, exercise.name)
    assert forbidden_uses(IMPORTS + source, exercise.forbid, [exercise.name]) == []
    for case in exercise.public:  # warnings are errors here
        assert ask(exercise.driver, function, case.args).error == ""


@each
def test_the_reference_is_forbidden(exercise):
    home = exercise.reference.__module__
    answer = f"from {home} import {exercise.reference.__name__} as {exercise.name}"
    assert forbidden_uses(answer, exercise.forbid, [exercise.name])


# --- hidden cases ---


@each
def test_hidden_cases_cover_every_part(exercise):
    for seed in range(REDRAWS):
        assert {case.part for case in draw(exercise, seed)} == set(exercise.parts)


@each
def test_hidden_cases_depend_on_the_seed_alone(exercise):
    first, again, other = draw(exercise, 0), draw(exercise, 0), draw(exercise, 1)
    assert same_cases(first, again)
    assert not any(same_cases([left], [right]) for left, right in zip(first, other, strict=True)), (
        "a hidden case is the same for every seed"
    )


def same_cases(left: Sequence[Case], right: Sequence[Case]) -> bool:
    return len(left) == len(right) and all(
        a.part == b.part and equal(to_plain(a.args), to_plain(b.args))
        for a, b in zip(left, right, strict=True)
    )


@each
def test_judging_changes_no_case(exercise):
    before = [to_plain(case.args) for case in exercise.public]
    for mistake in exercise.mistakes:
        verdict(exercise, mistake.function, exercise.public)
    assert all(
        equal(kept, to_plain(case.args)) for kept, case in zip(before, exercise.public, strict=True)
    )


# --- tolerance ---


def holds_decimals(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(holds_decimals, value.values()))
    if isinstance(value, (tuple, list)):
        return any(map(holds_decimals, value))
    return np.asarray(value).dtype.kind == "f"


def is_measured(exercise: Exercise) -> bool:
    """Whether answers are decimals; what is counted, named or drawn has no tolerance."""
    first = answers(exercise, exercise.reference, exercise.public[:1])[0]
    return exercise.accept is None and holds_decimals(first.value)


measured = pytest.mark.parametrize(
    "exercise", [e for e in ALL if is_measured(e)], ids=lambda e: e.name
)


@measured
@pytest.mark.parametrize(("factor", "passes"), [(0.5, True), (-0.5, True), (2, False), (-2, False)])
def test_the_tolerance_is_what_is_declared(exercise, factor, passes):
    """Answers are shifted after the driver, so that a class or a gradient is shifted too."""
    given = [
        Answer(shifted(answer.value, factor * exercise.rtol, factor * exercise.atol))
        for answer in answers(exercise, exercise.reference, exercise.public)
    ]
    assert judge(exercise, exercise.public, given).passed is passes


def shifted(value: Any, relative: float, absolute: float) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(shifted(item, relative, absolute) for item in value)
    if isinstance(value, dict):
        return {key: shifted(item, relative, absolute) for key, item in value.items()}
    if np.asarray(value).dtype.kind != "f":
        return value
    return value + relative * np.abs(value) + absolute


# --- random answers ---

REPETITIONS = 200
drawn = pytest.mark.parametrize("exercise", [e for e in ALL if e.accept], ids=lambda e: e.name)


@drawn
def test_a_right_answer_drawn_at_random_never_fails(exercise):
    rights = [exercise.reference, *exercise.variants]
    for seed in range(REPETITIONS):
        cases = draw(exercise, seed)
        assert verdict(exercise, rights[seed % len(rights)], cases).passed, seed


@drawn
def test_a_sentence_about_a_random_answer_gives_no_number_away(exercise):
    for mistake in exercise.mistakes:
        result = verdict(exercise, mistake.function, draw(exercise, 0))
        for finding in result.findings:
            values = {str(v) for v in finding.case.args if isinstance(v, (int, float))}
            assert not values & set(finding.problem.split()), finding.problem


# --- declarations ---


@cache
def names_used(function: Any) -> set[str]:
    tree = ast.parse(inspect.getsource(function))
    stored = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    given = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - stored - given


@each
def test_mistakes_and_variants_stand_alone(exercise):
    known = {"np", "torch", "math", *dir(builtins)}
    for function in (*(m.function for m in exercise.mistakes), *exercise.variants):
        assert names_used(function) <= known, function.__name__


def test_names_are_unique_over_all_sets():
    names = [exercise.name for exercise in ALL]
    assert len(set(names)) == len(names)


@each
def test_sentences_are_sentences(exercise):
    for sentence in (exercise.task, *(m.sentence for m in exercise.mistakes)):
        assert sentence.endswith((".", ".)"))
        assert len(sentence) < 200
