"""Commands that start quickly: libraries without the parts of them that nothing here uses."""

from __future__ import annotations

import sys

# jsonschema loads it, where it is there, to check the syntax of internationalised addresses; its
# grammar takes a second to read, and no schema of notebooks has such a format.
UNUSED = ("rfc3987_syntax",)


def skip_unused_imports() -> None:
    """Make the optional imports of ``UNUSED`` fail in this process, as if they were not installed.

    What has been imported already stays. It belongs at the start of a program of our own, before
    nbformat is imported; a library must not do it.
    """
    for name in UNUSED:
        # None instead of a module: Python's own way to say that an import fails.
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
