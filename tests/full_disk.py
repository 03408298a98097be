"""A course folder on a small file system of its own, filled to the brim and graded; as a script.

Arguments: a prepared course folder, an empty folder on which a file system is mounted, and the room
that is left, in bytes, one after the other. Prints one line of JSON for each.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from quick_grader import all_rows, quick_grading
from tiny_course import tiny_exercises
from tiny_set import NAME, SET

from course_lib.cli import run
from course_lib.course import Course
from course_lib.grading.classroom import grade_class
from course_lib.grading.record import earlier_record

CHUNK = 4096


def graded(course: Course) -> tuple[str, int | str | None]:
    """``course grade`` as from a terminal: what it says on stderr, and its exit code."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        try:
            run(lambda: grade_class(course, SET, force=True))
        except SystemExit as end:
            return said.getvalue(), end.code
    return said.getvalue(), 0


@contextlib.contextmanager
def only_room_for(place: Path, room: int) -> Iterator[None]:
    """Nothing but ``room`` bytes is left where ``place`` lies."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(CHUNK))
    with ballast.open("r+b") as file:
        file.truncate(max(0, ballast.stat().st_size - room))
    yield
    ballast.unlink()


def half_written(course: Course) -> list[str]:
    """Results that are there and not whole."""
    folders = [folder for folder in course.autograded.glob(f"*/{SET}") if folder.is_dir()]
    whole = (f for f in folders if earlier_record(f) and (f / f"{NAME}.ipynb").stat().st_size)
    return sorted({str(f) for f in folders} - {str(f) for f in whole})


def tried(prepared: Path, place: Path, room: int) -> dict[str, Any]:
    course = Course(Path(shutil.copytree(prepared, place / "course")))
    with only_room_for(place, room):
        said, code = graded(course)
        half = half_written(course)
    outcomes = grade_class(course, SET)
    rows = repr(sorted(all_rows(course.gradebook_url).items()))
    left = [str(path) for path in course.autograded.glob("*/.*")]
    shutil.rmtree(course.root)
    states = sorted({outcome.state for outcome in outcomes})
    return {"said": said, "code": code, "half": half, "rows": rows, "left": left, "states": states}


def main() -> None:
    prepared, place, *rooms = sys.argv[1:]
    with tiny_exercises(), quick_grading():
        for room in rooms:
            told = tried(Path(prepared), Path(place), int(room))
            print(json.dumps({"room": int(room), **told}), flush=True)


if __name__ == "__main__":
    main()
