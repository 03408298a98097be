"""The class summary: its numbers, what it leaves to a person, and what it never lets through."""

import csv
import doctest
import io
import shutil

import pytest
from bs4 import BeautifulSoup
from hand_graded import SET, grade
from nbgrader.api import Gradebook

from course_lib.course import Course
from course_lib.grading import pages
from course_lib.grading.class_rows import Row, class_rows, exercise_summaries
from course_lib.grading.report import histogram, report_csv, report_page, write_report

# nbgrader's own way of adding a submission; it does no harm.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")
SENTENCE = "That divides by the number of rows."


@pytest.fixture
def course(nothing_graded, tmp_path):
    return Course(shutil.copytree(nothing_graded.root, tmp_path / "course"))


@pytest.fixture
def graded(course):
    """Three students: one right, one wrong and late, one whose file was no notebook."""
    wrong = {"mse": {"points": 1, "max_points": 3, "mistake": SENTENCE}}
    grade(course, "ada")
    grade(course, "ben", 1.0, "2026-10-07 12:00:00 UTC", 0.2, exercises=wrong)
    grade(course, "cem", 0.0, state="invalid", reason="the file is no notebook")
    return course


def row(student="ada", points=3.0, **changes):
    plain = {
        "student": student,
        "state": "graded",
        "reason": "",
        "late_days": 0,
        "exercise_points": {"mse": points},
        "score": points,
        "penalty": 0.0,
        "max_score": 3.0,
        "needs_manual": False,
        "exercise_max": {"mse": 3.0},
    }
    return Row(**plain | changes)


def words(html):
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def test_rows_hold_what_gradebook_and_grader_say(graded):
    ada, ben, cem = class_rows(graded, SET)
    assert (ada.student, ada.state, ada.late_days, ada.score) == ("ada", "graded", 0, 3.0)
    assert ada.exercise_points == {"mse": 3.0, "why_logs": 0.0}
    assert (ada.max_score, ada.needs_manual, ada.pending) == (5.0, True, ("why_logs",))
    assert (ben.late_days, ben.penalty, ben.score) == (2, 0.2, 0.8)
    assert ben.mistakes == {"mse": SENTENCE}
    assert (cem.state, cem.reason, cem.score) == ("invalid", "the file is no notebook", 0.0)


def test_the_page_tells_the_class_in_words(graded):
    text = words(write_report(graded, SET).html.read_text("utf-8"))
    assert "3 submissions: mean 1.27, median 0.8 of 5 points" in text
    assert "2 graded, 1 invalid; 1 late" in text
    assert "3 answers to why_logs" in text
    assert "mse 33 % 1.33 / 3 1 student: That divides by the number of rows." in text
    assert "why_logs – – / 2" in text
    assert "cem invalid the file is no notebook" in text
    assert "ben 2 0.2" in text


def test_marks_by_hand_finish_the_report(graded):
    with Gradebook(graded.gradebook_url) as gradebook:
        for student in ("ada", "ben", "cem"):
            mark = gradebook.find_grade("why_logs", "losses", SET, student)
            mark.manual_score, mark.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    text = words(write_report(graded, SET).html.read_text("utf-8"))
    assert "To be read by a person" not in text
    assert "why_logs 0 % 1.5 / 2" in text


def test_what_was_handed_in_and_not_graded_is_named(graded):
    (graded.submitted / "dora" / SET).mkdir(parents=True)
    (graded.submitted / "ada" / SET).mkdir(parents=True)
    text = words(write_report(graded, SET).html.read_text("utf-8"))
    assert "Handed in and not graded yet: dora." in text


def test_the_table_has_numbers_and_one_row_a_student(graded):
    table = write_report(graded, SET).csv.read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [line["student"] for line in rows] == ["ada", "ben", "cem"]
    assert [float(line["score"]) for line in rows] == [3.0, 0.8, 0.0]
    assert rows[1] == {
        "student": "ben",
        "state": "graded",
        "late_days": "2",
        "mse": "1.0",
        "why_logs": "0.0",
        "penalty": "0.2",
        "score": "0.8",
        "max_score": "5.0",
        "needs_manual": "1",
        "reason": "",
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_id_or_reason_becomes_a_formula_of_a_spreadsheet(start):
    nasty = f"{start}HYPERLINK(1)"
    table = report_csv([row(nasty, reason=nasty)])
    (line,) = csv.DictReader(io.StringIO(table, newline=""))
    assert line["student"] == line["reason"] == f"'{nasty}"


def test_names_and_reasons_are_escaped_in_the_page():
    nasty = "<script>alert(1)</script>"
    mistaken = row(nasty, reason=nasty, state="crash", mistakes={"mse": nasty}, late_days=1)
    page = report_page(SET, [mistaken], [nasty])
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 6


def test_the_page_is_complete_in_itself(graded):
    page = write_report(graded, SET).html.read_text("utf-8")
    soup = BeautifulSoup(page, "html.parser")
    assert not soup(["script", "iframe", "img"])
    assert [link["href"] for link in soup(href=True)] == ["data:,"]
    assert "http" not in page.replace("http-equiv", "")


def test_the_histogram_counts_everyone_once_and_is_told_in_words(graded):
    assert [bar.count for bar in histogram([row(points=p) for p in (0, 0.3, 2.7, 3)])] == [
        *(1, 1, 0, 0, 0, 0, 0, 0, 0, 2)
    ]
    title = BeautifulSoup(write_report(graded, SET).html.read_text("utf-8"), "html.parser").find(
        "title", {"id": "histogram"}
    )
    assert title.get_text().endswith("0–10 %: 1 student; 10–20 %: 1 student; 60–70 %: 1 student")


def test_the_commonest_mistakes_come_first():
    rows = [row(mistakes={"mse": sentence}) for sentence in ("b", "a", "b", "c", "d")]
    (summary,) = exercise_summaries(rows, commonest=2)
    assert summary.mistakes == [("b", 2), ("a", 1)]


def test_the_same_marks_make_the_same_bytes(graded):
    report = write_report(graded, SET)
    first = report.html.read_bytes(), report.csv.read_bytes()
    again = write_report(graded, SET)
    assert (again.html.read_bytes(), again.csv.read_bytes()) == first


def test_nothing_graded_and_an_unknown_set_are_told_in_one_line(course):
    with pytest.raises(ValueError, match=r"^nothing of ps1_losses has been graded: run .*$"):
        write_report(course, SET)
    with pytest.raises(ValueError, match=r"^unknown assignment 'ps9'.*$"):
        write_report(course, "ps9")
    assert not course.reports.exists()


def test_docstrings():
    assert doctest.testmod(pages).failed == 0
