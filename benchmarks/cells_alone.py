"""How long the cells of a notebook take by themselves: no sandbox, no protocol, no questions.

A program of its own: for each line of standard input, a JSON list of cells' sources, it forks, runs
them in IPython, and writes the seconds. What the grader's warm process has imported, and the
course's own checks, are imported before.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import time

from IPython.core.interactiveshell import InteractiveShell

from course_lib.grading.warm import MODULES, MORE_MODULES

BESIDES = ("course_lib.checks", "course_lib.checks.registry", "course_lib.losses")


def main() -> None:
    for name in (*MODULES, *MORE_MODULES, *BESIDES):
        importlib.import_module(name)
    shell = InteractiveShell.instance()
    for line in sys.stdin:
        print(in_a_fork(shell, json.loads(line)), flush=True)


def in_a_fork(shell: InteractiveShell, sources: list[str]) -> str:
    """Seconds that the cells took in a process of their own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, str(run(shell, sources)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        seconds = told.read()
    os.waitpid(child, 0)
    return seconds


def run(shell: InteractiveShell, sources: list[str]) -> float:
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        started = time.perf_counter()
        for source in sources:
            shell.run_cell(source, store_history=True)
        return time.perf_counter() - started


if __name__ == "__main__":
    main()
