"""One submission as a job for another process: bytes go there, bytes and verdicts come back.

The other process is the grader's own, and is trusted as the head is: it draws the hidden cases and
judges. It never runs a student's code itself. What it sends is JSON all the same, and the head
takes of it only what a grading can be: no object that a notebook has made is ever unpacked.
"""

from __future__ import annotations

import json
import math
import traceback
from collections.abc import Mapping
from typing import Any

import nbformat

from .admit import Rejected
from .readable import readable
from .released import Released
from .sandbox import Limits
from .server import told_about_speed
from .states import Mark, Result, State
from .submission import Graded, grade_submission


class JobFailed(Exception):  # noqa: N818  what went wrong elsewhere, as text
    """A job came to no result; the text begins with one line, and may go on with a traceback."""


class WorkerLost(JobFailed):
    """The processes that took the job died, one after the other."""


def run_job(
    released: Released, contents: Mapping[str, bytes | Rejected], seed: int, limits: Limits
) -> bytes:
    """Grade ``contents`` (by notebook name); the reply for ``read_reply``, whatever happens."""
    try:
        graded = grade_submission(released, contents, seed, limits)
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return json.dumps({"failed": f"{first}\n{traceback.format_exc()}"}).encode()
    results = {name: _told(result) for name, result in graded.results.items()}
    told = {"seed": graded.seed, "results": results, "said": told_about_speed()}
    return json.dumps(told).encode()


def _told(result: Result) -> dict[str, Any]:
    return {
        "notebook": result.notebook,
        "state": str(result.state),
        "reason": result.reason,
        "marks": {name: mark.to_dict() for name, mark in result.marks.items()},
    }


def read_reply(reply: bytes, released: Released) -> Graded:
    """The results in ``reply``, each checked to be one of ``released``.

    Raises
    ------
    JobFailed
        where the job failed, or its reply is not what a job gives.
    """
    try:
        told = json.loads(reply)
        if "failed" in told:
            raise JobFailed(str(told["failed"]))
        if list(told["results"]) != list(released.contents):
            raise ValueError(f"results of {list(told['results'])}")
        seed = int(told["seed"])
        results = {
            name: _result(result, seed, released) for name, result in told["results"].items()
        }
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise JobFailed(f"a worker's reply is none: {error}") from error
    return Graded(seed, results, readable(str(told.get("said", ""))))


def _result(told: dict[str, Any], seed: int, released: Released) -> Result:
    marks = {name: _mark(mark) for name, mark in told["marks"].items()}
    unknown = set(marks) - released.labels
    if unknown:
        raise ValueError(f"marks of {sorted(unknown)}")
    notebook = nbformat.from_dict(told["notebook"])
    return Result(notebook, State(told["state"]), str(told["reason"]), seed, marks)


def _mark(told: dict[str, Any]) -> Mark:
    points, most = float(told["points"]), float(told["max_points"])
    if not (math.isfinite(most) and 0 <= points <= most):
        raise ValueError(f"{points} of {most} points")
    mistake = told["mistake"]
    return Mark(points, most, None if mistake is None else str(mistake))
