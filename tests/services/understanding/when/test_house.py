"""House rules, tense and holidays: what settles what words leave open."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from services.understanding.when import House, find

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=BERLIN)
"""A Wednesday."""


def start(text: str, house: House | None = None, now: datetime = NOW) -> str | None:
    found = find(text, now, house)
    assert len(found) == 1, found
    return f"{found[0].start:%Y-%m-%d %H:%M}" if found[0].start else None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("what did I do on Monday", "2026-11-23 00:00"),
        ("what did I do on Wednesday", "2026-11-18 00:00"),
        ("what did we finish on the 5th", "2026-11-05 00:00"),
        ("what happened in March", "2026-03-01 00:00"),
        ("how much did Rahul pay in October", "2026-10-01 00:00"),
        ("was there a meeting on Friday", "2026-11-20 00:00"),
        ("when was Easter", "2026-04-05 00:00"),
        ("who called at 5", "2026-11-24 17:00"),
        ("I met Anna on Friday", "2026-11-20 00:00"),
        ("on Friday I met Anna", "2026-11-20 00:00"),
        ("which tasks have we completed on Monday", "2026-11-23 00:00"),
        ("show the messages sent on Monday", "2026-11-23 00:00"),
        ("what did I have at a quarter past", "2026-11-25 09:15"),
        ("what did I do on June 5th", "2026-06-05 00:00"),
        ("what did I do on Monday, and what is on Friday", "2026-11-23 00:00"),
        ("since March", "2026-03-01 00:00"),
        ("since Friday", "2026-11-20 00:00"),
        ("two days ago", "2026-11-23 00:00"),
        ("last Friday", "2026-11-20 00:00"),
    ],
)
def test_what_is_over_lies_behind(text: str, at: str) -> None:
    assert f"{find(text, NOW)[0].start:%Y-%m-%d %H:%M}" == at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("what do I have on Monday", "2026-11-30 00:00"),
        ("what have I got on Friday", "2026-11-27 00:00"),
        ("remind me on Monday to ask what he did", "2026-11-30 00:00"),
        ("I was told to call on Monday", "2026-11-30 00:00"),
        ("we are supposed to meet on Friday", "2026-11-27 00:00"),
        ("create a task called taxes due Monday", "2026-11-30 00:00"),
        ("I need to finish on Friday", "2026-11-27 00:00"),
        ("the invoice must be paid on Monday", "2026-11-30 00:00"),
    ],
)
def test_all_else_lies_ahead(text: str, at: str) -> None:
    assert start(text) == at


def test_each_clause_has_its_tense() -> None:
    found = find("What did I do on Monday? Remind me on Friday.", NOW)
    assert [f"{hit.start:%m-%d}" for hit in found] == ["11-23", "11-27"]


def test_weeks_may_begin_on_sunday() -> None:
    sunday = House(week_starts=6)
    assert start("next week", sunday) == "2026-11-29 00:00"
    assert start("this week", sunday) == "2026-11-22 00:00"
    assert start("Sunday next week", sunday) == "2026-11-29 00:00"
    assert start("next Sunday", sunday) == "2026-11-29 00:00"
    assert start("next Sunday") == "2026-12-06 00:00"


def test_meals_go_with_their_part_of_the_day() -> None:
    parts = House().with_parts(evening=(time(18), time(22)), morning=(time(6), time(10)))
    assert (parts["dinner"], parts["breakfast"], parts["nighttime"]) == (
        (time(18), time(22)),
        (time(6), time(10)),
        (time(0), time(6)),
    )


@pytest.mark.parametrize(
    ("country", "said", "at"),
    [
        ("", "Christmas", "2026-12-25"),
        ("", "Thanksgiving", "2026-11-26"),
        ("", "Black Friday", "2026-11-27"),
        ("", "Good Friday 2027", "2027-03-26"),
        ("", "New Year's Eve", "2026-12-31"),
        ("CA", "Thanksgiving", "2027-10-11"),
        ("IN", "Independence Day", "2027-08-15"),
        ("IN", "Diwali", "2027-10-29"),
        ("IN", "the day before Holi", "2027-03-21"),
        ("IN", "Gandhi Jayanti", "2027-10-02"),
        ("IN", "Eid al-Fitr", "2027-03-10"),
        ("US", "Independence Day", "2027-07-04"),
        ("US", "MLK Day", "2027-01-18"),
        ("US", "Presidents' Day 2028", "2028-02-21"),
        ("US", "St. Patrick's Day", "2027-03-17"),
        ("US", "Black Friday", "2026-11-27"),
        ("GB", "Mother's Day", "2027-03-07"),
        ("DE", "Labour Day", "2027-05-01"),
        ("DE", "the next public holiday", "2026-12-25"),
        ("DE-BY", "Corpus Christi", "2027-05-27"),
        ("FR", "last National Day", "2026-07-14"),
    ],
)
def test_holidays(country: str, said: str, at: str) -> None:
    assert start(said, House(country=country)) == f"{at} 00:00"


@pytest.mark.parametrize("said", ["Diwali", "the next public holiday", "Corpus Christi"])
def test_without_a_country_none_is_derived(said: str) -> None:
    assert find(said, NOW) == []


def test_an_unknown_country_is_told_and_does_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    assert start("Christmas", House(country="QQ")) == "2026-12-25 00:00"
    assert "QQ" in caplog.text


def test_the_package_is_imported_only_for_a_country() -> None:
    check = (
        "import sys; from datetime import datetime, UTC; from services.understanding.when import House, find;"
        "find('Christmas', datetime(2026, 1, 1, tzinfo=UTC)); assert 'holidays' not in sys.modules;"
        "find('Diwali', datetime(2026, 1, 1, tzinfo=UTC), House(country='IN')); assert 'holidays' in sys.modules;"
        "assert not any(name.startswith('holidays.countries') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True, timeout=60)


@pytest.mark.parametrize(
    ("said", "now", "at"),
    [
        ("at 2:30 am", "2026-03-28T23:00", "2026-03-29T03:30:00+02:00"),
        ("every day at 2:30 am", "2026-03-28T12:00", "2026-03-29T03:30:00+02:00"),
        ("in 24 hours", "2026-03-28T12:00", "2026-03-29T13:00:00+02:00"),
        ("tomorrow at noon", "2026-03-28T12:00", "2026-03-29T12:00:00+02:00"),
        ("tomorrow at 2:30 am", "2026-10-24T12:00", "2026-10-25T02:30:00+02:00"),
        ("29 February", "2027-03-01T12:00", "2028-02-29T00:00:00+01:00"),
        ("in a year", "2028-02-29T12:00", "2029-02-28T00:00:00+01:00"),
        ("tomorrow", "2026-12-31T23:59", "2027-01-01T00:00:00+01:00"),
        ("next month", "2026-12-31T23:59", "2027-01-01T00:00:00+01:00"),
        ("a quarter past", "2026-12-31T23:59", "2027-01-01T00:15:00+01:00"),
    ],
)
def test_clock_changes_leap_days_and_year_ends(said: str, now: str, at: str) -> None:
    found = find(said, datetime.fromisoformat(now).replace(tzinfo=BERLIN))
    assert [hit.start.isoformat() for hit in found if hit.start] == [at]


def test_of_an_hour_that_comes_twice_the_one_ahead_is_meant() -> None:
    second = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN)
    for said in ("at 2:45 am", "at a quarter to three am"):
        found = find(said, second)[0]
        assert found.start is not None
        assert found.start.isoformat() == "2026-10-25T02:45:00+01:00"
    assert find("in 30 minutes", second)[0].start == datetime(2026, 10, 25, 3, 0, tzinfo=BERLIN)


@pytest.mark.parametrize(
    "said",
    [
        "tomorrow at 9",
        "last year",
        "every Monday",
        "200 years ago",
        "Christmas",
        "kal subah",
        "Diwali",
        "the last 100 years",
        "last week",
    ],
)
def test_a_clock_that_is_not_set_yet(said: str) -> None:
    for house in (House(), House(country="IN")):
        find(said, datetime(1970, 1, 1, 0, 0, 5, tzinfo=BERLIN), house)
        find(said, datetime(1, 1, 1, tzinfo=BERLIN), house)
        find(said, datetime(9999, 12, 31, 23, 59, tzinfo=BERLIN), house)
