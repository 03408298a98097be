"""This extension of Sphinx adds links, both ways, between chapter, reference and assignment.

Below the title of each chapter stands what it is built on, where its code is described, and its
assignment; below that of each reference page, the chapters that treat it. All is from the one table
in ``course_map``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes

from . import course_map
from .course_map import CHAPTERS, chapter, chapters_of, notebook, sets_of

# Sphinx copies what download links name at its 500; this must come before.
BEFORE_DOWNLOADS = 400
API = "api/"
PAGES = {each.page for each in CHAPTERS}


def links_of(page: str, pages: Iterable[str]) -> list[tuple[str, list[nodes.Node]]]:
    """What stands below the title of ``page``: a label, and links, to what is among ``pages``."""
    there = set(pages)
    if page in PAGES:
        own = chapter(page)
        rows = [("Stands on", own.stands_on), ("Library", [API + name for name in own.api])]
        sets: tuple[str, ...] = own.sets
    else:
        treated = chapters_of(page.removeprefix(API)) if page.startswith(API) else ()
        rows, sets = [("Treated in", [each.page for each in treated])], sets_of(treated)
    label = "Exercised in" if page.startswith(API) else "Assignment"
    found = [(name, [_page_link(page, to) for to in row if to in there]) for name, row in rows]
    found.append((label, [_notebook_link(page, name) for name in sets]))
    return [(name, row) for name, row in found if row]


def _page_link(page: str, to: str) -> nodes.Node:
    return _link(addnodes.pending_xref, page, "doc", f"/{to}", nodes.inline(to, to))


def _notebook_link(page: str, set_name: str) -> nodes.Node:
    words = nodes.literal(set_name, set_name)
    return _link(addnodes.download_reference, page, "download", f"/../{notebook(set_name)}", words)


def _link(
    node: type[nodes.Element], page: str, kind: str, to: str, words: nodes.Node
) -> nodes.Node:
    """A link as Sphinx makes one of what is written in ``page``."""
    options = {"refdomain": "std", "refexplicit": False, "refwarn": True}
    link = node(refdoc=page, reftype=kind, reftarget=to, **options)
    link += words
    return link


def _line(rows: list[tuple[str, list[nodes.Node]]]) -> nodes.paragraph:
    line = nodes.paragraph(classes=["page-links"])
    for number, (label, links) in enumerate(rows):
        line += nodes.Text(" · " if number else "")
        line += nodes.inline("", f"{label}: ", classes=["page-links-label"])
        line.extend(_with_commas(links))
    return line


def _with_commas(links: list[nodes.Node]) -> Iterator[nodes.Node]:
    for number, link in enumerate(links):
        if number:
            yield nodes.Text(", ")
        yield link


def _add(app: Any, doctree: nodes.document) -> None:
    rows = links_of(app.env.docname, app.env.found_docs)
    title = next(doctree.findall(nodes.title), None)
    if rows and title is not None:
        title.parent.insert(title.parent.index(title) + 1, _line(rows))
        for made_from in (course_map.__file__, __file__):
            app.env.note_dependency(made_from)


def setup(app: Any) -> dict[str, bool]:
    """Sphinx calls this once."""
    app.connect("doctree-read", _add, priority=BEFORE_DOWNLOADS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
