"""All pages of the built book as one page, whose links lead to places in it: what is printed."""

from __future__ import annotations

import html as markup
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag

from bs4 import BeautifulSoup, Tag
from sphinx_external_toc.parsing import parse_toc_yaml

# What names an element, and what says such a name.
NAMES = ("id", "for", "name", "aria-labelledby", "aria-describedby", "aria-controls")
ELSEWHERE = re.compile(r"[a-z]+:")
# Code that a page folds away draws its figures; paper has the figures alone.
NOT_PRINTED = ".headerlink, .prev-next-footer, script, button, details.hide"
PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light">
<head><meta charset="utf-8"><title>{title}</title>
{styles}
<style>
  html {{ font-size: 80%; }}
  body {{ display: block; }}
  article {{ break-before: page; padding: 0 !important; }}
  .cover {{ height: 85vh; display: flex; flex-direction: column; justify-content: center; }}
  .cover p:first-child {{ font-size: 3rem; }}
</style>
{scripts}</head>
<body><main class="bd-content" style="display: block">
<div class="cover"><p>{title}</p><p>{author}</p></div>
{contents}
{articles}
</main></body></html>
"""


def one_page(html: Path, toc: Path) -> str:
    """The text of a page, to lie in ``html``, that holds every page which ``toc`` names."""
    names = list(parse_toc_yaml(toc))
    soups = {name: _soup(html / f"{name}.html") for name in names}
    articles = {name: _article(soup, name, set(names)) for name, soup in soups.items()}
    first = soups[names[0]]
    author = first.find("meta", attrs={"name": "author"})
    return PAGE.format(
        title=markup.escape(_heading(articles[names[0]])),
        author=author["content"] if isinstance(author, Tag) else "",
        styles="\n".join(str(style) for style in first.select('link[rel="stylesheet"]')),
        scripts="\n".join(_scripts(soups)),
        contents=_contents(articles),
        articles="\n".join(str(article) for article in articles.values()),
    )


def _soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def _heading(article: Tag) -> str:
    heading = article.find("h1")
    return heading.get_text().strip() if heading else ""


def _contents(articles: dict[str, Tag]) -> str:
    lines = (
        f'<li><a href="#{_place(name)}">{markup.escape(_heading(article))}</a></li>'
        for name, article in articles.items()
    )
    return f'<nav style="break-before: page"><p>Contents</p><ul>{"".join(lines)}</ul></nav>'


def _scripts(soups: dict[str, BeautifulSoup]) -> Iterator[str]:
    """MathJax, its settings, and the live figures that are on any page, each once."""
    seen = set()
    for name, soup in soups.items():
        for script in soup.find_all("script"):
            address = _within(name, str(script.get("src", "")))
            settings = not script.get("src") and "MathJax" in script.get_text()
            if settings or "mathjax" in address or address.startswith("live/"):
                if script.get("src"):
                    script["src"] = address
                if str(script) not in seen:
                    seen.add(str(script))
                    yield str(script)


def _article(soup: BeautifulSoup, name: str, names: set[str]) -> Tag:
    """The text of a page; what it links to within the book are places in the one page."""
    found = soup.select_one("article.bd-article")
    if found is None:
        raise RuntimeError(f"the page {name} has no article: has the theme changed?")
    for part in found.select(NOT_PRINTED):
        part.decompose()
    for part in found.select("details"):
        part["open"] = ""
    for part in found.find_all(True):
        if not part.find_parent("svg") and part.name != "svg":
            _rename(part, name)
        if part.get("src"):
            part["src"] = _within(name, str(part["src"]))
        if part.name == "a" and part.get("href"):
            _lead(part, name, names)
    for section in found.select("section[id]"):
        _name_heading(section)
    found["id"] = _place(name)
    return found


def _name_heading(section: Tag) -> None:
    """Give a section's name to its heading: a section may begin on a sheet with nothing of it."""
    heading = section.find(re.compile("^h[1-6]$"), recursive=False)
    if isinstance(heading, Tag):
        for target in heading.find_previous_siblings("span", id=True):
            heading.insert(0, target)
        heading["id"] = section["id"]
        del section["id"]


def _rename(part: Tag, name: str) -> None:
    for attribute in NAMES:
        if part.get(attribute):
            said = str(part[attribute]).split()
            part[attribute] = " ".join(_place(name, one) for one in said)


def _place(name: str, fragment: str = "") -> str:
    return f"{name.replace('/', '-')}--{fragment}"


def _lead(link: Tag, name: str, names: set[str]) -> None:
    """Let a link lead to its place in the one page; a file beside the book has none."""
    address, fragment = urldefrag(str(link["href"]))
    if ELSEWHERE.match(address):
        return
    target = _within(name, unquote(address)) if address else f"{name}.html"
    if target.removesuffix(".html") in names:
        link["href"] = f"#{_place(target.removesuffix('.html'), unquote(fragment))}"
    else:
        del link["href"]


def _within(name: str, address: str) -> str:
    """An address on the page ``name``, as it is from the book's folder."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), address)) if address else ""
