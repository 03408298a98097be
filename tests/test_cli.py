"""Tests of the command ``course``: what it prints, and the code it exits with."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from course_lib import cli
from course_lib.book import Book
from course_lib.course import Course
from course_lib.grading.class_rows import Row
from course_lib.grading.report import Report

SET = "ps1_losses"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course folder with one problem set and nothing handed in; commands run inside it."""
    course = Course(tmp_path)
    (tmp_path / "nbgrader_config.py").touch()
    (course.solutions / SET).mkdir(parents=True)
    (course.solutions / SET / "losses.md").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return course


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """``run("grade", "ps1_losses")``: exit code, output and error output."""

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["course", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return int(stopped.value.code or 0), *capfd.readouterr()

    return call


@dataclass(frozen=True)
class Graded:
    """As ``classroom.Outcome``."""

    student: str
    state: str = "graded"
    reason: str = ""
    points: float | None = 10.0
    max_points: float = 14.0
    skipped: bool = False


def stand_in(monkeypatch: pytest.MonkeyPatch, where: str, function: Callable[..., Any]) -> None:
    monkeypatch.setattr(f"course_lib.{where}", function)


def grades(*outcomes: Graded) -> Callable[..., list[Graded]]:
    def grade_class(course: Course, set_name: str, **options: Any) -> list[Graded]:
        for outcome in outcomes:
            options["on_done"](outcome)
        return list(outcomes)

    return grade_class


def table(out: str) -> dict[str, list[str]]:
    """The cells of each row of the table in ``out``, by the row's first cell."""
    rows = [line.split("│")[1:-1] for line in out.splitlines() if line.startswith("│")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows}


def test_help_is_quick_and_loads_no_library() -> None:
    script = (
        "import sys; sys.argv = ['course', '--help']\n"
        "from course_lib.cli import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code\n"
        "heavy = {'torch', 'numpy', 'nbgrader', 'nbformat', 'nbconvert'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # 0.2 s of the processor; importing nbgrader or torch takes 2 s or more.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 1.5
    for name in ("build", "release", "grade", "feedback", "report", "check", "sample"):
        assert name in done.stdout


@pytest.mark.parametrize(
    "name", ["build", "release", "grade", "feedback", "report", "check", "sample"]
)
def test_every_command_explains_itself_with_an_example(run: Run, name: str) -> None:
    code, out, _ = run(name, "--help")
    assert code == 0
    assert f"  course {name}" in out


def test_version(run: Run) -> None:
    code, out, _ = run("--version")
    assert (code, out) == (0, "course 0.1.0\n")


@pytest.mark.parametrize("words", [["nonsense"], ["grade"], ["grade", SET, "--workers", "0"]])
def test_wrong_usage_exits_with_2(run: Run, words: list[str]) -> None:
    code, _, err = run(*words)
    assert code == 2
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["grade", "release", "feedback", "report", "sample"])
def test_unknown_set_is_one_line_and_2(course: Course, run: Run, name: str) -> None:
    code, _, err = run(name, "ps9")
    assert code == 2
    assert err == f"course: unknown assignment 'ps9': the sets in solutions/ are {SET}\n"


def test_outside_a_course_folder_is_one_line_and_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run("report", SET)
    assert (code, err.count("\n")) == (2, 1)
    assert "run this inside the course folder" in err


def test_a_fault_of_the_program_is_told_apart(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("oops")

    stand_in(monkeypatch, "grading.classroom.grade_class", broken)
    code, _, err = run("grade", SET)
    assert code == 3
    assert "KeyError: 'oops'" in err
    assert "fault of the program" in err


def test_grade_shows_marks_and_exits_with_0(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = grades(Graded("ada"), Graded("bob", "timeout", "cell 3 ran 10 s", 2.5, skipped=True))
    stand_in(monkeypatch, "grading.classroom.grade_class", outcomes)
    code, out, err = run("grade", SET)
    assert code == 0, err
    assert table(out)["ada"] == ["graded", "10", "14"]
    assert table(out)["bob"] == ["timeout (as before)", "2.5", "14"]
    assert "bob: timeout: cell 3 ran 10 s" in out
    assert "2 submissions: 1 graded, 1 timeout; 1 unchanged and passed over" in out


@pytest.mark.parametrize("state", ["invalid", "grader-error"])
def test_grade_exits_with_1_where_something_could_not_be_graded(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    broken = Graded("eve", state, "losses.ipynb is no JSON [line 3]", None)
    stand_in(monkeypatch, "grading.classroom.grade_class", grades(Graded("ada"), broken))
    code, out, _ = run("grade", SET)
    assert code == 1
    (line,) = (line for line in out.splitlines() if line.startswith("eve: "))
    assert line.startswith(f"eve: {state}: losses.ipynb is no JSON [line 3]; ")


def test_grade_hands_its_options_on(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}

    def grade_class(course: Course, set_name: str, **options: Any) -> list[Graded]:
        seen.update(options, set_name=set_name, root=course.root)
        return []

    stand_in(monkeypatch, "grading.classroom.grade_class", grade_class)
    words = ("--student", "ada", "--student", "bob", "--force", "--workers", "3")
    _, _, err = run("grade", SET, *words, "--scheduler", "tcp://host:8786", "--weaker-sandbox")
    assert "Landlock and seccomp alone, which is weaker" in " ".join(err.split())
    assert seen.pop("on_done")
    assert seen.pop("on_said")
    assert seen.pop("limits").weaker
    assert seen == {
        "set_name": SET,
        "root": course.root,
        "students": ["ada", "bob"],
        "force": True,
        "workers": 3,
        "scheduler": "tcp://host:8786",
    }


def test_build_says_pages_and_where(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = course.root / "index.html"

    def build_book(course: Course, **_: object) -> Book:
        index.touch(exist_ok=True)
        return Book(index=index, pages=5)

    stand_in(monkeypatch, "book.build_book", build_book)
    assert run("build")[1].startswith("book: 5 pages, built in 0 s: index.html")


def test_build_of_a_current_book_says_so(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course.root / "index.html").touch()
    hour_ago = time.time() - 3600
    os.utime(course.root / "index.html", (hour_ago, hour_ago))
    stand_in(monkeypatch, "book.build_book", lambda *_, **__: Book(course.root / "index.html", 1))
    assert run("build")[1] == "book: 1 page, current, nothing to build: index.html\n"


def test_build_that_fails_is_one_line_and_1(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build_book(course: Course, **_: object) -> Book:
        raise RuntimeError("the book did not build: WARNING in losses.md")

    stand_in(monkeypatch, "book.build_book", build_book)
    code, _, err = run("build")
    assert code == 1
    assert "course: the book did not build: WARNING in losses.md" in err


def test_release_check_exits_with_1_where_stale(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, "release.stale", lambda *_: ["assignments/ps1_losses/losses.ipynb"])
    code, _, err = run("release", "--check")
    assert code == 1
    assert "losses.ipynb is out of date: run course release ps1_losses" in err
    stand_in(monkeypatch, "release.stale", lambda *_: [])
    assert run("release", "--check")[0] == 0


def test_release_without_names_takes_every_set(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = course.assignments / SET / "losses.ipynb"
    made.parent.mkdir(parents=True)
    stand_in(monkeypatch, "release.release", lambda *_, due: made.touch() or [made])
    code, out, _ = run("release", "--due", "2026-10-05 23:59 UTC")
    assert code == 0
    assert out == f"{SET}: released, due 2026-10-05 23:59 UTC: assignments/{SET}/losses.ipynb\n"
    stand_in(monkeypatch, "release.release", lambda *_, due: os.utime(made, (0, 0)) or [made])
    assert run("release")[1].startswith(f"{SET}: current, nothing to write: ")


def test_sample_says_whether_it_was_there(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in = course.submitted / "ada" / SET / "losses.ipynb"
    handed_in.parent.mkdir(parents=True)
    sample = "grading.sample_class.write_sample_class"
    stand_in(monkeypatch, sample, lambda *_: handed_in.touch() or ["ada"])
    assert run("sample", SET)[1] == f"{SET}: 1 sample submission written: submitted\n"
    stand_in(monkeypatch, sample, lambda *_: os.utime(handed_in, (0, 0)) or ["ada"])
    assert run("sample", SET)[1] == f"{SET}: 1 sample submission there already: submitted\n"


def test_feedback_counts_the_pages_written_now(
    course: Course, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, "grading.feedback.write_feedback", lambda *_, **__: [course.root])
    assert run("feedback", SET)[:2] == (0, "1 feedback page: feedback\n")
    stand_in(monkeypatch, "grading.feedback.write_feedback", lambda *_, **__: [])
    assert run("feedback", SET)[1] == "no new feedback pages, all current: feedback\n"


def test_report_shows_the_class(course: Course, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        Row("ada", "graded", "", 0, {}, 14, 0, 14, needs_manual=True, pending=("why",)),
        Row("bob", "timeout", "cell 3", 2, {}, 4.5, 1.12, 14, needs_manual=False),
    ]
    made = Report(course.reports / "x.html", course.reports / "x.csv", rows)
    stand_in(monkeypatch, "grading.report.write_report", lambda *_: made)
    code, out, _ = run("report", SET)
    assert code == 0
    assert table(out)["ada"] == ["graded", "0", "0", "14", "14", "why"]
    assert table(out)["bob"] == ["timeout", "2", "1.12", "4.5", "14", ""]
    assert "2 students, mean score 9.2" in out
    assert "web page: build/reports/x.html" in out


def test_due_date_without_a_zone_is_one_line_and_2(course: Course, run: Run) -> None:
    code, _, err = run("release", SET, "--due", "2026-10-05 23:59")
    assert code == 2
    assert err.startswith("course: --due '2026-10-05 23:59' is no time with a time zone: write ")
