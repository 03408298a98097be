"""The table of chapters is that of the book, and all that is made from it follows it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from docutils import nodes
from sphinx import addnodes

from course_lib.course import Course
from course_lib.course_map import CHAPTERS, LANES, PS, Chapter, chapter, chapters_of, notebook
from course_lib.course_map_figure import course_map_list, course_map_svg, rows_of
from course_lib.page_links import links_of
from course_lib.syllabus import (
    EXPERIMENTS,
    SIX_WEEKS,
    TWELVE_WEEKS,
    Week,
    experiments_list,
    syllabus_table,
)

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
NAMES = [each.page for each in CHAPTERS]
COURSES = pytest.mark.parametrize("weeks", [SIX_WEEKS, TWELVE_WEEKS], ids=["six", "twelve"])
BELONGS_TO_NO_CHAPTER = {"index", "checks"}


def in_toc() -> list[str]:
    toc = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    parts = {part["caption"]: part["chapters"] for part in toc["parts"]}
    return [entry["file"] for entry in parts["Chapters"]]


# --- the table ---


def test_the_chapters_are_those_of_the_book_in_its_order() -> None:
    assert in_toc() == NAMES


@pytest.mark.parametrize("each", CHAPTERS, ids=NAMES)
def test_a_chapter_stands_on_what_comes_before_it(each: Chapter) -> None:
    assert set(each.stands_on) <= set(NAMES[: NAMES.index(each.page)])
    assert 0 <= each.lane < len(LANES)


def test_every_reference_page_belongs_to_a_chapter() -> None:
    pages = {path.stem for path in (BOOK / "api").glob("*.md")} - BELONGS_TO_NO_CHAPTER
    assert {name for each in CHAPTERS for name in each.api} == pages


def test_every_problem_set_belongs_to_a_chapter() -> None:
    assert list(PS) == Course(ROOT).set_names()
    assert {name for each in CHAPTERS for name in each.sets} == set(PS)
    assert [name for name in PS if not (ROOT / notebook(name)).is_file()] == []


@pytest.mark.parametrize("each", CHAPTERS, ids=NAMES)
def test_the_question_is_that_which_the_chapter_opens_with(each: Chapter) -> None:
    source = (BOOK / f"{each.page}.md").read_text(encoding="utf-8")
    opening = re.search(
        r"^# .+?\n\n(?:```.+?```\n\n)?\*\*(.+?)\*\*", source, re.DOTALL | re.MULTILINE
    )
    assert opening
    assert " ".join(opening[1].split()) == each.question


@pytest.mark.parametrize("each", CHAPTERS, ids=NAMES)
def test_the_live_figures_of_a_chapter_are_told(each: Chapter) -> None:
    source = (BOOK / f"{each.page}.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"<live-([a-z-]+)", source)) == each.live


def test_an_unknown_chapter_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no chapter is called 'optimiser'.*learning"):
        chapter("optimiser")


# --- the map ---


def test_every_line_of_the_map_goes_down_and_no_two_boxes_share_a_place() -> None:
    rows = rows_of(CHAPTERS)
    for each in CHAPTERS:
        assert all(rows[page] < rows[each.page] for page in each.stands_on)
    assert len({(each.lane, rows[each.page]) for each in CHAPTERS}) == len(CHAPTERS)


def test_an_order_that_breaks_a_line_is_refused() -> None:
    with pytest.raises(ValueError, match="filters, which comes after it"):
        rows_of([chapter("learning"), chapter("optimizers"), chapter("filters")])


def test_the_picture_has_a_box_and_a_link_for_each_chapter_and_every_line() -> None:
    picture = ElementTree.fromstring(course_map_svg())
    links = picture.findall("a")
    assert [link.get("href") for link in links] == [f"{name}.html" for name in NAMES]
    assert [link.findtext("text") for link in links] == [each.short for each in CHAPTERS]
    assert [link.findtext("title") for link in links] == [each.question for each in CHAPTERS]
    lines = [path for path in picture.findall("path") if path.get("class") == "line"]
    assert len(lines) == sum(len(each.stands_on) for each in CHAPTERS)


def test_names_with_signs_of_markup_are_escaped() -> None:
    odd = replace(chapter("filters"), short="a < b & c")
    assert ElementTree.fromstring(course_map_svg([odd])).findtext("a/text") == "a < b & c"


def test_the_list_says_what_the_picture_shows() -> None:
    items = dict(zip(NAMES, course_map_list().split("\n1. "), strict=True))
    for each in CHAPTERS:
        linked = re.findall(r"\{doc\}`(\w+)`", items[each.page])
        assert linked == [each.page, *each.stands_on]
        assert re.findall(r"\{download\}`(\w+) ", items[each.page]) == list(each.sets)


# --- links below a title ---


def targets(page: str, there: list[str]) -> dict[str, list[str]]:
    rows = dict(links_of(page, there))
    kinds = (addnodes.pending_xref, addnodes.download_reference)
    assert all(isinstance(link, kinds) for row in rows.values() for link in row)
    return {name: [link["reftarget"] for link in row] for name, row in rows.items()}


def test_a_chapter_links_what_it_stands_on_its_code_and_its_assignment() -> None:
    assert targets("optimizers", [*NAMES, "api/optimizers"]) == {
        "Stands on": ["/learning", "/filters"],
        "Library": ["/api/optimizers"],
        "Assignment": ["/../assignments/ps6_optimizers/optimizers.ipynb"],
    }


def test_a_reference_page_links_back() -> None:
    assert targets("api/preprocessing", NAMES) == {
        "Treated in": ["/preprocessing"],
        "Exercised in": [
            "/../assignments/ps2_activations_and_initialization/"
            "activations_and_initialization.ipynb"
        ],
    }
    assert [each.page for each in chapters_of("search")] == ["hyperparameters"]


def test_nothing_is_linked_that_is_not_in_the_book_and_other_pages_have_no_links() -> None:
    assert "Library" not in targets("losses", ["losses"])
    assert links_of("notation", NAMES) == []
    assert links_of("instructors/grading", NAMES) == []


def test_a_link_carries_words_for_readers() -> None:
    ((_, links), *_rest) = links_of("losses", NAMES)
    assert [link.astext() for link in links] == ["learning"]
    assert not any(isinstance(link, nodes.Text) for link in links)


# --- the syllabus ---


@COURSES
def test_a_syllabus_has_every_chapter_and_set_once(weeks: tuple[Week, ...]) -> None:
    assert sorted(page for week in weeks for page in week.pages) == sorted(NAMES)
    assert [name for week in weeks for name in week.sets] == list(PS)
    assert {week.experiment for week in weeks} <= set(EXPERIMENTS)


@COURSES
def test_a_syllabus_reads_before_it_builds_and_builds_before_it_asks(
    weeks: tuple[Week, ...],
) -> None:
    read: list[str] = []
    for week in weeks:
        for page in week.pages:
            assert set(chapter(page).stands_on) <= set(read), page
            read.append(page)
        for name in week.sets:
            assert {each.page for each in CHAPTERS if name in each.sets} <= set(read), name


@COURSES
def test_the_table_of_a_syllabus_has_a_row_for_each_week(weeks: tuple[Week, ...]) -> None:
    rows = syllabus_table(weeks).strip().split("\n")[2:]
    assert len(rows) == len(weeks)
    assert all(row.count("|") == 6 for row in rows)
    for row, week in zip(rows, weeks, strict=True):
        assert re.findall(r"\{doc\}`\.\./(\w+)`", row) == list(week.pages)


def test_the_experiments_are_those_of_twelve_weeks_in_their_order() -> None:
    assert [week.experiment for week in TWELVE_WEEKS] == list(EXPERIMENTS)
    assert re.findall(r"^1\. \*\*(.+?)\.\*\* \S", experiments_list(), re.MULTILINE) == list(
        EXPERIMENTS
    )
