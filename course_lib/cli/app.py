"""The commands of ``course``, in the order in which an instructor meets them."""

from __future__ import annotations

from typing import Annotated

import typer

from . import build, bundle, check, feedback, grade, release, report, sample
from .output import EXIT_CODES, say

ABOUT = """
Build the book, release problem sets, grade a class.

A problem set from end to end:

    course release ps1_losses --due "2026-10-05 23:59 UTC"
    course grade ps1_losses
    course feedback ps1_losses
    course report ps1_losses

A student, before handing in:

    course check losses.ipynb

Every command explains itself: course grade --help
"""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"course {version('training-deep-networks')}")
        raise typer.Exit


@app.callback(help=ABOUT)
def _course(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None: ...


READERS, STUDENTS, INSTRUCTORS = "For readers", "For students", "For instructors"
app.command("build", rich_help_panel=READERS)(build.build)
app.command("check", rich_help_panel=STUDENTS)(check.check)
app.command("release", rich_help_panel=INSTRUCTORS)(release.release)
app.command("bundle", rich_help_panel=INSTRUCTORS)(bundle.bundle)
app.command("sample", rich_help_panel=INSTRUCTORS)(sample.sample)
app.command("grade", rich_help_panel=INSTRUCTORS)(grade.grade)
app.command("feedback", rich_help_panel=INSTRUCTORS)(feedback.feedback)
app.command("report", rich_help_panel=INSTRUCTORS)(report.report)
