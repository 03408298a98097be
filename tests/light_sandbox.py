"""The sandbox with a warm process that imports little, for tests that end it again and again.

Dask loads this module in the workers of such tests before anything else.
"""

from __future__ import annotations

from course_lib.grading import sandbox
from course_lib.grading.bubblewrap import INSIDE
from course_lib.grading.server import Server

START = (
    "import sys\n"
    f"sys.path.insert(0, {INSIDE!r})\n"
    "import warm\n"
    "warm.MODULES = warm.MORE_MODULES = ()\n"
    "warm.main()"
)


class LightServer(Server):
    """A warm process without torch and what else takes seconds; all else is as it is."""

    def command(self) -> list[str]:
        words = super().command()
        # The last of this name is what is started; one before says where the file is mounted.
        place = len(words) - 1 - words[::-1].index(f"{INSIDE}/warm.py")
        return [*words[:place], "-c", START, *words[place + 1 :]]


def dask_setup(worker: object) -> None:
    """Dask calls this in each worker that it starts."""
    sandbox.server_kind = lambda weaker: LightServer
    sandbox.Server = LightServer  # of one submission alone
