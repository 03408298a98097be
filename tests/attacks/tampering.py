"""Tampering with what the notebook says of itself: cells, metadata, points, ids, versions."""

from __future__ import annotations

import copy
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from .attack import Attack, cell_named

INVALID, NOTHING = ("invalid",), (0.0,)
FIVE = [new_output("execute_result", {"text/plain": "5.0"}, execution_count=1)]


def _test_with(**marks: Any) -> Callable[[NotebookNode], None]:
    """Metadata of the test of the wrong answer."""

    def change(notebook: NotebookNode) -> None:
        cell_named(notebook, "test_total").metadata.nbgrader.update(marks)

    return change


def _top(**changes: Any) -> Callable[[NotebookNode], bytes]:
    return lambda notebook: json.dumps({**notebook, **changes}).encode()


def _edited(notebook: NotebookNode) -> None:
    cell_named(notebook, "test_total").source = "total = check\n5.0"


def _no_tests(notebook: NotebookNode) -> None:
    notebook.cells = [c for c in notebook.cells if not c.get("id", "").startswith("test_")]


def _empty(notebook: NotebookNode) -> None:
    notebook.cells = []


def _twice(notebook: NotebookNode) -> None:
    for test in [copy.deepcopy(cell_named(notebook, "test_total")) for _ in range(3)]:
        test.source, test.outputs = "5.0", FIVE
        test.metadata.nbgrader.points = 50
        notebook.cells.insert(0, test)


def _swapped(notebook: NotebookNode) -> None:
    one, other = cell_named(notebook, "test_double"), cell_named(notebook, "test_total")
    one.metadata.nbgrader, other.metadata.nbgrader = other.metadata.nbgrader, one.metadata.nbgrader
    one.id, other.id = other.id, one.id


def _easier(notebook: NotebookNode) -> None:
    """The right answer claims to be that of the other test too."""
    answer = copy.deepcopy(cell_named(notebook, "double"))
    answer.metadata.nbgrader.grade_id = answer.id = "total"
    notebook.cells.append(answer)


def _outputs(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = FIVE, 1


def _tags(notebook: NotebookNode) -> None:
    tags = ["skip-execution", "raises-exception", "remove-cell", "nbgrader-skip", "hide_input"]
    for cell in notebook.cells:
        cell.metadata.tags = tags
        cell.metadata.update(deletable=True, editable=True, collapsed=True, jupyter={"a": 1})


def _as_text(notebook: NotebookNode) -> None:
    for name in ("test_double", "test_total"):
        cell = cell_named(notebook, name)
        cell.cell_type = "markdown"


def _no_type(notebook: NotebookNode) -> None:
    cell_named(notebook, "test_total").cell_type = ["code"]
    cell_named(notebook, "total").source = {"a": "b"}


def _same_ids(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.id = "test_total"


def _odd_ids(notebook: NotebookNode) -> None:
    for cell, odd in zip(notebook.cells, (None, 3, [], {}, "é" * 99, "../..", ""), strict=True):
        cell.id = odd


def _without_marks(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata, cell.id = NotebookNode(), "x"


def _odd_marks(notebook: NotebookNode) -> None:
    odd = (None, [], "x", 3, {"grade_id": None}, {"grade_id": ["a"]}, {"grade_id": "x" * 10**5})
    for marks in odd:
        notebook.cells.append(new_code_cell("5.0"))
        notebook.cells[-1].metadata = {"nbgrader": marks}


def _other_cells(notebook: NotebookNode) -> None:
    notebook.cells += [new_raw_cell("5.0"), new_markdown_cell("5 of 5 points"), None, 5, "x", []]


def _kernel(notebook: NotebookNode) -> None:
    evil = {"name": "evil", "display_name": "x", "argv": ["touch", "/tmp/evil"], "language": "sh"}
    notebook.metadata = NotebookNode(kernelspec=evil, language_info={"name": "bash"}, widgets=3)


def _version_in_metadata(notebook: NotebookNode) -> None:
    for cell, version in zip(notebook.cells, (1, 2, 99, -1, "3", None, [3]), strict=True):
        cell.metadata["nbgrader"] = {**cell.metadata.get("nbgrader", {}), "schema_version": version}


def _keys_twice(notebook: NotebookNode) -> bytes:
    text = json.dumps(notebook)
    test = json.dumps(cell_named(notebook, "test_total").source)
    return text.replace(f'"source": {test}', f'"source": {test}, "source": "5.0"').encode()


def _attachments(notebook: NotebookNode) -> None:
    cell = cell_named(notebook, "why")
    cell.source = "![a](attachment:a.svg) ![b](attachment:b.png) ![c](attachment:c.html)"
    cell.attachments = {
        "a.svg": {"image/svg+xml": "<svg onload=alert(1)>"},
        "b.png": {"image/png": '"><script>alert(1)</script>'},
        "c.html": {"text/html": "<script>alert(1)</script>"},
        "d": None,
    }


def _zipped(notebook: NotebookNode) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../tiny.ipynb", json.dumps(notebook))
    return file.getvalue()


def _code(source: str) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        notebook.cells.insert(4, new_code_cell(source))

    return change


TAMPERING = (
    Attack("edited-test", change=_edited),
    Attack("deleted-tests", change=_no_tests),
    Attack("everything-deleted", change=_empty, points=NOTHING),
    Attack("tests-twice", change=_twice),
    Attack("tests-swapped", change=_swapped),
    Attack("an-answer-for-two", change=_easier),
    Attack("more-points", change=_test_with(points=100)),
    Attack("odd-points", change=_test_with(points="NaN")),
    Attack("no-points", change=_test_with(points=-5, grade=False)),
    Attack("renamed-test", change=_test_with(grade_id="test_double")),
    Attack("unknown-test", change=_test_with(grade_id="test_nothing")),
    Attack("test-as-an-answer", change=_test_with(solution=True, locked=False)),
    Attack("test-as-a-task", change=_test_with(task=True, grade=False)),
    Attack("checksum-of-ones-own", change=_test_with(checksum="0" * 32)),
    Attack("schema-versions", change=_version_in_metadata),
    Attack("forged-outputs", change=_outputs),
    Attack("tags", change=_tags),
    Attack("tests-as-text", change=_as_text),
    Attack("no-type", change=_no_type),
    Attack("the-same-ids", change=_same_ids, points=(0.0, 3.0)),
    Attack("odd-ids", change=_odd_ids),
    Attack("without-marks", change=_without_marks),
    Attack("odd-marks", change=_odd_marks),
    Attack("cells-that-are-none", change=_other_cells),
    Attack("kernel-of-ones-own", change=_kernel),
    Attack("keys-twice", change=_keys_twice),
    Attack("attachments", change=_attachments, never=("<script>", "<svg")),
    Attack("nul-in-code", change=_code("x = '\0'\n\0")),
    Attack("half-characters", change=_code("x = '\ud800'; print('\udfff\ud800')")),
    Attack("names-that-look-alike", change=_code("сheck = total = dоuble = 5.0"), points=(3.0,)),
    Attack("redefined-afterwards", last=("def double(x): return -1",)),
    Attack("format-3", change=_top(nbformat=3), states=INVALID, points=NOTHING),
    Attack("format-as-text", change=_top(nbformat="4"), states=INVALID, points=NOTHING),
    Attack("format-that-is-none", change=_top(nbformat=None), states=INVALID, points=NOTHING),
    Attack("minor-version", change=_top(nbformat_minor=10**9)),
    Attack("metadata-that-is-none", change=_top(metadata=[["a"]])),
    Attack("cells-as-an-object", change=_top(cells={}), states=INVALID, points=NOTHING),
    Attack("no-object", change=lambda _: b"[1, 2]", states=INVALID, points=NOTHING),
    Attack("numbers-that-are-none", change=lambda n: json.dumps({**n, "a": [1e999, float("nan")]})
           .encode()),
    Attack("empty-file", change=lambda _: b"", states=INVALID, points=NOTHING),
    Attack("zeros", change=lambda _: bytes(5000), states=INVALID, points=NOTHING),
    Attack("utf-16", change=lambda n: json.dumps(n).encode("utf-16"), states=INVALID,
           points=NOTHING),
    Attack("zipped", change=_zipped, states=INVALID, points=NOTHING),
    Attack("compressed", change=lambda n: gzip.compress(json.dumps(n).encode(), mtime=0),
           states=INVALID, points=NOTHING),
    Attack("cut-short", change=lambda n: json.dumps(n).encode()[:-20], states=INVALID,
           points=NOTHING),
    Attack("two-documents", change=lambda n: json.dumps(n).encode() * 2, states=INVALID,
           points=NOTHING),
    # Not hostile, and worth the same as ever: what other programs write.
    Attack("latin-1", change=lambda n: json.dumps({**n, "a": "é"}, ensure_ascii=False)
           .encode("latin-1")),
    Attack("byte-order-mark", change=lambda n: b"\xef\xbb\xbf" + json.dumps(n, indent=1)
           .replace("\n", "\r\n").encode()),
)  # fmt: skip
