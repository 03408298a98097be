"""``course feedback``: a page for each student."""

from __future__ import annotations

from typing import Annotated

import typer

from .arguments import SetName
from .output import bar, count, say, short


def feedback(
    set_name: SetName,
    force: Annotated[
        bool, typer.Option("--force", help="Also pages that are current already.")
    ] = False,
) -> None:
    """Write a feedback page for each student who was graded.

    Pages lie in feedback/STUDENT/SET. A page shows the marks, what went wrong and the hints,
    never the hidden cases.

    Example:

        course feedback ps1_losses
    """
    from ..course import find_course
    from ..grading.feedback import write_feedback

    course = find_course()
    course.require_set(set_name)
    total = len(list(course.autograded.glob(f"*/{set_name}")))
    with bar("feedback", total) as one_more:
        pages = write_feedback(course, set_name, force=force, on_done=one_more)
    written = count(len(pages), "feedback page") if pages else "no new feedback pages, all current"
    say(f"{written}: {short(course.feedback)}")
