"""Sphinx run on the book by Jupyter Book, in a process of its own: a warning is a failure."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from .book_chapter import ONE_THREAD, PYTHON
from .course import Course

# Jupyter Book's own command has no option for the number of processes. Pages are large trees, which
# Python's collector of garbage would walk over and over.
BUILD = """
import gc
import sys
from course_lib.lean import skip_unused_imports
gc.set_threshold(200_000)
skip_unused_imports()
from jupyter_book.sphinx import build_sphinx
book, html, config, toc, jobs = sys.argv[1:]
ended = build_sphinx(book, html, noconfig=True, path_config=config, jobs=int(jobs),
    warningiserror=True, keep_going=True,
    confoverrides={"external_toc_path": toc, "nitpicky": True, "latex_individualpages": False})
if isinstance(ended, Exception):
    raise ended
sys.exit(ended)
"""


def run_sphinx(course: Course, config: Path, toc: Path, output: Path, quiet: bool) -> None:
    """Write the pages below ``output``, with as many processes as there are processors.

    Raises
    ------
    RuntimeError
        where Sphinx failed or warned; the log beside the pages has all that it said.
    """
    jobs = len(os.sched_getaffinity(0)) + 1  # one of them only hands out pages to be written
    command = [*PYTHON, "-c", BUILD, course.book, output / "_build" / "html", config, toc, jobs]
    log = output / "build.log"
    with (
        log.open("w", encoding="utf-8") as sink,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=course.root,
            env={**os.environ, **ONE_THREAD},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        for line in process.stdout or ():
            sink.write(line)
            if not quiet:
                print(line, end="", flush=True)
    if process.returncode != 0:
        raise RuntimeError(f"the book did not build: {_reason(log)}; log: {log}")


def _reason(log: Path) -> str:
    """The first line of a build's log that says what went wrong, and how a failed cell ended."""
    lines = _lines(log)
    telling = [line for line in lines if re.search(r"\b(WARNING|ERROR|\w*Error): ", line)]
    first = (telling or lines or ["it said nothing"])[0]
    tracebacks = [re.search(r"traceback saved in: (\S+)", line) for line in lines]
    ends = [_lines(Path(found[1]))[-1] for found in tracebacks if found]
    return f"{first} ({ends[0]})" if ends else first


def _lines(log: Path) -> list[str]:
    text = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8"))
    return [line.strip() for line in text.splitlines() if line.strip()]
