"""A course folder with the real configuration and a small book, to build in a test."""

from __future__ import annotations

import shutil
from pathlib import Path

from course_lib.course import Course

ROOT = Path(__file__).parents[1]
HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A page

"""


def small_course(root, text, **more):
    """A course folder with the real configuration and a book of one page, and ``more`` pages."""
    book = root / "book"
    book.mkdir(parents=True)
    for name in ("_static", "_templates", "_extra"):
        shutil.copytree(ROOT / "book" / name, book / name)
    for name in ("_config.yml", "book/references.bib"):
        shutil.copy(ROOT / name, root / name)
    files = "".join(f"  - file: {name}\n" for name in more)
    (book / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\n" + (f"chapters:\n{files}" if more else "")
    )
    for name, body in {"intro": HEAD + text, **more}.items():
        (book / name).parent.mkdir(exist_ok=True)
        (book / f"{name}.md").write_text(body)
    (root / "course_lib").mkdir()
    (root / "course_lib" / "losses.py").write_text("x = 1\n")
    return Course(root)
