"""The book on paper: all of its pages in one, printed by chromium, with an outline."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import NameObject, TextStringObject

from .book import Book
from .book_print import one_page
from .course import Course

NAME = "training-deep-networks.pdf"
FOOTER = (
    "<p style='width: 100%; text-align: center; font: 8pt sans-serif; color: #444'>"
    "<span class='pageNumber'></span></p>"
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Chromium says when it printed; the same book is to give the same bytes.
SAID = {"/Title": "Training deep networks", "/CreationDate": "D:20260101000000Z"}
READY = """async () => {
  await window.MathJax?.startup?.promise;
  await document.fonts.ready;
  await Promise.all([...document.images].map(image => image.decode()));
}"""
MINUTE = 60_000


def print_book(course: Course, book: Book) -> Path:
    """Print a built book into one PDF: A4, an outline, page numbers, links that stay within.

    Raises
    ------
    RuntimeError
        where there is no chromium.
    """
    from playwright.sync_api import sync_playwright  # only who prints needs it

    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        raise RuntimeError("the book is printed by chromium: apt-get install chromium")
    html = book.index.parent
    source, target = html / "_print.html", html.parents[1] / NAME
    source.write_text(one_page(html, course.book / "_toc.yml"), encoding="utf-8")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
            page = browser.new_page(color_scheme="light")
            page.set_default_timeout(10 * MINUTE)
            page.goto(source.as_uri(), wait_until="load")
            page.evaluate(READY)
            printed = page.pdf(
                format="A4",
                margin={"top": "16mm", "bottom": "20mm", "left": "16mm", "right": "16mm"},
                print_background=True,
                outline=True,
                tagged=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=FOOTER,
            )
            browser.close()
    finally:
        source.unlink()
    _write(printed, target)
    return target


def _write(printed: bytes, target: Path) -> None:
    # Chromium counts the parts of its own file short; they are read all the same.
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    writer = PdfWriter(clone_from=BytesIO(printed))
    for heading in _headings(writer.root_object["/Outlines"]):
        name = NameObject("/Title")
        heading[name] = TextStringObject(_said_once(heading[name]))
    writer.metadata = None
    writer.add_metadata(SAID)
    writer.write(target)


def _headings(parent: Any) -> Iterator[Any]:
    item = parent.get_object().get("/First")
    while item is not None:
        yield item.get_object()
        yield from _headings(item)
        item = item.get_object().get("/Next")


def _said_once(title: str) -> str:
    """A heading as it is: chromium says the parts of one twice where it moved it to a new page.

    >>> _said_once("1. 1. LossesLosses"), _said_once("1.2. Losses")
    ('1. Losses', '1.2. Losses')
    """
    number = "".join(re.findall(r"^[\d.]+\. ", title))
    rest = title.removeprefix(number)
    if number and rest.startswith(number):
        rest = rest.removeprefix(number)
    half = len(rest) // 2
    return number + (rest[:half] if rest[:half] == rest[half:] else rest)
