"""The command ``course`` as students are given it: ``course check``."""

from __future__ import annotations

import typer

from . import run
from .check import check
from .output import EXIT_CODES

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
)
app.command("check")(check)


@app.callback(help="Look at your own notebook before you hand it in.")
def _course() -> None: ...


def main() -> None:
    """Run ``course``."""
    run(app)
