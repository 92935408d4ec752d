"""What has come due in the store, though the clock may be set at any time, or not be set yet."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from device.clock import Clock, Trust
from firmware.errors import ExpectedError
from services.actions.base import Due
from services.actions.rings import clock_change, due_now
from services.actions.rings.due_now import Manner, WaitingRing
from services.actions.rings.quiet import quiet_until
from services.store.kinds import kinds
from services.store.store import Store

log = logging.getLogger(__name__)

_LOOK = timedelta(minutes=5)
"""Looks again after this long even if nothing was written, for warnings come nearer."""


DueKey = tuple[str, str, datetime]


class StoreCalendar:
    """Reminders, alarms, timers, warnings and routines of one open store. Asked by the reactor alone, unless stated."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock | None = None,
        manner: Manner | None = None,
        ready: Callable[[datetime], Sequence[Due]] = lambda _: (),
    ) -> None:
        """Without a clock all times are believed. `ready`: waiting routines that can go on."""
        self._store = store
        self._clock = clock
        self._manner = manner or Manner()
        self._ready = ready
        self._handed: set[DueKey] = set()
        """Given out in this run; what could not be marked as rung must not ring without end."""
        self._off = True
        """Until the first look with a trusted clock."""
        self._aside: Collection[str] = ()
        """Timers from before this boot: only the wall clock knows when they end."""
        self._owed: list[tuple[timedelta, Collection[str]]] = []
        self._settling = threading.Lock()
        self._changed = threading.Event()
        self._changed.set()
        self._again: datetime | None = None
        self._coming: datetime | None = None
        store.watch(lambda _: self._changed.set())
        if clock:
            self._catch_up(clock)
            clock.watch(self._jumped, self._settle)

    def disturb(self, asked: tuple[datetime, datetime] | None) -> None:
        """Set when do-not-disturb began and ends (services.actions.rings.quiet). From any thread."""
        self._manner = replace(self._manner, quiet=replace(self._manner.quiet, asked=asked))
        self._changed.set()

    def follow(self, manner: Manner) -> None:
        """Take over other settings of ringing; do-not-disturb stays. From any thread."""
        self._manner = replace(manner, quiet=replace(manner.quiet, asked=self._manner.quiet.asked))
        self._changed.set()

    def quiet(self, now: datetime) -> tuple[bool, bool]:
        """Whether `now` is in the quiet hours, and whether do-not-disturb is on."""
        assert now.tzinfo is not None, "now must be zone-aware"
        quiet = self._manner.quiet
        asked = quiet.asked is not None and quiet.asked[0] <= now < quiet.asked[1]
        return quiet_until(replace(quiet, asked=None), now, now.tzinfo) is not None, asked

    def due(self, now: datetime, *, present: bool = False) -> Sequence[Due]:
        """What is due and not given out yet, oldest first. `present`: with what rang unheard before."""
        self._settle()
        if not (present or self._changed.is_set() or self._again is None or now >= self._again):
            return self._going_on(now)
        self._changed.clear()
        believed = self._believed()
        zone = now.tzinfo
        assert zone is not None, "now must be zone-aware"
        waiting = [
            each
            for each in due_now.waiting(self._store, now, zone, self._manner)
            if self._may(each, believed) and self._new(each.due)
        ]
        come = [each for each in waiting if each.rings <= now]
        self._coming = min((each.rings for each in waiting if each.rings > now), default=None)
        self._again = min(self._coming or now + _LOOK, now + _LOOK) if believed else now
        off = self._off and believed
        unheard = [each for each in due_now.unheard(self._store) if self._new(each)] if off or present else []
        found = due_now.gathered(come, now, zone, unheard=unheard, off=off)
        self._off = self._off and not believed
        found += self._chimes(waiting, now)
        self._handed |= {key_of(each) for due in found for each in (due, *due.parts)}
        return [*found, *self._going_on(now)]

    def next_due(self, now: datetime) -> datetime | None:
        """When the next one comes, as of the last `due`. From any thread."""
        coming = self._coming
        return coming if coming and coming > now else None

    def rung(self, due: Due, now: datetime, *, heard: bool = True) -> None:
        """It has rung; not `heard`: nobody stopped it. From any thread. Raises StoreError."""
        due_now.mark_rung(self._store, due, now, heard=heard)
        for each in (due, *due.parts):
            self._handed.discard(key_of(each))

    def again(self, due: Due) -> None:
        """Give it out again if it is still due: another device was to ring and did not."""
        self._handed.difference_update(key_of(each) for each in (due, *due.parts))
        self._changed.set()

    def _going_on(self, now: datetime) -> list[Due]:
        return [each for each in self._ready(now) if self._new(each)]

    def _chimes(self, waiting: Sequence[WaitingRing], now: datetime) -> list[Due]:
        """A short sound for what the quiet hours hold back."""
        if not self._manner.quiet.chime:
            return []
        held = [
            replace(each.due, kind="quiet", how="chime")
            for each in waiting
            if each.held and each.due.at <= now < each.rings
        ]
        return [each for each in held if self._new(each)]

    def _may(self, each: WaitingRing, believed: bool) -> bool:
        return believed or (each.steady and each.due.id not in self._aside)

    def _new(self, due: Due) -> bool:
        return key_of(due) not in self._handed

    def _believed(self) -> bool:
        if self._clock is None:
            return True
        trust = self._clock.trust
        if trust is Trust.SURE:
            self._aside = ()
        return trust is not Trust.NOT_YET

    def _catch_up(self, clock: Clock) -> None:
        """Catches up on what happened to the clock while this program was not running."""
        if not clock.same_boot:
            self._aside = clock_change.running(self._store)
        old, new = clock.before.zone if clock.before else "", clock.zone_name
        if old and new and old != new and (zone := _zone(old)):
            self._attempt(partial(clock_change.moved_zone, self._store, zone, clock.zone, clock.read()))
        clock.keep()

    def _jumped(self, by: timedelta) -> None:
        ids = clock_change.running(self._store) - frozenset(self._aside)
        self._owed.append((by, ids))

    def _settle(self) -> None:
        with self._settling:
            while self._owed and self._clock:
                now, zone = self._clock.read(), self._clock.zone
                by, ids = self._owed[0]
                if not self._attempt(partial(clock_change.kept_length, self._store, by, ids, now)):
                    return
                del self._owed[0]
                self._again = None
                if by < timedelta() and self._attempt(partial(clock_change.set_back, self._store, now, zone)):
                    self._handed = {key for key in self._handed if key[2] <= now}

    @staticmethod
    def _attempt(work: Callable[[], None]) -> bool:
        try:
            work()
        except ExpectedError as error:
            log.error("The clock was set, and that could not be written: %s", error)
            return False
        return True


def key_of(due: Due) -> DueKey:
    """What one thing that is due is known by."""
    return due.kind, due.id, due.at


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def newest(store: Store) -> datetime | None:
    """The latest time at which any document was written; a clock before that is wrong."""
    written = max((str(row["updated"]) for kind in kinds().values() for row in store.rows(kind).values()), default="")
    return datetime.fromisoformat(written) if written else None
