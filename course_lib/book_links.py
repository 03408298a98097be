"""Where the book sends its readers: every address outside it, and the pages that name it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bs4 import BeautifulSoup

NAME = "external-links.txt"


def external_links(html: Path, pages: Iterable[str]) -> dict[str, list[str]]:
    """Addresses that ``pages`` below ``html`` link to elsewhere, sorted, each with its pages."""
    found: dict[str, list[str]] = {}
    for page in sorted(pages):
        soup = BeautifulSoup((html / page).read_text(encoding="utf-8"), "html.parser")
        addresses = {str(link["href"]) for link in soup.select('a[href^="http"]')}
        for address in addresses:
            found.setdefault(address, []).append(page)
    return dict(sorted(found.items()))


def write_external_links(html: Path, pages: Iterable[str], folder: Path) -> Path:
    """Write them below ``folder``, a line each: the address, a tab, and its pages."""
    lines = (
        f"{address}\t{' '.join(named)}\n" for address, named in external_links(html, pages).items()
    )
    target = folder / NAME
    target.write_text("".join(lines), encoding="utf-8")
    return target
