"""One chapter executed in a process of its own: a notebook comes in, and goes out with outputs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_cache.executors.utils import single_nb_execution
from nbformat import NotebookNode

# In a course folder elsewhere, -P keeps its course_lib/ from hiding the one that is installed.
PYTHON = (sys.executable, "-P")
# What a chapter computes must not depend on how many processors there are: a sum that several
# threads share is added up in another order.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Executed:
    """A chapter that was executed: how many seconds it took, and how it ended where it failed."""

    chapter: str
    notebook: NotebookNode
    seconds: float
    error: str | None = None

    def __str__(self) -> str:
        if self.error:
            return f"{self.chapter}: failed after {self.seconds:.1f} s ({self.error})"
        return f"{self.chapter}: executed in {self.seconds:.1f} s"


def execute(chapter: str, notebook: NotebookNode, folder: Path, timeout: int) -> Executed:
    """Execute ``notebook`` in ``folder``; no cell may take longer than ``timeout`` seconds.

    Raises
    ------
    RuntimeError
        where no kernel could be started.
    """
    done = subprocess.run(
        [*PYTHON, "-m", __name__, str(folder), str(timeout)],
        input=nbformat.writes(notebook),
        env={**os.environ, **ONE_THREAD},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(f"{chapter} could not be executed: {done.stderr.strip()}")
    text, seconds, error = json.loads(done.stdout)
    return Executed(chapter, nbformat.reads(text, as_version=4), seconds, error)


def main() -> None:
    """Read a notebook, execute it, write it: what ``execute`` runs."""
    folder, timeout = sys.argv[1], int(sys.argv[2])
    notebook = nbformat.reads(sys.stdin.read(), as_version=4)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a kernel says beside its cells is no part of the answer
    # A busy kernel sends a line in two pieces, between which MyST-NB would put an end of line.
    result = single_nb_execution(
        notebook, cwd=folder, timeout=timeout, allow_errors=False, coalesce_streams=True
    )
    said = COLOUR.sub("", result.exc_string or "").strip().splitlines()
    with out:
        error = said[-1] if result.err else None
        json.dump([nbformat.writes(result.nb), result.time, error], out)


if __name__ == "__main__":
    main()
