"""What has come due: reminders, alarms, timers, warnings, scheduled routines. By absolute times, so also after a
restart. `now` is zone-aware; `zone` is the device's, for `mark_rung` that of `now`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from tinydb import where

from services.actions.base import Due
from services.actions.rings import forewarnings, wording
from services.actions.rings.quiet import QuietHours, quiet_until
from services.actions.routines.run import client_of
from services.actions.times import following
from services.store.base import (
    Alarm,
    Document,
    DocumentStore,
    Meeting,
    Reader,
    Reminder,
    Routine,
    Task,
    Timer,
    Transaction,
)

STILL = timedelta(minutes=10)
"""Alarms, timers and urgent reminders still ring when this late; what else is late was missed, and is told."""
HORIZON = timedelta(hours=25)
"""How far ahead warnings are looked for."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What the settings say of ringing."""

    quiet: QuietHours = field(default_factory=QuietHours)
    warn: forewarnings.Warnings = field(default_factory=forewarnings.Warnings)
    grace: timedelta = timedelta(minutes=15)
    """How late a routine still begins."""


class WaitingRing(NamedTuple):
    """Something, and when it rings."""

    rings: datetime
    """When it is due, or when the quiet hours end."""
    due: Due
    patience: timedelta
    """How late it still rings; later it was missed."""
    steady: bool = False
    """Whether it counts a length, and so needs no set clock."""
    held: bool = False
    """By the quiet hours."""


def waiting(store: Reader, now: datetime, zone: tzinfo, manner: Manner = Manner()) -> list[WaitingRing]:
    """All that is to ring, the next first."""
    found = [*_reminders(store, now, zone), *_warnings(store, now, zone, manner.warn)]
    found = [_held(each, manner.quiet, zone) for each in found]
    found += [*_alarms(store, now, zone), *_timers(store, now, zone), *_routines(store, manner.grace)]
    return sorted(found, key=lambda each: (each.rings, each.due.at, each.due.id))


def gathered(
    come: Sequence[WaitingRing], now: datetime, zone: tzinfo, *, unheard: Sequence[Due] = (), off: bool = False
) -> list[Due]:
    """What to ring and tell now: what is in time one by one, then what was missed in one sentence. Pure. `unheard` is
    told with what was missed; `off`: the device was off until now.
    """
    missed = [each.due for each in come if now - each.rings > each.patience]
    held = [each.due for each in come if each.held and now - each.rings <= each.patience]
    rings = [each.due for each in come if not each.held and now - each.rings <= each.patience]
    if held:
        rings.append(_together(held, now, "ring", wording.missed(held, now, zone, "In the quiet hours:")))
    if missed or unheard:
        lead = "While I was off you missed" if off else "You missed"
        several = sorted([*unheard, *missed], key=lambda each: each.at)
        rings.append(_together(several, now, "tell", wording.missed(several, now, zone, lead)))
    return rings


def unheard(store: Reader) -> list[Due]:
    """What rang without being stopped, to be told when somebody is there; oldest first."""
    left: list[Reminder | Alarm | Timer] = [
        *store.find(Reminder, where("unheard") == True),  # noqa: E712 (a query)
        *store.find(Alarm, where("unheard") == True),  # noqa: E712
        *store.find(Timer, where("unheard") == True),  # noqa: E712
    ]
    found = [Due(each.kind, each.id, each.rung or each.due, "", missed=wording.missed_name(each)) for each in left]
    return sorted(found, key=lambda each: (each.at, each.id))


def mark_rung(store: DocumentStore, rung: Due, now: datetime, *, heard: bool = True) -> None:
    """Note that it rang: it is over or waits for its next time. No effect if it was changed or cancelled since. Raises
    StoreError. `heard`: somebody stopped it, or it was told; else it is told later.
    """
    zone = now.tzinfo
    assert zone is not None, "now must be zone-aware"
    with store.transaction("rung", now=now, undoable=False) as tx:
        for each in rung.parts or (rung,):
            _over(tx, each, now, zone, heard=heard)


def _over(tx: Transaction, rung: Due, now: datetime, zone: tzinfo, *, heard: bool) -> None:
    match rung.kind:
        case Timer.kind:
            _timer_over(tx, rung, now, heard=heard)
        case Reminder.kind | Alarm.kind:
            _again(tx, rung, now, zone, heard=heard)
        case Meeting.kind | Task.kind:
            _warned(tx, rung, now)
        case Routine.kind:
            routine = tx.get(Routine, rung.id)
            if routine and routine.due == rung.at:
                tx.put(replace(routine, due=following(routine, now, zone)))


def _timer_over(tx: Transaction, rung: Due, now: datetime, *, heard: bool) -> None:
    timer = tx.get(Timer, rung.id)
    if timer and timer.status == "running" and timer.due == rung.at:
        tx.put(replace(timer, status="rung", rung=now, unheard=not heard))
    elif timer and timer.unheard and heard:
        tx.put(replace(timer, unheard=False))


def _again(tx: Transaction, rung: Due, now: datetime, zone: tzinfo, *, heard: bool) -> None:
    one: Reminder | Alarm | None = tx.get(Alarm, rung.id) if rung.kind == Alarm.kind else tx.get(Reminder, rung.id)
    if one is None:
        return
    if one.status != "pending" or _rings(tx, one, zone) != rung.at:
        if one.unheard and heard:
            tx.put(replace(one, unheard=False))
        return
    over: Reminder | Alarm = replace(one, rung=now, unheard=not heard)
    leans = over if isinstance(over, Reminder) and over.of_kind else None
    again = forewarnings.following(tx, leans, zone) if leans else following(over, now, zone)
    tx.put(replace(over, due=again) if again else replace(over, due=rung.at, status="rung"))


def _warned(tx: Transaction, rung: Due, now: datetime) -> None:
    """Keeps a warning as a reminder that rang: it does not come twice, and can be snoozed."""
    about: Document | None = tx.get(Meeting, rung.id) if rung.kind == Meeting.kind else tx.get(Task, rung.id)
    if isinstance(about, Meeting | Task):
        kind = "meeting" if isinstance(about, Meeting) else "task"
        tx.add(Reminder(title=about.title, due=rung.at, status="rung", rung=now, of_kind=kind, of_id=rung.id))  # type: ignore[arg-type]


def _rings(reader: Reader, one: Reminder | Alarm, zone: tzinfo) -> datetime | None:
    if isinstance(one, Reminder) and one.of_kind:
        coming = forewarnings.target(reader, one, zone)
        return coming.warns if coming else None
    return one.due


def _reminders(store: Reader, now: datetime, zone: tzinfo) -> Iterator[WaitingRing]:
    for one in store.find(Reminder, where("status") == "pending"):
        coming = forewarnings.target(store, one, zone) if one.of_kind else None
        if one.of_kind and coming is None:
            continue
        words = wording.warning(coming, now, zone, asked=one) if coming else wording.reminder(one, now, zone)
        at = coming.warns if coming else one.due
        late = STILL if one.urgent else wording.LATE
        due = Due("reminder", one.id, at, words, missed=wording.missed_name(one), urgent=one.urgent or one.steady)
        yield WaitingRing(at, due, late, one.steady)


def _alarms(store: Reader, now: datetime, zone: tzinfo) -> Iterator[WaitingRing]:
    for one in store.find(Alarm, where("status") == "pending"):
        due = Due("alarm", one.id, one.due, wording.alarm(one, now, zone), missed=wording.missed_name(one))
        yield WaitingRing(one.due, due, STILL, one.steady)


def _timers(store: Reader, now: datetime, zone: tzinfo) -> Iterator[WaitingRing]:
    for one in store.find(Timer, where("status") == "running"):
        due = Due("timer", one.id, one.due, wording.timer(one, now, zone), missed=wording.missed_name(one))
        yield WaitingRing(one.due, due, STILL, steady=True)


def _warnings(store: Reader, now: datetime, zone: tzinfo, warn: forewarnings.Warnings) -> Iterator[WaitingRing]:
    for coming in forewarnings.warnings(store, warn, now, HORIZON, zone):
        due = Due(coming.kind, coming.id, coming.warns, wording.warning(coming, now, zone), missed=coming.title)
        yield WaitingRing(coming.warns, due, wording.LATE)


def _routines(store: Reader, grace: timedelta) -> Iterator[WaitingRing]:
    for one in store.find(Routine, where("due") != None):  # noqa: E711 (a query)
        if one.due is not None:
            words, client = f"run the {one.name} routine", client_of(one.name, one.by)
            due = Due("routine", one.id, one.due, words, how="run", missed=f"{one.name}, not run", client=client)
            yield WaitingRing(one.due, due, grace)


def _held(one: WaitingRing, quiet: QuietHours, zone: tzinfo) -> WaitingRing:
    until = None if one.due.urgent else quiet_until(quiet, one.rings, zone)
    return one if until is None else one._replace(rings=until, patience=STILL, held=True)


def _together(those: Sequence[Due], now: datetime, how: str, words: str) -> Due:
    ids = "+".join(each.id for each in those)
    return Due("missed", ids, now, words, how="ring" if how == "ring" else "tell", missed=words, parts=tuple(those))
