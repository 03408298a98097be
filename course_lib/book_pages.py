"""Every page of the book as a notebook too: this extension of Sphinx writes it, and links it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jupytext

from .book_cache import FORMAT

FOLDER = "_notebooks"
# The theme makes its list of buttons at 501.
AFTER_THEME = 502
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook_of(source: Path) -> str:
    """The page in ``source`` as the text of a notebook; the same page gives the same bytes."""
    notebook = jupytext.read(source, fmt=FORMAT)
    notebook.metadata.setdefault("kernelspec", KERNEL)
    notebook.metadata.pop("jupytext", None)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"  # jupytext draws them
    return jupytext.writes(notebook, fmt="ipynb") + "\n"


def _link(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Offer the notebook first where the theme offers the source of a page."""
    for group in context.get("header_buttons", ()):
        if group.get("label") == "download-buttons":
            button = {
                "type": "link",
                "url": context["pathto"](f"{FOLDER}/{page}.ipynb", 1),
                "text": ".ipynb",
                "icon": "fas fa-code",
                "tooltip": "Download as a notebook, without outputs",
                "label": "download-notebook-button",
            }
            group["buttons"].insert(0, button)


def _write(app: Any, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html":
        return
    for page in sorted(app.env.found_docs):
        target = Path(app.outdir) / FOLDER / f"{page}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(notebook_of(Path(app.env.doc2path(page))), encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Sphinx calls this once."""
    app.connect("html-page-context", _link, priority=AFTER_THEME)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
