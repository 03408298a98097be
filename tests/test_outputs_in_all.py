"""What a whole notebook shows is bounded: in text, in pictures, and in what these unpack to."""

from __future__ import annotations

import base64
import doctest
import io
import json
import struct
import zlib

import pytest
from PIL import Image

from course_lib.grading import outputs, pictures
from course_lib.grading.admit import admit
from course_lib.grading.outputs import CUT, Notebook, notebook_outputs, update_displays
from course_lib.grading.pictures import pixels
from course_lib.grading.safe_html import clean_html, markdown_html


def told_png(width: int, height: int) -> str:
    """The first lines of a PNG file, which say how large it is; all else may be a few bytes."""
    size = struct.pack("!2I5B", width, height, 1, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n"
    for name, body in {b"IHDR": size, b"IDAT": b"", b"IEND": b""}.items():
        content += struct.pack("!I", len(body)) + name + body
        content += struct.pack("!I", zlib.crc32(name + body))
    return base64.b64encode(content).decode()


def drawn(kind: str, size: tuple[int, int]) -> str:
    file = io.BytesIO()
    Image.new("L", size).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


SMALL, HUGE = drawn("PNG", (30, 20)), told_png(60_000, 60_000)


def stream(text: str) -> dict[str, str]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def display(name: str, **data: str) -> dict[str, object]:
    return {"output_type": "display_data", "data": {**data}, "display_id": name}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_tells_its_size(kind):
    assert pixels(f"image/{kind.lower()}", drawn(kind, (30, 20))) == 600


@pytest.mark.parametrize(
    "data",
    [HUGE, told_png(0, 5), told_png(2**31 - 1, 1), "AAAA", "", "no base 64", SMALL[:20]],
    ids=["huge", "flat", "wide", "no-picture", "empty", "no-base", "cut"],
)
def test_what_no_browser_should_unpack_is_no_picture(data):
    assert pixels("image/png", data) == 0


def test_huge_pictures_are_shown_nowhere():
    """A few bytes that a reader's browser would make gigabytes of."""
    assert notebook_outputs([{"output_type": "display_data", "data": {"image/png": HUGE}}]) == []
    address = f"data:image/png;base64,{HUGE}"
    assert HUGE not in markdown_html(f"![x]({address})")
    assert HUGE not in clean_html(f'<img src="{address}">')
    cell = {"cell_type": "markdown", "source": "", "attachments": {"a": {"image/png": HUGE}}}
    notebook = admit(json.dumps({"nbformat": 4, "cells": [cell]}).encode())
    assert "attachments" not in notebook.cells[0]


def test_small_pictures_are_shown_everywhere():
    address = f"data:image/png;base64,{SMALL}"
    assert SMALL in markdown_html(f"![x]({address})")
    (shown,) = notebook_outputs([{"output_type": "display_data", "data": {"image/png": SMALL}}])
    assert shown.data == {"image/png": SMALL}


def test_all_cells_together_show_so_much_text_and_say_once_that_it_was_cut():
    notebook = Notebook()
    shown = [notebook_outputs([stream("x" * 250_000)], notebook) for _ in range(200)]
    texts = [output.text for cell in shown for output in cell]
    assert sum(map(len, texts)) < outputs.ALL_TEXT + 100
    assert [text.endswith(CUT) for text in texts] == [False] * (len(texts) - 1) + [True]


def test_all_cells_together_show_so_many_pixels():
    notebook = Notebook(pixels_left=3 * 600)
    told = {"output_type": "display_data", "data": {"image/png": SMALL}}
    assert sum(len(notebook_outputs([told], notebook)) for _ in range(10)) == 3


def test_one_update_of_many_displays_is_counted_for_each():
    notebook = Notebook()
    told = [display("d", **{"text/plain": "x"})] * 100
    cells = [notebook_outputs(told, notebook) for _ in range(50)]
    update_displays([display("d", **{"text/plain": "y" * 200_000})], notebook)
    shown = [output.data.get("text/plain", "") for cell in cells for output in cell]
    assert sum(map(len, shown)) < 2 * outputs.MAX_TEXT


def test_a_display_that_is_updated_without_end_takes_room_for_one():
    notebook = Notebook()
    (shown,) = notebook_outputs([display("d", **{"text/plain": "x", "image/png": SMALL})], notebook)
    before = vars(notebook).copy()
    for _ in range(500):
        update_displays([display("d", **{"text/plain": "y", "image/png": SMALL})], notebook)
    assert shown.data == {"text/plain": "y", "image/png": SMALL}
    assert vars(notebook) == before


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\x1b[1;31mred\x1b[0m", "\x1b[1;31mred\x1b[0m"),
        ("\x1b]52;c;ZXZpbA==", "]52;c;ZXZpbA=="),
        ("\x1b[20;20Hover\x1b[2Jall\x1b[?1049h", "overall"),
        ("\x1bc\x1b(0\x1b\x1b[31mx\x1b[", "c(0\x1b[31mx["),
        ("\x1b[38:5:1mx", "[38:5:1mx"),
    ],
    ids=["colours", "clipboard", "places", "others", "colons"],
)
def test_of_what_a_terminal_obeys_only_colours_stay(text, kept):
    (shown,) = notebook_outputs([stream(text)])
    assert shown.text == kept


def test_docstrings():
    assert doctest.testmod(pictures).failed == 0
