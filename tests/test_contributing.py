"""The example in CONTRIBUTING.md, followed to the letter: declared, released, checked."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from exercise_runs import ROOT, all_cases, verdict
from standing_alone import from_source

import course_lib.exercises
from course_lib.checks import CheckFailed, check
from course_lib.checks.registry import exercise_sets, exercises_of
from course_lib.course import Course
from course_lib.release import release

SET, NAME = "ps_example", "softsign"
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DECLARATION, INIT = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
PAGE = re.search(r"^````markdown\n(.*?)^````", TEXT, re.MULTILINE | re.DOTALL)[1]


class Contribution:
    """A course folder with the example in it; ``write`` declares it, as it is or spoilt."""

    def __init__(self, folder: Path) -> None:
        self.package = folder / "exercises" / SET
        self.package.mkdir(parents=True)
        self.course = Course(folder / "course")
        for name in ("nbgrader_config.py",):
            (folder / "course").mkdir(exist_ok=True)
            (folder / "course" / name).write_bytes((ROOT / name).read_bytes())
        page = self.course.solutions / SET / "example.md"
        page.parent.mkdir(parents=True)
        page.write_text(PAGE, encoding="utf-8")

    def write(self, declaration: str = DECLARATION, init: str = INIT) -> None:
        (self.package / f"{NAME}.py").write_text(declaration, encoding="utf-8")
        (self.package / "__init__.py").write_text(init, encoding="utf-8")


def forget() -> None:
    exercise_sets.cache_clear()
    exercises_of.cache_clear()
    for name in [n for n in sys.modules if n.startswith(f"course_lib.exercises.{SET}")]:
        del sys.modules[name]


@pytest.fixture
def contribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Contribution]:
    path = [*course_lib.exercises.__path__, str(tmp_path / "exercises")]
    monkeypatch.setattr(course_lib.exercises, "__path__", path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    forget()
    yield Contribution(tmp_path)
    forget()


def test_the_example_is_released_as_it_stands(contribution: Contribution) -> None:
    contribution.write()
    (notebook,) = [path for path in release(contribution.course, SET) if path.suffix == ".ipynb"]
    cells = nbformat.read(notebook, as_version=4).cells
    points = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.get("points")
        for cell in cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert points == {f"test_{NAME}": 2, "why_softsign": 2}
    text = "\n".join(cell.source for cell in cells)
    assert f'raise NotImplementedError("{NAME}: write your answer here")' in text
    assert "Rubric" not in text
    assert "x / (1 + np.abs(x))" not in text


def test_the_example_holds_what_every_exercise_must(contribution: Contribution) -> None:
    contribution.write()
    exercise = exercises_of(SET)[NAME]
    for variant in exercise.variants:
        assert all(verdict(exercise, variant, cases).passed for cases in all_cases(exercise))
    for mistake in exercise.mistakes:
        _, function = from_source(mistake.function, NAME)
        for cases in all_cases(exercise):
            result = verdict(exercise, function, cases)
            assert not result.passed
            assert result.mistake.name == mistake.name
        with np.errstate(all="ignore"), pytest.raises(CheckFailed) as failed:
            check(NAME, function)
        assert mistake.sentence in " ".join(str(failed.value).split())


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("points=2,", "points=0,", "points must be a whole number from 1 up, got 0"),
        (r"mistakes=\(.*?\n    \),", "mistakes=(),", "give at least six mistakes, got 0"),
        (r"variants=\([^)]*\)", "variants=(by_loop,)", "give at least four variants, got 1"),
        ('name="softsign"', 'name="soft sign"', "the name must be a Python name"),
        (r"def by_loop\(x\)", "def by_loop(values)", r"by_loop takes \(values\), the reference"),
    ],
    ids=["points", "mistakes", "variants", "name", "arguments"],
)
def test_a_malformed_declaration_stops_the_release_with_one_line(
    contribution: Contribution, old: str, new: str, rule: str
) -> None:
    spoilt, count = re.subn(old, new, DECLARATION, flags=re.DOTALL)
    assert count == 1
    contribution.write(spoilt)
    with pytest.raises(ValueError, match=rule) as caught:
        release(contribution.course, SET)
    assert "\n" not in str(caught.value)


def test_two_exercises_of_one_name_stop_the_release(contribution: Contribution) -> None:
    contribution.write(init=INIT.replace("(softsign.EXERCISE,)", "(softsign.EXERCISE,) * 2"))
    with pytest.raises(ValueError, match="two exercises are named 'softsign': rename one"):
        release(contribution.course, SET)


def test_a_cell_without_a_declaration_stops_the_release(contribution: Contribution) -> None:
    contribution.write(init=INIT.replace("(softsign.EXERCISE,)", "()"))
    with pytest.raises(ValueError, match="softsign") as caught:
        release(contribution.course, SET)
    assert "\n" not in str(caught.value)


def test_everything_in_the_example_is_used() -> None:
    """Each function of the example stands in its declaration."""
    declared: Any = DECLARATION.split("EXERCISE = ")[1]
    for name in re.findall(r"^def (\w+)", DECLARATION, re.MULTILINE):
        assert re.search(rf"\b{name}\b", declared), name
