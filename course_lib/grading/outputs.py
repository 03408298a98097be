"""Outputs as the sandbox sends them, turned into outputs that a page may show.

They were written by an untrusted process: only text and pictures are kept, each checked for what
it says it is, and all of it bounded. HTML, drawings and scripts are left out; their text stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode

from .admit import is_base64

MAX_OUTPUTS = 100
MAX_TEXT = 2**18 + 2**10  # characters of one cell; the worker cuts earlier and says so
MAX_PICTURES = 2**23  # characters of base 64 of one cell
PICTURES = ("image/png", "image/jpeg")
# Of what a terminal would obey, only tabs, line ends and the start of colours stay; half
# characters stand in no file.
CONTROLS = {*range(32), *range(127, 160)} - {8, 9, 10, 13, 27}
UNSEEN = dict.fromkeys({*CONTROLS, *range(0xD800, 0xE000)})

Displays = dict[str, list[NotebookNode]]  # what was displayed under a name, to be updated


def new_output(kind: str, **fields: Any) -> NotebookNode:
    """As nbformat's own, which takes 1 ms to hold each against the schema.

    The notebook as a whole is checked when it is written.
    """
    if kind in ("execute_result", "display_data"):
        fields["metadata"] = {}
    made: NotebookNode = nbformat.from_dict({"output_type": kind, **fields})
    return made


def notebook_outputs(told: Any, displays: Displays | None = None) -> list[NotebookNode]:
    """The outputs of one cell; whatever is none is left out.

    What was displayed under a name is put into ``displays`` too.
    """
    outputs, room = [], _Room()
    for output in _listed(told):
        for kept in room.output(output):
            outputs.append(kept)
            if displays is not None and isinstance(output.get("display_id"), str):
                displays.setdefault(output["display_id"], []).append(kept)
    return outputs


def update_displays(told: Any, displays: Displays) -> None:
    """Show in their place what was displayed again under the same name, in any cell."""
    room = _Room()
    for output in _listed(told):
        for kept in room.output(output):
            for shown in displays.get(str(output.get("display_id")), []):
                shown.data = kept.data


def _listed(told: Any) -> list[Any]:
    return told[:MAX_OUTPUTS] if isinstance(told, list) else []


@dataclass
class _Room:
    """What one cell may still show, in characters."""

    text_left: int = MAX_TEXT
    pictures_left: int = MAX_PICTURES

    def output(self, told: Any) -> Iterator[NotebookNode]:
        """One output, where it is one."""
        if not isinstance(told, dict):
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
        if not isinstance(told, dict):
            return kept
        for kind in PICTURES:
            if is_base64(told.get(kind)) and len(told[kind]) <= self.pictures_left:
                self.pictures_left -= len(told[kind])
                kept[kind] = told[kind]
        if isinstance(told.get("text/plain"), str):
            kept["text/plain"] = self.text(told["text/plain"])
        return kept

    def text(self, told: Any) -> str:
        """As much of a text as there is room for."""
        kept = told[: self.text_left].translate(UNSEEN) if isinstance(told, str) else ""
        self.text_left -= len(kept)
        return kept
