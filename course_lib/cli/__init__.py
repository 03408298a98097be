"""The console command ``course``.

Only what a command needs is imported, and only when it runs, so that ``course --help`` is quick.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run ``course``; an error of input becomes one line. Exit codes: see ``output``."""
    from .app import app
    from .output import BAD_INPUT, FAULT, say_error

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
