"""Docstrings are written for eyes: this extension of Sphinx makes markup of them.

In prose ``|x|``, ``2*x`` and ``x_`` are mathematics, not markup, so they are escaped; literals,
*emphasis*, doctests and tables are left alone. And what stands at the margin after a numpydoc
section and a blank line, such as a doctest after "Raises", is no further entry of that section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

# Napoleon turns numpydoc sections into markup at Sphinx's 500; this must come before.
BEFORE_NAPOLEON = 100
LITERAL_OR_EMPHASIS = re.compile(
    r"(``.+?``|(?<![\w*])\*[^\s*|](?:[^*|]*[^\s*|])?\*(?![\w*]))", re.DOTALL
)
# An underscore makes a link only at the end of a word.
MARKUP = re.compile(r"([*|\\]|(?<=\w)_(?!\w))")
TABLE_RULE = re.compile(r"=+( +=+)+$")
SECTION_RULE = re.compile(r"-{3,}$")


def escaped(prose: str) -> str:
    r"""``prose`` with what is no markup made plain.

    >>> escaped("*mean* of |a - y|, that is ``|a - y|``, and 2 * x_ * y_1")
    '*mean* of \\|a - y\\|, that is ``|a - y|``, and 2 \\* x\\_ \\* y_1'
    """
    parts = LITERAL_OR_EMPHASIS.split(prose)
    parts[::2] = [MARKUP.sub(r"\\\1", part) for part in parts[::2]]
    return "".join(parts)


def markup(lines: list[str]) -> list[str]:
    """The lines of a docstring as napoleon and docutils are to read them.

    >>> markup(["Raises", "------", "ValueError", "    where x < 1", "", ">>> 2 * 3", "6"])
    ['Raises', '------', 'ValueError', '    where x < 1', '', '', '>>> 2 * 3', '6']
    """
    kinds = zip(_is_prose(lines), lines, strict=True)
    marked: list[str] = []
    for prose, group in groupby(kinds, key=lambda pair: pair[0]):
        text = "\n".join(line for _, line in group)
        marked += (escaped(text) if prose else text).split("\n")
    return list(_ended_sections(marked))


def _is_prose(lines: list[str]) -> Iterator[bool]:
    """Of each line: whether it stands neither in a doctest nor in a table."""
    doctest, rules = False, 0
    for line in lines:
        doctest = bool(line.strip()) and (doctest or line.lstrip().startswith(">>>"))
        # A table has three rules: above the head, below it, and at the end.
        rules = (rules + bool(TABLE_RULE.match(line.strip()))) % 3
        yield not doctest and rules == 0


def _ended_sections(lines: list[str]) -> Iterator[str]:
    inside, above = False, ""
    for line, below in pairwise([*lines, ""]):
        if SECTION_RULE.match(below):
            inside = True
        elif inside and not above and line[:1].strip() and not below.startswith(" "):
            inside = False  # an entry of the section would have indented lines below it
            yield ""  # two blank lines are napoleon's own end of a section
        yield line
        above = line


def _process(app: Any, what: str, name: str, object_: Any, options: Any, lines: list[str]) -> None:
    lines[:] = markup(lines)


def setup(app: Any) -> dict[str, bool]:
    """Sphinx calls this once."""
    app.connect("autodoc-process-docstring", _process, priority=BEFORE_NAPOLEON)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
