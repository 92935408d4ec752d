"""Moves rings when the clock is set: lengths keep their length, times of day keep their time of day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from tinydb import where

from services.actions.times import following
from services.store.base import Alarm, DocumentStore, Reader, Reminder, Routine, Timer

_AGAIN = timedelta(minutes=5)
"""What rang this much too early, because the clock was wrong, rings again at its time; less is not worth it."""


def running(reader: Reader) -> frozenset[str]:
    """Ids of what keeps its length: timers, and reminders and alarms told as a length ("in ten minutes")."""
    return frozenset(each.id for each in _steady(reader))


def kept_length(store: DocumentStore, by: timedelta, ids: Collection[str], now: datetime) -> None:
    """The wall clock was set by so much: those of `ids` that still run move with it. Raises StoreError."""
    with store.transaction("clock set", now=now, undoable=False) as tx:
        for each in list(_steady(tx)):
            if each.id in ids:
                tx.put(replace(each, due=each.due + by))


def set_back(store: DocumentStore, now: datetime, zone: tzinfo) -> None:
    """The wall clock was set back: what rang too early by the new time waits again. Raises StoreError."""
    with store.transaction("clock set back", now=now, undoable=False) as tx:
        for each in _at_times(tx):
            if each.rung is None or each.rung <= now + _AGAIN or each.steady:
                continue
            if each.status == "rung" and each.due > now + _AGAIN:
                tx.put(replace(each, status="pending", rung=None, unheard=False))
            elif due := _sooner(each, now, zone):
                tx.put(replace(each, due=due, rung=None))
        for routine in tx.find(Routine):
            if due := _sooner(routine, now, zone):
                tx.put(replace(routine, due=due))


def moved_zone(store: DocumentStore, old: tzinfo, new: tzinfo, now: datetime) -> None:
    """The device moved to another zone: what rings at seven rings at seven there. Raises StoreError."""

    def there(at: datetime) -> datetime:
        return at.astimezone(old).replace(tzinfo=new).astimezone(UTC)

    with store.transaction("zone changed", now=now, undoable=False) as tx:
        for each in _at_times(tx):
            if each.status == "pending" and not each.steady:
                tx.put(replace(each, due=there(each.due), first=there(each.first) if each.first else None))
        for routine in tx.find(Routine):
            if routine.due:
                tx.put(replace(routine, due=there(routine.due), first=there(routine.first) if routine.first else None))


def _sooner(one: Alarm | Reminder | Routine, now: datetime, zone: tzinfo) -> datetime | None:
    """When it comes next by a clock that was set back; None where it waits for that already."""
    again = following(one, now, zone)
    return again if again and one.due and again < one.due else None


def _at_times(reader: Reader) -> list[Reminder | Alarm]:
    return [*reader.find(Reminder), *reader.find(Alarm)]


def _steady(reader: Reader) -> Iterator[Timer | Reminder | Alarm]:
    yield from reader.find(Timer, where("status") == "running")
    wanted = (where("status") == "pending") & (where("steady") == True)  # noqa: E712 (a query)
    yield from reader.find(Reminder, wanted)
    yield from reader.find(Alarm, wanted)
