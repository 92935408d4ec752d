"""What rings ahead of meetings and tasks; what waits for the end of quiet hours; what is said while the clock is not
set.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from services.actions.rings.due_now import Manner, gathered, mark_rung, waiting
from services.actions.rings.forewarnings import Warnings
from services.actions.rings.quiet import QuietHours
from services.store.base import Meeting, Reminder
from tests.appliance import MockAppliance


def come(desk: Any, manner: Manner | None = None) -> list[Any]:
    found = [
        each for each in waiting(desk.store, desk.now, desk.now.tzinfo, manner or Manner()) if each.rings <= desk.now
    ]
    return gathered(found, desk.now, desk.now.tzinfo)


def rings(desk: Any, manner: Manner | None = None) -> list[str]:
    """What comes now; it is stopped at once."""
    found = come(desk, manner)
    for each in found:
        mark_rung(desk.store, each, desk.now)
    return [each.words for each in found]


def test_a_reminder_leans_on_a_meeting_and_moves_with_it(desk: Any) -> None:
    desk.say("meeting.create", title="design review", when="tomorrow at 3 pm", location="room 4")
    assert desk.say("reminder.create", title="the design review", when="ten minutes before") == (
        "I'll remind you tomorrow at 2:50 PM, ten minutes before design review."
    )
    assert desk.say("reminder.query") == "One reminder: tomorrow at 2:50 PM, design review."
    desk.say("meeting.update", title="design review", when="to 4 pm tomorrow")
    assert desk.say("reminder.query") == "One reminder: tomorrow at 3:50 PM, design review."
    desk.now = datetime(2026, 12, 3, 15, 49, 59, tzinfo=desk.now.tzinfo)
    assert rings(desk) == []
    desk.later(seconds=1)
    assert rings(desk) == ["Design review in 10 minutes, at 4 PM, in room 4."]
    assert rings(desk) == []
    assert desk.say("reminder.snooze").startswith("I'll remind you again today at 4 PM: design review")


def test_a_meeting_that_is_cancelled_reminds_nobody(desk: Any) -> None:
    desk.say("meeting.create", title="design review", when="tomorrow at 3 pm")
    desk.say("reminder.create", title="the design review", when="ten minutes before")
    desk.say("meeting.cancel", title="design review")
    assert desk.say("reminder.query") == "You have no reminders."
    desk.later(days=2)
    assert rings(desk) == []


def test_each_time_of_a_meeting_that_repeats(desk: Any) -> None:
    desk.say("meeting.create", title="standup", recurrence="every weekday", when="at 9:30 am")
    desk.say("reminder.create", title="the standup", when="15 minutes before")
    told = []
    for _ in range(6 * 24 * 4):
        desk.later(minutes=15)
        told += [f"{desk.now:%a %H:%M} {words}" for words in rings(desk)]
    days = ("Thu", "Fri", "Mon", "Tue")
    assert told == [f"{day} 09:15 Standup in 15 minutes, at 9:30 AM." for day in days]


def test_words_of_ones_own_and_a_task(desk: Any) -> None:
    desk.say("task.create", title="send the report", when="tomorrow at 5 pm")
    slots = {"title": "print it an hour before the report is due", "when": "an hour before"}
    assert (
        desk.say("reminder.create", **slots)
        == "I'll remind you tomorrow at 4 PM, an hour before send the report: print it."
    )
    desk.now = datetime(2026, 12, 3, 16, tzinfo=desk.now.tzinfo)
    assert rings(desk) == ["Reminder: print it. Send the report is due in 1 hour, at 5 PM."]


def test_a_whole_day_warns_in_the_morning(desk: Any) -> None:
    desk.say("task.create", title="tax return", when="December 10")
    reply = desk.say("reminder.create", title="the tax return is due", when="two days before")
    assert reply == "I'll remind you Tuesday at 9 AM, two days before tax return."


@pytest.mark.parametrize(
    ("slots", "reply"),
    [
        (
            {"title": "the gromit", "when": "ten minutes before"},
            "I found no meeting or task like “the gromit”. When shall I remind you?",
        ),
        (
            {"title": "the lunch", "when": "ten minutes before"},
            "today at 9:55 AM has already passed. When shall I remind you?",
        ),
    ],
)
def test_what_can_not_be_rung_ahead_of(desk: Any, slots: dict[str, str], reply: str) -> None:
    desk.say("meeting.create", title="lunch", when="at 10:05 am")
    assert desk.say("reminder.create", **slots).casefold() == reply.casefold()
    assert desk.awaits and desk.store.find(Reminder) == []


def test_all_meetings_warn_if_the_settings_say_so(desk: Any) -> None:
    manner = Manner(warn=Warnings(timedelta(minutes=10), timedelta(minutes=30)))
    desk.say("meeting.create", title="design review", when="today at 3 pm")
    desk.say("meeting.create", title="standup", when="today at 4 pm")
    desk.say("meeting.create", title="conference", when="today", duration="all day")
    desk.say("task.create", title="send the report", when="today at 5 pm")
    desk.say("reminder.create", title="the standup", when="five minutes before")
    told = []
    for _ in range(8 * 60):
        desk.later(minutes=1)
        told += [f"{desk.now:%H:%M} {words}" for words in rings(desk, manner)]
    assert told == [
        "14:50 Design review in 10 minutes, at 3 PM.",
        "15:55 Standup in 5 minutes, at 4 PM.",
        "16:30 Send the report is due in 30 minutes, at 5 PM.",
    ]


def test_meetings_of_long_ago_are_not_told_as_missed(desk: Any) -> None:
    manner = Manner(warn=Warnings(timedelta(minutes=10)))
    with desk.store.transaction("import", now=desk.now) as tx:
        for days in range(1, 20):
            start = desk.now - timedelta(days=days)
            tx.add(Meeting(title="old", start=start, end=start + timedelta(hours=1)))
        tx.add(Meeting(title="soon", start=desk.now + timedelta(minutes=5), end=desk.now + timedelta(hours=1)))
    assert come(desk, manner) == []


def test_what_is_not_urgent_waits_for_the_end_of_quiet_hours(desk: Any) -> None:
    manner = Manner(quiet=QuietHours(time(22), time(7)))
    desk.say("reminder.create", title="water the plants", when="today at 11 pm")
    desk.say("reminder.create", title="call the bank", when="today at 11 pm", priority="urgent")
    desk.say("reminder.create", title="stretch", when="in 13 hours and 10 minutes")
    desk.say("alarm.create", when="tomorrow at 6 am")
    desk.say("reminder.create", title="feed the cat", when="tomorrow at 6:30 am")
    told = []
    for _ in range(24 * 12):
        desk.later(minutes=5)
        told += [f"{desk.now:%H:%M} {words}" for words in rings(desk, manner)]
    assert told == [
        "23:00 Reminder: call the bank.",
        "23:10 Reminder: stretch.",
        "06:00 Alarm: 6 AM.",
        "07:00 In the quiet hours: water the plants, yesterday at 11 PM; feed the cat, at 6:30 AM.",
    ]


def test_without_a_clock_only_lengths_can_be_told(desk: Any) -> None:
    desk.appliance = MockAppliance(clock_set=False)
    sorry = "My clock isn't set yet, so I don't know when that is. Say instead, for example, in ten minutes."
    assert desk.say("reminder.create", title="call Anna", when="tomorrow at 9 am") == sorry
    assert desk.say("alarm.create", when="at 7") == sorry and desk.codes == ["alarm.clock"]
    assert desk.say("datetime.query", "what time is it") == "My clock isn't set yet, so I don't know what time it is."
    assert (
        desk.say("reminder.create", title="call Anna", when="in ten minutes")
        == "I'll remind you, today at 10:10 AM: call Anna."
    )
    (kept,) = desk.store.find(Reminder)
    assert kept.steady and kept.due == datetime(2026, 12, 2, 15, 10, tzinfo=UTC)
