"""A large class on the local cluster: does it slow down, and does the head's memory grow?

    python benchmarks/two_thousand.py --size 2000 --workers 2

Students are copies of the sample class, but for the one whose notebook never ends. The rate of each
hundred is told too: where those between go up and down by more, first and last differ by chance.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from record_seconds import SET, sample_course

from course_lib.course import Course
from course_lib.grading.classroom import Outcome, grade_class
from course_lib.lean import skip_unused_imports

SIZE = 2000
SLOW = ("hugo",)  # runs into its limit of 30 s, in every hundred
HUNDRED = 100
SHORT = {"size": 24}
MEGABYTE = 2**20


def large_course(root: Path, size: int) -> Course:
    """A course folder in which ``size`` students have handed in."""
    course, names = sample_course(root)
    given = [course.submitted / name for name in names if name not in SLOW]
    for name in SLOW:
        shutil.rmtree(course.submitted / name)
    for number in range(len(given), size):
        target = course.submitted / f"student-{number:04d}"
        shutil.copytree(given[number % len(given)], target)
    return course


class Watch:
    """When each submission was done, the head's memory (bytes) then."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.memory: list[int] = []
        self.head = psutil.Process()

    def __call__(self, outcome: Outcome) -> None:
        self.times.append(time.perf_counter())
        self.memory.append(self.head.memory_info().rss)

    def rate(self, first: int, last: int) -> float:
        """Submissions a second between two of them."""
        return (last - first) / (self.times[last] - self.times[first])


def measured(size: int, workers: int) -> dict[str, Any]:
    """The row of results; the first hundred begins with the first submission that is done."""
    with tempfile.TemporaryDirectory() as place:
        course, watch = large_course(Path(place), size), Watch()
        outcomes = grade_class(course, SET, workers=workers, on_done=watch)
    errors = [f"{o.student}: {o.reason}" for o in outcomes if o.state == "grader-error"]
    if errors:
        raise RuntimeError(f"{len(errors)} not graded, first {errors[0]}")
    part = min(HUNDRED, size // 2)
    first, last = watch.rate(0, part), watch.rate(size - 1 - part, size - 1)
    parts = [watch.rate(at, min(at + part, size - 1)) for at in range(0, size - 1, part)]
    megabytes = [round(watch.memory[at] / MEGABYTE, 1) for at in (0, part, -1)]
    return {
        "name": "grading/two-thousand",
        "figure": round(last, 3),
        "unit": f"submissions a second in the last {part} of {size}, {workers} workers",
        "compared_with": f"the first {part}",
        "compared_figure": round(first, 3),
        "ratio": round(last / first, 3),
        "seconds": round(watch.times[-1] - watch.times[0], 1),
        "head_megabytes": dict(zip(("first", f"after {part}", "last"), megabytes, strict=True)),
        "each_part": [round(rate, 3) for rate in parts],
        "besides": f"each {part}: from {min(parts):.2f} to {max(parts):.2f}; "
        f"the head: {megabytes[0]:.0f} MB at start, {megabytes[-1]:.0f} MB at end",
    }


def rows(size: int = SIZE, workers: int = 2) -> list[dict[str, Any]]:
    return [measured(size, workers)]


if __name__ == "__main__":
    skip_unused_imports()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    print(rows(given.size, given.workers))
