"""Every page of the book over HTTP: as axe sees it in both themes, and as wide as its window."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from axe_page import violations
from book_site import LISTING, listings, serving
from pygments.token import STANDARD_TYPES
from small_book import small_course
from watched_page import typeset, watched_page

from course_lib.book import build_book
from course_lib.course import Course

pytestmark = pytest.mark.book

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
# Of the theme's own, with the reason each is left: {"rule": ..., "target": pattern, "why": ...}.
BASELINE = json.loads((ROOT / "tests" / "axe_baseline.json").read_text())["found"]
WRITTEN = sorted(p.relative_to(BOOK).with_suffix("").as_posix() for p in BOOK.rglob("*.md"))


@pytest.fixture(scope="module")
def html():
    return build_book(Course(ROOT), quiet=True).index.parent


@pytest.fixture(scope="module")
def site(html):
    with serving(html) as address:
        yield address


@pytest.fixture(scope="module")
def pages(html):
    """What a reader can open, the listings of the library's code among them."""
    return [*WRITTEN, "genindex", "search", *listings(html)]


@pytest.fixture(scope="module")
def visits(browser, site, pages):
    """What axe finds on each page, and how wide each is on a phone and on a desk.

    No page may ask for anything elsewhere, nor report an error, while it is looked at.
    """
    found, widths = [], {}
    with watched_page(browser, site) as page:
        for name in pages:
            page.goto(f"{site}/{name}.html", wait_until="load")
            typeset(page)
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                widths[name, width] = page.evaluate("document.documentElement.scrollWidth")
            found += [{"page": name, **one} for one in violations(page)]
    return found, widths


def left_to_the_theme(found, entry):
    return found["rule"] == entry["rule"] and re.search(entry["target"], found["target"])


def test_axe_finds_nothing_that_is_not_in_the_baseline(visits):
    found, _ = visits
    new = [one for one in found if not any(left_to_the_theme(one, known) for known in BASELINE)]
    assert not new, json.dumps(new[:20], indent=1)


def test_the_baseline_names_nothing_that_is_mended(visits):
    found, _ = visits
    for known in BASELINE:
        assert known["why"]
        assert any(left_to_the_theme(one, known) for one in found), known


def test_no_page_scrolls_sideways_on_a_phone_or_a_desk(visits, pages):
    _, widths = visits
    assert len(widths) == 2 * len(pages)
    assert not {where: width for where, width in widths.items() if width > where[1]}


@pytest.mark.parametrize("name", ["dropout", "api/losses", LISTING])
def test_code_of_every_kind_can_be_read_in_both_themes(browser, site, name):
    kinds = sorted(filter(None, STANDARD_TYPES.values()))
    tokens = "\n".join(f'<span class="{kind}">word</span>' for kind in kinds)
    with watched_page(browser, site) as page:
        page.goto(f"{site}/{name}.html", wait_until="load")
        page.evaluate(
            "tokens => document.querySelectorAll('.highlight pre')"
            ".forEach(code => { code.innerHTML = tokens; })",
            tokens,
        )
        assert not violations(page)


@pytest.fixture
def rules(browser, tmp_path):
    """``rules("<p>Words</p>", "p { color: #eee }")``: what is broken, and in which theme."""

    def look(body, style=""):
        (tmp_path / "page.html").write_text(
            f"""<!doctype html><html lang="en"><title>Page</title>
            <style>body {{ background: #fff }} {style}</style>
            <main><h1>Page</h1>{body}</main></html>"""
        )
        with watched_page(browser, tmp_path.as_uri()) as page:
            page.goto((tmp_path / "page.html").as_uri())
            return [(one["rule"], one["theme"]) for one in violations(page)]

    return look


PALE = ("color-contrast", "light")
PALE_IN_THE_DARK = ("color-contrast", "dark")


def test_axe_sees_what_is_wrong_in_one_theme_alone(rules):
    dark = 'html[data-theme="dark"] p { color: #eee }'
    seen = rules('<p>Words</p><img src="data:,">', dark)
    assert seen == [("image-alt", "light"), PALE_IN_THE_DARK]


def test_one_of_each_look_is_enough_and_needed(rules):
    assert rules("<p>Words</p>" * 9, "p { color: #eee }") == [PALE, PALE_IN_THE_DARK]
    grounds = "<div><p>Words</p></div><section><p>Words</p></section>"
    assert rules(grounds, "div, section { background: #222 } p { color: #fff }") == []
    assert rules(grounds, "section { background: #222 }") == [PALE, PALE_IN_THE_DARK]
    assert rules(
        "<p>Words</p><b>Words</b>", "p, b { font: 20px serif; color: #888 } b { font-weight: 700 }"
    ) == [PALE, PALE_IN_THE_DARK]


def test_what_axe_would_pass_over_does_not_stand_for_words(rules):
    assert rules("<p>=</p><p>a</p><p>Words</p>", "p { color: #eee }") == [PALE, PALE_IN_THE_DARK]


def test_of_tokens_that_look_alike_in_one_theme_each_is_seen_in_the_other(rules):
    code = "<div class=highlight><pre>{}</pre></div>".format(
        '<span class="k">def</span> <span class="n">one</span> ' * 9
    )
    assert rules(code, 'html[data-theme="dark"] .n { color: #eee }') == [PALE_IN_THE_DARK]


def test_a_formula_names_the_header_that_it_stands_in(rules):
    formula = "<mjx-container><math><mi>a</mi></math></mjx-container>"
    table = "<table><tr><th>{0}</th><th>{0}</th></tr><tr><td>1</td><td>2</td></tr></table>"
    assert rules(table.format(formula)) == []
    assert rules(table.format("<mjx-container></mjx-container>")) == 2 * [
        ("empty-table-header", "light")
    ]


def test_what_is_folded_or_in_a_live_figure_is_seen(rules):
    assert rules("<details><summary>More</summary><p>Words</p></details>", "p { color: #eee }") == [
        PALE,
        PALE_IN_THE_DARK,
    ]
    shadow = """<p>Words</p><script>
    const inner = document.querySelector("p").attachShadow({mode: "open"});
    inner.innerHTML = "<b style='color: #eee'>Words</b>";</script>"""
    assert rules(shadow) == [PALE, PALE_IN_THE_DARK]


def test_what_axe_cannot_tell_is_told(rules):
    picture = "p { background: linear-gradient(#fff, #222) }"
    assert rules("<p>Words</p>", picture) == [PALE, PALE_IN_THE_DARK]


def test_what_it_cannot_tell_of_one_it_tells_of_another_that_looks_the_same(rules):
    covered, open_ = "<div><p>Words</p><i></i></div>", "<div><p>Words</p></div>"
    style = "div { position: relative } i { position: absolute; inset: 0; background: #fff }"
    assert rules(covered, style) == [PALE, PALE_IN_THE_DARK]
    assert rules(covered + open_, style) == []
    assert rules(covered + open_, style + "p { color: #eee }") == [PALE, PALE_IN_THE_DARK]


def test_the_theme_alone_has_more_than_the_baseline(browser, tmp_path):
    table = "| a |\n|---|\n| 1 |\n| [a link](page.md) |\n"
    course = small_course(tmp_path, table, page="# Page\n", below="# Below\n")
    (course.book / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\nchapters:\n- file: page\n  sections:\n  - file: below\n"
    )
    (course.book / "_static" / "book.css").write_text("")
    for template in ("navbar-logo.html", "sbt-sidebar-nav.html"):
        (course.book / "_templates" / template).unlink()
    html = build_book(course, quiet=True).index.parent
    with watched_page(browser, html.as_uri()) as page:
        page.goto((html / "intro.html").as_uri())
        broken = {one["rule"] for one in violations(page)}
    assert broken >= {"region", "summary-name"}
    assert len({known["rule"] for known in BASELINE}) < len(broken)
