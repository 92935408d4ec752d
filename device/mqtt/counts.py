"""How much there is to do, in numbers only: what an automation may know that sees no documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, tzinfo
from typing import Any

from services.actions.rings import due_now
from services.store.base import Alarm, Reader, Reminder, Task

_OVER = ("done", "cancelled")


def counts(store: Reader, now: datetime, zone: tzinfo) -> dict[str, int | str | None]:
    """Of all tasks, and what rings next on this device."""
    left = [row for row in store.rows(Task).values() if row.get("status") not in _OVER]
    waiting = [each.due for each in due_now.waiting(store, now, zone)]

    def first(kind: str) -> str | None:
        at = min((each.at for each in waiting if each.kind == kind and each.at >= now), default=None)
        return at.isoformat(timespec="seconds") if at else None

    return {
        "open_tasks": len(left),
        "overdue_tasks": _late(left, now, zone),
        "next_reminder": first(Reminder.kind),
        "next_alarm": first(Alarm.kind),
    }


def _late(rows: Sequence[Mapping[str, Any]], now: datetime, zone: tzinfo) -> int:
    """How many are overdue; one of a whole day is from the next day on. Compared as they are stored, in UTC, to the
    second: a hundred thousand would take long to be read as times, and the broker waits.
    """
    midnight = _stored(datetime.combine(now.astimezone(zone).date(), time(), zone))
    moment = _stored(now)
    return sum(
        1
        for row in rows
        if (due := row.get("due")) and due[:19] < (midnight if row.get("due_grain") == "day" else moment)
    )


def _stored(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")[:19]
