"""Executed chapters that are kept, as long as what they compute with stays the same."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import jupytext
from jupyter_cache import get_cache

from .closure import files_behind, imported
from .course import Course

FORMAT = {"extension": ".md", "format_name": "myst"}
MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)
MARK = "computed-from.json"


def forget_changed(course: Course, cache: Path, pins: str) -> list[str]:
    """Drop from ``cache`` every chapter that imports a module which has changed; say which.

    ``pins`` stands for all that every chapter depends on: another value drops them all.
    """
    mark = cache / MARK
    then = json.loads(mark.read_text()) if mark.is_file() else {}
    now = {name: _computed_from(course, path) for name, path in _chapters(course)}
    changed = [name for name in now if then.get(name) != now[name]]
    if then.get("pins") != pins:
        shutil.rmtree(cache, ignore_errors=True)
    elif changed:
        _drop(cache, {str(course.book / f"{name}.md") for name in changed})
    cache.mkdir(parents=True, exist_ok=True)
    mark.write_text(json.dumps({**now, "pins": pins}))
    return changed


def _chapters(course: Course) -> list[tuple[str, Path]]:
    paths = sorted(course.book.rglob("*.md"))
    return [(path.relative_to(course.book).with_suffix("").as_posix(), path) for path in paths]


def _computed_from(course: Course, chapter: Path) -> str:
    names: set[str] = set()
    for cell in jupytext.read(chapter, fmt=FORMAT).cells:
        if cell.cell_type == "code":
            names |= imported(MAGIC.sub("", cell.source))
    digest = hashlib.sha256()
    for path in sorted(files_behind(course.root, names)) if names else ():
        digest.update(path.relative_to(course.root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _drop(cache: Path, chapters: set[str]) -> None:
    kept = get_cache(cache)
    for record in kept.list_cache_records():
        if record.uri in chapters:
            kept.remove_cache(record.pk)
