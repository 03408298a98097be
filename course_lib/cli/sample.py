"""``course sample``: a made-up class to try grading with."""

from __future__ import annotations

from .arguments import SetName
from .output import count, say, short


def sample(set_name: SetName) -> None:
    """Hand in for a made-up class, to try grading with.

    Writes submissions that are right, partly right, blank, late and broken, some on purpose in
    ways that cannot be graded. Refuses where submitted/ holds anyone else.

    Example:

        course sample ps1_losses && course grade ps1_losses
    """
    from ..course import find_course
    from ..grading.sample_class import write_sample_class

    course = find_course()
    students = write_sample_class(course, course.require_set(set_name))
    say(f"{count(len(students), 'sample submission')} of {set_name} in {short(course.submitted)}")
