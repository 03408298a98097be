"""nbgrader's own command where there is no notebook, no sandbox, or a step switched off."""

from __future__ import annotations

import pytest
from nbgrader.apps import NbGraderAPI
from tiny_course import answers, hand_in, record, scores
from tiny_set import NAME, SET

from course_lib.grading import plugins, sandbox
from course_lib.release_generate import course_config

# nbgrader 0.9 adds a submission to its parent before its session, which SQLAlchemy 2 remarks on.
pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
]


@pytest.mark.parametrize("given", ["nothing", "another"])
def test_nbgrader_records_a_submission_without_its_notebook(course, grade, given):
    folder = hand_in(course, "ada", None)
    if given == "another":
        (folder / "essay.docx").write_bytes(b"PK")
        (folder / "one.ipynb").write_bytes(b"PK")
        (folder / "two.ipynb").write_bytes(b"PK")
    result = NbGraderAPI(config=course_config(course)).autograde(SET, "ada")
    assert result["success"], result
    by_nbgrader = record(course, "ada"), scores(course)["ada"]
    assert by_nbgrader[0]["state"] == "invalid"
    assert "no tiny.ipynb was handed in" in by_nbgrader[0]["reason"]
    page = (course.autograded / "ada" / SET / f"{NAME}.ipynb").read_text("utf-8")
    assert "could not be read as this assignment's" in page
    grade(course, force=True)
    assert (record(course, "ada")["state"], scores(course)["ada"]) == ("invalid", by_nbgrader[1])


def test_nbgrader_still_tells_who_has_handed_in_nothing(course):
    hand_in(course, "ada", None)
    result = NbGraderAPI(config=course_config(course)).autograde(SET, "bob")
    assert not result["success"]
    assert "No notebooks were matched" in result["log"]


def test_nbgrader_refuses_without_a_sandbox(course, monkeypatch):
    hand_in(course, "ada", answers())
    monkeypatch.setattr(sandbox.shutil, "which", lambda _: None)
    result = NbGraderAPI(config=course_config(course)).autograde(SET, "ada", force=True)
    assert not result["success"]
    assert "apt-get install bubblewrap" in result["log"]
    assert scores(course) == {}


def test_a_step_switched_off_gives_no_points(course):
    hand_in(course, "ada", answers())
    config = course_config(course)
    config.SandboxExecute.enabled = False
    assert NbGraderAPI(config=config).autograde(SET, "ada", force=True)["success"]
    assert scores(course)["ada"][1] == 0
    plugins._graded.clear()
