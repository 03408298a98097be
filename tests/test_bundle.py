"""The zip for students: whole, reproducible, and free of what they must not see."""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import numpy as np
import pytest
from exercise_runs import ALL, ROOT
from standing_alone import from_source

from course_lib.bundle import NAME, write_bundle
from course_lib.checks import CheckFailed, Exercise, check
from course_lib.checks.plain import equal
from course_lib.checks.published import from_json, published, read_published, to_json
from course_lib.course import Course
from course_lib.release_stubs import solution_lines

COURSE = Course(ROOT)
SEARCH_SET = "ps9_hyperparameters"
TELLING_LENGTH = 40  # shorter lines, such as a loop over a loader, stand in many places


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("students")
    write_bundle(COURSE, folder / "students.zip", "https://example.org/book/")
    with zipfile.ZipFile(folder / "students.zip") as bundle:
        bundle.extractall(folder)
    return folder / NAME


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_text(encoding="utf-8")


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command as in an environment made from the bundle alone: its course_lib comes first."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True
    )


# --- what it holds ---


def test_it_holds_every_assignment_the_checks_and_a_page_to_start_from(unpacked):
    names = {name for name, _ in texts(unpacked)}
    released = {
        str(path.relative_to(ROOT)) for path in COURSE.assignments.glob("*/*") if path.is_file()
    }
    assert released <= names
    assert {"START.md", "requirements.txt", "pyproject.toml"} <= names
    assert {f"course_lib/published/{name}/exercises.json" for name in COURSE.set_names()} <= names


def test_it_holds_no_exercise_no_grading_and_no_reference(unpacked):
    names = {name for name, _ in texts(unpacked)}
    modules = {n.removesuffix(".py").replace("/", ".") for n in names if n.endswith(".py")}
    answers = {name for e in ALL for name in e.forbid if name.startswith("course_lib.")}
    for module in modules:
        assert not any(module == a or module.startswith(f"{a}.") for a in answers), module
        for part in ("exercises", "grading", "release", "bundle"):
            assert not module.startswith(f"course_lib.{part}"), module


def test_no_line_of_a_solution_a_variant_or_a_hidden_case_is_in_it(unpacked):
    secret = set()
    for path in COURSE.solutions.glob("*/*.md"):
        for cell in jupytext.read(path, fmt={"extension": ".md", "format_name": "myst"}).cells:
            secret |= set(solution_lines(cell.source) or ())
    for exercise in ALL:
        for function in (exercise.hidden, *exercise.variants):
            secret |= {line.strip() for line in inspect.getsource(function).splitlines()[1:]}
    everything = "\n".join(text for _, text in texts(unpacked))
    telling = {line for line in secret if len(line) >= TELLING_LENGTH and line[:4] != "def "}
    found = [line for line in telling if line in everything]
    assert not found, found


def test_the_same_source_gives_the_same_bytes(unpacked, tmp_path):
    write_bundle(COURSE, tmp_path / "again.zip", "https://example.org/book/")
    again = (tmp_path / "again.zip").read_bytes()
    assert again == (unpacked.parent / "students.zip").read_bytes()


def test_links_to_the_book_lead_to_its_address_or_nowhere(unpacked, tmp_path):
    notebook = json.loads((unpacked / "assignments/ps1_losses/losses.ipynb").read_text())
    text = "".join("".join(cell["source"]) for cell in notebook["cells"])
    assert "(https://example.org/book/losses.html)" in text
    assert "../../book" not in text
    write_bundle(COURSE, tmp_path / "plain.zip")
    with zipfile.ZipFile(tmp_path / "plain.zip") as bundle:
        plain = bundle.read(f"{NAME}/assignments/ps1_losses/losses.ipynb").decode()
    assert "../../book" not in plain
    assert "chapter on losses of the book" in plain


# --- what it says ---

SCRIPT = """
import json, sys
import numpy as np
import torch, math
import course_lib
from course_lib.checks import CheckFailed, check
said = {}
for name, source in json.load(open(sys.argv[1])):
    space = {"np": np, "torch": torch, "math": math}
    exec(compile(source, "<submission>", "exec"), space)
    try:
        with np.errstate(all="ignore"):
            check(name, space[name])
        text = "right"
    except CheckFailed as failed:
        text = str(failed)
    said.setdefault(name, []).append(text)
print(json.dumps([course_lib.__file__, said]))
"""


def tried(exercise: Exercise) -> list[tuple[str, Callable[..., Any]]]:
    """One right answer and every second mistake, as their sources and what these define."""
    functions = [exercise.variants[0], *(m.function for m in exercise.mistakes[::2])]
    return [from_source(function, exercise.name) for function in functions]


def said_here(exercise: Exercise, function: Callable[..., Any]) -> str:
    try:
        with np.errstate(all="ignore"):
            check(exercise.name, function)
    except CheckFailed as failed:
        return str(failed)
    return "right"


def without_draws(text: str) -> str:
    """A mistake that ignores the generator it is given draws something else each time."""
    return re.sub(r"\n  came .*(\n {10}.*)*", "", text)


def test_checks_say_what_the_courses_own_say(unpacked, tmp_path):
    answers = [(e.name, source) for e in ALL for source, _ in tried(e)]
    (tmp_path / "answers.json").write_text(json.dumps(answers))
    done = run(unpacked, "-W", "ignore", "-c", SCRIPT, str(tmp_path / "answers.json"))
    assert done.returncode == 0, done.stderr
    where, said = json.loads(done.stdout.splitlines()[-1])
    assert Path(where).is_relative_to(unpacked)
    for exercise in ALL:
        there, here = said[exercise.name], [said_here(exercise, f) for _, f in tried(exercise)]
        assert [*map(without_draws, there)] == [*map(without_draws, here)]
        assert said[exercise.name][0] == "right"


def test_course_check_runs_a_notebook_and_ends_with_the_points(unpacked):
    words = ("-c", "from course_lib.cli.student import main; main()", "check")
    done = run(unpacked, *words, "assignments/ps1_losses/losses.ipynb")
    assert done.returncode == 1, done.stderr
    assert "points so far" in done.stdout
    assert done.stdout.count("not written yet") > 5


def test_nbgraders_validate_button_says_what_the_checks_say(unpacked):
    done = run(unpacked, "-m", "nbgrader", "validate", "assignments/ps1_losses/losses.ipynb")
    assert "mse: not written yet" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout


# --- the published form ---


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        1,
        0.1,
        2 + 3j,
        (1, [2.0, "x"]),
        {"a": np.arange(6, dtype=np.int8).reshape(2, 3)},
        np.array([[1.5, np.nan], [np.inf, -0.0]], dtype=np.float32),
        np.array([1 + 2j]),
        np.zeros((0, 3)),
        np.array(True),
    ],
    ids=str,
)
def test_plain_data_comes_back_from_json_to_the_last_bit(value):
    assert equal(from_json(json.loads(json.dumps(to_json(value)))), value)


@pytest.mark.parametrize("exercise", ALL[:3], ids=lambda e: e.name)
def test_a_published_exercise_holds_what_the_declaration_says(exercise):
    again = read_published(json.loads(json.dumps(published(exercise))))
    for key in ("name", "task", "points", "driver", "arguments", "inputs", "forbid", "parts"):
        assert getattr(again, key) == getattr(exercise, key)
    assert [m.sentence for m in again.mistakes] == [m.sentence for m in exercise.mistakes]
    assert not hasattr(again, "hidden")
    assert not hasattr(again, "reference")


def test_nothing_released_is_one_line(tmp_path):
    (tmp_path / "solutions").mkdir()
    with pytest.raises(ValueError, match="run course release first"):
        write_bundle(Course(tmp_path), tmp_path / "students.zip")


def test_a_notebook_that_brings_in_an_answer_by_a_roundabout_way_is_refused(tmp_path):
    for name in ("course_lib", "requirements.txt"):
        (tmp_path / name).symlink_to(ROOT / name)
    for folder in ("solutions", "assignments"):
        shutil.copytree(ROOT / folder / SEARCH_SET, tmp_path / folder / SEARCH_SET)
    (path,) = (tmp_path / "assignments" / SEARCH_SET).glob("*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("from course_lib import data"))
    nbformat.write(notebook, path)
    with pytest.raises(ValueError, match=r"brings in course_lib\.splits, which answers"):
        write_bundle(Course(tmp_path), tmp_path / "students.zip")
