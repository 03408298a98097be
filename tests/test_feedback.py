"""Feedback pages: what a student reads, what never gets through, and when a page is made anew."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from hand_graded import RIGHT, SET, autograded_notebook, grade
from inert import ATTACKS, MARKDOWN_ATTACKS, PIXEL, require_inert
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook

from course_lib.course import Course
from course_lib.grading.feedback import write_feedback
from course_lib.grading.feedback_page import STATES
from course_lib.release_generate import course_config

# nbgrader's own way of adding a submission; it does no harm.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")
SENTENCE = "this divides by the number of rows, not of elements"


@pytest.fixture
def course(nothing_graded, tmp_path):
    return Course(shutil.copytree(nothing_graded.root, tmp_path / "course"))


def page_of(course, student):
    return (course.feedback / student / SET / "losses.html").read_text("utf-8")


def soup_of(course, student):
    return BeautifulSoup(page_of(course, student), "html.parser")


def words(course, student):
    return " ".join(soup_of(course, student).get_text(" ").split())


def test_a_page_shows_marks_the_total_and_what_is_still_to_be_read(course):
    grade(course, "ada")
    (page,) = write_feedback(course, SET)
    assert page == course.feedback / "ada" / SET / "losses.html"
    text = words(course, "ada")
    assert "3 of 5 points so far" in text
    assert "mse 3 / 3 right" in text
    assert "why_logs ? / 2 to be read by a person" in text
    assert "A written answer worth 2 points is read by a person" in text
    assert RIGHT in text
    assert "Because logs add." in text


def test_a_known_mistake_is_named_in_the_summary(course):
    exercises = {"mse": {"points": 1, "max_points": 3, "mistake": SENTENCE}}
    grade(course, "ben", points=1.0, exercises=exercises)
    write_feedback(course, SET)
    assert f"mse 1 / 3 {SENTENCE}" in words(course, "ben")


@pytest.mark.parametrize(
    ("verdict", "found"),
    [
        ("✗ mse: 0 of 3 points. Not written yet.", "Not written yet."),
        (
            "✗ mse: 0 of 3 points.\n  task    x\n  problem off by\n          up to 3\n",
            "off by up to 3",
        ),
        ("✗ mse: 0 of 3 points.", "not right yet"),
    ],
)
def test_without_a_known_mistake_the_summary_says_what_the_check_says(course, verdict, found):
    notebook = autograded_notebook(points=0.0, said=verdict)
    grade(course, "ben", points=0.0, notebook=notebook)
    write_feedback(course, SET)
    assert f"mse 0 / 3 {found} why_logs" in words(course, "ben")


def test_an_empty_essay_is_told_as_no_answer(course):
    grade(course, "ben")
    with Gradebook(course.gradebook_url) as gradebook:
        mark = gradebook.find_grade("why_logs", "losses", SET, "ben")
        mark.auto_score, mark.needs_manual_grade = 0.0, False
        gradebook.find_comment("why_logs", "losses", SET, "ben").auto_comment = "No response."
        gradebook.db.commit()
    write_feedback(course, SET)
    assert "why_logs 0 / 2 no answer" in words(course, "ben")


def test_a_late_penalty_is_told_with_its_reason(course):
    grade(course, "cem", timestamp="2026-10-07 12:00:00 UTC", penalty=0.6)
    write_feedback(course, SET)
    text = words(course, "cem")
    assert "2.4 of 5 points so far" in text
    assert "2 days begun after the due date takes 0.6 points from the 3 earned" in text


def test_marks_and_comments_given_by_hand_are_shown(course):
    grade(course, "dora")
    write_feedback(course, SET)
    with Gradebook(course.gradebook_url) as gradebook:
        mark = gradebook.find_grade("why_logs", "losses", SET, "dora")
        mark.manual_score, mark.needs_manual_grade = 1.5, False
        comment = gradebook.find_comment("why_logs", "losses", SET, "dora")
        comment.manual_comment = "Nearly: say *why* $\\ln$ turns products into sums."
        gradebook.db.commit()
    assert len(write_feedback(course, SET)) == 1
    text = words(course, "dora")
    assert "4.5 of 5 points" in text
    assert "so far" not in text
    assert "why_logs 1.5 / 2 partly right" in text
    assert "Comment Nearly: say why ln turns" in text


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_but_graded_is_told_in_kind_words_with_the_reason(course, state):
    grade(course, "eli", points=0.0, state=state, reason="line <3> of it")
    write_feedback(course, SET)
    text = words(course, "eli")
    assert STATES[state] in text
    assert "The grader says: line <3> of it" in text


def test_a_second_run_writes_nothing_and_force_writes_all(course):
    for student in ("ada", "ben"):
        grade(course, student)
    seen = []
    assert len(write_feedback(course, SET, on_done=seen.append)) == 2
    assert [page.parts[-3] for page in seen] == ["ada", "ben"]
    assert write_feedback(course, SET) == []
    assert len(write_feedback(course, SET, force=True)) == 2


def test_only_what_was_graded_again_is_written_again(course):
    for student in ("ada", "ben"):
        grade(course, student)
    write_feedback(course, SET)
    grade(course, "ben", points=0.0)
    assert [page.parts[-3] for page in write_feedback(course, SET)] == ["ben"]
    assert "mse 0 / 3 not right yet" in words(course, "ben")


def test_the_same_marks_make_the_same_bytes(course):
    grade(course, "ada")
    write_feedback(course, SET)
    first = page_of(course, "ada")
    write_feedback(course, SET, force=True)
    assert page_of(course, "ada") == first


def test_nbgrader_generate_feedback_makes_the_same_page(course):
    grade(course, "ada")
    write_feedback(course, SET)
    ours = page_of(course, "ada")
    shutil.rmtree(course.feedback)
    subprocess.run(
        [Path(sys.executable).with_name("nbgrader"), "generate_feedback", SET, "--quiet"],
        cwd=course.root,
        check=True,
        env={"PATH": str(Path(sys.executable).parent), "HOME": str(course.root)},
    )
    assert page_of(course, "ada") == ours


def test_the_seed_of_the_hidden_cases_is_not_handed_out(course):
    grade(course, "ada")
    write_feedback(course, SET)
    handed_out = [path for path in course.feedback.rglob("*") if path.is_file()]
    assert [path.name for path in handed_out] == ["losses.html"]
    assert "20261005" not in page_of(course, "ada")


def test_a_student_id_that_looks_like_a_pattern_is_only_itself(course):
    for student in ("a[bc]", "ab"):
        grade(course, student)
    assert len(write_feedback(course, SET)) == 2
    assert "for a[bc]," in words(course, "a[bc]")


def test_one_page_that_cannot_be_made_does_not_stop_the_others(course):
    for student in ("ada", "ben"):
        grade(course, student)
    (course.autograded / "ada" / SET / "losses.ipynb").write_text("no notebook")
    with pytest.raises(ValueError, match=r"^no feedback page could be made for ada: grade again$"):
        write_feedback(course, SET)
    assert (course.feedback / "ben" / SET / "losses.html").is_file()


def test_nothing_graded_and_an_unknown_set_are_told_in_one_line(course):
    with pytest.raises(ValueError, match=r"^nothing of ps1_losses has been graded: run .*$"):
        write_feedback(course, SET)
    with pytest.raises(ValueError, match=r"^unknown assignment 'ps9'.*$"):
        write_feedback(course, "ps9")


def attacking_notebook():
    """Every attack in every place where a student's words can stand."""
    html = "\n".join(ATTACKS)
    marked = "\n\n".join(ATTACKS + MARKDOWN_ATTACKS)
    odd = {"image/png": {"width": "1 onerror=alert(1)"}, "text/html": {"isolated": True}}
    data = [
        {"text/html": html},
        {"text/markdown": marked},
        {"text/latex": html},
        {"text/plain": html},
        {"application/javascript": "alert(1)"},
        {"image/svg+xml": "<svg onload=alert(1)></svg>"},
        {"image/png": f'{PIXEL}" onerror="alert(1)'},
        {"image/png": PIXEL},
    ]
    outputs = [new_output("display_data", offered, metadata=odd) for offered in data]
    outputs += [new_output("stream", name=name, text=html) for name in ("stdout", "stderr")]
    outputs.append(new_output("error", ename=html, evalue=html, traceback=[html]))
    attached = new_markdown_cell("![x](attachment:x.svg) ![y](attachment:none.png)")
    attached["attachments"] = {"x.svg": {"image/svg+xml": "PHN2Zy8+"}}
    return autograded_notebook(
        answer="def mse(a, y):\n    '</pre><script>alert(1)</script>'",
        extra=[
            new_markdown_cell(marked),
            new_code_cell(
                html, outputs=outputs, metadata={"tags": ['"><script>alert(1)</script>']}
            ),
            nbformat.v4.new_raw_cell(html, metadata={"raw_mimetype": "text/html"}),
            attached,
        ],
    )


def test_a_whole_page_of_attacks_is_inert(course):
    grade(
        course,
        "mallory",
        notebook=attacking_notebook(),
        state="crash",
        reason="<script>alert(1)</script>",
    )
    with Gradebook(course.gradebook_url) as gradebook:
        comment = gradebook.find_comment("mse", "losses", SET, "mallory")
        comment.manual_comment = "\n\n".join(ATTACKS)
        gradebook.db.commit()
    write_feedback(course, SET)
    page = page_of(course, "mallory")
    require_inert(page)
    policy = soup_of(course, "mallory").find("meta", {"http-equiv": True})
    assert policy["content"].startswith("default-src 'none'; ")
    pictures = [picture["src"] for picture in BeautifulSoup(page, "html.parser")("img", src=True)]
    assert pictures == [f"data:image/png;base64,{PIXEL}"] * 3


def test_the_formgrader_shows_what_students_wrote_as_inert_too(course):
    exporter = HTMLExporter(config=course_config(course), template_name="basic")
    attacks = new_markdown_cell("\n\n".join(ATTACKS + MARKDOWN_ATTACKS))
    page, _ = exporter.from_notebook_node(autograded_notebook(extra=[attacks]))
    require_inert(page)
    assert "<mfrac>" in page


def test_formulas_are_shown_without_a_script(course):
    grade(course, "ada")
    write_feedback(course, SET)
    formula = soup_of(course, "ada").find("math")
    assert formula.find("mfrac").get_text() == "1N"
