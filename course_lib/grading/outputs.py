"""Outputs as the sandbox sends them, turned into outputs that a page may show.

They were written by an untrusted process: only text and pictures are kept, each checked for what
it says it is, and all of it bounded. HTML, drawings and scripts are left out; their text stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from .admit import is_base64

MAX_OUTPUTS = 100
MAX_TEXT = 2**18 + 2**10  # characters; the worker cuts earlier and says so
PICTURES = ("image/png", "image/jpeg")


Displays = dict[str, list[NotebookNode]]  # what was displayed under a name, to be updated


def notebook_outputs(told: Any, displays: Displays | None = None) -> list[NotebookNode]:
    """The outputs of one cell; whatever is none is left out.

    What was displayed under a name is put into ``displays`` too.
    """
    outputs = []
    for output in _listed(told):
        for kept in _output(output):
            outputs.append(kept)
            if displays is not None and isinstance(output.get("display_id"), str):
                displays.setdefault(output["display_id"], []).append(kept)
    return outputs


def update_displays(told: Any, displays: Displays) -> None:
    """Show in their place what was displayed again under the same name, in any cell."""
    for output in _listed(told):
        for kept in _output(output):
            for shown in displays.get(str(output.get("display_id")), []):
                shown.data = kept.data


def _listed(told: Any) -> list[Any]:
    return told[:MAX_OUTPUTS] if isinstance(told, list) else []


def _output(told: Any) -> Iterator[NotebookNode]:
    if not isinstance(told, dict):
        return
    kind = told.get("output_type")
    if kind == "stream" and told.get("name") in ("stdout", "stderr"):
        yield new_output("stream", name=told["name"], text=_text(told.get("text")))
    elif kind == "error":
        lines = told.get("traceback")
        lines = [_text(line) for line in lines[:500]] if isinstance(lines, list) else []
        name, value = _text(told.get("ename")), _text(told.get("evalue"))
        yield new_output("error", ename=name, evalue=value, traceback=lines)
    elif kind in ("execute_result", "display_data"):
        data = _data(told.get("data"))
        count = told.get("execution_count")
        more = {"execution_count": count if isinstance(count, int) else None}
        if data:
            yield new_output(kind, data, **(more if kind == "execute_result" else {}))


def _data(told: Any) -> dict[str, str]:
    if not isinstance(told, dict):
        return {}
    kept = {kind: told[kind] for kind in PICTURES if is_base64(told.get(kind))}
    if isinstance(told.get("text/plain"), str):
        kept["text/plain"] = _text(told["text/plain"])
    return kept


def _text(told: Any) -> str:
    return told[:MAX_TEXT] if isinstance(told, str) else ""
