"""What the tests of the pages rest on: whatever goes wrong on a page is told, with its address."""

from __future__ import annotations

import pytest
from book_site import serving
from watched_page import watched_page

pytestmark = pytest.mark.book

TROUBLES = {
    "request to another site": '<img src="https://elsewhere.example/a.png" alt="">',
    "request to another port": '<script src="http://127.0.0.1:9/a.js"></script>',
    "what is not there": '<link rel="stylesheet" href="missing.css">',
    "error told": '<script>console.error("Something is amiss")</script>',
    "error thrown": "<script>throw new Error('Nobody catches this')</script>",
    "promise broken": "<script>Promise.reject(new Error('Nobody catches this'))</script>",
}


def visit(browser, address, **options):
    with watched_page(browser, address.rpartition("/")[0], **options) as page:
        page.goto(address, wait_until="load")


def write(folder, body):
    page = folder / "page.html"
    page.write_text(
        '<!doctype html><html lang="en"><title>Page</title>'
        f'<link rel="icon" href="data:,">{body}</html>'
    )
    return page


@pytest.mark.parametrize("body", TROUBLES.values(), ids=TROUBLES)
def test_what_goes_wrong_is_told_from_disk_and_over_http(browser, tmp_path, body):
    page = write(tmp_path, body)
    with serving(tmp_path) as site, pytest.raises(AssertionError, match=r"http.*page\.html"):
        visit(browser, f"{site}/page.html")
    with pytest.raises(AssertionError, match=r"file.*page\.html"):
        visit(browser, page.as_uri(), offline=True)


def test_a_quiet_page_is_left_in_peace(browser, tmp_path):
    page = write(tmp_path, "<p>Words</p><script>console.log('Words')</script>")
    visit(browser, page.as_uri(), offline=True)
    with serving(tmp_path) as site:
        visit(browser, f"{site}/page.html")
