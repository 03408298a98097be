"""JSON, names and times that are unusual in every way that their formats allow."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from .attack import Attack, cell_named

INVALID, NOTHING = ("invalid",), (0.0,)
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


def _grade_id(name: str) -> Callable[[NotebookNode], None]:
    """Another name for the test of the wrong answer, and full points in it."""

    def change(notebook: NotebookNode) -> None:
        test = cell_named(notebook, "test_total")
        test.metadata.nbgrader.grade_id = test.id = name
        test.source = "5.0"

    return change


def _top(**changes: Any) -> Callable[[NotebookNode], bytes]:
    return lambda notebook: json.dumps({**notebook, **changes}).encode()


def _raw(key: str, value: str) -> Callable[[NotebookNode], bytes]:
    """The file with one more key, its value as it is written here."""
    return lambda notebook: (json.dumps(notebook)[:-1] + f', "{key}": {value}}}').encode()


def _many_keys(notebook: NotebookNode) -> bytes:
    return _top(metadata={f"k{i:x}": 0 for i in range(900_000)})(notebook)


def _nested(depth: int) -> Callable[[NotebookNode], bytes]:
    return _raw("metadata", '{"a":' * depth + "1" + "}" * depth)


def _letters(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.source = list(cell.source)


def _separators(notebook: NotebookNode) -> None:
    """What some take for the end of a line, and Python does not."""
    cell = cell_named(notebook, "total")
    cell.source = "def total(x):\n    '''\u2028\x85\x0b\x0c\x1c'''\n    return -1.0  # \u2029 5.0"


def _pictures(notebook: NotebookNode) -> None:
    names = [f"{i}.png" for i in range(3000)]
    names += ["../../evil.png", "__proto__", "constructor", "\ud800.png", "a\0b.png", "<b>.png"]
    cell = cell_named(notebook, "why")
    cell.attachments = {name: {"image/png": PIXEL} for name in names}
    cell.source = " ".join(f"![{name}](attachment:{name})" for name in names[:300] + names[-6:])


def _prototype(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata.update({"__proto__": {"points": 9}, "__class__": "x", "update": 3})
        cell["__proto__"] = cell["constructor"] = {"points": 9}


def _time(text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "timestamp.txt").write_text(text) and None


TIMES = {
    "iso": "2026-10-05T16:20:00.123456789Z",
    "seconds": "1791217200",
    "lines": "2026-10-05 16:20:00 UTC\n2020-01-01 00:00:00 UTC\n",
    "wide": "２０２６-１０-０５ 16:20:00 UTC",
    "zone": "2026-10-05 16:20:00 +9999",
    "nul": "2026-10-05 16:20:00 UTC\0",
    "turned": "\u202e2026-10-05 16:20:00 UTC",
    "words": "the day before the day after tomorrow at noon and a half",
    "negative": "-2026-10-05 16:20:00 UTC",
    "leap": "2026-12-31 23:59:60 UTC",
    "name": "2026-10-05 16:20:00 Mars/Olympus",
}

DOCUMENTS = (
    Attack("id-in-other-letters", change=_grade_id("tеst_tоtаl")),
    Attack("id-of-half-characters", change=_grade_id("test_total\ud800")),
    Attack("id-with-an-end", change=_grade_id("test_total\0")),
    Attack("id-in-wide-letters", change=_grade_id("ｔｅｓｔ＿ｔｏｔａｌ")),
    Attack("id-that-is-a-path", change=_grade_id("../../test_double")),
    Attack("a-million-keys", change=_many_keys),
    Attack("metadata-nested-900-deep", change=_nested(900)),
    Attack("metadata-nested-40000-deep", change=_nested(40_000), states=INVALID, points=NOTHING),
    Attack("cells-twice", change=_raw("cells", "[]"), points=NOTHING),
    Attack("number-of-many-digits", change=_raw("metadata", "9" * 10**6), states=INVALID,
           points=NOTHING),
    Attack("number-beyond-all", change=_raw("metadata", '{"a": 1e99999, "b": -0, "c": NaN}')),
    Attack("format-that-is-true", change=_top(nbformat=True), states=INVALID, points=NOTHING),
    Attack("format-as-a-fraction", change=_top(nbformat=4.0)),
    Attack("json-in-json", change=lambda n: json.dumps(json.dumps(n)).encode(), states=INVALID,
           points=NOTHING),
    Attack("utf-7", change=lambda n: json.dumps(n).encode("utf-7"), states=("graded", "invalid"),
           points=(0.0, 3.0)),
    Attack("commented", change=lambda n: b"// evil\n" + json.dumps(n).encode(), states=INVALID,
           points=NOTHING),
    Attack("letter-by-letter", change=_letters),
    Attack("separators", change=_separators),
    Attack("thousands-of-pictures", change=_pictures, never=("<b>.png",)),
    Attack("prototypes", change=_prototype),
    *(Attack(f"time-{name}", place=_time(text)) for name, text in TIMES.items()),
)  # fmt: skip
