"""Where the book sends its readers: every address outside it, and the pages that name it."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

NAME = "external-links.txt"


class _Addresses(HTMLParser):
    """Collects what the links of a page name; a tree of it takes five times as long."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") if tag == "a" else None
        if address and address.startswith("http"):
            self.found.add(address)


def external_links(html: Path, pages: Iterable[str]) -> dict[str, list[str]]:
    """Addresses that ``pages`` below ``html`` link to elsewhere, sorted, each with its pages."""
    found: dict[str, list[str]] = {}
    for page in sorted(pages):
        addresses = _Addresses()
        addresses.feed((html / page).read_text(encoding="utf-8"))
        for address in addresses.found:
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
