"""The console command ``course``.

Only what a command needs is imported, and only when it runs, so that ``course --help`` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Callable


def main() -> None:
    """Run ``course`` with all its commands."""
    from .app import app

    run(app)


def run(app: Callable[[], object]) -> None:
    """Run a command line; an error of input becomes one line. Exit codes: see ``output``."""
    from ..lean import skip_unused_imports
    from .output import BAD_INPUT, FAULT, say_error

    skip_unused_imports()
    try:
        app()
    except ValueError as error:
        say_error(str(error))
        sys.exit(BAD_INPUT)
    except Exception:
        import traceback

        traceback.print_exc()
        say_error(
            "this is a fault of the program, not of your input: please report the lines above"
        )
        sys.exit(FAULT)
