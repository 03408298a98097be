"""Every exercise names the section of the book that has what it needs, and the section is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import jupytext
import pytest
from docutils.nodes import make_id

from course_lib.bundle import BOOK_LINK
from course_lib.checks.registry import exercises_of
from course_lib.course_map import CHAPTERS, PS

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
HINT = re.compile(r"^\*Hint: .*?\.\*$", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^(`{3,}|:{3,}).*?^\1", re.MULTILINE | re.DOTALL)
# A heading's anchor on the built page is made from its words, a label's from the label.
HEADING = re.compile(r"^#{1,4} (.+)$", re.MULTILINE)
LABEL = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)


def source_of(set_name: str) -> Path:
    (path,) = (ROOT / "solutions" / set_name).glob("*.md")
    return path


@cache
def anchors(page: str) -> list[str]:
    text = FENCED.sub("", (BOOK / f"{page}.md").read_text(encoding="utf-8"))
    headings = [heading.replace("\\", "") for heading in HEADING.findall(text)]
    return [make_id(name) for name in (*headings, *LABEL.findall(text))]


def texts_before_answers(set_name: str) -> dict[str, str]:
    """Of each exercise: the text right above its answer cell."""
    cells = jupytext.read(
        source_of(set_name), fmt={"extension": ".md", "format_name": "myst"}
    ).cells
    return {
        cell.metadata["exercise"]: cells[number - 1].source
        for number, cell in enumerate(cells)
        if "exercise" in cell.metadata
    }


@pytest.mark.parametrize("set_name", PS)
def test_every_exercise_names_a_section_that_is_there(set_name: str) -> None:
    texts = texts_before_answers(set_name)
    assert list(texts) == list(exercises_of(set_name))
    for name, text in texts.items():
        (hint,) = HINT.findall(text)
        words, page, anchor = BOOK_LINK.findall(hint)[0]
        assert anchors(page).count(anchor.removeprefix("#")) == 1, (name, words, anchor)
        quoted = words.partition('" in the chapter ')[0].removeprefix('"').replace("\\", "")
        assert make_id(quoted) == anchor.removeprefix("#"), (name, words, anchor)


@pytest.mark.parametrize("set_name", PS)
def test_every_link_to_the_book_leads_to_a_page(set_name: str) -> None:
    links = BOOK_LINK.findall(source_of(set_name).read_text(encoding="utf-8"))
    assert links
    assert [page for _, page, _ in links if not (BOOK / f"{page}.md").is_file()] == []


@pytest.mark.parametrize("set_name", PS)
def test_an_assignment_links_its_chapters_before_its_first_exercise(set_name: str) -> None:
    head = source_of(set_name).read_text(encoding="utf-8").partition("### Exercise 1")[0]
    linked = {page for _, page, _ in BOOK_LINK.findall(head)}
    assert {each.page for each in CHAPTERS if set_name in each.sets} <= linked
