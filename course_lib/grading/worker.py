"""The process inside the sandbox: runs a student's cells and calls their functions.

It is started as a script with the folder of installed packages as its argument and a socket as
standard input. It holds no reference, no expected value and no case but the one it is asked about.
"""

from __future__ import annotations

import importlib
import os
import resource
import site
import socket
import sys
import warnings
from typing import Any

OUT_OF_MEMORY = 71  # exit status that says so; the grader knows it too
MESSAGE = "stopped after {:g} s: does a loop never end?"


def main() -> None:
    """Start, then serve until the grader hangs up."""
    sys.path[:0] = [os.path.dirname(__file__)]
    sys.path += sys.argv[1:2]
    channel = private_channel()
    bound(**{name: int(limit) for name, limit in (word.split("=") for word in sys.argv[2:])})
    try:
        prepare()
        serve(channel)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def private_channel() -> socket.socket:
    """The socket on standard input, moved where no print and no input() reaches it."""
    channel = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    return channel


def bound(**limits: int) -> None:
    """Set resource limits by name, such as ``nofile=256``, for good."""
    for name, limit in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), (limit, limit))


def prepare() -> None:
    """Make the folders that libraries write to, and import what every notebook imports."""
    for variable in ("HOME", "MPLCONFIGDIR", "IPYTHONDIR"):
        os.makedirs(os.environ[variable], exist_ok=True)
    site.sethelper()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("torch")
        importlib.import_module("matplotlib.pyplot")


def serve(channel: socket.socket) -> None:
    """Answer requests one by one, each with the id it came with."""
    import wire
    from notebook_shell import NotebookShell

    shell, own = NotebookShell.instance(), os.getpid()
    handlers = {"cell": run_cell, "test": run_test, "ask": answer}
    channel.sendall(wire.pack({"id": "ready"}))
    while True:
        request = wire.receive(lambda length: read_exactly(channel, length))
        reply = handlers[request["do"]](shell, request)
        if os.getpid() != own:  # a child that a cell forked must not answer for its parent
            os._exit(0)
        channel.sendall(wire.pack({"id": request["id"], **reply}))


def read_exactly(channel: socket.socket, length: int) -> bytes:
    """``length`` bytes; ends the process where the grader has hung up."""
    parts = []
    while length:
        part = channel.recv(min(length, 2**16))
        if not part:
            os._exit(0)
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def run_cell(shell: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Run one cell; its outputs, and whether it took too long or too much memory."""
    import asking

    error = None
    with shell.showing() as shown:
        try:
            with asking.time_limit(request["seconds"]):
                result = shell.run_cell(request["source"], store_history=True)
            error = result and result.error_in_exec
        except (asking.CallTimeoutError, MemoryError) as raised:
            error = raised
        late = isinstance(error, asking.CallTimeoutError)
        if late:
            if shown and shown[-1]["output_type"] == "error":
                shown.pop()  # IPython's traceback says less than the sentence
            text = MESSAGE.format(request["seconds"])
            shell.outputs.error("Timeout", text, [text])
    # Without memory left there may be no output that says so.
    return {"outputs": shown, "late": late, "memory": isinstance(error, MemoryError)}


def run_test(shell: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Run a test cell of plain asserts: whether it passed, and the number that it ended with."""
    import asking

    result, error = None, None
    try:
        with asking.time_limit(request["seconds"]):
            result = shell.run_cell(request["source"], store_history=False)
        error = result.error_before_exec or result.error_in_exec
    except (asking.CallTimeoutError, MemoryError) as raised:
        error = raised
    return {
        "passed": result is not None and error is None and result.success is True,
        "result": number(result.result) if result is not None else None,
        "error": asking.one_line(error) if error is not None else "",
        "late": isinstance(error, asking.CallTimeoutError),
    }


def number(value: Any) -> float | None:
    """``value`` as a float where it is a number, of Python, numpy or torch."""
    import numpy as np
    import torch

    if isinstance(value, (torch.Tensor, np.ndarray)) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        return None
    return float(value)


def answer(shell: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Call a function of the notebook by name; what came back, without what it printed."""
    import asking
    import wire

    function = asking.find(shell.user_ns, request["name"])
    try:
        given = asking.ask(request["driver"], function, request["args"], request["seconds"])
        reply = {**vars(given)}
        wire.pack(reply)
    except KeyboardInterrupt as error:
        reply = vars(asking.Answer(error=asking.one_line(error)))
    except wire.WireError as error:
        reply = vars(asking.Answer(error=f"the answer is {error}"))
    return reply


if __name__ == "__main__":
    main()
