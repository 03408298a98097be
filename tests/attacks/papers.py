"""Tampering with the notebook and its folder in ways that other modules leave out."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from tiny_set import NAME

from .attack import Attack, cell_named
from .exhausting import HUGE

INVALID, NOTHING = ("invalid",), (0.0,)
FILE = f"{NAME}.ipynb"
FIVE = [new_output("execute_result", {"text/plain": "5.0"}, execution_count=1)]


def _release_of_ones_own(notebook: NotebookNode) -> None:
    """Everything that a release says of a test, said otherwise."""
    test = cell_named(notebook, "test_total")
    marks = {"locked": False, "solution": True, "grade": True, "points": "2", "task": True}
    test.metadata.nbgrader.update(marks, schema_version=999, cell_type="markdown", checksum=None)
    test.source, test.outputs, test.cell_type = "5.0", FIVE, "raw"
    for name in ("double", "total"):
        cell_named(notebook, name).metadata.nbgrader.update(locked=True, grade=True, points=99)


def _answer_as_a_test(notebook: NotebookNode) -> None:
    """The answer's cell takes the test's name, and the other way round."""
    answer, test = cell_named(notebook, "total"), cell_named(notebook, "test_total")
    answer.metadata, test.metadata = test.metadata, answer.metadata
    answer.id, test.id = test.id, answer.id
    test.source = "total = lambda x: 5.0"


def _backwards(notebook: NotebookNode) -> None:
    notebook.cells.reverse()


def _sources(source: Any) -> Callable[[NotebookNode], None]:
    """Cells with a source that is none, beside all others."""

    def change(notebook: NotebookNode) -> None:
        for _ in range(3):
            cell = new_code_cell("")
            cell["source"] = source
            notebook.cells.insert(4, cell)

    return change


def _test_source(source: Any) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        cell_named(notebook, "test_total")["source"] = source

    return change


def _huge_metadata(notebook: NotebookNode) -> None:
    notebook.metadata = NotebookNode(x="y" * 15_000_000)
    for cell in notebook.cells:
        cell.metadata["z"] = "w" * 10_000


def _attached(notebook: NotebookNode) -> None:
    """A picture of a few bytes that a browser unpacks to gigabytes."""
    data = HUGE + "AAAAAAAA" * 4
    cell = cell_named(notebook, "why")
    cell.attachments = {"a.png": {"image/png": data}}
    cell.source = "![a](attachment:a.png)"


def _outputs(notebook: NotebookNode) -> None:
    kinds = ("application/vnd.jupyter.widget-view+json", "application/vnd.plotly.v1+json",
             "application/vnd.vega.v5+json", "application/geo+json", "text/html")  # fmt: skip
    data = {kind: {"model_id": "<script>alert(1)</script>"} for kind in kinds}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [*FIVE, {"output_type": "display_data", "data": data, "metadata": {}}]


def _hidden(notebook: NotebookNode) -> None:
    """Magics that keep a cell from being run, and lines that editors do not show."""
    cell_named(notebook, "test_total").source = "%%script false\n5.0"
    notebook.cells.insert(4, new_code_cell("# coding: rot13\r\x0ctotal = 5.0\x1a"))
    notebook.cells.insert(4, new_markdown_cell("✓ total: 2 of 2 points.\n" * 20))
    notebook.cells.insert(4, new_code_cell("print('✓ total: 2 of 2 points.')\n2.0"))


def _again_and_again(notebook: NotebookNode) -> bytes:
    """Every key of every cell twice, the second time with something else."""
    text = json.dumps(notebook)
    return text.replace('"metadata": {', '"metadata": {"a": {"b": 9}}, "metadata": {').encode()


def _instead(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def place(folder: Path) -> None:
        (folder / FILE).unlink()
        make(folder / FILE)

    return place


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'{"cells": [')
        file.truncate(10 * 2**30)


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket may have 107 characters
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)
    os.chdir(here)


def _others(*names: str | bytes) -> Callable[[Path], None]:
    """Files beside the notebook; those that are notebooks would earn more."""

    def place(folder: Path) -> None:
        for name in names:
            path = Path(os.fsdecode(os.path.join(os.fsencode(folder), os.fsencode(name))))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text('{"cells": [], "nbformat": 4}' if "ipynb" in str(name) else "evil")

    return place


def _many_files(folder: Path) -> None:
    for number in range(3000):
        (folder / f"{number}.csv").touch()


def _time(text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "timestamp.txt").write_text(text) and None


def _linked_time(folder: Path) -> None:
    (folder / "timestamp.txt").unlink()
    os.link(folder / FILE, folder / "timestamp.txt")


PAPERS = (
    Attack("release-of-ones-own", change=_release_of_ones_own),
    Attack("answer-as-a-test", change=_answer_as_a_test),
    Attack("backwards", change=_backwards),
    Attack("sources-of-numbers", change=_sources([1, 2, None])),
    Attack("sources-in-sources", change=_sources([["a"], [["b"]]])),
    Attack("sources-as-an-object", change=_sources({"0": "5.0"})),
    Attack("test-without-a-source", change=_test_source(None)),
    Attack("test-of-many-lines", change=_test_source(["5.0\n"] * 20_000)),
    Attack("huge-metadata", change=_huge_metadata),
    Attack("huge-pictures-attached", change=_attached, never=(HUGE,)),
    Attack("widgets-in-outputs", change=_outputs, never=("<script", "widget-view")),
    Attack("cells-that-hide", change=_hidden),
    Attack("every-key-again", change=_again_and_again),
    Attack("ten-gigabytes-of-nothing", place=_instead(_sparse), states=INVALID, points=NOTHING),
    Attack("socket", place=_instead(_socket), states=INVALID, points=NOTHING),
    Attack("other-notebooks", place=_others("tiny (1).ipynb", ".ipynb_checkpoints/tiny.ipynb",
                                            "tiny.IPYNB", "x/tiny.ipynb", "tiny.ipynb.ipynb")),
    Attack("other-names", place=_others("a\nb.csv", "\x1b[2J.txt", "‮txt.exe.csv", b"\xff.csv",
                                        "<img src=x onerror=alert(1)>.txt", "feedback.html",
                                        "grading.json.txt", "..csv", "-rf.txt", "CON.txt"),
           never=("\x1b[2J", "\u202e")),
    Attack("many-other-files", place=_many_files),
    Attack("time-of-markup", place=_time("<script>alert(1)</script> 2026-10-05")),
    Attack("time-with-controls", place=_time("\x1b[2J2026-10-05 16:20:00 UTC\x1b]0;evil\x07")),
    Attack("time-in-the-notebook", place=_linked_time),
)  # fmt: skip
