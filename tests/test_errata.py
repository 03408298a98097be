"""The errata page, read as text: every row has its place, its line in the table, and its proof."""

import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[1] / "book"
PAGE = (BOOK / "errata.md").read_text(encoding="utf-8")
OVERVIEW, *_ = re.findall(r"```\{list-table\}.*?\n(.*?)\n```", PAGE, flags=re.DOTALL)
# number -> what stands below its anchor, up to the next anchor or chapter
ROWS = {
    int(number): text
    for number, text in re.findall(
        r"^\(erratum-(\d+)\)=\n(.*?)(?=^\(erratum-|^## |\Z)", PAGE, flags=re.DOTALL | re.MULTILINE
    )
}
NUMBERS = range(1, 81)
# What no machine here can settle: Keras is not among the packages, a slip of the pen, references.
WITHOUT_A_CELL = {75, 77, 79}
LINE = re.compile(
    r"^\* - \{ref\}`(\d+) <erratum-(\d+)>`\n  - ([A-E][A-E,– ]*)\n  - (.+)\n  - (\w+)$",
    re.MULTILINE,
)
KINDS = {"sign", "formula", "code", "convention", "claim", "wording"}


def test_every_number_has_one_anchor():
    anchors = re.findall(r"^\(erratum-(\d+)\)=$", PAGE, flags=re.MULTILINE)
    assert sorted(map(int, anchors)) == list(NUMBERS)


def test_the_overview_has_every_number_once_and_in_order():
    lines = LINE.findall(OVERVIEW)
    assert [int(number) for number, *_ in lines] == list(NUMBERS)
    assert OVERVIEW.count("* - ") == len(lines) + 1  # and the header
    assert all(shown == target for shown, target, *_ in lines)
    assert {kind for *_, kind in lines} == KINDS


@pytest.mark.parametrize("number", NUMBERS)
def test_a_row_has_its_heading_names_its_deck_and_settles_it(number):
    text = ROWS[number]
    assert re.match(rf"### {number}\. \S", text)
    assert re.search(r"\bDecks? [A-E]\b", text)
    assert ("```{code-cell}" in text) == (number not in WITHOUT_A_CELL)


def test_the_chapters_link_to_rows_that_exist():
    linked = {
        int(number)
        for page in BOOK.rglob("*.md")
        for number in re.findall(r"<erratum-(\d+)>", page.read_text(encoding="utf-8"))
    }
    assert linked <= set(NUMBERS)
