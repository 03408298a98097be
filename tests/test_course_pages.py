"""What the pages for students and instructors promise is what the course does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import jupytext
import pytest

from course_lib.bundle import TEMPLATES
from course_lib.checks.registry import exercises_of
from course_lib.cli.app import app
from course_lib.course_map import PS
from course_lib.grading.late import DailyPenalty
from course_lib.grading.states import State
from course_lib.release_stubs import solution_lines

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
SETUP, CHECKS = BOOK / "students" / "setup.md", BOOK / "students" / "checks.md"
RUNNING, RUBRIC = BOOK / "instructors" / "running.md", BOOK / "instructors" / "rubric.md"
PAGES = (SETUP, CHECKS, RUNNING, RUBRIC)
TELLING_LENGTH = 40  # shorter lines, such as a loop, stand in many places


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_page_for_students_says_what_the_zip_says() -> None:
    (block,) = re.findall(r"```\n(python3 -m venv.*?)```", text(TEMPLATES / "START.md"), re.DOTALL)
    promised = [line.removeprefix("$ ") for line in text(SETUP).splitlines()]
    assert [line for line in block.strip().splitlines() if line not in promised] == []


def test_the_table_of_points_is_that_of_the_problem_set() -> None:
    rows = re.findall(r"^│ (\w+) +│ +0 │ +(\d+) │ not right yet", text(SETUP), re.MULTILINE)
    exercises = exercises_of("ps5_filters").values()
    assert [(name, int(points)) for name, points in rows] == [(e.name, e.points) for e in exercises]
    assert f"│ checked here       │      0 │ {sum(e.points for e in exercises)} │" in text(SETUP)


def test_students_are_told_every_state_that_their_page_may_name() -> None:
    told = set(re.findall(r"^\| `([a-z-]+)` \|", text(CHECKS), re.MULTILINE))
    assert told == set(State) - {State.GRADER_ERROR}


def test_the_late_penalty_in_words_is_the_rule() -> None:
    rule = DailyPenalty()
    assert (rule.share_per_day, rule.cap, rule.grace_minutes) == (0.10, 0.50, 10.0)
    for path in (CHECKS, RUNNING):
        assert re.search(r"a\s+tenth", text(path))
        assert re.search(r"\bhalf\b", text(path))
        assert re.search(r"ten minutes", text(path), re.IGNORECASE) or "tenth" in text(path)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_commands_exist(path: Path) -> None:
    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    named = set(re.findall(r"^\$ course ([a-z]+)|`course ([a-z]+)", text(path), re.MULTILINE))
    found = {name for pair in named for name in pair if name}
    assert found <= known
    assert found or path == CHECKS


@pytest.mark.parametrize("set_name", PS)
def test_the_command_for_rubrics_prints_one_for_each_set(set_name: str) -> None:
    (script,) = re.findall(r"^\$ sed -n '(.+)' solutions", text(RUBRIC), re.MULTILINE)
    (source,) = (ROOT / "solutions" / set_name).glob("*.md")
    done = subprocess.run(["sed", "-n", script, source], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("**Rubric.** ")
    assert "1 point" in done.stdout
    assert done.stdout.count("### END SOLUTION") == 1


@pytest.mark.parametrize("set_name", PS)
def test_no_model_answer_or_rubric_stands_in_the_book(set_name: str) -> None:
    """Students read the book: what is to be answered in words must not stand in it."""
    (source,) = (ROOT / "solutions" / set_name).glob("*.md")
    cells = jupytext.read(source, fmt={"extension": ".md", "format_name": "myst"}).cells
    written = [cell for cell in cells if "written" in cell.metadata]
    assert written
    lines = {line for cell in written for line in solution_lines(cell.source) or ()}
    telling = {line.strip() for line in lines if len(line.strip()) >= TELLING_LENGTH}
    book = "\n".join(text(path) for path in sorted(BOOK.rglob("*.md")))
    assert [line for line in telling if line in book] == []
