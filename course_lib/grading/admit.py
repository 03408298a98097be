"""From what was handed in to a notebook, or a reason why not: the first step of grading.

Nothing here trusts the file: links and pipes are never followed or waited for, sizes are limited
before anything is parsed, and only sources and the marks that tell cells apart are kept.
"""

from __future__ import annotations

import base64
import binascii
import errno
import json
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from .pictures import pixels
from .readable import readable

MEGABYTE = 2**20
MAX_BYTES = 20 * MEGABYTE  # a notebook with many figures has 2 to 5 MB
MAX_CODE = MEGABYTE // 8  # characters of code in all; the grader parses them
MAX_WORDS = MEGABYTE // 8  # characters of text in all; pages are made of them
MAX_CELLS = 2000
MAX_BRACKETS = 500_000  # each becomes an object in memory, 60 to 200 bytes large
MAX_COMMAS = 2_000_000  # and so does what stands between two of these
CELL_TYPES = ("code", "markdown", "raw")
IN_TEXT = re.compile(r"data:image/[a-z]+;base64,[A-Za-z0-9+/=]*")  # a picture pasted as text
PICTURES = ("image/png", "image/jpeg", "image/gif")


class Rejected(Exception):  # noqa: N818  an outcome of grading, not an error of the grader
    """What was handed in cannot be graded; the text is one line that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(readable(reason))


def find_notebook(folder: Path, name: str, released: Sequence[str]) -> Path:
    """The file in ``folder`` that is the notebook ``name`` (without ``.ipynb``).

    A renamed one is taken where there is no doubt: the set has one notebook, the folder has one.

    Raises
    ------
    Rejected
        where there is none, or several that could be meant.
    """
    if not stat.S_ISDIR(os.lstat(folder).st_mode):
        raise Rejected("the submission is no folder of its own")
    path = folder / f"{name}.ipynb"
    if os.path.lexists(path):
        return path
    try:
        others = sorted(p.name for p in folder.iterdir() if p.suffix.lower() == ".ipynb")
    except OSError as error:
        raise Rejected(f"the submission's folder cannot be read: {error.strerror}") from error
    if len(others) == 1 and len(released) == 1:
        return folder / others[0]
    there = f"there are {', '.join(others)[:200]}" if others else "there is no notebook at all"
    raise Rejected(f"no {name}.ipynb was handed in: {there}")


def read_regular(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file; never follows a link, never waits for a pipe.

    Raises
    ------
    Rejected
        where it is something else, cannot be read, or is larger than ``limit`` bytes.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        why = "it is a link" if error.errno == errno.ELOOP else error.strerror
        raise Rejected(f"{path.name} is not a file that can be read: {why}") from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Rejected(f"{path.name} is not a regular file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read(limit + 1)
    finally:
        os.close(handle)
    if len(content) > limit:
        raise Rejected(f"{path.name} is larger than {limit // MEGABYTE} MB")
    return content


def admit(content: bytes) -> NotebookNode:
    """The notebook in ``content``, reduced to types, sources, pictures, ids and grade ids.

    UTF-8 with or without a byte order mark; text that is not UTF-8 is read as Latin-1.

    Raises
    ------
    Rejected
        where it is no notebook of format 4, or too large to be one.
    """
    told = _parsed(content)
    if not isinstance(told, dict) or not isinstance(told.get("cells"), list):
        raise Rejected("the file is no notebook of format 4: save it again from Jupyter")
    if told.get("nbformat") != 4:
        raise Rejected("the notebook is not of format 4: save it again from Jupyter")
    if len(told["cells"]) > MAX_CELLS:
        raise Rejected(f"the notebook has more than {MAX_CELLS} cells")
    cells = [cell for given in told["cells"] if (cell := _cell(given)) is not None]
    if sum(len(cell.source) for cell in cells if cell.cell_type == "code") > MAX_CODE:
        raise Rejected(f"the notebook has more than {MAX_CODE} characters of code")
    if sum(words(cell.source) for cell in cells if cell.cell_type != "code") > MAX_WORDS:
        raise Rejected(f"the notebook has more than {MAX_WORDS} characters of text")
    return NotebookNode(cells=cells, metadata=NotebookNode(), nbformat=4, nbformat_minor=5)


def _parsed(content: bytes) -> Any:
    if not content.strip():
        raise Rejected("the file is empty")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if text.count("[") + text.count("{") > MAX_BRACKETS or text.count(",") > MAX_COMMAS:
        raise Rejected("the file holds too many values to be a notebook")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise Rejected("the file is nested too deeply to be a notebook") from error
    except ValueError as error:
        raise Rejected("the file is not JSON: is it really a notebook?") from error


def _cell(given: Any) -> NotebookNode | None:
    """One cell with what grading needs of it; None where it is no cell."""
    if not isinstance(given, dict) or given.get("cell_type") not in CELL_TYPES:
        return None
    source = given.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    cell = NotebookNode(cell_type=given["cell_type"], source=_text(source), metadata=NotebookNode())
    if isinstance(given.get("id"), str):
        cell.id = given["id"][:64]
    metadata = given.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(marks, dict) and isinstance(marks.get("grade_id"), str):
        cell.metadata.nbgrader = NotebookNode(grade_id=marks["grade_id"])
    pictures = _pictures(given.get("attachments"))
    if pictures and cell.cell_type == "markdown":
        cell.attachments = pictures
    return cell


def words(source: str) -> int:
    """Characters of ``source``, pictures in it aside."""
    return len(IN_TEXT.sub("", source))


def _pictures(attachments: Any) -> NotebookNode:
    """Pictures pasted into a text cell, by file name; whatever is no picture is left out."""
    kept = NotebookNode()
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        for kind, data in bundle.items() if isinstance(bundle, dict) else ():
            if kind in PICTURES and is_base64(data) and pixels(kind, data):
                kept[_text(name)] = NotebookNode({kind: data})
    return kept


def is_base64(data: Any) -> bool:
    """True where ``data`` is text in base 64 alone, which no page can mistake for markup."""
    try:
        base64.b64decode("".join(data.split()) if isinstance(data, str) else b"!", validate=True)
    except (binascii.Error, ValueError):
        return False
    return isinstance(data, str)


def _text(source: str) -> str:
    """``source`` without half characters, which no file can hold."""
    return source.encode("utf-8", "replace").decode("utf-8")
