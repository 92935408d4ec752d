"""Reminders, alarms and timers whose time has come. They are found by their absolute due times, so they ring after a restart too.

`now` is zone-aware; `zone` is where the device stands (that of `now`, if not given).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

from tinydb import where

from services.actions.base import Due
from services.actions.timers import title
from services.actions.times import next_occurrence
from services.actions.wording import clock, listed, sentence, since
from services.store.base import Alarm, DocumentStore, Reminder, Timer

_MISSED_AFTER = 60.0
"""Seconds after which something rings as missed, with the time it was due."""


def next_due(store: DocumentStore, now: datetime, *, zone: tzinfo | None = None) -> Due | None:
    """What rings next, or should have rung already."""
    return next(iter(_waiting(store, now, zone or now.tzinfo)), None)


def due(store: DocumentStore, now: datetime, *, zone: tzinfo | None = None) -> list[Due]:
    """All whose time has come, oldest first; missed ones say since when."""
    return [each for each in _waiting(store, now, zone or now.tzinfo) if each.at <= now]


def mark_rung(store: DocumentStore, rung: Due, now: datetime, *, zone: tzinfo | None = None) -> None:
    """It rang: it is over, or waits for its next time. Nothing happens if it was changed or cancelled meanwhile. Raises StoreError."""
    with store.transaction("rung", now=now, undoable=False) as tx:
        if rung.kind == Timer.kind:
            timer = tx.get(Timer, rung.id)
            if timer and timer.status == "running" and timer.due == rung.at:
                tx.put(replace(timer, status="rung", rung=now))
            return
        again = tx.get(Alarm, rung.id) if rung.kind == Alarm.kind else tx.get(Reminder, rung.id)
        if not again or again.status != "pending" or again.due != rung.at:
            return
        following = _next(again, now, zone or now.tzinfo)
        tx.put(replace(again, rung=now, due=following) if following else replace(again, rung=now, status="rung"))


def _next(rung: Reminder | Alarm, now: datetime, zone: tzinfo | None) -> datetime | None:
    if rung.rrule is None or zone is None:
        return None
    return next_occurrence(rung.rrule, rung.first or rung.due, now, zone)


def _waiting(store: DocumentStore, now: datetime, zone: tzinfo | None) -> list[Due]:
    assert zone is not None, "now must be zone-aware"
    reminders = store.find(Reminder, where("status") == "pending")
    alarms = store.find(Alarm, where("status") == "pending")
    timers = store.find(Timer, where("status") == "running")
    waiting = [Due("reminder", each.id, each.due, _reminder_words(each, now, zone)) for each in reminders]
    waiting += [Due("alarm", each.id, each.due, _alarm_words(each, now, zone)) for each in alarms]
    waiting += [Due("timer", each.id, each.due, _timer_words(each, now, zone)) for each in timers]
    return sorted(waiting, key=lambda each: (each.at, each.id))


def _missed(at: datetime, now: datetime, zone: tzinfo) -> str:
    return f"Missed {since(at, now, zone)}" if (now - at).total_seconds() > _MISSED_AFTER else ""


def _reminder_words(reminder: Reminder, now: datetime, zone: tzinfo) -> str:
    whom = f" for {listed(reminder.people)}" if reminder.people else ""
    missed = _missed(reminder.due, now, zone)
    return sentence(f"{missed}{whom}: {reminder.title}" if missed else f"Reminder{whom}: {reminder.title}")


def _alarm_words(alarm: Alarm, now: datetime, zone: tzinfo) -> str:
    name = alarm.name or clock(alarm.due.astimezone(zone))
    missed = _missed(alarm.due, now, zone)
    if missed:
        return sentence(f"{missed}: {alarm.name or 'alarm'}")
    return sentence(f"Alarm: {name}")


def _timer_words(timer: Timer, now: datetime, zone: tzinfo) -> str:
    missed = _missed(timer.due, now, zone)
    return f"{missed}: {title(timer)}." if missed else f"{title(timer)} is done."
