"""Reminders: set, asked for, changed, snoozed, cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from services.actions.rings.due_now import mark_rung
from services.store.base import Reminder
from tests.ringing import due


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
        (
            {"title": "bins", "recurrence": "every Monday", "when": "at 7 pm"},
            "I'll remind you, every Monday, first Monday at 7 PM: bins.",
        ),
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
        (
            {"title": "x", "when": "gobbledygook"},
            "I didn't understand when: “gobbledygook”. When shall I remind you?",
            "reminder.when",
        ),
        ({"title": "x", "when": "today"}, "At what time today?", "reminder.when"),
        (
            {"title": "x", "when": "yesterday at 8 am"},
            "Yesterday at 8 AM has already passed. When shall I remind you?",
            "reminder.past",
        ),
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
        (
            {},
            (
                "Three reminders: today at 11 AM, stretch; tomorrow at 9 AM, call Anna; tomorrow at 6 PM, water the"
                " plants."
            ),
        ),
        (
            {"when": "tomorrow"},
            "Two reminders tomorrow: tomorrow at 9 AM, call Anna; tomorrow at 6 PM, water the plants.",
        ),
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


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        ({"title": "call Anna", "when": "to 10"}, "Reminder changed: tomorrow at 10 AM, call Anna."),
        ({"title": "call Anna", "when": "Friday"}, "Reminder changed: Friday at 9 AM, call Anna."),
        (
            {"title": "plants", "duration": "half an hour", "direction": "earlier"},
            "Reminder changed: tomorrow at 5:30 PM, water the plants.",
        ),
        ({"title": "plants", "when": "an hour later"}, "Reminder changed: tomorrow at 7 PM, water the plants."),
        ({"title": "plants", "when": "7"}, "Reminder changed: tomorrow at 7 PM, water the plants."),
        ({"old_when": "at 11 am", "when": "noon"}, "Reminder changed: today at noon, stretch."),
        ({"title": "stretch", "new_title": "lie down"}, "Reminder changed: today at 11 AM, lie down."),
        (
            {"title": "stretch", "recurrence": "every day at 4 pm"},
            "Reminder changed: every day at 4 pm, first today at 4 PM, stretch.",
        ),
    ],
)
def test_update(busy: Any, slots: dict[str, Any], reply: str) -> None:
    assert busy.say("reminder.update", **slots) == reply


@pytest.mark.parametrize(
    ("slots", "reply", "code"),
    [
        ({"title": "stretch"}, "When shall I remind you?", "reminder.no_time"),
        ({"title": "stretch", "when": "blah"}, "When shall I remind you?", "reminder.no_time"),
        (
            {"title": "stretch", "when": "yesterday"},
            "Yesterday at 11 AM has already passed. When shall I remind you?",
            "reminder.past",
        ),
        ({"title": "dance", "when": "5"}, "I found no reminder like “dance”.", "reminder.unknown"),
        ({"when": "5"}, "Which reminder: stretch, call Anna or water the plants?", "reminder.ambiguous"),
    ],
)
def test_update_that_says_too_little(busy: Any, slots: dict[str, Any], reply: str, code: str) -> None:
    assert busy.say("reminder.update", **slots) == reply
    assert busy.codes == [code]


def _ring(desk: Any) -> None:
    for each in due(desk.store, desk.now):
        mark_rung(desk.store, each, desk.now)


def test_snooze_rings_the_last_one_again(busy: Any) -> None:
    assert busy.say("reminder.snooze") == "There is no reminder to snooze."
    busy.later(hours=1)
    _ring(busy)
    assert busy.say("reminder.snooze") == "I'll remind you again today at 11:10 AM: stretch."
    assert busy.say("reminder.snooze", duration="5 minutes") == "I'll remind you again today at 11:05 AM: stretch."
    busy.later(minutes=5)
    assert [each.words for each in due(busy.store, busy.now)] == ["Reminder: stretch."]
    assert (
        busy.say("reminder.snooze", title="stretch", when="tomorrow at 8 am")
        == "I'll remind you again tomorrow at 8 AM: stretch."
    )


def test_snooze_puts_off_what_has_not_rung_yet(busy: Any) -> None:
    busy.later(minutes=40)
    assert busy.say("reminder.snooze", duration="5 minutes") == "I'll remind you again today at 11:05 AM: stretch."
    assert busy.say("reminder.snooze", title="that reminder") == "I'll remind you again today at 11:15 AM: stretch."
    assert busy.say("reminder.snooze", title="stretch", duration="an hour").endswith("today at 12:15 PM: stretch.")
    assert busy.say("reminder.snooze", title="violin") == "There is no reminder to snooze."


def test_snooze_leaves_the_rule_of_a_repeated_one(desk: Any) -> None:
    desk.say("reminder.create", title="pills", recurrence="every day at 11 am")
    desk.later(hours=1)
    _ring(desk)
    assert desk.say("reminder.snooze") == "I'll remind you again today at 11:10 AM: pills."
    assert [each.rrule is None for each in sorted(desk.store.find(Reminder), key=lambda each: each.due)] == [
        True,
        False,
    ]


def test_cancel_all(busy: Any) -> None:
    assert busy.say("reminder.cancel", title="all", when="tomorrow") == "Two reminders cancelled."
    assert busy.say("reminder.cancel", title="all") == "One reminder cancelled."
    assert busy.say("reminder.cancel", title="all") == "There is no reminder to cancel."
