"""Times told from another time: found with their spans, placed on an anchor, and never taken for times of their own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.when import Offset, apply, find, find_offset

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=BERLIN)
ANCHOR = datetime(2026, 11, 27, 15, 0, tzinfo=BERLIN)
"""A Friday."""


def told(text: str) -> Offset:
    found = find_offset(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "span", "at"),
    [
        ("remind me the day before", "the day before", "2026-11-26 15:00"),
        ("remind me a day before the meeting", "a day before", "2026-11-26 15:00"),
        ("remind me an hour before it", "an hour before it", "2026-11-27 14:00"),
        ("15 minutes beforehand", "15 minutes beforehand", "2026-11-27 14:45"),
        ("an hour and a half before", "an hour and a half before", "2026-11-27 13:30"),
        ("two days earlier", "two days earlier", "2026-11-25 15:00"),
        ("two weeks in advance", "two weeks in advance", "2026-11-13 15:00"),
        ("half an hour ahead of the call", "half an hour ahead of", "2026-11-27 14:30"),
        ("one day prior to the deadline", "one day prior to", "2026-11-26 15:00"),
        ("5 minutes after the timer", "5 minutes after", "2026-11-27 15:05"),
        ("the week after", "the week after", "2026-12-04 15:00"),
        ("the month before", "the month before", "2026-10-27 15:00"),
        ("move it an hour later", "an hour later", "2026-11-27 16:00"),
        ("the day before at 5 pm", "the day before at 5 pm", "2026-11-26 17:00"),
        ("at 5 pm the day before", "5 pm the day before", "2026-11-26 17:00"),
        ("the night before at 9", "the night before at 9", "2026-11-26 21:00"),
        ("the evening before", "the evening before", "2026-11-26 16:00"),
        ("the morning of", "the morning of", "2026-11-27 08:00"),
        ("the morning of the meeting", "the morning of", "2026-11-27 08:00"),
        ("the day of the meeting", "the day of", "2026-11-27 15:00"),
        ("that evening", "that evening", "2026-11-27 16:00"),
        ("the Friday before", "the Friday before", "2026-11-20 15:00"),
        ("the Monday after that", "the Monday after that", "2026-11-30 15:00"),
        ("the following day", "the following day", "2026-11-28 15:00"),
        ("the previous day", "the previous day", "2026-11-26 15:00"),
        ("at the same time", "the same time", "2026-11-27 15:00"),
        ("meeting se ek ghanta pehle", "ek ghanta pehle", "2026-11-27 14:00"),
        ("uske do din baad", "do din baad", "2026-11-29 15:00"),
    ],
)
def test_found_and_placed(text: str, span: str, at: str) -> None:
    offset = told(text)
    assert (text[slice(*offset.span)], f"{apply(offset, ANCHOR):%Y-%m-%d %H:%M}") == (span, at)


@pytest.mark.parametrize(
    "text",
    [
        "the day before Christmas",
        "an hour before noon",
        "two days after Friday",
        "30 minutes before 5 pm",
        "the week after next",
        "the day after tomorrow",
        "for an hour after lunch",
        "three days ago",
        "the morning of March 3rd",
        "call me before 5",
        "before the meeting",
        "in ten minutes",
        "",
    ],
)
def test_what_names_its_anchor_is_a_time_of_its_own(text: str) -> None:
    assert find_offset(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "remind me the day before",
        "an hour before the meeting",
        "two days earlier",
        "the night before at 9",
        "at 5 pm the day before",
    ],
)
def test_without_an_anchor_it_is_no_time(text: str) -> None:
    assert find(text, NOW) == []


def test_words_that_also_count_from_now_are_loose() -> None:
    assert told("an hour later").loose
    assert find("an hour later", NOW)[0].start == NOW + timedelta(hours=1)
    assert not told("an hour before").loose


def test_asked_of_nothing_it_counts_from_today() -> None:
    assert [found.start for found in find("what happened the day before", NOW)] == [
        datetime(2026, 11, 22, tzinfo=BERLIN)
    ]


def test_another_day_at_the_same_time() -> None:
    text = "tomorrow at the same time"
    assert [text[slice(*found.span)] for found in find(text, NOW)] == ["tomorrow"]
    assert apply(told(text), ANCHOR, date(2026, 11, 24)) == datetime(2026, 11, 24, 15, 0, tzinfo=BERLIN)


def test_clocks_that_change_between() -> None:
    sunday = datetime(2026, 3, 29, 9, 0, tzinfo=BERLIN)
    assert apply(told("the day before"), sunday).isoformat() == "2026-03-28T09:00:00+01:00"
    assert apply(told("7 hours before"), sunday).isoformat() == "2026-03-29T01:00:00+01:00"
    assert (
        apply(told("the day after at 2:30 am"), sunday - timedelta(days=1)).isoformat() == "2026-03-29T03:30:00+02:00"
    )


@given(
    st.integers(1, 500),
    st.sampled_from(["minutes", "hours", "days", "weeks", "months"]),
    st.datetimes(datetime(1971, 1, 1)),
)
def test_before_and_after(count: int, unit: str, at: datetime) -> None:
    anchor = at.replace(year=min(at.year, 2200), day=min(at.day, 28), tzinfo=ZoneInfo("UTC"))
    before, after = (apply(told(f"{count} {unit} {side}"), anchor) for side in ("before", "after"))
    assert before < anchor < after
    if unit != "months":
        assert after - anchor == anchor - before


WORDS = "the a day hour before after that same time two evening of at 5 it"


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS.split())).map(" ".join))
def test_any_text(text: str) -> None:
    found = find_offset(text)
    if found is not None:
        first, after = found.span
        assert 0 <= first < after <= len(text)
        assert apply(found, ANCHOR).tzinfo is not None
