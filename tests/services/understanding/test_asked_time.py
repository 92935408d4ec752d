"""An answer to "at what time?", in plain words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.slots.asked_time import plain_time

NOW = datetime(2026, 11, 25, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "plain"),
    [
        ("two", "at two"),
        ("make it two", "at two"),
        ("um, let's say half ten", "at half ten"),
        ("ten would be good", "at ten"),
        ("can we do ten thirty?", "at ten thirty"),
        ("how about 4:30 pm", "at 4:30 pm"),
        ("a quarter past eleven, please", "at a quarter past eleven"),
        ("the earliest you have", "December 01, 2026 after 09:00 AM"),
        ("whenever he's free", "December 01, 2026 after 09:00 AM"),
        ("I don't mind", "December 01, 2026 after 09:00 AM"),
        ("two hours", "two hours"),
        ("two of them", "two of them"),
        ("tomorrow at nine", "tomorrow at nine"),
        ("cancel that", "cancel that"),
        ("how about Friday", "how about Friday"),
        ("who is free at ten", "who is free at ten"),
    ],
)
def test_told_as_a_time(answer: str, plain: str) -> None:
    assert plain_time(answer, "next Tuesday", NOW) == plain


@pytest.mark.parametrize(
    ("day", "plain"),
    [
        ("tomorrow afternoon", "November 26, 2026 after 12:00 PM"),
        ("today", "November 25, 2026 after 10:15 AM"),
        ("", "the earliest"),
        ("next week", "the earliest"),
    ],
)
def test_the_earliest_is_of_the_day_that_was_told(day: str, plain: str) -> None:
    assert plain_time("the earliest", day, NOW) == plain


@given(st.text(max_size=40), st.text(max_size=20))
def test_whatever_is_answered_it_is_told_or_left(answer: str, day: str) -> None:
    plain = plain_time(answer, day, NOW)
    assert plain == answer or plain.startswith("at ") or " after " in plain
