"""A system that forbids to nest name spaces, as far as the grader can see.

Dask loads this module in the workers of such tests before anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course_lib.grading import bubblewrap

_plain = bubblewrap.bubblewrap


def forbid_nesting(set_attribute: Callable[[Any, str, Any], Any] = setattr) -> None:
    """An ordinary user's bubblewrap forbids it by itself; root's then has a covered /proc."""
    set_attribute(bubblewrap, "bubblewrap", lambda size, nested=False: _plain(size))
    set_attribute(bubblewrap, "PLAIN_PROC", ())


def dask_setup(worker: object) -> None:
    """Dask calls this in each worker that it starts."""
    forbid_nesting()
