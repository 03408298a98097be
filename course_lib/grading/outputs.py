"""Outputs as the sandbox sends them, turned into outputs that a page may show.

They were written by an untrusted process: only text and pictures are kept, each checked for what
it says it is, and all of it bounded. HTML, drawings and scripts are left out; their text stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode

from .admit import is_base64
from .pictures import pixels

MAX_OUTPUTS = 100
MAX_TEXT = 2**18 + 2**10  # characters of one cell; the worker cuts earlier and says so
MAX_PICTURES = 2**23  # characters of base 64 of one cell
# Of all cells; each of them may show as much as one cell, but not all do.
ALL_TEXT, ALL_PICTURES, ALL_PIXELS = 2**21, 2**25, 2**27
CUT = "\n... the rest of this notebook's output was cut ..."
PICTURES = ("image/png", "image/jpeg")
# Of what a terminal would obey, only tabs, line ends and the start of colours stay; half
# characters stand in no file.
CONTROLS = {*range(32), *range(127, 160)} - {8, 9, 10, 13, 27}
# Orders to a terminal that are no colours: to move, to change its title, to fill the clipboard.
ORDERS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-ln-~]|(?!\[[\d;]*m))")
UNSEEN = dict.fromkeys({*CONTROLS, *range(0xD800, 0xE000)})


@dataclass
class Notebook:
    """What all cells of one notebook have shown: ``displays`` by name, for they may be updated.

    What is left is in characters, and in pixels of pictures.
    """

    text_left: int = ALL_TEXT
    pictures_left: int = ALL_PICTURES
    pixels_left: int = ALL_PIXELS
    displays: dict[str, list[NotebookNode]] = field(default_factory=dict)

    def give_back(self, data: dict[str, str]) -> None:
        """The room of a bundle that is shown no longer."""
        for kind, content in data.items():
            if kind in PICTURES:
                self.pictures_left += len(content)
                self.pixels_left += pixels(kind, content)
            else:
                self.text_left += len(content)


def new_output(kind: str, **fields: Any) -> NotebookNode:
    """As nbformat's own, which takes 1 ms to hold each against the schema.

    The notebook as a whole is checked when it is written.
    """
    if kind in ("execute_result", "display_data"):
        fields["metadata"] = {}
    made: NotebookNode = nbformat.from_dict({"output_type": kind, **fields})
    return made


def notebook_outputs(told: Any, notebook: Notebook | None = None) -> list[NotebookNode]:
    """The outputs of one cell of ``notebook``; whatever is none is left out."""
    whole = notebook or Notebook()
    outputs, room = [], _Room(whole)
    for output in _listed(told):
        for kept in room.output(output):
            outputs.append(kept)
            if isinstance(output.get("display_id"), str):
                whole.displays.setdefault(output["display_id"], []).append(kept)
    return outputs


def update_displays(told: Any, notebook: Notebook) -> None:
    """Show in their place what was displayed again under the same name, in any cell."""
    room = _Room(notebook)
    for output in _listed(told):
        if isinstance(output, dict):
            for shown in notebook.displays.get(str(output.get("display_id")), []):
                notebook.give_back(shown.data)
                shown.data = room.data(output.get("data"))


def _listed(told: Any) -> list[Any]:
    return told[:MAX_OUTPUTS] if isinstance(told, list) else []


@dataclass
class _Room:
    """What one cell of a notebook may still show, in characters."""

    whole: Notebook
    text_left: int = MAX_TEXT
    pictures_left: int = MAX_PICTURES

    def output(self, told: Any) -> Iterator[NotebookNode]:
        """One output, where it is one."""
        if not isinstance(told, dict) or self.whole.text_left <= 0:
            return
        kind = told.get("output_type")
        if kind == "stream" and told.get("name") in ("stdout", "stderr"):
            yield new_output("stream", name=told["name"], text=self.text(told.get("text")))
        elif kind == "error":
            name, value = self.text(told.get("ename")), self.text(told.get("evalue"))
            lines = told.get("traceback")
            lines = [self.text(line) for line in lines[:500]] if isinstance(lines, list) else []
            yield new_output("error", ename=name, evalue=value, traceback=lines)
        elif kind in ("execute_result", "display_data"):
            data = self.data(told.get("data"))
            count = told.get("execution_count")
            counted = type(count) is int and 0 <= count < 2**31
            more = {"execution_count": count if counted else None}
            if data:
                yield new_output(kind, data=data, **(more if kind == "execute_result" else {}))

    def data(self, told: Any) -> dict[str, str]:
        """Pictures and plain text of a mime bundle."""
        kept: dict[str, str] = {}
        if not isinstance(told, dict) or self.whole.text_left <= 0:
            return kept
        for kind in PICTURES:
            if is_base64(told.get(kind)) and self._picture(kind, told[kind]):
                kept[kind] = told[kind]
        if isinstance(told.get("text/plain"), str):
            kept["text/plain"] = self.text(told["text/plain"])
        return kept

    def _picture(self, kind: str, data: str) -> bool:
        """Whether there is room for a picture, which it then takes."""
        room, size = min(self.pictures_left, self.whole.pictures_left), len(data)
        area = pixels(kind, data) if size <= room else 0
        if not 0 < area <= self.whole.pixels_left:
            return False
        self.pictures_left -= size
        self.whole.pictures_left -= size
        self.whole.pixels_left -= area
        return True

    def text(self, told: Any) -> str:
        """As much of a text as there is room for."""
        if not isinstance(told, str):
            return ""
        kept = told[: min(self.text_left, self.whole.text_left)].translate(UNSEEN)
        kept = ORDERS.sub("", kept)
        self.text_left -= len(kept)
        self.whole.text_left -= len(kept)
        if self.whole.text_left <= 0:  # said once: nothing more is shown after this
            kept += CUT
        return kept
