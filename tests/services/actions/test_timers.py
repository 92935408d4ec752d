"""Timers: several at once, by name, within reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.store.base import Timer


def test_start_keeps_an_absolute_time(desk: Any) -> None:
    assert desk.say("timer.start", duration="ten minutes") == "Timer set for 10 minutes."
    assert desk.say("timer.start", duration="an hour and a half", name="the roast timer") == "Roast timer set for 1 hour and 30 minutes."
    assert [(timer.name, timer.due) for timer in desk.store.find(Timer)] == [
        ("", datetime(2026, 12, 2, 15, 10, tzinfo=UTC)),
        ("roast", datetime(2026, 12, 2, 16, 30, tzinfo=UTC)),
    ]


@pytest.mark.parametrize("duration", ["", "a while", "0 minutes", "25 hours", "3 weeks"])
def test_how_long_is_within_reason(desk: Any, duration: str) -> None:
    assert desk.say("timer.start", duration=duration).endswith("For how long?")
    assert desk.awaits
    assert desk.store.find(Timer) == []


def test_a_day_is_the_longest(desk: Any) -> None:
    assert desk.say("timer.start", duration="24 hours") == "Timer set for 1 day."


def test_query_says_what_is_left(desk: Any) -> None:
    assert desk.say("timer.query") == "No timer is running."
    desk.say("timer.start", duration="ten minutes")
    desk.later(minutes=1, seconds=15)
    assert desk.say("timer.query") == "The timer has 8 minutes and 45 seconds left."
    desk.say("timer.start", duration="5 minutes", name="pasta")
    assert desk.say("timer.query") == "Two timers: pasta, 5 minutes left; 10 minutes, 8 minutes and 45 seconds left."
    assert desk.say("timer.query", name="pasta timer") == "The pasta timer has 5 minutes left."
    desk.later(minutes=6)
    assert desk.say("timer.query", name="pasta") == "The pasta timer is done."


def test_cancel(desk: Any) -> None:
    assert desk.say("timer.cancel") == "No timer is running."
    desk.say("timer.start", duration="ten minutes")
    assert desk.say("timer.cancel") == "Timer cancelled."
    assert desk.say("timer.query") == "No timer is running."


def test_cancel_one_of_several(desk: Any) -> None:
    desk.say("timer.start", duration="ten minutes", name="pasta")
    desk.say("timer.start", duration="20 minutes", name="roast")
    desk.say("timer.start", duration="30 minutes")
    assert desk.say("timer.cancel") == "Which timer: pasta, roast or 30 minutes?"
    assert desk.awaits
    assert desk.say("timer.cancel", name="cake") == "There is no cake timer. Running: pasta, roast and 30 minutes."
    assert desk.say("timer.cancel", name="pasta timer") == "Pasta timer cancelled."
    assert desk.say("timer.cancel", duration="30 minute") == "Timer cancelled."
    assert desk.say("control.undo") == "Undone: timer cancelled."
    assert desk.say("timer.cancel", name="all timers") == "Two timers cancelled."
