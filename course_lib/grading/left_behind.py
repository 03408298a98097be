"""Processes and files that others leave behind, ended and removed without name spaces of their own.

This file is used in the sandbox: the standard library only.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Collection


def descendants(but: Collection[int] = ()) -> set[int]:
    """The processes that come from this one, without those in ``but`` and what comes from them."""
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, IndexError), open(f"/proc/{name}/stat") as file:
            parent = int(file.read().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(name))
    found: set[int] = set()
    to_do = [os.getpid()]
    while to_do:
        new = set(children.get(to_do.pop(), ())) - found - set(but)
        found |= new
        to_do += new
    return found


def end_children(spared: set[int]) -> None:
    """Kill and reap all that comes from this process but ``spared``, also while it goes on forking.

    Of ``spared``, those that have ended are taken out.
    """
    while True:
        try:
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                spared.discard(ended[0])
        except ChildProcessError:  # none is left: orphans would be children of this process
            return
        others = descendants(spared)
        if spared and not others:
            return
        for number in (signal.SIGSTOP, signal.SIGKILL):  # one that is stopped does not fork
            for process in others:
                send(number, process)
        time.sleep(0.001)


def send(number: int, process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


def remove(folder: str) -> None:
    """Remove a folder whatever a student has made of it: closed, or deeper than Python can go."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        for words in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run([*words, "--", folder], stderr=subprocess.DEVNULL, check=False)
