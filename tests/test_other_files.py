"""Of what is handed in beside a notebook, only what nobody can run goes any further."""

from __future__ import annotations

import os

import pytest

from course_lib.grading import other_files
from course_lib.grading.other_files import copy_other_files


@pytest.fixture
def source(tmp_path):
    (tmp_path / "source").mkdir()
    return tmp_path / "source"


def copied(source) -> list[str]:
    target = source.parent / "target"
    copy_other_files(source, target)
    return sorted(str(p.relative_to(target)) for p in target.rglob("*") if p.is_file())


def test_only_regular_files_are_copied(source, tmp_path):
    (source / "data" / ".git").mkdir(parents=True)
    for name in ("a.png", "data/b.csv", "data/.git/c.txt", "tiny.ipynb", ".hidden.txt"):
        (source / name).write_text(name)
    (tmp_path / "secret").write_text("secret")
    (source / "link.txt").symlink_to(tmp_path / "secret")
    (source / "outside").symlink_to(tmp_path)
    os.mkfifo(source / "pipe.txt")
    assert copied(source) == ["a.png", "data/b.csv"]


@pytest.mark.parametrize(
    "name",
    [
        "page.html",
        "page.HTM",
        "picture.svg",
        "script.js",
        "style.css",
        "numpy.py",
        "weights.pt",
        "grading.json",
        "tiny.html",
        "notebook.ipynb.bak",
        "archive.zip",
        "page.xhtml",
        "page.txt.html",
        "feed.xml",
        "no_ending",
        "bidi\u202etxt.csv",
        "line\nbreak.csv",
    ],
)
def test_what_a_browser_or_python_would_run_stays_behind(source, name):
    (source / name).write_text("x")
    (source / "Figure.PNG").write_text("x")
    assert copied(source) == ["Figure.PNG"]


def test_a_name_that_is_no_text_stays_behind(source):
    with open(os.fsencode(source) + b"/\xff.csv", "w") as file:
        file.write("x")
    assert copied(source) == []


@pytest.mark.parametrize(
    ("text", "kept"), [("2026-10-05 16:20:00 UTC", True), ("soon", False), ("", False)]
)
def test_a_time_that_is_none_stays_behind(source, text, kept):
    (source / "timestamp.txt").write_text(text)
    assert copied(source) == (["timestamp.txt"] if kept else [])


def test_depth_number_and_size_are_limited(source, monkeypatch):
    deep = source
    for _ in range(8):
        deep = deep / "d"
        deep.mkdir()
        (deep / "x.txt").write_text("x")
    assert len(copied(source)) == other_files.MAX_DEPTH
    monkeypatch.setattr(other_files, "MAX_FILES", 2)
    for number in range(9):
        (source / f"{number}.txt").write_text("x")
    assert len(copied(source)) == other_files.MAX_DEPTH + 2  # those of before, and two
    monkeypatch.setattr(other_files, "MAX_LOOKED_AT", 0)
    monkeypatch.setattr(other_files, "MAX_BYTES", 0)
    copy_other_files(source, source.parent / "nothing")
    assert not (source.parent / "nothing").exists()
