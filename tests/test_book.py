"""The book: built whole, without a request to anywhere, every link and formula in its place."""

import re
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from book_site import listings, serving
from bs4 import BeautifulSoup
from live_figures import SCRIPTS, SHARED
from watched_page import typeset, watched_page

from course_lib.book import build_book
from course_lib.course import Course

# One group, so that two workers never build the one book at once.
pytestmark = pytest.mark.book

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
PAGES = sorted(p.relative_to(BOOK).with_suffix("").as_posix() for p in BOOK.rglob("*.md"))


@pytest.fixture(scope="session")
def html():
    """The folder of the built book. It lies where `course build` has it, so nothing runs twice."""
    return build_book(Course(ROOT), quiet=True).index.parent


@pytest.fixture(scope="session")
def soups(html):
    return {
        page: BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for page in sorted(html.rglob("*.html"))
        if html / "_static" not in page.parents
    }


def test_every_page_of_the_table_of_contents_is_there_and_no_other(html):
    book = build_book(Course(ROOT), quiet=True)
    assert book.pages == len(PAGES)
    assert all((html / f"{page}.html").is_file() for page in PAGES)


def test_sources_are_text_and_every_code_cell_was_executed(html, soups):
    assert not list(BOOK.rglob("*.ipynb"))
    for page in PAGES:
        source = (BOOK / f"{page}.md").read_text(encoding="utf-8")
        cells = soups[html / f"{page}.html"].select("div.cell")
        assert len(cells) == source.count("```{code-cell}"), page


@pytest.mark.parametrize("number", [1.0, 1.5, 0.0946, 1.2243, 0.4149])
def test_the_numbers_that_deck_a_prints_come_out_of_both_libraries(html, soups, number):
    outputs = soups[html / "losses.html"].select("div.cell_output")
    line = f"course_lib {number:.4f}    torch {number:.4f}"
    assert any(line in output.get_text() for output in outputs), line


def test_every_torch_loss_agrees_with_the_formula_in_the_table(html, soups):
    losses = soups[html / "losses.html"]
    named = [row.td.get_text() for row in losses.select("#tab-torch-losses tbody tr")]
    text = "\n".join(output.get_text() for output in losses.select("div.cell_output"))
    gaps = dict(re.findall(r"^(\w+) +torch.*gap to the formula (\S+)$", text, re.MULTILINE))
    assert list(gaps) == named
    assert len(named) == 20
    assert all(float(gap) < 1e-12 for gap in gaps.values()), gaps


def test_every_figure_says_what_it_shows(html, soups):
    images = soups[html / "losses.html"].select("div.cell_output img")
    assert len(images) == 6
    assert all(len(image["alt"]) > 100 for image in images)
    assert len({image["alt"] for image in images}) == len(images)


def test_every_link_inside_the_book_leads_somewhere(html, soups):
    anchors = {page: {tag["id"] for tag in soup.select("[id]")} for page, soup in soups.items()}
    broken = []
    for page, soup in soups.items():
        for link in soup.select("a[href]"):
            address, fragment = urldefrag(link["href"])
            if re.match(r"[a-z]+:", address):
                continue
            target = (page.parent / unquote(address)).resolve() if address else page
            known = anchors.get(target, set())
            if not target.exists() or (fragment and unquote(fragment) not in known):
                broken.append((page.name, link["href"]))
    assert not broken


def test_nothing_on_a_page_is_fetched_from_elsewhere(soups):
    tags = "script[src], link[href], img[src], iframe[src], source[src], object[data]"
    for page, soup in soups.items():
        for tag in soup.select(tags):
            address = tag.get("src") or tag.get("href") or tag.get("data")
            assert not re.match(r"(https?:)?//", address), (page.name, str(tag))


def test_a_live_figure_loads_its_scripts_and_other_pages_load_none(soups):
    shown = set()
    for page, soup in soups.items():
        names = [tag.name.removeprefix("live-") for tag in soup.find_all(re.compile("^live-"))]
        needed = [*SHARED, *dict.fromkeys(names)] if names else []
        scripts = [tag["src"] for tag in soup.select('script[src*="live/"]')]
        assert [Path(script).stem for script in scripts] == needed, page.name
        assert all((page.parent / script).is_file() for script in scripts), page.name
        shown |= set(names)
    assert shown == {path.stem for path in SCRIPTS.glob("*.js")} - set(SHARED)


def test_every_live_figure_is_drawn(visit, html, soups):
    for page, soup in soups.items():
        if soup.find(re.compile("^live-")):
            opened = visit(page.relative_to(html).as_posix())
            drawn = opened.evaluate(
                """[...document.querySelectorAll("*")]
                .filter(element => element.localName.startsWith("live-"))
                .map(element => element.shadowRoot?.querySelectorAll(".plot path").length ?? 0)"""
            )
            assert all(count > 0 for count in drawn), (page.name, drawn)


@pytest.fixture
def visit(browser, html):
    """Open a page of the book as a file, offline; nothing may have gone wrong, nor outside."""
    with watched_page(browser, html.as_uri(), offline=True) as page:

        def open_page(name):
            page.goto(f"{html.as_uri()}/{name}", wait_until="load")
            return page

        yield open_page


@pytest.mark.parametrize("name", [*PAGES, "index", "genindex", "search"])
def test_a_page_opens_from_disk_with_its_mathematics_and_pictures(visit, name):
    page = visit(f"{name}.html")
    if name == "index":  # it sends its readers on
        page.wait_for_url("**/intro.html")
    typeset(page)
    formulas = page.locator("span.math, div.math").count()
    drawn = page.evaluate(
        """[...document.querySelectorAll('mjx-container')].map(box => {
            const {width, height} = box.getBoundingClientRect();
            return width * height > 0 || !box.checkVisibility();
        })"""
    )
    assert len(drawn) >= formulas
    assert all(drawn)
    assert page.locator("mjx-merror").count() == 0
    pictures = page.evaluate("[...document.images].map(i => [i.src, i.complete, i.naturalWidth])")
    assert all(complete and width > 0 for _, complete, width in pictures), pictures


def test_every_listing_of_code_opens_from_disk(visit, html):
    for name in listings(html):
        assert visit(f"{name}.html").locator("article h1").count() == 1


def test_the_landing_page_is_the_introduction(visit):
    page = visit("index.html")
    page.wait_for_url("**/intro.html")
    assert page.title().startswith("Training deep networks")


def test_search_finds_a_word(browser, html):
    with serving(html) as site, watched_page(browser, site) as page:
        page.goto(f"{site}/search.html?q=hinge")
        page.wait_for_selector("#search-results li a")
        found = [link.get_attribute("href") for link in page.locator("#search-results li a").all()]
    assert any("losses.html" in address for address in found), found


def test_a_solution_is_folded_and_opens_at_a_click(visit):
    page = visit("losses.html")
    answer = page.locator(".dropdown", has_text="The logistic loss").first
    assert answer.locator("p.admonition-title ~ p").first.is_hidden()
    answer.locator("button").click()
    assert answer.locator("p.admonition-title ~ p").first.is_visible()
