"""A page in chromium that has to stay quiet: no error, no request that fails or goes elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", *QUIET]
PATIENCE = 180_000  # milliseconds: a machine that does much else is no error of the page


@contextmanager
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).is_file():
        pytest.fail("the book's pages are opened in chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def watched_page(browser: Browser, *places: str, **options: Any) -> Iterator[Page]:
    """A page that may ask only for what lies in ``places``; afterwards, nothing went wrong."""
    troubles: list[str] = []
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()

    def guard(route: Route) -> None:
        if route.request.url.startswith((*places, "data:")):
            route.continue_()
        else:
            troubles.append(f"{page.url}: request to {route.request.url}")
            route.abort()

    page.route("**/*", guard)
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: page error: {error}"))

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # given up, as the page was left for another
            troubles.append(f"{page.url}: failed: {request.url}: {request.failure}")

    page.on("requestfailed", failed)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            troubles.append(f"{page.url}: {message.text}")

    page.on("console", said)
    yield page
    if options.get("java_script_enabled", True):  # else no timer ever ends
        page.evaluate("new Promise(done => setTimeout(done))")  # what went wrong last is told first
    context.close()
    assert not troubles, troubles


def typeset(page: Page) -> None:
    """Wait until the formulas of an open page are set, where it has any."""
    if page.locator("span.math, div.math").count():
        page.wait_for_function("window.MathJax?.startup?.promise !== undefined")
        page.evaluate("MathJax.startup.promise")
