"""Words of unknown origin made fit for a terminal, a log, a table and a page."""

from __future__ import annotations


def readable(text: str, limit: int = 300) -> str:
    """``text`` on one line, with whatever a reader cannot see written as its number.

    Control codes could drive the reader's terminal, marks of writing direction turn the words
    round, and half characters stand in no file.

    >>> readable("a\\x1b[2J\\nb\\u202e")
    'a\\\\x1b[2J b\\\\u202e'
    """
    words = " ".join(text.split())
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in words)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
