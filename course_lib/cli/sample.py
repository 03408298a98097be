"""``course sample``: a made-up class to try grading with."""

from __future__ import annotations

import time

from .arguments import SetName
from .output import count, say, short, written_since


def sample(set_name: SetName) -> None:
    """Hand in for a made-up class, to try grading with.

    Writes submissions that are right, partly right, blank, late and broken, some on purpose in
    ways that cannot be graded. Refuses where submitted/ holds anyone else.

    Example:

        course sample ps1_losses && course grade ps1_losses
    """
    from ..course import find_course
    from ..grading.sample_class import write_sample_class

    course, started = find_course(), time.time()
    students = write_sample_class(course, course.require_set(set_name))
    files = [f for s in students for f in (course.submitted / s / set_name).iterdir()]
    done = "written" if written_since(started, files) else "there already"
    many = count(len(students), "sample submission")
    say(f"{set_name}: {many} {done}: {short(course.submitted)}")
