"""Tests of how ``course release --due`` reads a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from course_lib.cli.release import parse_due


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2026-10-05 23:59 UTC", 0),
        ("2026-10-05 23:59 +02:00", 2),
        ("2026-10-05 23:59 Europe/Berlin", 2),
        ("2026-12-05 23:59 Europe/Berlin", 1),
    ],
)
def test_due_dates_keep_their_zone(text: str, hours: int) -> None:
    moment = parse_due(text)
    assert (moment.hour, moment.minute) == (23, 59)
    assert moment.utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-10-05 23:59", "2026-10-05 23:59 Nowhere"])
def test_a_time_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time with a time zone"):
        parse_due(text)
