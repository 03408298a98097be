"""Tampering with the folder that is handed in: links, pipes, names, times."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from tiny_set import NAME

from .attack import Attack

INVALID, NOTHING = ("invalid",), (0.0,)
FILE = f"{NAME}.ipynb"


def _instead(make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Something else in the notebook's place."""

    def place(folder: Path) -> None:
        (folder / FILE).unlink()
        make(folder / FILE)

    return place


def _time(content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / "timestamp.txt").write_bytes(content) and None


def _renamed(*names: bytes) -> Callable[[Path], None]:
    """The notebook under other names."""

    def place(folder: Path) -> None:
        content = (folder / FILE).read_bytes()
        (folder / FILE).unlink()
        for name in names:
            Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_bytes(content)

    return place


def _device(path: Path) -> None:
    try:
        os.mknod(path, 0o20666, os.makedev(1, 5))  # /dev/zero
    except PermissionError:  # only root may: a link to it then
        path.symlink_to("/dev/zero")


def _course(path: Path) -> Path:
    return path.parents[3]


def _hard_link(path: Path) -> None:
    os.link(_course(path) / "solutions" / "secret.txt", path)


def _whole_folder(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.symlink_to(_course(folder / "x") / "submitted" / "ending-zz-neighbour" / folder.name)


def _time_as(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def place(folder: Path) -> None:
        (folder / "timestamp.txt").unlink()
        make(folder / "timestamp.txt")

    return place


def _others(folder: Path) -> None:
    """Everything that a folder can hold."""
    pages = ("page.html", "picture.svg", "run.js", "tiny.html", "index.xhtml", "a.txt.html")
    for name in (*pages, "numpy.py", "sitecustomize.py", "conftest.py", "evil.pth", "x.ipynb.html"):
        (folder / name).write_text("<script>alert(1)</script>")
    (folder / "link.txt").symlink_to(_course(folder / "x") / "solutions" / "secret.txt")
    (folder / "outside").symlink_to("/")
    os.mkfifo(folder / "pipe.csv")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "numpy.cpython-311.pyc").write_bytes(b"x")
    (folder / "kept.csv").write_text("1,2")


def _forged_record(folder: Path) -> None:
    told = {"state": "graded", "points": 5, "max_points": 5, "seed": 1, "exercises": {}}
    (folder / "grading.json").write_text(json.dumps(told))
    (folder / ".grading.json").mkdir()


def _deep_folders(folder: Path) -> None:
    here = folder
    for _ in range(40):
        here = here / "d"
        here.mkdir()
    (here / "x.txt").write_text("x")


FILES = (
    Attack("link-to-a-neighbour", states=INVALID, points=NOTHING, place=_instead(
        lambda path: path.symlink_to(f"../../ending-zz-neighbour/{path.parent.name}/{FILE}"))),
    Attack("link-to-a-secret", states=INVALID, points=NOTHING, place=_instead(
        lambda path: path.symlink_to("../../../solutions/secret.txt"))),
    Attack("hard-link-to-a-secret", place=_instead(_hard_link), states=INVALID, points=NOTHING),
    Attack("link-to-nothing", place=_instead(lambda path: path.symlink_to("nothing")),
           states=INVALID, points=NOTHING),
    Attack("link-to-itself", place=_instead(lambda path: path.symlink_to(path.name)),
           states=INVALID, points=NOTHING),
    Attack("pipe", place=_instead(os.mkfifo), states=INVALID, points=NOTHING),
    Attack("folder", place=_instead(os.mkdir), states=INVALID, points=NOTHING),
    Attack("device", place=_instead(_device), states=INVALID, points=NOTHING),
    Attack("folder-of-a-neighbour", place=_whole_folder, states=INVALID, points=NOTHING),
    Attack("name-of-a-command", place=_renamed(b"-rf $(touch x);`touch y`.ipynb")),
    Attack("name-with-controls", place=_renamed(b"\x1b]0;evil\x07\n\r.ipynb")),
    Attack("name-that-is-no-text", place=_renamed(b"\xff\xfe.ipynb")),
    Attack("names-in-doubt", place=_renamed(b"=cmd|' calc'!A0.ipynb", b"<script>.ipynb",
                                             b"\x1b[2J\xff.ipynb", "\u202egnp.ipynb".encode()),
           states=INVALID, points=NOTHING, never=("<script>", "\x1b", "\u202e")),
    Attack("name-in-capitals", place=_renamed(b"TINY.IPYNB")),
    Attack("time-of-the-future", place=_time(b"9999-12-31 23:59:59 UTC")),
    Attack("time-of-the-past", place=_time(b"0001-01-01 00:00:00 +1400")),
    Attack("time-that-is-none", place=_time(b"tomorrow; DROP TABLE student")),
    Attack("time-in-bytes", place=_time(b"\xff\x00" * 4)),
    Attack("time-without-end", place=_time(b"2026-10-05 16:20:00 UTC" + b" " * 10**7)),
    Attack("time-as-a-pipe", place=_time_as(os.mkfifo)),
    Attack("time-as-a-link", place=_time_as(lambda path: path.symlink_to("/dev/zero"))),
    Attack("time-as-a-folder", place=_time_as(os.mkdir)),
    Attack("other-files", place=_others, never=("<script>",)),
    Attack("forged-record", place=_forged_record),
    Attack("deep-folders", place=_deep_folders),
)  # fmt: skip
