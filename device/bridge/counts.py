"""How much there is to do, in numbers only: what an automation may know that sees no documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from services.actions import ringing
from services.store.base import Alarm, Reader, Reminder, Task

_OVER = ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class Counts:
    """As of one moment."""

    open_tasks: int = 0
    overdue_tasks: int = 0
    next_reminder: datetime | None = None
    next_alarm: datetime | None = None


def counts(store: Reader, now: datetime, zone: tzinfo) -> Counts:
    """Of all tasks, and what rings next on this device."""
    left = [row for row in store.rows(Task).values() if row.get("status") not in _OVER]
    waiting = [each.due for each in ringing.waiting(store, now, zone)]

    def first(kind: str) -> datetime | None:
        return min((each.at for each in waiting if each.kind == kind and each.at >= now), default=None)

    return Counts(len(left), sum(_late(row, now, zone) for row in left), first(Reminder.kind), first(Alarm.kind))


def _late(row: Mapping[str, Any], now: datetime, zone: tzinfo) -> bool:
    """A task of a whole day is late from the next day on."""
    if not row.get("due"):
        return False
    due = datetime.fromisoformat(row["due"])
    if row.get("due_grain") == "day":
        due = datetime.combine(due.astimezone(zone).date() + timedelta(days=1), time(), zone)
    return due < now
