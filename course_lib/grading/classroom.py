"""A class of submissions graded, several at once; none of them can stop the others."""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..checks.exercise import Exercise
from ..course import Course
from .gradebook import Recordable, Recorder
from .jobs import JobFailed, WorkerLost, read_reply
from .record import LOG, earlier_record, grading_log
from .released import Released, read_released
from .result_folder import ResultFolder
from .run import fresh_seed
from .sandbox import LIMITS, Limits, require_sandbox
from .states import State
from .submission import Submission, read_submission

if TYPE_CHECKING:
    from .cluster import Cluster


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


def grade_class(
    course: Course,
    set_name: str,
    students: Sequence[str] = (),
    force: bool = False,
    workers: int = 2,
    scheduler: str | None = None,
    on_done: Callable[[Outcome], None] | None = None,
    exercises: Mapping[str, Exercise] | None = None,
    limits: Limits = LIMITS,
    on_said: Callable[[str], object] = print,
) -> list[Outcome]:
    """Grade the submissions of ``set_name`` into the gradebook, each in a sandbox of its own.

    What was graded and has not changed since (notebook, time, release, due date) is passed over,
    so a run that was stopped goes on where it was. Points given by hand are kept, and late
    penalties brought up to them.

    Parameters
    ----------
    students : only these; all who handed in where it is empty
    force : grade again what has not changed, with new hidden cases
    workers : how many submissions run at once, in as many processes of this machine
    scheduler : the address of a Dask scheduler whose workers grade instead: ``tcp://host:8786``
    on_done : called with each outcome as it comes
    exercises : instead of those that the set declares
    on_said : called, once each, with what the processes that grade have to say: they are slower
        here than they could be, and why

    Returns
    -------
    One outcome for each student, by name.

    Raises
    ------
    ValueError
        one line where the set is unknown or not released, nothing was handed in, a student is
        unknown, there is no sandbox, or gradebook or disk cannot be written. What was graded
        before that stands.
    """
    released = read_released(course, set_name, exercises)
    chosen = _chosen(course, set_name, students)
    if scheduler is None:
        require_sandbox(limits.weaker)
    outcomes = {}
    with grading_log(course) as log, closing(Recorder(course, released, log)) as recorder:
        run = _ClassRun(course, released, recorder, force, limits, log, on_said)
        for outcome in run.outcomes(chosen, workers, scheduler):
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
    on_said: Callable[[str], object]
    known: set[str] = field(default_factory=set)  # who stands in the gradebook
    sent: dict[str, Submission] = field(default_factory=dict)  # on their way, without contents
    lost: list[str] = field(default_factory=list)  # to be tried again, one after the other
    said: set[str] = field(default_factory=set)  # by the processes that grade

    def outcomes(
        self, students: Sequence[str], workers: int, scheduler: str | None
    ) -> Iterator[Outcome]:
        """What stands, at once; the rest as it comes from the cluster, if any is needed."""
        self.recorder.refresh_penalties()
        self.known = self.recorder.students()
        changed = []
        for student in students:
            told = self._standing(student)
            if told is None:
                changed.append(student)
            else:
                ResultFolder(self.recorder.folder(student)).tidy()
                yield _told(student, told, skipped=True)
        if changed:
            yield from self._graded(changed, workers, scheduler)

    def _standing(self, student: str) -> dict[str, Any] | None:
        """The record of the earlier results where they are those of this submission."""
        if self.force or student not in self.known:
            return None
        told = earlier_record(self.recorder.folder(student)) or {}
        due = str(self.recorder.due) if self.recorder.due else None
        if "submission_sha256" not in told or told.get("due") != due:
            return None
        try:
            same = told["submission_sha256"] == self._read(student).sha256
        except Exception:  # it is told when it is read again, to be graded
            return None
        return told if same else None

    def _read(self, student: str) -> Submission:
        folder = self.course.submitted / student / self.released.set_name
        return read_submission(self.released, folder)

    def _graded(
        self, students: Sequence[str], workers: int, scheduler: str | None
    ) -> Iterator[Outcome]:
        from .cluster import connected  # Dask takes half a second: only where something is graded

        few = max(1, min(workers, len(students)))
        with connected(few, scheduler, self.released, self.limits) as cluster:
            yield from self._through(cluster, students)
            # A process that dies takes other submissions with it: now each is on its own.
            alone, self.lost = self.lost, []
            for student in alone:
                yield from self._through(cluster, [student], alone=True)

    def _through(
        self, cluster: Cluster, students: Sequence[str], alone: bool = False
    ) -> Iterator[Outcome]:
        for batch in cluster.results(students, self._load):
            ready = []
            for student, reply in batch:
                if isinstance(reply, WorkerLost) and not alone:
                    self.lost.append(student)
                    continue
                try:
                    ready.append(self._recordable(student, reply))
                except Exception as error:
                    yield self._failed(student, error)
            yield from self._recorded(ready)

    def _load(self, student: str) -> tuple[dict[str, Any], int]:
        """Contents and seed of one submission, in time for it to be sent."""
        submission = self._read(student)
        self.sent[student] = Submission({}, submission.timestamp, submission.sha256)
        return submission.contents, fresh_seed()

    def _recordable(self, student: str, reply: bytes | Exception) -> Recordable:
        sent = self.sent.pop(student, None)
        if isinstance(reply, Exception):
            raise reply
        if sent is None:
            raise JobFailed(f"a reply for {student}, who was not asked about")
        graded = read_reply(reply, self.released)
        if graded.said and graded.said not in self.said:
            self.said.add(graded.said)
            self.on_said(graded.said)
        return Recordable(student, sent.timestamp, sent.sha256, graded)

    def _recorded(self, ready: Sequence[Recordable]) -> Iterator[Outcome]:
        for student, told in self.recorder.record(ready).items():
            if isinstance(told, Exception):
                yield self._failed(student, told)
            else:
                yield _told(student, told, skipped=False)

    def _failed(self, student: str, error: Exception) -> Outcome:
        """The grader's fault: it costs this one, and nothing that was graded before."""
        self.log.error("%s could not be graded", student, exc_info=error)
        if student not in self.known:
            self.recorder.enter(student)
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        reason = f"{first[:200]} (see {LOG})"
        state = str(State.GRADER_ERROR)
        return Outcome(student, state, reason, None, self.released.max_points)


def _told(student: str, told: dict[str, Any], skipped: bool) -> Outcome:
    state, reason = str(told["state"]), str(told["reason"])
    return Outcome(student, state, reason, told["points"], told["max_points"], skipped)
