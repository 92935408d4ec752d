"""What time expressions come to, through the real `find`."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.actions import times
from services.understanding.when import find

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 2, 10, tzinfo=ZONE)  # a Wednesday


@pytest.mark.parametrize(
    ("said", "due", "whole_day"),
    [
        ("Friday", "2026-12-04T00:00", True),
        ("by Friday", "2026-12-04T00:00", True),
        ("Friday afternoon", "2026-12-04T16:00", False),
        ("by Friday afternoon", "2026-12-04T16:00", False),
        ("tomorrow at 5 pm", "2026-12-03T17:00", False),
        ("in two hours", "2026-12-02T12:00", False),
        ("next week", "2026-12-13T00:00", True),
        ("this month", "2026-12-31T00:00", True),
        ("this weekend", "2026-12-06T00:00", True),
        ("by end of day", "2026-12-02T00:00", True),
        ("before noon", "2026-12-02T12:00", False),
        ("every Monday", "2026-12-07T00:00", True),
        ("every Monday at 9 am", "2026-12-07T09:00", False),
    ],
)
def test_deadline(said: str, due: str, whole_day: bool) -> None:
    assert times.deadline(find(said, NOW)[0], NOW) == (datetime.fromisoformat(due).replace(tzinfo=ZONE), whole_day)


@pytest.mark.parametrize(
    ("said", "rings"),
    [
        ("tomorrow", "2026-12-03T09:00"),
        ("tomorrow at 8", "2026-12-03T08:00"),
        ("tomorrow morning", "2026-12-03T08:00"),
        ("in 10 minutes", "2026-12-02T10:10"),
        ("10 minutes", "2026-12-02T10:10"),
        ("next week", "2026-12-07T09:00"),
        ("by Friday", "2026-12-04T09:00"),
        ("every Monday", "2026-12-07T09:00"),
        ("every weekday at 8", "2026-12-03T08:00"),
    ],
)
def test_alarm(said: str, rings: str) -> None:
    assert times.alarm(find(said, NOW)[0], NOW) == datetime.fromisoformat(rings).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("said", "inside", "outside"),
    [
        ("today", "2026-12-02T23:59", "2026-12-03T00:00"),
        ("tomorrow at 5 pm", "2026-12-03T01:00", "2026-12-02T23:00"),
        ("this week", "2026-12-06T23:00", "2026-12-07T00:00"),
        ("by Friday", "2026-12-01T00:00", "2026-12-05T00:00"),
        ("tomorrow morning", "2026-12-03T11:00", "2026-12-03T13:00"),
    ],
)
def test_span(said: str, inside: str, outside: str) -> None:
    asked = times.span(find(said, NOW)[0])
    assert asked.holds(datetime.fromisoformat(inside).replace(tzinfo=ZONE))
    assert not asked.holds(datetime.fromisoformat(outside).replace(tzinfo=ZONE))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("10 minutes", 600),
        ("an hour and a half", 5400),
        ("in 10 minutes", 600),
        ("until 5 pm", 7 * 3600),
        ("tomorrow", None),
    ],
)
def test_length(said: str, seconds: float | None) -> None:
    assert times.length(find(said, NOW)[0], NOW) == seconds


@pytest.mark.parametrize(
    ("rule", "first", "after", "following"),
    [
        ("FREQ=DAILY", "2026-12-02T09:00", "2026-12-02T10:00", "2026-12-03T09:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-12-14T09:00", "2026-12-14T09:00", "2026-12-28T09:00"),
        ("FREQ=DAILY;COUNT=3", "2026-12-02T09:00", "2026-12-04T09:00", None),
        ("FREQ=DAILY;UNTIL=20261203T140000Z", "2026-12-02T09:00", "2026-12-02T09:00", "2026-12-03T09:00"),
        # Clocks go forward on 2027-03-14: nine stays nine; half past two does not exist and comes an hour later.
        ("FREQ=DAILY", "2027-03-13T09:00", "2027-03-13T09:00", "2027-03-14T09:00"),
        ("FREQ=DAILY", "2027-03-13T02:30", "2027-03-13T02:30", "2027-03-14T03:30"),
        ("FREQ=HOURLY;INTERVAL=24;BYHOUR=3", "2026-01-01T05:00", "2026-02-01T00:00", None),  # never
    ],
)
def test_next_occurrence(rule: str, first: str, after: str, following: str | None) -> None:
    start, since = (datetime.fromisoformat(each).replace(tzinfo=ZONE) for each in (first, after))
    found = times.next_occurrence(rule, start.astimezone(UTC), since, ZONE)
    assert found == ((following and datetime.fromisoformat(following).replace(tzinfo=ZONE).astimezone(UTC)) or None)
