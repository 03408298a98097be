"""What a cell shows, kept as a notebook would keep it and bounded while it comes in.

This file is also mounted in the sandbox: the standard library only.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MAX_CHARACTERS = 2**18  # of one cell's outputs, pictures aside
MAX_PICTURES = 2**23  # characters of base 64 in one cell's outputs
MAX_OUTPUTS = 1000  # of one cell, each of which may be short
CUT = "\n... the rest of this cell's output was cut ..."

Output = dict[str, Any]  # as in a notebook file, less what a front end adds


class Outputs:
    """What the running cell has shown so far, and its updates of what was displayed before."""

    def __init__(self) -> None:
        self.open = False
        self.streams: dict[str, int] = {}  # descriptors of what is written past Python
        self.shown: list[Output] = []
        self.updates: list[Output] = []
        self._empty()

    def _empty(self) -> None:
        self.shown.clear()
        self.waits = False
        self.left = {"text": MAX_CHARACTERS, "pictures": MAX_PICTURES}

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Keep outputs in the body; outside of it they go nowhere."""
        self._drain()
        self.updates.clear()
        self._empty()
        self.open = True
        try:
            yield
        finally:
            self._drain()
            self.open = False

    def catch_streams(self) -> None:
        """Catch what other programs and C code write to descriptors 1 and 2, in files in memory."""
        for number, name in ((1, "stdout"), (2, "stderr")):
            file = os.memfd_create(name)
            os.dup2(file, number)
            self.streams[name] = file

    def clear(self, wait: bool = False) -> None:
        """Forget what was shown: now, or when the next output comes."""
        self._drain()
        self.waits = wait
        if not wait:
            self._empty()

    def text(self, stream: str, text: str) -> None:
        """Text on a stream; it continues an output of the same stream."""
        self._drain()
        self._text(stream, text)

    def data(self, kind: str, bundle: dict[str, Any], **more: Any) -> None:
        """A mime bundle: the value of a cell or a picture."""
        self._drain()
        self._add({"output_type": kind, "data": bundle, **more})

    def update(self, bundle: dict[str, Any], display_id: str) -> None:
        """Another bundle for what was displayed under ``display_id``, in this cell or before."""
        self._drain()
        if len(self.updates) < MAX_OUTPUTS and (kept := self._kept(bundle)):
            told = {"output_type": "display_data", "data": kept, "display_id": display_id[:200]}
            self.updates.append(told)

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        self._drain()
        lines = self._bounded("\n".join(traceback)).split("\n")
        told = {"ename": name[:200], "evalue": self._bounded(value), "traceback": lines}
        self._begin()
        self.shown.append({"output_type": "error", **told})

    def forget_error(self) -> None:
        if self.shown and self.shown[-1]["output_type"] == "error":
            self.shown.pop()

    def _begin(self) -> None:
        if self.waits:
            self._empty()

    def _text(self, stream: str, text: str) -> None:
        self._begin()
        text = self._bounded(text)
        if not text:
            return
        last = self.shown[-1] if self.shown else {}
        if last.get("output_type") == "stream" and last["name"] == stream:
            last["text"] += text
        elif len(self.shown) < MAX_OUTPUTS:
            self.shown.append({"output_type": "stream", "name": stream, "text": text})

    def _add(self, output: Output) -> None:
        self._begin()
        kept = self._kept(output["data"])
        if kept and len(self.shown) < MAX_OUTPUTS:
            self.shown.append({**output, "data": kept})

    def _kept(self, bundle: dict[str, Any]) -> dict[str, str]:
        kept = {}
        for mime, value in bundle.items():
            content = value if isinstance(value, str) else json.dumps(value, default=str)
            if mime.startswith("image/"):
                self.left["pictures"] -= len(content)
                content = content if self.open and self.left["pictures"] >= 0 else ""
            else:
                content = self._bounded(content)
            if content:
                kept[str(mime)] = content
        return kept

    def _bounded(self, text: str) -> str:
        if not self.open or self.left["text"] <= 0:
            return ""
        text, rest = text[: self.left["text"]], len(text) > self.left["text"]
        self.left["text"] -= len(text)
        return text + CUT if rest else text

    def _drain(self) -> None:
        """Take in what was written to the descriptors, before anything that comes after it."""
        for name, file in self.streams.items():
            if os.fstat(file).st_size:
                content = os.pread(file, MAX_CHARACTERS, 0)
                os.ftruncate(file, 0)
                os.lseek(file, 0, os.SEEK_SET)
                self._text(name, content.decode("utf-8", "replace"))


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of the student's code."""

    encoding = "UTF-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name, self.outputs = name, outputs

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1 if self.name == "stdout" else 2

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.outputs.text(self.name, text)
        return len(text)
