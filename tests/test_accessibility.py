"""Pages of each part of the book as axe sees them, in both themes, without a network."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from small_book import small_course
from watched_page import watched_page

from course_lib.book import build_book
from course_lib.course import Course

pytestmark = pytest.mark.book

ROOT = Path(__file__).parents[1]
# Of the theme's own, with the reason each is left: {"rule": ..., "target": pattern, "why": ...}.
BASELINE = json.loads((ROOT / "tests" / "axe_baseline.json").read_text())["found"]
PAGES = ("intro.html", "course_map.html", "students/setup.html", "instructors/running.html")
UNFOLD = """() => {
  document.querySelectorAll("details").forEach(part => { part.open = true; });
  document.querySelectorAll(".toggle-hidden").forEach(part => {
    part.classList.remove("toggle-hidden");
  });
  document.getAnimations().forEach(each => each.finish());  // what fades in is pale meanwhile
}"""
COLOURS = ["color-contrast", "link-in-text-block"]  # all that another theme can change
RUN = """async ([theme, rules]) => {
  document.documentElement.dataset.theme = theme;
  const options = {resultTypes: ["violations"], preload: false};
  if (rules.length) options.runOnly = {type: "rule", values: rules};
  const found = await axe.run(document, options);
  return found.violations.flatMap(violation => violation.nodes.map(node => ({
    rule: violation.id, target: node.target.flat().join(" "), html: node.html.slice(0, 200),
    why: [...node.any, ...node.all, ...node.none].map(check => check.message).join("; "),
  })));
}"""


def violations(page):
    """What axe finds on an open page with everything unfolded, in both themes."""
    page.evaluate(UNFOLD)
    page.evaluate(AXE_SCRIPT)
    asked = {"light": [], "dark": COLOURS}
    return [
        {**found, "theme": theme}
        for theme, rules in asked.items()
        for found in page.evaluate(RUN, [theme, rules])
    ]


def left_to_the_theme(found, entry):
    return found["rule"] == entry["rule"] and re.search(entry["target"], found["target"])


@pytest.fixture(scope="module")
def found(browser):
    html = build_book(Course(ROOT), quiet=True).index.parent
    everything = []
    with watched_page(browser, html.as_uri(), offline=True) as page:
        for name in PAGES:
            page.goto((html / name).as_uri(), wait_until="load")
            everything += [{"page": name, **one} for one in violations(page)]
    return everything


def test_axe_finds_nothing_that_is_not_in_the_baseline(found):
    new = [one for one in found if not any(left_to_the_theme(one, known) for known in BASELINE)]
    assert not new, json.dumps(new[:20], indent=1)


def test_the_baseline_names_nothing_that_is_mended(found):
    for known in BASELINE:
        assert known["why"]
        assert any(left_to_the_theme(one, known) for one in found), known


def test_axe_sees_what_is_wrong_in_one_theme_alone(browser, tmp_path):
    (tmp_path / "page.html").write_text(
        """<!doctype html><html lang="en"><title>Page</title><style>
        body { background: #fff } html[data-theme="dark"] p { color: #eee }</style>
        <main><h1>Page</h1><p>Words</p><img src="data:,"></main></html>"""
    )
    with watched_page(browser, tmp_path.as_uri()) as page:
        page.goto((tmp_path / "page.html").as_uri())
        seen = {(one["rule"], one["theme"]) for one in violations(page)}
    assert seen == {("image-alt", "light"), ("color-contrast", "dark")}


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
        rules = {one["rule"] for one in violations(page)}
    assert rules >= {"region", "summary-name"}
    assert len({known["rule"] for known in BASELINE}) < len(rules)
