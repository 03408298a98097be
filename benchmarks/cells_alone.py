"""How long the cells of a notebook take by themselves: no sandbox, no protocol, no questions.

A program of its own: for each line of standard input, a JSON list of cells' sources, it forks, runs
them in the shell that the sandbox has too, and writes the seconds. Pictures are drawn, as a kernel
would. What the grader's warm process has imported, and the course's own checks, are imported
before.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time

from course_lib.grading.notebook_shell import NotebookShell
from course_lib.grading.warm import MODULES, MORE_MODULES

# Also what these import only at their first use.
BESIDES = (
    *("course_lib.checks", "course_lib.checks.registry", "course_lib.losses"),
    *("array_api_compat.numpy", "array_api_compat.torch"),
)


def main() -> None:
    for name in (*MODULES, *MORE_MODULES, *BESIDES):
        importlib.import_module(name)
    told = sys.stdout
    shell = NotebookShell.instance()  # which keeps what is printed from now on
    gc.freeze()
    for line in sys.stdin:
        print(in_a_fork(shell, json.loads(line)), file=told, flush=True)


def in_a_fork(shell: NotebookShell, sources: list[str]) -> str:
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


def run(shell: NotebookShell, sources: list[str]) -> float:
    started = time.perf_counter()
    for source in sources:
        with shell.outputs.showing():
            shell.run_cell(source, store_history=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
