"""What has come due for this device, where all devices of the site know the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from device.mqtt.base import Site
from device.turn.due_store import DueKey, StoreCalendar, key_of
from services.actions.base import Due

LONGEST_SLEEP = 30.0
"""Seconds after which the wall clock is checked again, in case it was set."""
PATIENCE = 50.0
"""Seconds until something left to another device is looked at again: that device may have died. One that rings says so
at least every LONGEST_SLEEP seconds. Less than the minute after which a reminder counts as missed.
"""

HOLD_EVERY = 10.0
"""Seconds between two announcements of what rings here; checked at least every LONGEST_SLEEP seconds, so 40 at most."""


class Dues:
    """Used by main alone. Moments are seconds of a monotonic clock."""

    def __init__(self, calendar: StoreCalendar, site: Site) -> None:
        self._calendar = calendar
        self._site = site
        self._asked: dict[DueKey, tuple[Due, float]] = {}
        """Left to another device for now, with the moment to look again."""
        self._hold_at = 0.0

    def come(self, now: datetime, moment: float, *, present: bool, here: Iterable[Due]) -> list[Due]:
        """What has come for this device, whatever others do. `here`: what rings here or is about to."""
        if moment >= self._hold_at:
            self._hold_at = moment + HOLD_EVERY
            for due in here:
                self._site.hold_due(due)
        for key, (due, again) in list(self._asked.items()):
            if moment >= again:
                del self._asked[key]
                self._calendar.again(due)
        found = self._calendar.due(now, present=present)
        return [due for due in found if not self._ask(due, moment)]

    def wait(self, now: datetime, moment: float) -> float:
        """Seconds after which to look again."""
        upcoming = self._calendar.next_due(now)
        waits = [LONGEST_SLEEP, *(again - moment for _, again in self._asked.values())]
        if upcoming is not None:
            waits.append((upcoming - now) / timedelta(seconds=1))
        return max(0.05, min(waits))

    def won(self, due: Due) -> bool:
        """The others leave it to this device; False where that was known before."""
        return self._asked.pop(key_of(due), None) is not None

    def _ask(self, due: Due, moment: float) -> bool:
        """Whether it depends on others."""
        if due.how in ("run", "chime") or not self._site.claim_due(due):
            return False
        self._asked[key_of(due)] = due, moment + PATIENCE
        return True
