"""Timers: several at once, by name, within reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.store.base import Timer
from services.understanding.base import Reference, Step
from tests.ringing import due


def test_start_keeps_an_absolute_time(desk: Any) -> None:
    assert desk.say("timer.start", duration="ten minutes") == "Timer set for 10 minutes."
    assert (
        desk.say("timer.start", duration="an hour and a half", name="the roast timer")
        == "Roast timer set for 1 hour and 30 minutes."
    )
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


def test_pause_and_resume(desk: Any) -> None:
    desk.say("timer.start", duration="ten minutes", name="pasta")
    desk.later(minutes=4)
    assert desk.say("timer.pause", name="pasta timer") == "Pasta timer paused, 6 minutes left."
    desk.later(hours=2)
    assert due(desk.store, desk.now) == []
    assert desk.say("timer.query") == "The pasta timer has 6 minutes left and is paused."
    assert desk.say("timer.pause") == "No timer is running."
    assert desk.say("timer.resume") == "Pasta timer goes on, 6 minutes left."
    assert desk.say("timer.resume") == "No timer is paused."
    desk.later(minutes=6)
    assert [each.words for each in due(desk.store, desk.now)] == ["Pasta timer is done."]
    assert desk.say("control.undo") == "Undone: pasta timer resumed."


def test_all_at_once(desk: Any) -> None:
    desk.say("timer.start", duration="ten minutes", name="pasta")
    desk.say("timer.start", duration="20 minutes")
    assert desk.say("timer.pause") == "Which timer: pasta or 20 minutes?"
    assert desk.say("timer.pause", name="all") == "Two timers paused."
    assert (
        desk.say("timer.query") == "Two timers: pasta, 10 minutes left (paused); 20 minutes, 20 minutes left (paused)."
    )
    assert desk.say("timer.resume", name="both") == "Two timers go on."
    assert desk.say("timer.cancel", name="all") == "Two timers cancelled."


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"duration": "5 minutes", "direction": "add"}, "The pasta timer has 13 minutes left now."),
        ({"duration": "5 minutes"}, "The pasta timer has 13 minutes left now."),
        ({"duration": "5 minutes", "direction": "remove"}, "The pasta timer has 3 minutes left now."),
        ({"duration": "20 minutes", "direction": "to"}, "The pasta timer has 20 minutes left now."),
        ({"duration": "8 minutes", "direction": "remove"}, "The pasta timer has only 8 minutes left."),
        ({"duration": "24 hours", "direction": "add"}, "A timer runs for at most 24 hours."),
        ({"direction": "add"}, "By how much?"),
        ({"duration": "5 minutes", "name": "cake"}, "There is no cake timer. Running: pasta."),
    ],
)
def test_adjust(desk: Any, slots: dict[str, str], reply: str) -> None:
    desk.say("timer.start", duration="ten minutes", name="pasta")
    desk.later(minutes=2)
    assert desk.say("timer.adjust", **slots) == reply


def test_adjust_one_that_is_paused(desk: Any) -> None:
    desk.say("timer.start", duration="ten minutes")
    desk.say("timer.pause")
    desk.later(hours=1)
    assert desk.say("timer.adjust", duration="5 minutes", direction="add") == "The timer has 15 minutes left now."
    assert desk.say("timer.resume") == "Timer goes on, 15 minutes left."


def test_which_one_by_its_length_or_by_what_was_said(desk: Any) -> None:
    desk.say("timer.start", duration="ten minutes")
    desk.say("timer.start", duration="20 minutes")
    assert desk.say("timer.pause", name="20 minute") == "Timer paused, 20 minutes left."
    first = desk.store.find(Timer)[0]
    step = Step("timer.cancel", {"name": "it"}, references=(Reference("name", "it", "timer", "", first.id, "context"),))
    assert desk.command(step) == "Timer cancelled."
    assert desk.store.get(Timer, first.id).status == "cancelled"


@pytest.mark.parametrize("name", ["10 minutes", "10 minutes and", "for 10 minutes and"])
def test_no_timer_is_called_after_a_length(desk: Any, name: str) -> None:
    assert desk.say("timer.start", name=name, duration="30 seconds") == "Timer set for 10 minutes and 30 seconds."
