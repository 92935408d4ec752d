"""How often something rings, in words; and at what time it goes on ringing."""

from __future__ import annotations

from typing import Any

import pytest

from services.actions.rings.repetition import repetition
from services.store.base import Alarm, Reminder


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY;BYHOUR=6;BYMINUTE=0;BYSECOND=0", "every day"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=6", "weekdays"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "weekends"),
        ("FREQ=WEEKLY;BYDAY=MO", "every Monday"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "every Monday and Thursday"),
        ("FREQ=WEEKLY;INTERVAL=2", "every two weeks"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "repeating"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9", "every month"),
        ("FREQ=MONTHLY;BYDAY=1MO", "repeating"),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "every year"),
        ("FREQ=HOURLY;INTERVAL=3", "every three hours"),
        ("FREQ=DAILY;COUNT=3", "repeating"),
    ],
)
def test_in_words(rule: str, words: str) -> None:
    assert repetition(rule) == words


@pytest.mark.parametrize(
    ("made", "again", "told"),
    [
        ({"when": "6 am tomorrow"}, "weekdays", "weekdays, first tomorrow at 6 AM"),
        ({"when": "at 5 pm"}, "every day", "every day, first today at 5 PM"),
        ({"when": "at 5 pm"}, "every Monday at seven", "every Monday at seven, first Monday at 7 AM"),
        ({"when": "at 5 pm"}, "every two days", "every two days, first today at 5 PM"),
    ],
)
def test_what_repeats_from_now_on_keeps_its_time(desk: Any, made: dict[str, str], again: str, told: str) -> None:
    desk.say("alarm.create", **made)
    assert desk.say("alarm.update", recurrence=again) == f"Alarm changed: {told}."
    assert len(desk.store.find(Alarm)) == 1
    desk.say("reminder.create", title="stretch", when="at 5 pm")
    if again == "every day":
        assert desk.say("reminder.update", recurrence=again) == f"Reminder changed: {told}, stretch."
        assert desk.say("reminder.query") == "One reminder: every day, next today at 5 PM, stretch."
        assert len(desk.store.find(Reminder)) == 1
