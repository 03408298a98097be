"""The process inside the sandbox that runs a student's cells and calls their functions.

It is forked from the warm process, with a socket to the grader. It holds no reference, no expected
value and no case but the one it is asked about. This file is also mounted in the sandbox.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
import threading
import warnings
from typing import Any, NoReturn

OUT_OF_MEMORY = 71  # exit status that says so; the grader knows it too
MESSAGE = "stopped after {:g} s: does a loop never end?"
HOME, WORK = "/tmp/home", "/tmp/work"
# The grader's own modules inside the sandbox.
OWN_MODULES = (
    *("asking", "drivers", "given", "guard", "isolate", "landlock", "left_behind", "plain"),
    *("notebook_shell", "shown", "syscalls", "warm", "weaker", "wire", "worker"),
)
IGNORED_BY_PYTHON = {signal.SIGPIPE, signal.SIGXFSZ}


def main(channel: int) -> NoReturn:
    """Serve until the grader hangs up."""
    import isolate

    isolate.set_dumpable(True)
    os.setsid()
    try:
        take_signals()
        settle()
        worker = Worker(channel)
        hide_own_modules()
        worker.serve()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    finally:
        os._exit(1)


def make_shell() -> Any:
    """The one shell of this process; the warm process makes it, and all its children have it."""
    from notebook_shell import NotebookShell

    return NotebookShell.instance()


def take_signals() -> None:
    """Signals as Python has them that is started by hand.

    A grader in the background or under nohup ignores some, which all that it starts inherits.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in signal.valid_signals() - IGNORED_BY_PYTHON:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def settle() -> None:
    """What each submission must have for itself: folders, and random numbers of its own."""
    import numpy as np

    profile = os.path.join(os.environ["IPYTHONDIR"], "profile_default")
    for folder in (WORK, os.environ["HOME"], os.environ["MPLCONFIGDIR"], profile):
        os.makedirs(folder, exist_ok=True)
    os.chdir(WORK)
    sys.path.insert(0, "")
    random.seed()
    np.random.seed()
    make_shell().outputs.catch_streams()


def hide_own_modules() -> None:
    """Whoever imports one of them from now on has a copy, in which no change changes anything."""
    for name in OWN_MODULES:
        sys.modules.pop(name, None)


class Worker:
    """One process's end of the line to the grader."""

    def __init__(self, channel: int) -> None:
        import asking
        import guard
        import wire

        self.asking, self.guard, self.wire = asking, guard, wire
        self.shell = make_shell()
        self.open(channel)

    def open(self, channel: int) -> None:
        self.channel, self.own = socket.socket(fileno=channel), os.getpid()

    def serve(self) -> None:
        """Answer requests one by one, each with the id it came with."""
        handlers = {"cell": self.cell, "test": self.test}
        handlers |= {"file": self.file, "snapshot": self.snapshot}
        self.send({"id": "ready", "process": self.own})
        while True:
            request = self.wire.receive(self.read)
            if request["do"] == "ask":
                self.ask(request)
            else:
                self.reply(request["id"], handlers[request["do"]](request))

    def reply(self, mark: str, told: dict[str, Any]) -> None:
        if os.getpid() != self.own:  # a child that a cell forked must not answer
            os._exit(0)
        self.send({"id": mark, **told})

    def send(self, reply: dict[str, Any]) -> None:
        self.channel.sendall(self.wire.pack(reply))

    def read(self, length: int) -> bytes:
        """``length`` bytes; ends the process where the grader has hung up."""
        parts = []
        while length:
            part = self.channel.recv(min(length, 2**16))
            if not part:
                os._exit(0)
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def file(self, request: dict[str, Any]) -> dict[str, Any]:
        """A piece of a file that lies beside the notebook."""
        path = os.path.join(WORK, request["name"])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "ab") as file:
            file.write(request["content"].tobytes())
        return {}

    def cell(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run one cell; its outputs, and whether it took too long or too much memory."""
        error, outputs = None, self.shell.outputs
        with outputs.showing():
            try:
                with self.asking.time_limit(request["seconds"]):
                    result = self.shell.run_cell(request["source"], store_history=True)
                error = result and result.error_in_exec
            except (self.asking.CallTimeoutError, MemoryError) as raised:
                error = raised
            late = isinstance(error, self.asking.CallTimeoutError)
            if late:
                outputs.forget_error()  # IPython's traceback says less than the sentence
                text = MESSAGE.format(request["seconds"])
                outputs.error("Timeout", text, [text])
        # Without memory left there may be no output that says so.
        memory = isinstance(error, MemoryError)
        return {
            "outputs": outputs.shown,
            "updates": outputs.updates,
            "late": late,
            "memory": memory,
        }

    def test(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run a test cell of plain asserts: whether it passed, and the number it ended with."""
        result, error = None, None
        try:
            with self.asking.time_limit(request["seconds"]):
                result = self.shell.run_cell(request["source"], store_history=False)
            error = result.error_before_exec or result.error_in_exec
        except (self.asking.CallTimeoutError, MemoryError) as raised:
            error = raised
        return {
            "passed": result is not None and error is None and result.success is True,
            "result": number(result.result) if result is not None else None,
            "error": self.asking.one_line(error) if error is not None else "",
            "late": isinstance(error, self.asking.CallTimeoutError),
        }

    def ask(self, request: dict[str, Any]) -> None:
        """Call a function of the notebook by name, and answer each case when it is there.

        After a call that did not end in time there is no other.
        """
        for place, args in enumerate(request["cases"]):
            reply = self.answer(request, args)
            self.reply(f"{request['id']}-{place}", reply)
            if reply["timed_out"]:
                break

    def answer(self, request: dict[str, Any], args: tuple[Any, ...]) -> dict[str, Any]:
        """What came back from one call, without what it printed."""
        function = self.asking.find(self.shell.user_ns, request["name"])
        self.guard.forbid(request["forbid"], self.shell.user_ns)
        try:
            given = self.asking.ask(request["driver"], function, args, request["seconds"])
            reply = {**vars(given)}
            self.wire.pack(reply)
        except KeyboardInterrupt as error:
            reply = vars(self.asking.Answer(error=self.asking.one_line(error)))
        except self.wire.WireError as error:
            reply = vars(self.asking.Answer(error=f"the answer is {error}"))
        return reply

    def snapshot(self, request: dict[str, Any]) -> dict[str, Any]:
        """Leave a copy of this process behind, which serves the socket that comes with this.

        The copy has the notebook's state as it is now, on its main thread alone; this process goes
        on, tells the copy's number, and never learns what it is asked. ``apart`` makes the copy no
        child of this process but of the first one, which then can tell how it ended while this one
        lives; that takes a fork more, and the number is told by the copy alone.
        """
        _, (channel,), _, _ = socket.recv_fds(self.channel, 1, 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of threads that a cell has started
            child = fork_or_none()
        if child == 0:
            if request["apart"] and fork_or_none() != 0:  # in the copy alone it is 0
                os._exit(0)
            self.channel.close()
            self.open(channel)
            os.setsid()
            return {"id": "ready", "process": self.own}
        os.close(channel)
        if child is None:
            return {"refused": True}
        if request["apart"]:
            os.waitpid(child, 0)
        return {"process": child, "incomplete": left_running()}


def left_running() -> bool:
    """Whether a cell has left a thread or a process at work, which no copy of this one has."""
    processes = sys.modules.get("multiprocessing.process")
    return threading.active_count() > 1 or bool(processes and processes.active_children())


def fork_or_none() -> int | None:
    """``os.fork()``; None where there may be no more processes."""
    try:
        return os.fork()
    except OSError:
        return None


def number(value: Any) -> float | None:
    """``value`` as a float where it is a number, of Python, numpy or torch."""
    import numpy as np
    import torch

    if isinstance(value, (torch.Tensor, np.ndarray)) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        return None
    return float(value)
