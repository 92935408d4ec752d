"""Reminders: set, asked for, cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from services.store.base import Reminder


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"title": "call Anna", "when": "tomorrow at 9"}, "I'll remind you, tomorrow at 9 AM: call Anna."),
        ({"title": "call Anna", "when": "in 10 minutes"}, "I'll remind you, today at 10:10 AM: call Anna."),
        ({"title": "call Anna", "when": "Friday"}, "I'll remind you, Friday at 9 AM: call Anna."),
        ({"title": "call Anna", "when": "tomorrow", "people": ["me"]}, "I'll remind you, tomorrow at 9 AM: call Anna."),
        ({"title": "pay", "when": "tomorrow", "people": ["Mike"]}, "I'll remind Mike, tomorrow at 9 AM: pay."),
        (
            {"title": "stand up", "recurrence": "every weekday at 8"},
            "I'll remind you, every weekday at 8, first tomorrow at 8 AM: stand up.",
        ),
        ({"title": "bins", "recurrence": "every Monday", "when": "at 7 pm"}, "I'll remind you, every Monday, first Monday at 7 PM: bins."),
    ],
)
def test_create(desk: Any, slots: dict[str, Any], reply: str) -> None:
    assert desk.say("reminder.create", **slots) == reply
    assert len(desk.store.find(Reminder)) == 1


@pytest.mark.parametrize(
    ("slots", "reply", "code"),
    [
        ({"title": "call Anna"}, "When shall I remind you?", "reminder.no_time"),
        ({"when": "tomorrow"}, "What shall I remind you of?", "reminder.no_title"),
        ({"title": "x", "when": "gobbledygook"}, "I didn't understand when: “gobbledygook”. When shall I remind you?", "reminder.when"),
        ({"title": "x", "when": "today"}, "At what time today?", "reminder.when"),
        ({"title": "x", "when": "yesterday at 8 am"}, "Yesterday at 8 AM has already passed. When shall I remind you?", "reminder.past"),
    ],
)
def test_what_is_missing_is_asked_for(desk: Any, slots: dict[str, Any], reply: str, code: str) -> None:
    assert desk.say("reminder.create", **slots) == reply
    assert desk.awaits and desk.codes == [code]
    assert desk.store.find(Reminder) == []


@pytest.fixture
def busy(desk: Any) -> Any:
    desk.say("reminder.create", title="call Anna", when="tomorrow at 9 am")
    desk.say("reminder.create", title="water the plants", when="tomorrow at 6 pm")
    desk.say("reminder.create", title="stretch", when="in an hour")
    return desk


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({}, "Three reminders: today at 11 AM, stretch; tomorrow at 9 AM, call Anna; tomorrow at 6 PM, water the plants."),
        ({"when": "tomorrow"}, "Two reminders tomorrow: tomorrow at 9 AM, call Anna; tomorrow at 6 PM, water the plants."),
        ({"title": "plants"}, "One reminder: tomorrow at 6 PM, water the plants."),
        ({"when": "Sunday"}, "You have no reminders Sunday."),
    ],
)
def test_query(busy: Any, slots: dict[str, Any], reply: str) -> None:
    assert busy.say("reminder.query", **slots) == reply


@pytest.mark.parametrize(
    ("slots", "reply", "code"),
    [
        ({"title": "calling Anna"}, "Reminder cancelled: call Anna.", None),
        ({"when": "tomorrow at 6 pm"}, "Reminder cancelled: water the plants.", None),
        ({"when": "today"}, "Reminder cancelled: stretch.", None),
        ({"when": "tomorrow"}, "Which reminder: call Anna or water the plants?", "reminder.ambiguous"),
        ({"title": "dance"}, "I found no reminder like “dance”.", "reminder.unknown"),
    ],
)
def test_cancel(busy: Any, slots: dict[str, Any], reply: str, code: str | None) -> None:
    assert busy.say("reminder.cancel", **slots) == reply
    assert busy.codes == [code]


def test_cancel_without_any(desk: Any) -> None:
    assert desk.say("reminder.cancel") == "There is no reminder to cancel."
