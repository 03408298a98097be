"""One schedule after another, and the two warmups: a low rate first, or a ramp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .._scalars import real, whole
from .base import Rates, Schedule, Steps
from .decay import Constant, Linear, rising_steps

__all__ = ["ConstantWarmup", "GradualWarmup", "Joined"]


@dataclass(frozen=True)
class Joined(Schedule):
    """``schedules[0]`` up to ``milestones[0]``, then ``schedules[1]`` from its own step 0, ...

    For m_k ≤ t < m_{k+1} (m_0 = 0) the rate is schedules[k](t − m_k).

    Raises ValueError where one is no schedule, milestones do not rise, or are not one fewer.

    Source: torch's SequentialLR.

    >>> Joined((Constant(0.1), Linear(1.0, 0.0, steps=2)), milestones=(2,))(range(5)).tolist()
    [0.1, 0.1, 1.0, 0.5, 0.0]
    """

    schedules: Sequence[Schedule]
    milestones: Sequence[int]

    def __post_init__(self) -> None:
        rising_steps("milestones", self.milestones)
        for schedule in self.schedules:
            _require_schedule(schedule)
        if len(self.schedules) != len(self.milestones) + 1:
            raise ValueError(
                "milestones must be one fewer than schedules, a step between each two; got "
                f"{len(self.milestones)} for {len(self.schedules)}: add or remove one"
            )

    def rates(self, t: Steps) -> Rates:
        starts = np.array([0, *self.milestones])
        which = np.searchsorted(starts, t, side="right") - 1
        rates = np.empty(t.shape)
        for k in np.unique(which):
            here = which == k
            rates[here] = self.schedules[k].rates(t[here] - starts[k])
        return rates


@dataclass(frozen=True)
class ConstantWarmup(Schedule):
    """A low ``rate`` for the first ``steps``, then ``schedule`` from its own step 0.

    Raises ValueError where the rate is negative, ``steps`` is not positive, or ``schedule`` is
    none.

    Source: Goyal et al. (2017), "Accurate, large minibatch SGD: training ImageNet in 1 hour",
    section 2.2, "constant warmup"; torch's ConstantLR where the schedule is constant.

    >>> ConstantWarmup(Constant(0.1), steps=2, rate=0.01)(range(4)).tolist()
    [0.01, 0.01, 0.1, 0.1]
    """

    schedule: Schedule
    steps: int
    rate: float

    def __post_init__(self) -> None:
        _require_warmup(self.schedule, self.steps)
        real("rate", self.rate, at_least=0)

    def rates(self, t: Steps) -> Rates:
        return Joined((Constant(self.rate), self.schedule), (self.steps,)).rates(t)


@dataclass(frozen=True)
class GradualWarmup(Schedule):
    """A straight line from ``start`` to the first rate of ``schedule``, which then begins.

    η_t = η_start + (schedule(0) − η_start) t/N for t < N = ``steps``, then schedule(t − N): no jump
    where one passes into the other, which constant warmup has. Start 0 wastes the first step.

    Raises ValueError where ``start`` is negative, ``steps`` is not positive, or ``schedule`` is
    none.

    Source: Goyal et al. (2017), section 2.2, "gradual warmup"; torch's LinearLR and what follows
    it in a SequentialLR.

    >>> GradualWarmup(Constant(0.1), steps=2, start=0.02)(range(4)).round(12).tolist()
    [0.02, 0.06, 0.1, 0.1]
    """

    schedule: Schedule
    steps: int
    start: float

    def __post_init__(self) -> None:
        _require_warmup(self.schedule, self.steps)
        real("start", self.start, at_least=0)

    def rates(self, t: Steps) -> Rates:
        ramp = Linear(self.start, self.schedule(0), self.steps)
        return Joined((ramp, self.schedule), (self.steps,)).rates(t)


def _require_warmup(schedule: Schedule, steps: int) -> None:
    _require_schedule(schedule)
    whole("steps", steps, at_least=1)


def _require_schedule(schedule: object) -> None:
    if not isinstance(schedule, Schedule):
        raise ValueError(
            f"a schedule must come from course_lib.schedules; got {schedule!r}: "
            "for a rate that stays pass Constant(rate)"
        )
