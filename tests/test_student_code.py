"""Reading a notebook's source outside of the sandbox: all of it, and in bounded time."""

from __future__ import annotations

import pytest

from course_lib.grading.student_code import notebook_code

LONG = "x = 1\n" * 15_000


@pytest.mark.parametrize(
    "cells",
    [
        ["!\n" * 60_000],
        ["a?\n" * 40_000],
        ["a = !x\n" * 400 + LONG],
        ["!x\n" * 250 + "x = 1\n" * 1000] * 15,
        [f'exec("{"!x" + chr(92) + "n"}")\n' * 3 + 'exec("""' + "!x\n" * 30_000 + '""")'],
    ],
    ids=["commands", "questions", "much code", "many cells", "in a text"],
)
def test_source_that_would_keep_ipython_busy_is_not_read(cells):
    """IPython reads a cell anew for each of its own lines, up to 500 times: minutes for these."""
    with pytest.raises(RecursionError, match="more lines for IPython alone"):
        notebook_code(cells)


def test_what_a_person_writes_is_read():
    cells = ["%matplotlib inline\n!ls\nfiles = !ls\nprint?\n" * 5 + "x = 1\n" * 300] * 5
    code = notebook_code([*cells, "%time import math"])
    assert "import math" in code.splitlines()
    assert code.count("x = 1") == 1500
