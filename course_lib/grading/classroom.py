"""A class of submissions graded, several at once; none of them can stop the others."""

from __future__ import annotations

import logging
import stat
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from ..checks.exercise import Exercise
from ..course import Course
from .gradebook import Recorder
from .record import LOG, earlier_record, grading_log
from .released import Released, read_released
from .sandbox import LIMITS, Limits, Sandbox, require_sandbox
from .states import State
from .submission import Graded, Submission, grade_submission, read_submission


@dataclass(frozen=True)
class Outcome:
    """What came of one submission.

    ``points`` are those of its exercises, before any late penalty and without answers marked by
    hand; None where the grader failed. ``skipped``: nothing has changed since it was graded.
    """

    student: str
    state: str
    reason: str
    points: float | None
    max_points: float
    skipped: bool = False


@dataclass(frozen=True)
class _Work:
    """One submission and its new results; None where the earlier ones still stand."""

    submission: Submission
    graded: Graded | None


def grade_class(
    course: Course,
    set_name: str,
    students: Sequence[str] = (),
    force: bool = False,
    workers: int = 2,
    on_done: Callable[[Outcome], None] | None = None,
    exercises: Mapping[str, Exercise] | None = None,
    limits: Limits = LIMITS,
) -> list[Outcome]:
    """Grade the submissions of ``set_name`` into the gradebook, each in a sandbox of its own.

    What was graded and has not changed since (notebook, time, release, due date) is passed over,
    so a run that was stopped goes on where it was. Points given by hand are kept.

    Parameters
    ----------
    students : only these; all who handed in where it is empty
    force : grade again what has not changed, with new hidden cases
    workers : how many submissions run at once
    on_done : called with each outcome as it comes
    exercises : instead of those that the set declares

    Returns
    -------
    One outcome for each student, by name.

    Raises
    ------
    ValueError
        one line where the set is unknown or not released, nothing was handed in, a student is
        unknown, or there is no sandbox; nothing is graded then.
    """
    released = read_released(course, set_name, exercises)
    chosen = _chosen(course, set_name, students)
    require_sandbox()
    with grading_log(course) as log:
        run = _ClassRun(course, released, Recorder(course, released, log), force, limits, log)
        outcomes = {}
        for outcome in run.outcomes(chosen, workers):
            outcomes[outcome.student] = outcome
            if on_done:
                on_done(outcome)
    return [outcomes[student] for student in chosen]


def _chosen(course: Course, set_name: str, students: Sequence[str]) -> list[str]:
    """Who is graded: those asked for, or all who handed something in."""
    handed_in = sorted(
        path.parent.name
        for path in course.submitted.glob(f"*/{set_name}")
        if not path.parent.name.startswith(".") and stat.S_ISDIR(path.parent.lstat().st_mode)
    )
    if not handed_in:
        place = f"submitted/<student>/{set_name}/"
        raise ValueError(f"nobody has handed in {set_name}: put notebooks into {place}")
    unknown = [student for student in students if student not in handed_in]
    if unknown:
        there = ", ".join(handed_in[:8]) + (", ..." if len(handed_in) > 8 else "")
        raise ValueError(f"{unknown[0]!r} has not handed in {set_name}; there are {there}")
    return sorted(set(students)) or handed_in


@dataclass
class _ClassRun:
    """The parts of a class run that every submission shares."""

    course: Course
    released: Released
    recorder: Recorder
    force: bool
    limits: Limits
    log: logging.Logger

    def outcomes(self, students: Sequence[str], workers: int) -> Iterator[Outcome]:
        """Grade with so many threads; record in this one as results come in."""
        known = self.recorder.students()
        waiting = deque(students)
        running: dict[Future[_Work], str] = {}
        pool = ThreadPoolExecutor(max(1, workers), thread_name_prefix="grading")
        try:
            while waiting or running:
                while waiting and len(running) < 2 * workers:  # results must not pile up
                    student = waiting.popleft()
                    running[pool.submit(self._work, student, student in known)] = student
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield self._outcome(running.pop(future), future)
        finally:
            if running:  # stopped in the middle: do not wait for what nobody will read
                Sandbox.kill_all()
            pool.shutdown(cancel_futures=True)

    def _work(self, student: str, known: bool) -> _Work:
        """In a thread of its own: read, and run what has changed."""
        folder = self.course.submitted / student / self.released.set_name
        submission = read_submission(self.released, folder)
        if known and not self.force and self._stands(student, submission):
            return _Work(submission, None)
        return _Work(submission, grade_submission(self.released, submission, self.limits))

    def _stands(self, student: str, submission: Submission) -> bool:
        """True where the earlier results are those of this submission."""
        told = earlier_record(self.recorder.folder(student)) or {}
        due = str(self.recorder.due) if self.recorder.due else None
        return told.get("submission_sha256") == submission.sha256 and told.get("due") == due

    def _outcome(self, student: str, future: Future[_Work]) -> Outcome:
        """Record one result; what fails here is the grader's fault, and costs only this one."""
        try:
            work = future.result()
            if work.graded is None:
                told = earlier_record(self.recorder.folder(student)) or {}
            else:
                told = self.recorder.record(student, work.submission, work.graded)
        except Exception as error:
            self.log.exception("%s could not be graded", student)
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            reason = f"{first[:200]} (see {LOG})"
            state = str(State.GRADER_ERROR)
            return Outcome(student, state, reason, None, self.released.max_points)
        return _told(student, told, skipped=work.graded is None)


def _told(student: str, told: dict[str, Any], skipped: bool) -> Outcome:
    state, reason = str(told["state"]), str(told["reason"])
    return Outcome(student, state, reason, told["points"], told["max_points"], skipped)
