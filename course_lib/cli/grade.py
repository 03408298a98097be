"""``course grade``: the class's submissions into the gradebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ..grading.readable import readable
from .arguments import SetName
from .output import NOT_RIGHT, bar, count, number, say, say_error, say_table

if TYPE_CHECKING:
    from ..grading.classroom import Outcome

GRADED = "graded"
NOT_GRADED = ("invalid", "grader-error")
ADVICE = {
    "timeout": "graded as far as it ran",
    "memory": "graded as far as it ran",
    "crash": "graded as far as it ran",
    "tampered": "look at it before you return the mark",
    "invalid": "ask for the notebook again, then grade this student once more",
    "grader-error": "not the student's fault: mend what it names, then grade with --force",
}


def grade(
    set_name: SetName,
    student: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this student; may be given several times."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also what has not changed since it was graded.")
    ] = False,
    workers: Annotated[
        int, typer.Option(min=1, help="How many submissions run at once, one processor each.")
    ] = 2,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Grade on the workers of this Dask scheduler: tcp://host:8786.",
        ),
    ] = None,
    weaker_sandbox: Annotated[
        bool,
        typer.Option(
            "--weaker-sandbox",
            help="Where bubblewrap is not installed: keep student code in by Landlock and seccomp "
            "alone, which is weaker. Without this nothing is graded there.",
        ),
    ] = False,
) -> None:
    """Grade what the class handed in: submitted/STUDENT/SET/*.ipynb.

    Each submission runs in a sandbox of its own, without network. Marks go to nbgrader's
    gradebook. What was graded before and has not changed is passed over, so that it may be
    stopped and started at any time. A submission that ends the process which grades it is tried
    again, and then set apart as grader-error; the others go on. Exits with 1 where a submission
    could not be graded.

    Example:

        course grade ps1_losses --student ada --student grace
    """
    from ..course import find_course
    from ..grading.classroom import grade_class
    from ..grading.fallback import WEAKER, needs_fallback
    from ..grading.sandbox import LIMITS

    if weaker_sandbox and (scheduler or needs_fallback()):
        say_error(WEAKER)
    course, chosen = find_course(), student or []
    total = len(chosen) or len(list(course.submitted.glob(f"*/{set_name}")))
    with bar("grading", total) as one_more:
        outcomes = grade_class(
            course,
            set_name,
            students=chosen,
            force=force,
            workers=workers,
            scheduler=scheduler,
            on_done=one_more,
            on_said=say_error,
            limits=replace(LIMITS, weaker=weaker_sandbox),
        )
    say_table(_table(outcomes))
    _say_attention(outcomes)
    say(_summary(outcomes))
    if any(outcome.state in NOT_GRADED for outcome in outcomes):
        raise typer.Exit(NOT_RIGHT)


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table("student", "state")
    for heading in ("points", "of"):
        table.add_column(heading, justify="right")
    for outcome in outcomes:
        style = None if outcome.state == GRADED else "yellow"
        state = outcome.state + (" (as before)" if outcome.skipped else "")
        points = number(outcome.points), number(outcome.max_points)
        table.add_row(escape(readable(outcome.student)), state, *points, style=style)
    return table


def _say_attention(outcomes: Sequence[Outcome]) -> None:
    """One line for each submission that is not simply graded: why, and what to do."""
    for outcome in outcomes:
        if outcome.state != GRADED:
            advice = ADVICE.get(outcome.state, "see its feedback")
            student = readable(outcome.student)
            say(f"{student}: {outcome.state}: {outcome.reason}; {advice}", style="yellow")


def _summary(outcomes: Sequence[Outcome]) -> str:
    states = Counter(outcome.state for outcome in outcomes)
    told = ", ".join(f"{number} {state}" for state, number in states.most_common())
    skipped = sum(outcome.skipped for outcome in outcomes)
    again = f"; {skipped} unchanged and passed over (--force grades them again)" if skipped else ""
    return f"{count(len(outcomes), 'submission')}: {told}{again}"
