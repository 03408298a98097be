"""The late penalty: a share of the score for each day begun after the due date."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from math import ceil

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float

SECONDS_PER_MINUTE = 60
SECONDS_PER_DAY = 24 * 60 * 60
HUNDREDTH = Decimal("0.01")


class DailyPenalty(LateSubmissionPlugin):
    """Takes a share of the score for each day begun after the due date, up to a cap.

    days = ⌈(seconds late − 60 · grace_minutes) / 86400⌉, at least 0;
    penalty = score · min(cap, share_per_day · days), in points, rounded *down* to a hundredth, so
    that rounding never takes from a student.

    nbgrader's ``AssignLatePenalties`` calls it when a notebook is graded, with the score of that
    moment. Points given by hand later are reduced when ``course grade`` is run the next time, which
    passes over what has not changed.
    """

    share_per_day = Float(
        0.10, min=0, max=1, help="Share of the score taken for each day begun after the due date"
    ).tag(config=True)
    cap = Float(0.50, min=0, max=1, help="The largest share ever taken").tag(config=True)
    grace_minutes = Float(
        10.0, min=0, help="Minutes after the due date that cost nothing; days count from their end"
    ).tag(config=True)

    def days_late(self, total_seconds_late: float) -> int:
        """Days begun after the due date and its grace; 0 where the submission is in time.

        >>> DailyPenalty().days_late(600), DailyPenalty().days_late(601)
        (0, 1)
        """
        beyond = total_seconds_late - self.grace_minutes * SECONDS_PER_MINUTE
        return max(0, ceil(beyond / SECONDS_PER_DAY))

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float:
        """Points to take from ``score`` (points) of a notebook ``total_seconds_late`` (s) late.

        >>> DailyPenalty().late_submission_penalty("ada", 20, 2 * 86400)
        4.0
        """
        days = self.days_late(total_seconds_late)
        # Decimals of the written numbers: 0.1 · 3 as floats is more than 0.3.
        share = min(Decimal(repr(self.cap)), Decimal(repr(self.share_per_day)) * days)
        points = max(Decimal(0), Decimal(repr(float(score)))) * share
        return float(points.quantize(HUNDREDTH, rounding=ROUND_DOWN))
