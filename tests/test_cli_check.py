"""Tests of ``course check``: a student's notebook, run in a real kernel."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

Run = Callable[..., tuple[int, str, str]]
COURSE = "from course_lib.cli import main; main()"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the student works: no course folder."""
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """``run("check", "mine.ipynb")``: exit code, output and error output."""

    def call(*words: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-c", COURSE, *words], cwd=folder, capture_output=True, text=True
        )
        return done.returncode, done.stdout, done.stderr

    return call


def table(out: str) -> dict[str, list[str]]:
    """The cells of each row of the table in ``out``, by the row's first cell."""
    rows = [line.split("│")[1:-1] for line in out.splitlines() if line.startswith("│")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows}


def notebook(folder: Path, *sources: str) -> Path:
    path = folder / "mine.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no file mine.ipynb"),
        ("not json", "is no notebook"),
        (json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "no check"),
    ],
)
def test_check_of_what_is_no_assignment_is_one_line_and_2(
    run: Run, folder: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (folder / "mine.ipynb").write_text(content)
    code, _, err = run("check", "mine.ipynb")
    assert code == 2
    assert message in err
    assert err.strip().count("\n") == 0


def test_check_says_what_is_right_and_what_is_not(run: Run, folder: Path) -> None:
    path = notebook(
        folder,
        "import numpy as np\nfrom course_lib.checks import check",
        "def mse(a, y):\n    return np.mean((a - y) ** 2)",
        'check("mse", mse)',
        "def log_sum_exp(s):\n    return np.log(np.exp(s).sum(-1))",
        'check("log_sum_exp", log_sum_exp)',
        "1 / 0",
        'check("mae_gradient", mae_gradient)',
    )
    before = path.read_bytes()
    code, out, err = run("check", "mine.ipynb")
    assert code == 1, err
    assert path.read_bytes() == before
    assert "✓ mse: right on" in out
    assert "✗ mae_gradient: NameError" in out
    assert "cell 6 (1 / 0) failed: ZeroDivisionError" in out
    assert table(out)["mse"] == ["1", "1", ""]
    # The part with logits of any size is wrong.
    assert table(out)["log_sum_exp"] == ["1", "3", "not right yet"]
    assert table(out)["mae_gradient"] == ["0", "2", "not right yet"]


def test_check_of_a_notebook_that_is_right_exits_with_0(run: Run, folder: Path) -> None:
    notebook(
        folder,
        "from course_lib.checks import check\nmse = lambda a, y: ((a - y) ** 2).mean()",
        'check("mse", mse)',
    )
    code, out, err = run("check", "mine.ipynb")
    assert (code, err) == (0, "")
    assert "not right yet" not in out


def test_check_stops_a_loop_that_never_ends(run: Run, folder: Path) -> None:
    notebook(folder, "while True: pass", 'check("mse", mse)')
    code, out, _ = run("check", "mine.ipynb", "--seconds", "2")
    assert code == 1
    assert "cell 1 (while True: pass) failed: stopped after its time was up" in out
    assert "✗ mse: NameError" in out
