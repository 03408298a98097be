"""What is handed in becomes a notebook, or a reason why not."""

from __future__ import annotations

import json
import os
import time

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from tiny_set import content, submitted_notebook

from course_lib.grading import admit as admit_module
from course_lib.grading.admit import (
    Rejected,
    admit,
    find_notebook,
    is_base64,
    read_regular,
)

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    "AAAABJRU5ErkJggg=="
)


def told(**changes) -> bytes:
    """A small notebook as JSON, with top-level keys changed."""
    cell = {"cell_type": "code", "source": "x = 1", "metadata": {}, "id": "a"}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    return json.dumps({**notebook, **changes}).encode()


def sources(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells]


def test_a_notebook_is_reduced_to_what_was_written():
    cell = new_code_cell("x", metadata={"tags": ["skip-execution"], "nbgrader": {"points": 99}})
    cell.metadata.nbgrader.grade_id = "mse"
    cell.outputs = [new_output("stream", text="5 of 5 points")]
    given = new_notebook(
        cells=[cell], metadata={"kernelspec": {"name": "evil", "display_name": ""}}
    )
    notebook = admit(content(given))
    assert notebook.metadata == {}
    assert notebook.cells[0] == {
        "cell_type": "code",
        "source": "x",
        "metadata": {"nbgrader": {"grade_id": "mse"}},
        "id": cell.id,
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_encodings_cost_nothing(encoding):
    notebook = submitted_notebook(double="# für\ndef double(x): return 2 * x")
    text = json.dumps(notebook, ensure_ascii=False)
    assert "# für" in admit(text.encode(encoding)).cells[2].source


def test_a_source_may_be_a_list_of_lines():
    cell = {"cell_type": "code", "source": ["a\n", "b"], "metadata": {}}
    assert sources(admit(told(cells=[cell]))) == ["a\nb"]


def test_half_characters_are_replaced():
    cell = {"cell_type": "code", "source": "s = '\ud800'", "metadata": {}}
    assert sources(admit(told(cells=[cell]))) == ["s = '?'"]


def test_what_is_no_cell_is_left_out():
    cells = [None, 3, {}, {"cell_type": "evil", "source": ""}, {"cell_type": "code", "source": 5}]
    assert admit(told(cells=cells)).cells == []


def test_odd_metadata_is_no_obstacle():
    cells = [
        {"cell_type": "code", "source": "", "metadata": odd, "id": 7}
        for odd in (None, [], {"nbgrader": 3}, {"nbgrader": {"grade_id": ["mse"]}})
    ]
    notebook = admit(told(cells=cells))
    assert [cell.metadata for cell in notebook.cells] == [{}] * 4
    assert all("id" not in cell for cell in notebook.cells)


def test_pasted_pictures_stay_and_nothing_else_that_is_attached():
    attached = {
        "a.png": {"image/png": PIXEL},
        "b.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"},
        "c.png": {"image/png": '"><script>'},
        "d.png": None,
    }
    cell = {"cell_type": "markdown", "source": "![](attachment:a.png)", "attachments": attached}
    assert admit(told(cells=[cell])).cells[0].attachments == {"a.png": {"image/png": PIXEL}}


def test_base64_is_told_from_everything_else():
    assert is_base64(PIXEL)
    assert is_base64(f"{PIXEL[:8]}\n{PIXEL[8:]}")
    for other in (None, 3, "<b>", "é", [PIXEL]):
        assert not is_base64(other)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"PK\x03\x04 a zip", "not JSON"),
        (b"3", "no notebook of format 4"),
        (told(nbformat=3), "not of format 4"),
        (told(nbformat="4"), "not of format 4"),
        (told(cells={}), "no notebook"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]," * 600_000, "too many values"),
        (b'{"a": ' + b"1" * 5000 + b"}", "not JSON"),
        (told(cells=[{}] * 2001), "more than 2000 cells"),
        (
            told(cells=[{"cell_type": "code", "source": "x" * 600_000}]),
            "more than 131072 characters of code",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "given",
)
def test_what_is_no_notebook_is_rejected_in_one_line(given, reason):
    with pytest.raises(Rejected, match=reason) as rejected:
        admit(given)
    assert "\n" not in str(rejected.value)


def test_a_large_hostile_file_is_rejected_soon():
    started = time.monotonic()
    with pytest.raises(Rejected):
        admit(b'"' + b'\\"' * (9 * admit_module.MEGABYTE))
    assert time.monotonic() - started < 5


def test_a_regular_file_is_read(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert read_regular(tmp_path / "a", limit=3) == b"abc"
    with pytest.raises(Rejected, match="larger than"):
        read_regular(tmp_path / "a", limit=2)


def test_links_pipes_folders_and_nothing_are_not_read(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("link", "loop", "pipe", "folder", "missing"):
        with pytest.raises(Rejected, match=name):
            read_regular(tmp_path / name)


def test_the_notebook_is_found_by_its_name(tmp_path):
    (tmp_path / "tiny.ipynb").touch()
    (tmp_path / "other.ipynb").touch()
    assert find_notebook(tmp_path, "tiny", ["tiny"]).name == "tiny.ipynb"


def test_a_renamed_notebook_is_taken_where_there_is_no_doubt(tmp_path):
    (tmp_path / "tiny (1).ipynb").touch()
    assert find_notebook(tmp_path, "tiny", ["tiny"]).name == "tiny (1).ipynb"
    with pytest.raises(Rejected, match="there are tiny"):
        find_notebook(tmp_path, "tiny", ["tiny", "large"])
    (tmp_path / "b.ipynb").touch()
    with pytest.raises(Rejected, match=r"b\.ipynb, tiny \(1\)\.ipynb"):
        find_notebook(tmp_path, "tiny", ["tiny"])


def test_no_notebook_and_no_folder_are_told(tmp_path):
    with pytest.raises(Rejected, match="no notebook at all"):
        find_notebook(tmp_path, "tiny", ["tiny"])
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(Rejected, match="no folder of its own"):
        find_notebook(tmp_path / "link", "tiny", ["tiny"])


def test_a_markdown_cell_keeps_its_place():
    notebook = new_notebook(cells=[new_markdown_cell("a"), new_code_cell("b")])
    assert sources(admit(content(notebook))) == ["a", "b"]
