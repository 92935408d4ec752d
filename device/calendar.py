"""What the daemon asks of the store beside commands: what is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.actions import ringing
from services.actions.base import Due
from services.store.store import Store


class StoreCalendar:
    """Reminders, alarms and timers of one open store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def due(self, now: datetime) -> Sequence[Due]:
        """What has come and was not rung yet, oldest first."""
        return ringing.due(self._store, now)

    def next_due(self, now: datetime) -> datetime | None:
        """When the next one comes."""
        coming = ringing.next_due(self._store, now)
        return coming.at if coming else None

    def rung(self, due: Due, now: datetime) -> None:
        """It has rung. Raises StoreError."""
        ringing.mark_rung(self._store, due, now)
