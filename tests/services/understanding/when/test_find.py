"""Times in sentences: a table of expressions and values, zones and gaps, and what always holds."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.understanding.when import Found, House, find

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=BERLIN)
"""A Monday."""


SAID = (
    "every last next the 5 31 of june may friday at noon between and from to 2020 30 february first week month in two"
    " days before after until 12:30 pm half past quarter . , - / tonight morning end year 9999 0 ago a couple hours"
)


def wall(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%d %H:%M") if at else None


def one(text: str, now: datetime = NOW) -> Found:
    found = find(text, now)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("tomorrow", "2026-11-24 00:00"),
        ("the day after tomorrow at ten", "2026-11-25 10:00"),
        ("tomorrow at nine", "2026-11-24 09:00"),
        ("at nine", "2026-11-23 21:00"),
        ("at 5", "2026-11-23 17:00"),
        ("at 7:15 am", "2026-11-24 07:15"),
        ("at half past one", "2026-11-23 13:30"),
        ("half nine tomorrow", "2026-11-24 09:30"),
        ("a quarter to six", "2026-11-23 17:45"),
        ("twenty past eight tomorrow morning", "2026-11-24 08:20"),
        ("seven oh five pm", "2026-11-23 19:05"),
        ("19:45", "2026-11-23 19:45"),
        ("noon", "2026-11-23 12:00"),
        ("midnight", "2026-11-24 00:00"),
        ("at 8 tonight", "2026-11-23 20:00"),
        ("tonight at 1 am", "2026-11-24 01:00"),
        ("tomorrow night at 8:30", "2026-11-24 20:30"),
        ("Friday", "2026-11-27 00:00"),
        ("next Friday", "2026-12-04 00:00"),
        ("this Friday at 4 pm", "2026-11-27 16:00"),
        ("Monday at 8 am", "2026-11-30 08:00"),
        ("Monday at 10 am", "2026-11-23 10:00"),
        ("Wednesday next week", "2026-12-02 00:00"),
        ("the 21st", "2026-12-21 00:00"),
        ("the 24th at 6 pm", "2026-11-24 18:00"),
        ("June 5", "2027-06-05 00:00"),
        ("the fifth of June 2028", "2028-06-05 00:00"),
        ("December 24th at six", "2026-12-24 18:00"),
        ("Friday the 13th", "2027-08-13 00:00"),
        ("29 February", "2028-02-29 00:00"),
        ("on 5/12", "2027-05-12 00:00"),
        ("on 23.12.2026", "2026-12-23 00:00"),
        ("2026-12-01", "2026-12-01 00:00"),
        ("the second Tuesday of next month", "2026-12-08 00:00"),
        ("the last Friday of March", "2027-03-26 00:00"),
        ("the last day of the month", "2026-11-30 00:00"),
        ("a week from tomorrow", "2026-12-01 00:00"),
        ("two weeks from Friday", "2026-12-11 00:00"),
        ("in three days", "2026-11-26 00:00"),
        ("in an hour", "2026-11-23 10:30"),
        ("in an hour and a half", "2026-11-23 11:00"),
        ("in 90 minutes", "2026-11-23 11:00"),
        ("two and a half hours from now", "2026-11-23 12:00"),
        ("twenty minutes ago", "2026-11-23 09:10"),
        ("in a fortnight", "2026-12-07 00:00"),
        ("Christmas", "2026-12-25 00:00"),
        ("next Easter", "2027-03-28 00:00"),
        ("the day before Christmas", "2026-12-24 00:00"),
        ("January first two thousand and thirty", "2030-01-01 00:00"),
        ("now", "2026-11-23 09:30"),
        ("a quarter past", "2026-11-23 10:15"),
        ("half past", "2026-11-23 10:30"),
        ("at ten to", "2026-11-23 09:50"),
        ("twenty past", "2026-11-23 10:20"),
        ("half past the hour", "2026-11-23 10:30"),
        ("ten to six in the morning", "2026-11-24 05:50"),
        ("ten thirty", "2026-11-23 10:30"),
        ("at 0:15", "2026-11-24 00:15"),
        ("0730 hours", "2026-11-24 07:30"),
        ("nineteen hundred hours", "2026-11-23 19:00"),
        ("7ish", "2026-11-23 19:00"),
        ("twelve at night", "2026-11-24 00:00"),
        ("Friday night at 1", "2026-11-28 01:00"),
        ("this time tomorrow", "2026-11-24 09:30"),
        ("first thing tomorrow", "2026-11-24 09:00"),
        ("first thing on Monday", "2026-11-30 09:00"),
        ("last thing tonight", "2026-11-23 22:00"),
        ("close of business on Friday", "2026-11-27 17:00"),
        ("end of day Friday", "2026-11-27 23:59"),
        ("later", "2026-11-23 10:30"),
        ("in a while", "2026-11-23 10:30"),
        ("this coming Tuesday", "2026-11-24 00:00"),
        ("Tuesday week", "2026-12-01 00:00"),
        ("a week on Tuesday", "2026-12-01 00:00"),
        ("Friday fortnight", "2026-12-11 00:00"),
        ("the Friday after next", "2026-12-11 00:00"),
        ("three Mondays from now", "2026-12-14 00:00"),
        ("the Friday before Christmas", "2026-12-18 00:00"),
        ("the Monday after Easter", "2027-03-29 00:00"),
        ("an hour before noon", "2026-11-23 11:00"),
        ("30 minutes before 5 pm", "2026-11-23 16:30"),
        ("March third twenty twenty seven", "2027-03-03 00:00"),
    ],
)
def test_instants(said: str, start: str) -> None:
    found = one(said)
    assert (found.kind, wall(found.start)) == ("instant", start)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("tomorrow morning", "2026-11-24 08:00", "2026-11-24 12:00"),
        ("Friday afternoon", "2026-11-27 12:00", "2026-11-27 16:00"),
        ("by Friday afternoon", None, "2026-11-27 16:00"),
        ("by Friday", None, "2026-11-27 23:59"),
        ("before Friday", None, "2026-11-27 00:00"),
        ("by end of day", None, "2026-11-23 23:59"),
        ("by the end of the month", None, "2026-12-01 00:00"),
        ("before noon", None, "2026-11-23 12:00"),
        ("until 5", None, "2026-11-23 17:00"),
        ("after 3 pm", "2026-11-23 15:00", None),
        ("since May", "2026-05-01 00:00", None),
        ("from 9 to 11 tomorrow", "2026-11-24 09:00", "2026-11-24 11:00"),
        ("between 2 and 4:30 pm", "2026-11-23 14:00", "2026-11-23 16:30"),
        ("tomorrow from 10 to 2", "2026-11-24 10:00", "2026-11-24 14:00"),
        ("from Monday to Friday", "2026-11-23 00:00", "2026-11-27 23:59"),
        ("from the 9th to the 12th of June", "2027-06-09 00:00", "2027-06-12 23:59"),
        ("this week", "2026-11-23 00:00", "2026-11-30 00:00"),
        ("next month", "2026-12-01 00:00", "2027-01-01 00:00"),
        ("last year", "2025-01-01 00:00", "2026-01-01 00:00"),
        ("the weekend", "2026-11-28 00:00", "2026-11-30 00:00"),
        ("Q3", "2026-07-01 00:00", "2026-10-01 00:00"),
        ("in June 2027", "2027-06-01 00:00", "2027-07-01 00:00"),
        ("the next two weeks", "2026-11-24 00:00", "2026-12-08 00:00"),
        ("the past three days", "2026-11-20 00:00", "2026-11-23 00:00"),
        ("the first week of January", "2027-01-04 00:00", "2027-01-11 00:00"),
        ("by close of business", None, "2026-11-23 17:00"),
        ("by end of day tomorrow", None, "2026-11-24 23:59"),
        ("after work", "2026-11-23 17:00", None),
        ("before work tomorrow", None, "2026-11-24 09:00"),
        ("before lunch tomorrow", None, "2026-11-24 11:00"),
        ("tomorrow lunchtime", "2026-11-24 11:00", "2026-11-24 13:00"),
        ("late Friday afternoon", "2026-11-27 14:00", "2026-11-27 16:00"),
        ("the night before Christmas", "2026-12-24 20:00", "2026-12-24 23:59"),
        ("the morning of March 3rd", "2027-03-03 08:00", "2027-03-03 12:00"),
        ("the weekend after next", "2026-12-12 00:00", "2026-12-14 00:00"),
        ("end of the quarter", "2026-12-01 00:00", "2027-01-01 00:00"),
        ("mid December", "2026-12-10 00:00", "2026-12-21 00:00"),
        ("mid 1989", "1989-05-01 00:00", "1989-09-01 00:00"),
        ("the third quarter", "2026-07-01 00:00", "2026-10-01 00:00"),
        ("Q1 next year", "2027-01-01 00:00", "2027-04-01 00:00"),
        ("the second half of the year", "2026-07-01 00:00", "2027-01-01 00:00"),
        ("in twenty twenty seven", "2027-01-01 00:00", "2028-01-01 00:00"),
        ("from 5/1-5/7, 2027", "2027-05-01 00:00", "2027-05-07 23:59"),
        ("from the 27th to the 3rd of January", "2026-12-27 00:00", "2027-01-03 23:59"),
    ],
)
def test_intervals(said: str, start: str | None, end: str | None) -> None:
    found = one(said)
    assert (found.kind, wall(found.start), wall(found.end)) == ("interval", start, end)
    assert found.at == (found.end if found.start is None else found.start)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("ten minutes", 600),
        ("an hour and a half", 5400),
        ("half an hour", 1800),
        ("two and a half hours", 9000),
        ("90 seconds", 90),
        ("1 hour and 20 minutes", 4800),
        ("three quarters of an hour", 2700),
        ("a couple of days", 172_800),
        ("twenty-five minutes", 1500),
        ("1.5 hours", 5400),
    ],
)
def test_durations(said: str, seconds: float) -> None:
    found = one(f"for {said}")
    assert (found.kind, found.seconds) == ("duration", seconds)


@pytest.mark.parametrize(
    ("said", "rrule", "first"),
    [
        ("every day at 8 am", "FREQ=DAILY;BYHOUR=8;BYMINUTE=0", "2026-11-24 08:00"),
        ("daily at noon", "FREQ=DAILY;BYHOUR=12;BYMINUTE=0", "2026-11-23 12:00"),
        ("every other Monday at 8", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=8;BYMINUTE=0", "2026-11-30 08:00"),
        ("weekdays at 7", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=0", "2026-11-24 07:00"),
        ("every Monday and Thursday", "FREQ=WEEKLY;BYDAY=MO,TH", "2026-11-23 00:00"),
        ("on Tuesdays at 6 pm", "FREQ=WEEKLY;BYDAY=TU;BYHOUR=18;BYMINUTE=0", "2026-11-24 18:00"),
        ("at 9 every morning", "FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "2026-11-24 09:00"),
        ("the first of every month", "FREQ=MONTHLY;BYMONTHDAY=1", "2026-12-01 00:00"),
        ("the last Friday of every month", "FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27 00:00"),
        ("every month on the 5th", "FREQ=MONTHLY;BYMONTHDAY=5", "2026-12-05 00:00"),
        ("every 2 hours", "FREQ=HOURLY;INTERVAL=2", "2026-11-23 11:30"),
        ("every weekend", "FREQ=WEEKLY;BYDAY=SA,SU", "2026-11-28 00:00"),
        ("yearly", "FREQ=YEARLY", "2026-11-23 00:00"),
    ],
)
def test_recurrences(said: str, rrule: str, first: str) -> None:
    found = one(said)
    assert (found.kind, found.rrule, wall(found.start)) == ("recurrence", rrule, first)


@pytest.mark.parametrize(
    "text",
    [
        "I may go to the march",
        "wait a second",
        "the second option",
        "add 2 eggs and 12 apples",
        "room 2018 is free",
        "call 555 1234",
        "version 3.5 of the app",
        "half a cup",
        "1/2 cup of sugar",
        "meet at 10 Downing Street",
        "it costs $5",
        "my temperature was 37.1",
        "see you later",
        "the first thing I want",
        "ten to go",
        "the day of the meeting",
        "",
    ],
)
def test_no_time(text: str) -> None:
    assert find(text, NOW) == []


def test_several_in_a_sentence_with_their_spans() -> None:
    text = "Call Anna tomorrow at nine, Bob on Friday and wait ten minutes every Sunday"
    assert [text[slice(*found.span)] for found in find(text, NOW)] == [
        "tomorrow at nine",
        "Friday",
        "ten minutes",
        "every Sunday",
    ]


def test_house_rules_can_be_changed() -> None:
    assert wall(find("next Friday", NOW, House(next_weekday_skips=False))[0].start) == "2026-11-27 00:00"
    assert wall(find("on 5/12", NOW, House(month_first=False))[0].start) == "2026-12-05 00:00"
    assert wall(find("at 5", NOW, House(waking=(0, 24)))[0].start) == "2026-11-23 17:00"


def test_a_skipped_hour_is_moved_past_the_gap() -> None:
    found = one("tomorrow at 2:30 am", datetime(2026, 3, 28, 12, 0, tzinfo=BERLIN))
    assert found.start is not None
    assert found.start.isoformat() == "2026-03-29T03:30:00+02:00"


def test_elapsed_time_is_exact_across_a_change_of_clocks() -> None:
    now = datetime(2026, 3, 28, 23, 30, tzinfo=BERLIN)
    found = one("in 4 hours", now)
    assert found.start is not None
    assert found.start.astimezone(UTC) - now.astimezone(UTC) == timedelta(hours=4)
    assert wall(found.start) == "2026-03-29 04:30"
    later = one("tomorrow at 11:30 pm", now).start
    assert later is not None
    assert later.utcoffset() == timedelta(hours=2)


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(SAID.split()),
        max_size=14,
    ).map(" ".join)
    | st.text(max_size=60),
    st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)),
)
def test_what_always_holds(text: str, at: datetime) -> None:
    now = at.replace(tzinfo=BERLIN)
    end = 0
    for found in find(text, now):
        first, after = found.span
        assert end <= first < after <= len(text)
        end = after
        assert all(moment is None or moment.tzinfo is not None for moment in (found.start, found.end))
        if not found.exists:
            assert found.start is found.end is None
        elif found.kind in ("instant", "recurrence"):
            assert found.kind == "recurrence" or found.start is not None
        if found.kind == "interval" and found.start and found.end:
            assert found.start.astimezone(UTC) <= found.end.astimezone(UTC)
        assert (found.seconds is not None) == (found.kind == "duration")
        assert (found.rrule is not None) == (found.kind == "recurrence")


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 3_000,
        "3 days before " * 800,
        "from 1 to " * 1_000,
        "monday " * 1_500,
        "the first of " * 900,
        "1/1/" * 2_000,
    ],
)
def test_any_length_takes_bounded_time(text: str) -> None:
    began = time.process_time()
    find(text, NOW)
    assert time.process_time() - began < 5.0
