"""How things are said: tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.actions import wording

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 2, 10, tzinfo=ZONE)  # a Wednesday


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (17, 0, "5 PM"),
        (17, 5, "5:05 PM"),
        (9, 0, "9 AM"),
        (0, 0, "midnight"),
        (0, 1, "12:01 AM"),
        (12, 0, "noon"),
        (12, 30, "12:30 PM"),
    ],
)
def test_clock(hour: int, minute: int, said: str) -> None:
    assert wording.clock(NOW.replace(hour=hour, minute=minute)) == said


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 12, 1), "yesterday"),
        (date(2026, 12, 2), "today"),
        (date(2026, 12, 3), "tomorrow"),
        (date(2026, 12, 4), "Friday"),
        (date(2026, 12, 8), "Tuesday"),
        (date(2026, 12, 9), "December 9"),
        (date(2026, 11, 30), "November 30"),
        (date(2027, 1, 5), "January 5"),
        (date(2027, 12, 4), "December 4, 2027"),
        (date(2025, 12, 2), "December 2, 2025"),
    ],
)
def test_day(on: date, said: str) -> None:
    assert wording.day(on, NOW.date()) == said


@pytest.mark.parametrize(
    ("at", "whole_day", "said"),
    [
        (datetime(2026, 12, 4, 22, tzinfo=UTC), False, "Friday at 5 PM"),
        (datetime(2026, 12, 4, 5, tzinfo=UTC), True, "Friday"),
        (datetime(2026, 12, 3, 4, 59, tzinfo=UTC), False, "today at 11:59 PM"),
        (datetime(2026, 12, 3, 5, tzinfo=UTC), False, "tomorrow at midnight"),
    ],
)
def test_moment_is_told_in_the_listeners_zone(at: datetime, whole_day: bool, said: str) -> None:
    assert wording.moment(at, NOW.astimezone(UTC), ZONE, whole_day=whole_day) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59.6, "1 minute"),
        (90, "1 minute and 30 seconds"),
        (600, "10 minutes"),
        (3599, "59 minutes and 59 seconds"),
        (3600, "1 hour"),
        (5400, "1 hour and 30 minutes"),
        (5401, "1 hour and 30 minutes"),
        (86_400, "1 day"),
        (90_061, "1 day, 1 hour and 1 minute"),
    ],
)
def test_duration(seconds: float, said: str) -> None:
    assert wording.duration(seconds) == said


@given(st.floats(0, 1e6))
def test_a_duration_never_says_sixty(seconds: float) -> None:
    assert "60 " not in wording.duration(seconds)
    assert "24 hours" not in wording.duration(seconds)


@pytest.mark.parametrize(
    ("things", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a, at 5", "b"], "a, at 5; b"),
    ],
)
def test_several_things(things: list[str], said: str) -> None:
    assert wording.enumerated(things) == said


def test_counts_and_sentences() -> None:
    assert [wording.counted(n, "task") for n in (0, 1, 2, 12, 13)] == [
        "no tasks",
        "one task",
        "two tasks",
        "twelve tasks",
        "13 tasks",
    ]
    assert wording.told(["done: a", "", "which one?"]) == "Done: a. Which one?"
    assert wording.proper("every monday in march") == "every Monday in March"
    assert wording.spoken(" call Anna. ") == "call Anna"
    assert wording.full_date(date(2026, 12, 4)) == "Friday, December 4, 2026"


def test_a_page_of_several_things_tells_how_many_there_are() -> None:
    assert wording.paged("two notes", ["milk", "eggs"], 2, "latest") == "two notes: milk and eggs"
    assert wording.paged("nine notes", ["milk", "eggs"], 9, "latest") == "nine notes. The latest two: milk and eggs"


@pytest.mark.parametrize(("left", "head"), [(9, "The next two"), (2, "The last two of them"), (1, "The last of them")])
def test_more_of_them_tells_whether_any_are_left(left: int, head: str) -> None:
    assert wording.continued(["milk", "eggs"][: min(left, 2)], left).partition(":")[0] == head


def test_a_long_list_ends_with_how_many_more() -> None:
    assert wording.some(["milk", "eggs", "tea"], 3) == "milk, eggs and tea"
    assert wording.some(["milk", "eggs", "tea"], 2) == "milk and eggs, and 1 more"


def test_one_is_and_several_are() -> None:
    assert [wording.be(things) for things in (["one"], ["one", "two"], [])] == ["is", "are", "are"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("paid by Berger Inc.. Nothing is open", "Paid by Berger Inc. Nothing is open."),
        ("noted for Berger Inc..", "Noted for Berger Inc."),
        ("well... that is it", "Well... that is it."),
    ],
)
def test_no_sentence_ends_twice(words: str, said: str) -> None:
    assert wording.sentence(words) == said


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("lamp", "lamps"),
        ("paper plate", "paper plates"),
        ("box", "boxes"),
        ("berry", "berries"),
        ("key", "keys"),
        ("loaf", "loaves"),
        ("eggs", "eggs"),
        ("fish", "fish"),
        ("lamp for the hall", "lamp for the hall"),
        ("Mars", "Mars"),
        ("children", "children"),
        ("", ""),
    ],
)
def test_several_of_one_thing(one: str, several: str) -> None:
    assert wording.plural(one) == several
