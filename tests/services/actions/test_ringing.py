"""What rings when, also after a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.actions.rings.due_now import mark_rung
from services.store.base import Reminder, StoreReadOnly, Timer
from tests.ringing import due, next_due


def words(desk: Any) -> list[str]:
    return [each.words for each in due(desk.store, desk.now)]


def ring(desk: Any) -> None:
    for each in due(desk.store, desk.now):
        mark_rung(desk.store, each, desk.now)


def test_nothing_rings_before_its_time(desk: Any) -> None:
    assert next_due(desk.store, desk.now) is None
    desk.say("timer.start", duration="ten minutes", name="pasta")
    desk.say("timer.start", duration="20 minutes")
    desk.say("reminder.create", title="call Anna", when="in 15 minutes")
    first = next_due(desk.store, desk.now)
    assert first is not None
    assert (first.kind, first.at) == ("timer", datetime(2026, 12, 2, 15, 10, tzinfo=UTC))
    desk.later(minutes=9, seconds=59.9)
    assert words(desk) == []
    desk.later(seconds=0.1)
    assert words(desk) == ["Pasta timer is done."]
    ring(desk)
    assert words(desk) == []
    desk.later(minutes=5)
    assert words(desk) == ["Reminder: call Anna."]
    ring(desk)
    desk.later(minutes=5)
    assert words(desk) == ["Timer is done."]
    ring(desk)
    assert next_due(desk.store, desk.now) is None


def test_what_was_missed_while_off_is_told_at_start(desk: Any) -> None:
    desk.say("reminder.create", title="call Anna", when="tomorrow at 9 am")
    desk.say("reminder.create", title="pay Mike", when="tomorrow at 4 pm", people=["Sarah"])
    desk.say("timer.start", duration="ten minutes", name="pasta")
    desk.store.close()
    desk.now = datetime(2026, 12, 3, 16, 30, tzinfo=desk.now.tzinfo)
    desk.store.open()
    (told,) = due(desk.store, desk.now, off=True)
    assert told.words == (
        "While I was off you missed a timer and two reminders: "
        "the pasta timer, yesterday at 10:10 AM; call Anna, at 9 AM; pay Mike for Sarah, at 4 PM."
    )
    assert told.how == "tell"
    ring(desk)
    desk.store.close()
    desk.store.open()
    assert words(desk) == []
    assert {each.status for each in (*desk.store.find(Reminder), *desk.store.find(Timer))} == {"rung"}


def test_a_repeated_reminder_waits_for_its_next_time_and_skips_what_it_missed(desk: Any) -> None:
    desk.say("reminder.create", title="stand up", recurrence="every weekday at 8 am")
    desk.now = datetime(2026, 12, 7, 12, tzinfo=desk.now.tzinfo)  # Thursday, Friday and Monday are over
    assert words(desk) == ["You missed a reminder: stand up, December 3 at 8 AM."]
    ring(desk)
    assert words(desk) == []
    coming = next_due(desk.store, desk.now)
    assert coming is not None and coming.at == datetime(2026, 12, 8, 13, tzinfo=UTC)


def test_nine_stays_nine_when_the_clocks_change(desk: Any) -> None:
    desk.now = datetime(2027, 3, 13, 8, tzinfo=desk.now.tzinfo)
    desk.say("reminder.create", title="stand up", recurrence="every day at 9 am")
    desk.later(hours=1)
    ring(desk)
    coming = next_due(desk.store, desk.now)
    assert coming is not None and coming.at == datetime(2027, 3, 14, 13, tzinfo=UTC)


def test_what_was_cancelled_or_undone_meanwhile_is_left_alone(desk: Any) -> None:
    desk.say("timer.start", duration="ten minutes")
    desk.later(minutes=10)
    (rang,) = due(desk.store, desk.now)
    desk.say("control.undo")
    mark_rung(desk.store, rang, desk.now)
    assert desk.store.find(Timer) == []
    desk.say("reminder.create", title="x", when="in a minute")
    desk.later(minutes=1)
    (rang,) = due(desk.store, desk.now)
    desk.say("reminder.cancel")
    mark_rung(desk.store, rang, desk.now)
    assert [each.status for each in desk.store.find(Reminder)] == ["cancelled"]


def test_ringing_is_no_command_to_undo(desk: Any) -> None:
    desk.say("timer.start", duration="ten minutes")
    desk.later(minutes=10)
    ring(desk)
    assert desk.say("control.undo") == "I can't undo that (timer set for 10 minutes): it was changed since."


def test_a_read_only_store_says_so_and_the_timer_is_still_due(desk: Any, tmp_path: Path) -> None:
    desk.say("timer.start", duration="ten minutes")
    desk.now += timedelta(minutes=10)
    desk.store.storage.file.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnly):
        ring(desk)
    assert words(desk) == ["Timer is done."]


def test_an_alarm_that_is_a_little_late_still_rings(desk: Any) -> None:
    desk.say("alarm.create", when="tomorrow at 7 am")
    desk.say("reminder.create", title="call Anna", when="tomorrow at 7 am")
    desk.now = datetime(2026, 12, 3, 7, 8, tzinfo=desk.now.tzinfo)
    assert [(each.how, each.words) for each in due(desk.store, desk.now)] == [
        ("ring", "Missed at 7 AM: alarm."),
        ("tell", "You missed a reminder: call Anna, at 7 AM."),
    ]
    desk.later(minutes=3)
    assert words(desk) == ["You missed an alarm and a reminder: an alarm, at 7 AM; call Anna, at 7 AM."]


def test_many_that_were_missed_are_told_short(desk: Any) -> None:
    for hour in range(1, 8):
        desk.say("reminder.create", title=f"thing {hour}", when=f"tomorrow at {hour} pm")
    desk.now = datetime(2026, 12, 4, 9, tzinfo=desk.now.tzinfo)
    (told,) = words(desk)
    assert told.startswith("You missed seven reminders: thing 1, yesterday at 1 PM; ") and told.endswith(
        "; and 2 more."
    )


def test_what_rang_unheard_is_told_once_somebody_is_there(desk: Any) -> None:
    desk.say("reminder.create", title="call Anna", when="in 10 minutes")
    desk.say("reminder.create", title="stand up", recurrence="every day at 10:10 am")
    desk.later(minutes=10)
    for each in due(desk.store, desk.now):
        mark_rung(desk.store, each, desk.now, heard=False)
    desk.later(hours=1)
    (told,) = due(desk.store, desk.now)
    assert told.words == "You missed two reminders: call Anna, at 10:10 AM; stand up, at 10:10 AM."
    mark_rung(desk.store, told, desk.now)
    assert words(desk) == []
    coming = next_due(desk.store, desk.now)
    assert coming is not None and coming.words == "Reminder: stand up."
