"""What holds of every page of the book: weight, words for pictures, a notebook, no stray output."""

from __future__ import annotations

import functools
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
import pytest
from book_site import serving
from bs4 import BeautifulSoup
from watched_page import watched_page

from course_lib.book import build_book
from course_lib.book_links import external_links
from course_lib.book_pages import notebook_of
from course_lib.course import Course

pytestmark = pytest.mark.book

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
PAGES = sorted(p.relative_to(BOOK).with_suffix("").as_posix() for p in BOOK.rglob("*.md"))
LIMIT = 1_500_000  # bytes of a page with all that it loads, compressed
# A cell may fail where its page says that it will, and shows how.
STDERR = "div.output.stderr, div.cell:not(.tag_raises-exception) div.output.traceback"


@pytest.fixture(scope="module")
def html() -> Path:
    return build_book(Course(ROOT), quiet=True).index.parent


@pytest.fixture(scope="module")
def soups(html: Path) -> dict[str, BeautifulSoup]:
    return {
        name: BeautifulSoup((html / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        for name in PAGES
    }


@pytest.fixture(scope="module")
def server(html: Path) -> Iterator[str]:
    with serving(html) as address:
        yield address


def test_every_picture_says_what_it_shows(soups):
    silent = []
    for name, soup in soups.items():
        for image in soup.select("article img"):
            words = image.get("alt", "")
            if len(words) < 40 or " " not in words.strip():
                silent.append((name, image.get("src"), words))
    assert not silent


def test_no_page_with_what_it_loads_is_heavy(html, soups):
    packed = functools.cache(lambda path: len(gzip.compress(path.read_bytes(), mtime=0)))
    loading = "script[src], link[rel=stylesheet], img[src]"
    for name, soup in soups.items():
        page = html / f"{name}.html"
        addresses = [tag.get("src") or tag["href"] for tag in soup.select(loading)]
        parts = {(page.parent / re.sub(r"[?#].*", "", one)).resolve() for one in addresses}
        weight = packed(page) + sum(packed(part) for part in parts)
        assert weight < LIMIT, (name, weight)


def test_every_page_lies_beside_it_as_a_notebook_and_as_text(html, soups):
    for name, soup in soups.items():
        links = [link["href"] for link in soup.select(".dropdown-download-buttons a")]
        here = (html / f"{name}.html").parent
        notebook, text = [(here / link).resolve() for link in links]
        assert notebook == html / "_notebooks" / f"{name}.ipynb"
        assert text.read_bytes() == (BOOK / f"{name}.md").read_bytes()
        assert notebook.read_text(encoding="utf-8") == notebook_of(BOOK / f"{name}.md")
        nbformat.validate(nbformat.read(notebook, as_version=4))


def test_a_notebook_has_the_cells_of_its_page_and_no_output():
    source = BOOK / "losses.md"
    notebook = nbformat.reads(notebook_of(source), as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(cells) == source.read_text(encoding="utf-8").count("```{code-cell}")
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    assert notebook.metadata.kernelspec.name == "python3"


def test_no_source_carries_an_output():
    for folder in (BOOK, ROOT / "solutions"):
        assert not list(folder.rglob("*.ipynb"))
        for path in folder.rglob("*.md"):
            cells = jupytext.read(path, fmt={"extension": ".md", "format_name": "myst"}).cells
            assert not any(cell.get("outputs") for cell in cells), path


def test_no_page_shows_an_error_or_a_warning_of_a_cell(soups):
    assert not [name for name, soup in soups.items() if soup.select(STDERR)]


def test_addresses_outside_the_book_are_listed_and_well_formed(html, soups):
    listed = (html.parents[1] / "external-links.txt").read_text(encoding="utf-8").splitlines()
    found = external_links(html, [f"{name}.html" for name in PAGES])
    assert [line.split("\t")[0] for line in listed] == list(found)
    assert "https://creativecommons.org/licenses/by/4.0/" in found
    assert not [
        address for address in found if not re.match(r"https?://[\w.-]+\.\w+([/?#]\S*)?$", address)
    ]


def test_pages_lead_to_the_one_before_and_the_one_after(html, soups):
    order, name = [], "intro"
    while name:
        order.append(name)
        after = soups[name].select_one("a.right-next")
        following = after and (html / f"{name}.html").parent / after["href"]
        name = following and following.resolve().relative_to(html).with_suffix("").as_posix()
        if name:
            back = soups[name].select_one("a.left-prev")["href"]
            assert ((html / f"{name}.html").parent / back).resolve() == html / f"{order[-1]}.html"
    assert sorted(order) == PAGES


def test_search_finds_nesterov_in_the_chapter_on_optimizers(browser, server):
    with watched_page(browser, server) as page:
        page.goto(f"{server}/search.html?q=Nesterov")
        page.wait_for_selector("#search-results li a")
        page.wait_for_function(
            "/found/.test(document.querySelector('.search-summary')?.textContent)"
        )
        links = page.locator("#search-results li a").all()
        found = [link.get_attribute("href") for link in links]
    assert any("optimizers.html" in address for address in found[:10]), found
