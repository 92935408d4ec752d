"""Alarms: set, asked for, changed, cancelled, rung."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.actions.rings.due_now import mark_rung
from services.store.base import Alarm
from tests.ringing import due, next_due


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"when": "7 tomorrow"}, "Alarm set for tomorrow at 7 AM."),
        ({"when": "at 5 pm"}, "Alarm set for today at 5 PM."),
        ({"when": "for 6 am", "name": "yoga"}, "Yoga alarm set for tomorrow at 6 AM."),
        ({"recurrence": "every weekday at 7"}, "Alarm set for every weekday at 7, first tomorrow at 7 AM."),
        ({"recurrence": "every monday", "when": "at 6 am"}, "Alarm set for every Monday, first Monday at 6 AM."),
        ({"when": "for twenty to seven"}, "Alarm set for today at 6:40 PM."),
        ({"when": "in 20 minutes"}, "Alarm set for today at 10:20 AM."),
    ],
)
def test_create(desk: Any, slots: dict[str, Any], reply: str) -> None:
    assert desk.say("alarm.create", **slots) == reply
    assert len(desk.store.find(Alarm)) == 1


@pytest.mark.parametrize(
    ("slots", "reply", "code"),
    [
        ({}, "For when?", "alarm.no_time"),
        ({"when": "gobbledygook"}, "I didn't understand when: “gobbledygook”. For when?", "alarm.when"),
        ({"when": "yesterday at 8 am"}, "Yesterday at 8 AM has already passed. For when?", "alarm.past"),
    ],
)
def test_what_is_missing_is_asked_for(desk: Any, slots: dict[str, Any], reply: str, code: str) -> None:
    assert desk.say("alarm.create", **slots) == reply
    assert desk.awaits and desk.codes == [code]
    assert desk.store.find(Alarm) == []


@pytest.fixture
def set_(desk: Any) -> Any:
    desk.say("alarm.create", when="tomorrow at 7 am")
    desk.say("alarm.create", when="Friday at 6 am", name="yoga")
    desk.say("alarm.create", when="today at 7 pm")
    return desk


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({}, "Three alarms: today at 7 PM; tomorrow at 7 AM; yoga, Friday at 6 AM."),
        ({"when": "tomorrow"}, "One alarm tomorrow: tomorrow at 7 AM."),
        ({"name": "my yoga alarm"}, "One alarm: yoga, Friday at 6 AM."),
        ({"when": "Sunday"}, "No alarm is set for Sunday."),
    ],
)
def test_query(set_: Any, slots: dict[str, Any], reply: str) -> None:
    assert set_.say("alarm.query", **slots) == reply


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"name": "yoga", "when": "7"}, "Yoga alarm changed: Friday at 7 AM."),
        ({"name": "yoga", "when": "tomorrow"}, "Yoga alarm changed: tomorrow at 6 AM."),
        ({"old_when": "7 pm", "when": "8"}, "Alarm changed: today at 8 PM."),
        ({"old_when": "7 am", "duration": "30 minutes", "direction": "later"}, "Alarm changed: tomorrow at 7:30 AM."),
        ({"old_when": "tomorrow", "when": "half an hour earlier"}, "Alarm changed: tomorrow at 6:30 AM."),
        ({"name": "yoga", "new_name": "running"}, "Running alarm changed: Friday at 6 AM."),
        (
            {"name": "yoga", "recurrence": "every Friday at 6 am"},
            "Yoga alarm changed: every Friday at 6 am, first Friday at 6 AM.",
        ),
    ],
)
def test_update(set_: Any, slots: dict[str, Any], reply: str) -> None:
    assert set_.say("alarm.update", **slots) == reply


@pytest.mark.parametrize(
    ("slots", "reply", "code"),
    [
        ({"name": "yoga"}, "Yoga alarm for Friday at 6 AM cancelled.", None),
        ({"when": "at 7 pm"}, "Alarm for today at 7 PM cancelled.", None),
        ({"when": "tomorrow"}, "Alarm for tomorrow at 7 AM cancelled.", None),
        ({"name": "all"}, "Three alarms cancelled.", None),
        ({"name": "all", "when": "Friday"}, "Yoga alarm for Friday at 6 AM cancelled.", None),
        ({"name": "all", "when": "Sunday"}, "There is no alarm Sunday.", "alarm.unknown"),
        ({}, "Which alarm: 7 PM, 7 AM or yoga?", "alarm.ambiguous"),
        ({"name": "work"}, "There is no work alarm.", "alarm.unknown"),
        ({"when": "at 3 am"}, "There is no alarm at 3 am.", "alarm.unknown"),
    ],
)
def test_cancel(set_: Any, slots: dict[str, Any], reply: str, code: str | None) -> None:
    assert set_.say("alarm.cancel", **slots) == reply
    assert set_.codes == [code]


def test_without_any(desk: Any) -> None:
    assert desk.say("alarm.cancel") == "No alarm is set."
    assert desk.say("alarm.query") == "No alarm is set."


def test_it_rings_and_a_repeated_one_waits_for_its_next_time(desk: Any) -> None:
    desk.say("alarm.create", when="at 11 am")
    desk.say("alarm.create", recurrence="every day at 11:30", name="pills")
    desk.later(hours=1)
    assert [each.words for each in due(desk.store, desk.now)] == ["Alarm: 11 AM."]
    for each in due(desk.store, desk.now):
        mark_rung(desk.store, each, desk.now)
    desk.later(minutes=30)
    (rang,) = due(desk.store, desk.now)
    assert rang.words == "Alarm: pills."
    desk.later(minutes=10)
    assert [each.words for each in due(desk.store, desk.now)] == ["Missed at 11:30 AM: pills."]
    mark_rung(desk.store, rang, desk.now)
    coming = next_due(desk.store, desk.now)
    assert coming is not None and (coming.kind, coming.at) == ("alarm", datetime(2026, 12, 3, 16, 30, tzinfo=UTC))


def test_undo(desk: Any) -> None:
    desk.say("alarm.create", when="tomorrow at 7 am")
    assert desk.say("control.undo") == "Undone: alarm set for tomorrow at 7 AM."
    assert desk.store.find(Alarm) == []


def test_several_times_are_several_alarms(desk: Any) -> None:
    assert (
        desk.say("alarm.create", when=["for 6 am", "6:30 am"])
        == "Two alarms set for tomorrow at 6 AM and tomorrow at 6:30 AM."
    )
    assert desk.say("alarm.create", when=["Friday", "at noon"]) == "Alarm set for Friday at noon."
    assert len(desk.store.find(Alarm)) == 3


def test_an_alarm_that_rang_can_be_snoozed(desk: Any) -> None:
    desk.say("reminder.create", title="stretch", when="at 10:30 am")
    desk.say("alarm.create", recurrence="every day at 11 am")
    desk.later(hours=1)
    for each in due(desk.store, desk.now):
        mark_rung(desk.store, each, desk.now)
    assert desk.say("reminder.snooze", duration="five minutes") == "The alarm rings again today at 11:05 AM."
    assert sorted((each.rrule is None, each.due.hour) for each in desk.store.find(Alarm)) == [(False, 16), (True, 16)]
