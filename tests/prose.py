"""The words that a reader of a Markdown file reads: no code, formula, address or name of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

FENCE = re.compile(r" *(`{3,}|~{3,}|:{3,})(.*)")
# What a fence says of text that is read; all others hold code.
READ = re.compile(
    r"\{(note|tip|warning|important|admonition|dropdown|seealso|hint|caution|glossary|margin"
    r"|table|list-table|figure|card|card-footer|card-header|grid|grid-item-card|div|tab-set|tab-item|epigraph)\}"
)
NOT_READ = re.compile(
    r"""
    \A---\n.*?\n---\n                        # what stands above a page for the tools
  | \$\$.*?\$\$ | (?<!\\)\$[^$]*\$ | ^\\begin\{.*?^\\end\{[^\n]*
  | \{(?:cite|numref|eq|doc|ref|py:\w+|math|index|download)[^`]*\}`[^`]*`
  | (?P<code>`+)[^`]+(?P=code)
  | <!--.*?--> | <[^>]+> | \]\([^)]*\) | https?://\S+
  | ^[ ]*:(?!alt:|caption:)[\w-]+:[^\n]*     # settings of a figure or cell
  | ^\([\w:-]+\)=$
  | \w+(?:[._/\\@]\w+)+\S* | \S*\d\S* | &\w+;
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
WORD = re.compile(r"(?<![^\W\d_])[a-zà-ÿ]+(?:['’][a-z]+)*(?![^\W\d_])", re.IGNORECASE)
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n---\n(.*?)^---$", re.MULTILINE | re.DOTALL)


def words(text: str) -> set[str]:
    """Its words in small letters, without those of which only some letters are capitals."""
    prose = ["\n".join(_unfenced(text)), *_under_figures(text)]
    found = WORD.findall(NOT_READ.sub(" ", "\n\n".join(prose)))
    plain = {word.replace("’", "'") for word in found}
    return {word.lower().removesuffix("'s") for word in plain if word[1:] == word[1:].lower()}


def _unfenced(text: str) -> Iterator[str]:
    """The lines of ``text`` without blocks of code, and without the fences around other text."""
    code, around = "", [""]
    for line in text.splitlines():
        fence = FENCE.match(line)
        said = fence[2].strip() if fence else ""
        if code:
            code = "" if fence and fence[1] == code and not said else code
        elif not fence:
            yield line
        elif not said and fence[1] == around[-1]:
            around.pop()
        elif fence[1][0] == ":" or READ.match(said):
            around.append(fence[1])
            yield READ.sub("", said)
        else:
            code = fence[1]


def _under_figures(text: str) -> Iterator[str]:
    """What stands under the figures that cells draw, and what is read out in their place."""
    for settings in CELL.findall(text):
        told = yaml.safe_load(settings).get("mystnb", {})
        for part in told.values():
            if isinstance(part, dict):
                yield from (str(part[key]) for key in ("alt", "caption") if key in part)
