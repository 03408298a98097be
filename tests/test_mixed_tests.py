"""One notebook with both kinds of tests: ``check`` and plain asserts, each graded as its kind."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
import tiny_course
from nbgrader.apps import NbGraderAPI
from submissions import given_marks, hand_in_answers
from tiny_course import release_tiny, tiny_exercises
from tiny_set import NAME, QUICK, RIGHT, SET

from course_lib.course import Course
from course_lib.grading.classroom import grade_class
from course_lib.release_generate import course_config

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
]
HIDDEN = "hidden_secret_9"
TESTS = f"""
```{{code-cell}}
:test: {{id: keeps_shape, points: 1.5}}

assert np.shape(double([1, 2])) == (2,)
### BEGIN HIDDEN TESTS
{HIDDEN} = np.zeros((2, 3))
assert np.shape(double({HIDDEN})) == (2, 3), "{HIDDEN}"
### END HIDDEN TESTS
```

```{{code-cell}}
:test: {{id: share_of_two, points: 2}}

sum(0.5 for n in range(4) if total([n]) == n)
```
"""
# By student: the answers, and points by cell.
GIVEN: dict[str, tuple[dict[str, str], dict[str, float]]] = {
    "right": ({}, {"test_double": 3, "keeps_shape": 1.5, "test_total": 2, "share_of_two": 2}),
    "flat": (
        {"double": "def double(x): return 2 * np.ravel(x)"},
        {"test_double": 3, "keeps_shape": 0, "test_total": 2, "share_of_two": 2},
    ),
    "half": (
        {"total": "def total(x): return min(np.sum(x), 1)"},
        {"test_double": 3, "keeps_shape": 1.5, "test_total": 0, "share_of_two": 1},
    ),
    "ends": (
        {"double": "def double(x):\n    import os; os._exit(0)"},
        {"test_double": 0, "keeps_shape": 0, "test_total": 2, "share_of_two": 2},
    ),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    with tiny_exercises() as patch:
        patch.setattr(tiny_course, "PAGE", tiny_course.PAGE.replace("+++ {", f"{TESTS}\n+++ {{"))
        course = release_tiny(tmp_path_factory.mktemp("mixed"))
        for student, (answers, _) in GIVEN.items():
            hand_in_answers(course, SET, NAME, student, {**RIGHT, **answers})
        yield course


def test_the_release_shows_the_visible_part_of_a_test(course):
    text = (course.assignments / SET / f"{NAME}.ipynb").read_text("utf-8")
    assert HIDDEN not in text
    cells = {cell.id: cell for cell in nbformat.reads(text, as_version=4).cells}
    assert cells["keeps_shape"].source == "assert np.shape(double([1, 2])) == (2,)"
    assert cells["keeps_shape"].metadata.nbgrader.points == 1.5
    assert cells["keeps_shape"].metadata.tags == ["raises-exception"]


def by_course(course: Course, scheduler: str) -> None:
    outcomes = grade_class(course, SET, limits=QUICK, scheduler=scheduler)
    assert {o.student: o.state for o in outcomes} == {
        **dict.fromkeys(GIVEN, "graded"),
        "ends": "crash",
    }
    assert {o.student: o.points for o in outcomes} == {
        student: sum(points.values()) for student, (_, points) in GIVEN.items()
    }


def by_nbgrader(course: Course, scheduler: str) -> None:
    assert NbGraderAPI(config=course_config(course)).autograde(SET, "*", force=True)["success"]


@pytest.mark.parametrize("by", [by_course, by_nbgrader])
def test_each_test_gives_the_points_of_its_kind(course, scheduler, by):
    by(course, scheduler)
    marks = {student: {**points, "why": 0} for student, (_, points) in GIVEN.items()}
    assert given_marks(course, SET) == marks
    for path in Path(course.autograded).rglob("*.ipynb"):
        assert HIDDEN not in json.dumps(nbformat.read(path, as_version=4))
