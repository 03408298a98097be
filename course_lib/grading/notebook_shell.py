"""IPython inside the sandbox: runs cells and keeps their outputs as a notebook would show them.

This file is mounted in the sandbox: it may import what a student may, and nothing of the course.
"""

from __future__ import annotations

import builtins
import getpass
import sys
from contextlib import nullcontext
from typing import Any, NoReturn

from ipykernel.compiler import XCachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

if __package__:
    from .shown import Outputs, Stream
else:  # inside the sandbox the files lie side by side
    from shown import Outputs, Stream  # type: ignore[no-redef]

NO_INPUT = "{} was called, but this frontend does not support input requests."


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

    def publish(
        self,
        data: dict[str, Any],
        metadata: Any = None,
        *_: Any,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **__: Any,
    ) -> None:
        display_id = (transient or {}).get("display_id")
        if update:
            self.shell.outputs.update(data, str(display_id))
        elif display_id:
            self.shell.outputs.data("display_data", data, display_id=str(display_id)[:200])
        else:
            self.shell.outputs.data("display_data", data)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait)


class NotebookShell(InteractiveShell):
    """An IPython shell that keeps what a cell shows instead of printing it."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    compiler_class = Type(XCachingCompiler)  # names cells as a kernel does

    def __init__(self) -> None:
        self.outputs = Outputs()
        config = Config()
        config.HistoryManager.enabled = False  # no database, no thread
        super().__init__(config=config)
        sys.stdout = Stream("stdout", self.outputs)
        sys.stderr = Stream("stderr", self.outputs)
        builtins.input = _no_input
        getpass.getpass = _no_getpass
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


def _no_input(prompt: Any = "") -> NoReturn:
    raise StdinNotImplementedError(NO_INPUT.format("raw_input"))


def _no_getpass(prompt: str = "", stream: Any = None) -> NoReturn:
    raise StdinNotImplementedError(NO_INPUT.format("getpass"))


def _message(error: Any) -> str:
    try:
        return str(error)
    except Exception:
        return "(its message could not be read)"
