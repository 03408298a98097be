"""Tests of releasing: rules, stubs, reproducible bytes, the gradebook."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from course_lib import release as release_module
from course_lib.checks.registry import find_exercise
from course_lib.course import Course, find_course
from course_lib.release import release, stale
from course_lib.release_generate import course_config

ROOT = Path(__file__).parents[1]
SET = "ps0_tiny"
# nbgrader 0.9 adds a submission to its parent before its session, which SQLAlchemy 2 remarks on.
nbgrader_adds_late = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

PAGE = '''---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
---

# Tiny

```{code-cell}
import numpy as np
from course_lib.checks import check
```

```{code-cell}
:exercise: double

def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    two_times_everything = 2 * np.asarray(x)
    return two_times_everything
    ### END SOLUTION
```

```{code-cell}
:check: double

check("double", double)
```

+++ {"written": {"id": "why", "points": 2}}

Why is it twice?

### BEGIN SOLUTION
Because each number is added to itself once.
### END SOLUTION
'''


# Release reads only the name and the points of a declaration.
EXERCISE = replace(find_exercise("mse"), name="double", points=3)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course of one set with one exercise and one written question."""
    course = Course(tmp_path / "course")
    (course.solutions / SET).mkdir(parents=True)
    (course.root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    write(course, PAGE)
    monkeypatch.setattr(release_module, "exercises_of", lambda name: {"double": EXERCISE})
    return course


def write(course: Course, page: str) -> None:
    (course.solutions / SET / "tiny.md").write_text(page)


def cells(course: Course) -> dict[str, nbformat.NotebookNode]:
    path = course.assignments / SET / "tiny.ipynb"
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def test_student_version_has_stubs_that_name_the_exercise(course: Course) -> None:
    assert release(course, SET) == [course.assignments / SET / "tiny.ipynb"]
    released = cells(course)
    assert list(released) == ["text-01", "code-01", "double", "test_double", "why"]
    assert released["double"].source == (
        'def double(x):\n    """Twice x."""\n'
        '    raise NotImplementedError("double: write your answer here")'
    )
    assert released["why"].source == "Why is it twice?\n\n*Write your answer here.*"


def test_cells_carry_the_metadata_nbgrader_reads(course: Course) -> None:
    release(course, SET)
    released = cells(course)
    answer, test, written = (
        released[name].metadata.nbgrader for name in ("double", "test_double", "why")
    )
    assert (answer.grade, answer.solution, answer.locked) == (False, True, False)
    assert (test.grade, test.solution, test.locked, test.points) == (True, False, True, 3)
    assert (written.grade, written.solution, written.points) == (True, True, 2)
    assert released["test_double"].metadata.tags == ["raises-exception"]
    assert "nbgrader" not in released["code-01"].metadata


def test_same_solutions_give_the_same_bytes(course: Course) -> None:
    (path,) = release(course, SET)
    first = path.read_bytes()
    path.unlink()
    release(course, SET)
    assert path.read_bytes() == first
    assert first.endswith(b"}\n")


def test_nbgraders_own_command_writes_the_same_bytes(course: Course) -> None:
    (path,) = release(course, SET)
    first = path.read_bytes()
    result = NbGraderAPI(config=course_config(course)).generate_assignment(SET, force=True)
    assert result["success"], result["error"] + result["log"]
    assert path.read_bytes() == first


def test_nbgrader_finds_its_commands_in_a_bare_shell(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.defpath)
    course_config(course)
    assert shutil.which("alembic")


def test_releasing_an_unchanged_set_leaves_the_file_alone(course: Course) -> None:
    (path,) = release(course, SET)
    before = path.stat().st_mtime_ns
    release(course, SET)
    assert path.stat().st_mtime_ns == before


def test_gradebook_knows_cells_points_and_due_date(course: Course) -> None:
    release(course, SET, due=datetime(2026, 10, 5, 23, 59, tzinfo=UTC))
    release(course, SET)  # without a due date: the one there stays
    with Gradebook(course.gradebook_url) as gradebook:
        assignment = gradebook.find_assignment(SET)
        assert assignment.duedate == datetime(2026, 10, 5, 23, 59)
        assert gradebook.find_grade_cell("test_double", "tiny", SET).max_score == 3
        assert assignment.max_score == 5


@nbgrader_adds_late
def test_releasing_again_keeps_grades(course: Course) -> None:
    release(course, SET)
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(SET, "ada")
        grade = gradebook.find_grade("test_double", "tiny", SET, "ada")
        grade.manual_score = 2.5
        gradebook.db.commit()
    write(course, PAGE.replace("Twice x.", "Two times x."))
    release(course, SET)
    assert "Two times x." in cells(course)["double"].source
    with Gradebook(course.gradebook_url) as gradebook:
        assert gradebook.find_submission(SET, "ada").score == 2.5


@nbgrader_adds_late
def test_cells_cannot_go_once_there_are_submissions(course: Course) -> None:
    (path,) = release(course, SET)
    first = path.read_bytes()
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(SET, "ada")
    write(course, PAGE[: PAGE.index("+++")])
    with pytest.raises(ValueError, match=r"nbgrader refuses: Cannot add or remove cells.*'tiny'"):
        release(course, SET)
    assert path.read_bytes() == first


def test_work_in_place_of_the_released_file_is_kept(course: Course) -> None:
    (path,) = release(course, SET)
    mine = path.with_name("mine.ipynb")
    for file in (path, mine):
        file.write_text("an evening's work")
    release(course, SET)
    assert not mine.exists()
    for file in (path, mine):
        kept = course.root / "build" / "replaced" / file.relative_to(course.root)
        assert kept.read_text() == "an evening's work"


def test_files_beside_the_solutions_come_along(course: Course) -> None:
    (course.solutions / SET / "data.csv").write_text("1,2\n")
    release(course, SET)
    assert (course.assignments / SET / "data.csv").read_text() == "1,2\n"


def test_stale_names_what_differs_and_touches_nothing(course: Course) -> None:
    notebook = f"assignments/{SET}/tiny.ipynb"
    assert stale(course, SET) == [notebook]
    assert not course.assignments.exists()
    assert not (course.root / "gradebook.db").exists()
    release(course, SET)
    assert stale(course, SET) == []
    write(course, PAGE.replace("# Tiny", "# Small"))
    (course.assignments / SET / "old.ipynb").write_text("{}")
    assert stale(course, SET) == [f"assignments/{SET}/old.ipynb", notebook]
    release(course, SET)
    assert stale(course, SET) == []


CHECK = '```{code-cell}\n:check: double\n\ncheck("double", double)\n```\n'
TEST = "```{code-cell}\n:test: {id: twice, points: 1}\n\nassert (double(1) == 2)\n```\n"
ANSWER = PAGE[PAGE.index("```{code-cell}\n:exercise:") : PAGE.index("```{code-cell}\n:check:")]
BROKEN = {
    "check of an unknown exercise": (
        PAGE.replace(":check: double", ":check: triple"),
        r"tiny.md: check cell for an unknown exercise 'triple': declared are double",
    ),
    "no answer cell": (PAGE.replace(ANSWER, ""), "'double' has no answer cell"),
    "no check cell": (PAGE.replace(CHECK, ""), "'double' has no check cell"),
    "check before answer": (
        PAGE.replace(CHECK, "").replace(ANSWER, CHECK + "\n" + ANSWER),
        "must follow its answer cell",
    ),
    "check cell with more in it": (
        PAGE.replace('check("double", double)', 'x = 1\ncheck("double", double)'),
        "must be the one line",
    ),
    "points missing": (
        PAGE.replace(', "points": 2', ""),
        "'why' needs points above 0, got None",
    ),
    "written without id": (PAGE.replace('"id": "why", ', ""), "needs written: {id: NAME"),
    "same name twice": (PAGE + "\n" + PAGE[PAGE.index("+++") :], "'why' stands there twice"),
    "exercise twice": (PAGE.replace(CHECK, CHECK + "\n" + ANSWER), "'double' stands there twice"),
    "test without points": (
        PAGE.replace(CHECK, CHECK + TEST.replace(", points: 1", "")),
        "the test 'twice' needs points above 0, got None",
    ),
    "test that is no test": (
        PAGE.replace(CHECK, CHECK + TEST.replace("assert", "check")),
        "'twice' must be Python with asserts of its own, and no check",
    ),
    "no markers": (PAGE.replace("    ### END SOLUTION\n", ""), "'double' is not between markers"),
    "markers elsewhere": (
        PAGE.replace("# Tiny", "# Tiny\n\n### BEGIN SOLUTION"),
        "solution markers in a cell that is no answer",
    ),
    "two roles": (PAGE.replace(":check: double", ":check: double\n:exercise: double"), "at once"),
    "solution told in the text": (
        PAGE.replace("# Tiny", "# Tiny\n\nWrite `two_times_everything = 2 * np.asarray(x)`."),
        "students would read part of the solution of 'double'",
    ),
    "broken metadata": (PAGE.replace('+++ {"written"', '+++ {"written'), "is no MyST notebook"),
}


@pytest.mark.parametrize(("page", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_rules_are_one_line_and_write_nothing(
    course: Course, page: str, message: str
) -> None:
    write(course, page)
    with pytest.raises(ValueError, match=message) as caught:
        release(course, SET)
    assert "\n" not in str(caught.value)
    assert not course.assignments.exists()
    assert not (course.root / "gradebook.db").exists()


def test_due_date_needs_a_time_zone(course: Course) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        release(course, SET, due=datetime(2026, 10, 5))


def test_unknown_set_lists_those_there_are(course: Course) -> None:
    with pytest.raises(ValueError, match=r"unknown assignment 'ps9'.*ps0_tiny"):
        release(course, "ps9")


@pytest.mark.parametrize("set_name", Course(ROOT).set_names())
def test_committed_assignments_are_current(set_name: str) -> None:
    assert stale(find_course(ROOT), set_name) == [], f"run: course release {set_name}"
