"""Which backups are kept, and when the next one is due. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime, timedelta

from services.store.backups.base import Rotation

EVERY = timedelta(hours=1)
MIGRATIONS_KEPT = 2
"""How many of the backups made before migrations are kept: the newest."""


def kept(times: Iterable[datetime], rotation: Rotation) -> set[datetime]:
    """Those that stay: the newest of each of the latest hours, days and weeks (ISO 8601, in UTC) that have any.

    Hours without a backup do not count, so that a device that was off, or unused, keeps what it has. The newest one
    always stays.
    """
    newest_first = sorted(set(times), reverse=True)
    rules: tuple[tuple[Callable[[datetime], Hashable], int], ...] = (
        (_hour, rotation.hourly),
        (_day, rotation.daily),
        (_week, rotation.weekly),
    )
    stay = set(newest_first[:1])
    for period, count in rules:
        newest: dict[Hashable, datetime] = {}
        for at in newest_first:
            newest.setdefault(period(at), at)
        stay.update(sorted(newest.values(), reverse=True)[:count])
    return stay


def is_due(newest: datetime | None, now: datetime) -> bool:
    """Whether an hour has passed. A newest one in the future was made by a clock that was wrong: it counts for
    nothing.
    """
    return newest is None or not timedelta(0) <= now - newest < EVERY


def _hour(at: datetime) -> Hashable:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _day(at: datetime) -> Hashable:
    return at.astimezone(UTC).date()


def _week(at: datetime) -> Hashable:
    return at.astimezone(UTC).isocalendar()[:2]
