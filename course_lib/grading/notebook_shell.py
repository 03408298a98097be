"""IPython inside the sandbox: runs cells and keeps their outputs as a notebook would show them.

This file is mounted in the sandbox: it may import what a student may, and nothing of the course.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

MAX_CHARACTERS = 2**18  # of one cell's outputs, pictures aside
MAX_PICTURES = 2**23  # characters of base 64 in one cell's outputs
CUT = "\n... the rest of this cell's output was cut ..."

Output = dict[str, Any]  # as in a notebook file, less what a front end adds


class Outputs:
    """What the running cell has shown so far, bounded while it comes in."""

    def __init__(self) -> None:
        self.open = False
        self.shown: list[Output] = []
        self.clear()

    def clear(self) -> None:
        self.shown.clear()
        self.left = {"text": MAX_CHARACTERS, "pictures": MAX_PICTURES}

    def text(self, stream: str, text: str) -> None:
        """Text on a stream; it continues an output of the same stream."""
        text = self._bounded(text)
        if not text:
            return
        last = self.shown[-1] if self.shown else {}
        if last.get("output_type") == "stream" and last["name"] == stream:
            last["text"] += text
        else:
            self.shown.append({"output_type": "stream", "name": stream, "text": text})

    def data(self, kind: str, bundle: dict[str, Any], **more: Any) -> None:
        """A mime bundle: the value of a cell or a picture."""
        kept = {}
        for mime, value in bundle.items():
            content = value if isinstance(value, str) else json.dumps(value, default=str)
            if mime.startswith("image/"):
                self.left["pictures"] -= len(content)
                content = content if self.left["pictures"] >= 0 else ""
            else:
                content = self._bounded(content)
            if content:
                kept[str(mime)] = content
        if kept:
            self.shown.append({"output_type": kind, "data": kept, **more})

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        lines = self._bounded("\n".join(traceback)).split("\n")
        told = {"ename": name[:200], "evalue": self._bounded(value), "traceback": lines}
        self.shown.append({"output_type": "error", **told})

    def _bounded(self, text: str) -> str:
        if not self.open or self.left["text"] <= 0:
            return ""
        text, rest = text[: self.left["text"]], len(text) > self.left["text"]
        self.left["text"] -= len(text)
        return text + CUT if rest else text


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of the student's code."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name, self.outputs = name, outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.outputs.text(self.name, text)
        return len(text)


class _Hook(DisplayHook):
    """The value of a cell's last line becomes an ``execute_result``."""

    shell: Any

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        count = self.prompt_count
        self.shell.outputs.data("execute_result", format_dict, execution_count=count)

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Publisher(DisplayPublisher):
    """What is displayed becomes ``display_data``."""

    shell: Any

    def publish(self, data: dict[str, Any], metadata: Any = None, *_: Any, **__: Any) -> None:
        self.shell.outputs.data("display_data", data)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear()


class NotebookShell(InteractiveShell):
    """An IPython shell that keeps what a cell shows instead of printing it."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def __init__(self) -> None:
        self.outputs = Outputs()
        config = Config()
        config.HistoryManager.enabled = False  # no database, no thread
        super().__init__(config=config)
        sys.stdout = Stream("stdout", self.outputs)
        sys.stderr = Stream("stderr", self.outputs)
        self.enable_matplotlib("inline")

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no screen."""

    def ask_exit(self) -> None:
        """``exit`` in a cell ends nothing: what follows it is graded too."""

    def _tee(self, channel: str) -> Any:
        """IPython would keep a second, unbounded copy of everything printed."""
        return nullcontext()

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        self.outputs.error(str(getattr(etype, "__name__", etype)), _message(evalue), stb)

    @contextmanager
    def showing(self) -> Iterator[list[Output]]:
        """Keep outputs in the body, in the list given; outside of it they go nowhere."""
        self.outputs.clear()
        self.outputs.open = True
        try:
            yield self.outputs.shown
        finally:
            self.outputs.open = False


def _message(error: Any) -> str:
    try:
        return str(error)
    except Exception:
        return "(its message could not be read)"
