"""What grading a submission costs beyond its cells' own run time.

The same notebooks in turns: as a worker's job (admit, rebuild, sandbox, cells, all questions with
their hidden cases, verdicts), and only their cells, with the checks that a student's machine runs,
in a process that is forked from one with the same imports.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import nbformat
from record_seconds import SET, sample_course

from course_lib.grading.jobs import read_reply, run_job
from course_lib.grading.released import Released, read_released
from course_lib.grading.run import fresh_seed
from course_lib.grading.sandbox import LIMITS
from course_lib.grading.submission import read_submission

STUDENTS = ("ada", "ines", "kira", "lars", "tara")  # everything right: all questions are asked
ROUNDS = 10
SHORT = {"students": ("ada",), "rounds": 2}
CELLS_ALONE = Path(__file__).with_name("cells_alone.py")


class CellsAlone:
    """The program beside this one, which runs cells and tells how long they took."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(CELLS_ALONE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},  # as in the sandbox
        )

    def seconds(self, content: bytes) -> float:
        """Of a notebook's code cells."""
        cells = nbformat.reads(content.decode("utf-8-sig"), as_version=4).cells
        sources = [cell.source for cell in cells if cell.cell_type == "code"]
        print(json.dumps(sources), file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())  # type: ignore[union-attr]

    def end(self) -> None:
        self.process.communicate()


@contextmanager
def cells_alone() -> Iterator[CellsAlone]:
    program = CellsAlone()
    try:
        yield program
    finally:
        program.end()


def job_seconds(released: Released, contents: dict[str, Any]) -> float:
    """Of a whole job, as a worker does it."""
    started = time.perf_counter()
    reply = run_job(released, contents, fresh_seed(), LIMITS)
    seconds = time.perf_counter() - started
    state = read_reply(reply, released).worst.state
    if state != "graded":
        raise RuntimeError(f"not graded: {state}")
    return seconds


def pairs(students: Sequence[str], rounds: int) -> Iterator[tuple[float, float]]:
    """Seconds of a job and of its cells alone, in turns."""
    with tempfile.TemporaryDirectory() as place, cells_alone() as alone:
        course, _ = sample_course(Path(place))
        released = read_released(course, SET)
        for turn in range(-1, rounds):  # one round to warm up
            for student in students:
                contents = read_submission(released, course.submitted / student / SET).contents
                (content,) = contents.values()
                pair = job_seconds(released, contents), alone.seconds(content)
                if turn >= 0:
                    yield pair


def rows(students: Sequence[str] = STUDENTS, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    measured = list(pairs(students, rounds))
    return [
        {
            "name": "grading/overhead-seconds",
            "figure": round(median(job - cells for job, cells in measured), 3),
            "unit": "s per submission beyond its cells",
            "compared_with": "the cells in a forked process",
            "compared_figure": round(median(cells for _, cells in measured), 3),
            "ratio": round(median((job - cells) / cells for job, cells in measured), 3),
        }
    ]
