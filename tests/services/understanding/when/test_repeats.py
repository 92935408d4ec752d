"""What comes again: rules, their first occurrence, their bounds."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from services.understanding.when import Found, find

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=BERLIN)
"""A Monday."""


def one(text: str, now: datetime = NOW) -> Found:
    found = find(text, now)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("said", "rrule", "first"),
    [
        (
            "every 2 weeks on Friday until March",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20270228T235959",
            "2026-11-27 00:00",
        ),
        ("every Monday until Christmas", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261225T235959", "2026-11-23 00:00"),
        ("every day at 9 until Friday", "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;UNTIL=20261127T235959", "2026-11-24 09:00"),
        ("every day for two weeks", "FREQ=DAILY;UNTIL=20261206T235959", "2026-11-23 00:00"),
        ("every day ten times", "FREQ=DAILY;COUNT=10", "2026-11-23 00:00"),
        ("every day starting tomorrow at 7", "FREQ=DAILY;BYHOUR=7;BYMINUTE=0", "2026-11-24 07:00"),
        ("every week starting next Monday", "FREQ=WEEKLY", "2026-11-30 00:00"),
        ("every other Friday from next week on", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2026-12-04 00:00"),
        ("every weekday at 7", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0", "2026-11-24 07:00"),
        ("every Monday to Friday at 7", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0", "2026-11-24 07:00"),
        ("every day at 8 am and 8 pm", "FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0", "2026-11-23 20:00"),
        ("every half hour", "FREQ=MINUTELY;INTERVAL=30", "2026-11-23 10:00"),
        ("every couple of days", "FREQ=DAILY;INTERVAL=2", "2026-11-23 00:00"),
        ("every few hours", "FREQ=HOURLY;INTERVAL=3", "2026-11-23 12:30"),
        ("every hour from 9 to 5", "FREQ=HOURLY;BYHOUR=9,10,11,12,13,14,15,16,17", "2026-11-23 10:30"),
        ("every first Monday of the month", "FREQ=MONTHLY;BYDAY=1MO", "2026-12-07 00:00"),
        (
            "the first and third Monday of every month at 4",
            "FREQ=MONTHLY;BYDAY=1MO,3MO;BYHOUR=16;BYMINUTE=0",
            "2026-12-07 16:00",
        ),
        ("every 5th of the month", "FREQ=MONTHLY;BYMONTHDAY=5", "2026-12-05 00:00"),
        ("monthly on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15", "2026-12-15 00:00"),
        ("every month on the last Friday", "FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27 00:00"),
        ("weekly on Friday at 3", "FREQ=WEEKLY;BYDAY=FR;BYHOUR=15;BYMINUTE=0", "2026-11-27 15:00"),
        ("once a week", "FREQ=WEEKLY", "2026-11-23 00:00"),
        ("once a day at noon", "FREQ=DAILY;BYHOUR=12;BYMINUTE=0", "2026-11-23 12:00"),
        ("every June 5th", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=5", "2027-06-05 00:00"),
        ("every Christmas", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25", "2026-12-25 00:00"),
        ("every February 29th", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2028-02-29 00:00"),
        ("every night", "FREQ=DAILY;BYHOUR=20;BYMINUTE=0", "2026-11-23 20:00"),
        ("every Saturday and Sunday morning", "FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=8;BYMINUTE=0", "2026-11-28 08:00"),
        ("quarterly", "FREQ=MONTHLY;INTERVAL=3", "2026-11-23 00:00"),
    ],
)
def test_rules(said: str, rrule: str, first: str) -> None:
    found = one(said)
    assert found.start is not None
    assert (found.kind, found.rrule, f"{found.start:%Y-%m-%d %H:%M}") == ("recurrence", rrule, first)


@pytest.mark.parametrize(
    "said", ["twice a day", "three times a week", "every time", "each of them", "once upon a time", "per day"]
)
def test_no_rule_is_made_up(said: str) -> None:
    assert find(said, NOW) == []


def test_a_length_said_of_each_time_is_no_end() -> None:
    assert [found.kind for found in find("every Monday for two hours", NOW)] == ["recurrence", "duration"]


def test_how_long_each_lasts() -> None:
    found = one("every Monday from 10 to 11:30")
    assert found.start is not None
    assert found.end is not None
    assert found.end - found.start == timedelta(minutes=90)


every = st.sampled_from(
    ["day", "weekday", "Monday", "other Friday", "week", "2 weeks", "month", "year", "morning", "Tuesday and Thursday"]
)
hour = st.sampled_from(["", " at 7", " at noon", " at 5 pm", " at 7:45 am"])
end = st.sampled_from(["", " until March", " until Friday", " for three weeks", " until the end of the year"])


@settings(max_examples=200)
@given(every, hour, end, st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)))
def test_the_first_occurrence_is_ahead_and_of_the_rule(every: str, hour: str, end: str, at: datetime) -> None:
    now = at.replace(tzinfo=BERLIN)
    found = one(f"every {every}{hour}{end}", now)
    assert found.rrule is not None
    if found.start is None:  # over before it begins
        assert "UNTIL" in found.rrule
        return
    assert found.start.date() >= now.date()
    if hour:
        assert found.start >= now or found.start.utcoffset() != now.utcoffset()
    wall = found.start.replace(tzinfo=None)
    rule = rrulestr(found.rrule, dtstart=wall)
    nearest = rule.after(wall - timedelta(hours=2), inc=True)
    assert nearest is None or abs(nearest - wall) <= timedelta(hours=1)  # an hour later where the clocks skip it
