"""Outputs that come from a sandbox hold text and pictures only, and not too much of them."""

from __future__ import annotations

import base64

import nbformat
from nbformat.v4 import new_code_cell

from course_lib.grading.outputs import notebook_outputs

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    "AAAABJRU5ErkJggg=="
)


def test_outputs_hold_text_and_pictures_only():
    hostile = [
        {"output_type": "stream", "name": "stdout", "text": "kept"},
        {"output_type": "stream", "name": "evil", "text": "x"},
        {"output_type": "display_data", "data": {"text/html": "<script>", "text/plain": "kept"}},
        {"output_type": "display_data", "data": {"image/png": '"><script>'}},
        {"output_type": "display_data", "data": {"image/svg+xml": "<svg onload=x>"}},
        {"output_type": "display_data", "data": {"application/javascript": "alert(1)"}},
        {"output_type": "execute_result", "data": {"image/png": PIXEL}, "execution_count": "1"},
        {"output_type": "error", "ename": 3, "evalue": None, "traceback": "no list"},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t", 3]},
        {"output_type": "unknown"},
        None,
    ]
    kept = notebook_outputs(hostile)
    assert [output.output_type for output in kept] == [
        "stream",
        "display_data",
        "execute_result",
        "error",
        "error",
    ]
    assert kept[1].data == {"text/plain": "kept"}
    assert kept[2].data == {"image/png": PIXEL}
    assert "script" not in str(kept)
    for nothing in (None, 3, {"a": 1}, "text"):
        assert notebook_outputs(nothing) == []
    assert len(notebook_outputs(hostile[:1] * 1000)) == 100
    nbformat.validate(nbformat.v4.new_notebook(cells=[new_code_cell("", outputs=kept)]))


def test_what_one_cell_shows_is_bounded_in_all_and_drives_no_terminal():
    text = {"output_type": "stream", "name": "stdout", "text": "x" * 200_000}
    long = base64.b64encode(base64.b64decode(PIXEL) + bytes(3 * 2**20 - 300)).decode()
    picture = {"output_type": "display_data", "data": {"image/png": long}}
    kept = notebook_outputs([*[text] * 50, *[picture] * 10])
    assert sum(len(output.get("text", "")) for output in kept) < 2**19
    assert len([output for output in kept if output.output_type == "display_data"]) == 2
    (shown,) = notebook_outputs([{**text, "text": "a\0\x07\x9b2J\tb\x1b[31m\n"}])
    assert shown.text == "a2J\tb\x1b[31m\n"
