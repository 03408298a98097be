"""What was handed in beside a notebook: only files that no browser and no Python would run.

nbgrader copies it on, from ``submitted/`` to ``autograded/`` and from there to ``feedback/``, and
its formgrader serves it to instructors from Jupyter's own address: a page among it would be
opened with an instructor's rights.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from .admit import MAX_BYTES, Rejected, read_regular
from .submission import TIMESTAMP, read_timestamp

# Browsers show these as pictures or plain text, or save them; pickles and modules stay behind.
INERT = (".csv", ".gif", ".jpeg", ".jpg", ".npy", ".npz", ".png", ".tsv", ".txt", ".webp")
MAX_FILES = 100
MAX_LOOKED_AT = 2000  # entries of folders
MAX_DEPTH = 4
MAX_NAME = 200  # bytes


def copy_other_files(source: Path, target: Path) -> None:
    """Copy pictures, tables and plain text from ``source`` into ``target``.

    Links are neither copied nor followed, nor is a ``timestamp.txt`` that holds no time: nbgrader
    stops a whole class at that.
    """
    left = MAX_BYTES
    timeless = source / TIMESTAMP if read_timestamp(source) is None else None
    files = (path for path in _inert_files(source) if path != timeless)
    for number, path in enumerate(files):
        if number == MAX_FILES or left <= 0:
            return
        try:
            content = read_regular(path, left)
        except Rejected:
            continue
        left -= len(content)
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)


def _inert_files(source: Path) -> Iterator[Path]:
    """Regular files by their names' endings, those near the top first."""
    folders, looked_at = [(source, 0)], 0
    for folder, depth in folders:  # grows while it runs
        entries = list(islice(_entries(folder), MAX_LOOKED_AT - looked_at))
        looked_at += len(entries)
        for entry in entries:
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False) and depth < MAX_DEPTH:
                folders.append((path, depth + 1))
            elif entry.is_file(follow_symlinks=False) and path.suffix.lower() in INERT:
                yield path


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What lies in ``folder`` under names that everyone can see and every file system can hold."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            hidden = entry.name.startswith((".", "__pycache__"))
            if not hidden and entry.name.isprintable() and len(entry.name.encode()) < MAX_NAME:
                yield entry
