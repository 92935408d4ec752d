"""Quiet hours and do-not-disturb: what is not urgent waits. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

EVERY_DAY = frozenset(range(7))
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when, on the wall clock; `ends` before `begins` is on the next day. Equal: no quiet hours."""

    begins: time = time()
    ends: time = time()
    days: frozenset[int] = EVERY_DAY
    """Weekdays on which they begin; Monday is 0."""
    chime: bool = False
    """Whether a short sound tells that something is held back."""
    asked: tuple[datetime, datetime] | None = None
    """When do-not-disturb began and ends, beside the hours; FOREVER while it has no end."""


def quiet_until(quiet: QuietHours, at: datetime, zone: tzinfo) -> datetime | None:
    """When the quiet that contains `at` ends, UTC; None outside. Overlapping quiets end with the last of them. Of an
    hour that daylight saving skips, the hours begin or end an hour later; of a repeated one both belong to them.
    """
    hours = _hours_until(quiet, at, zone)
    if quiet.asked is None or not quiet.asked[0] <= (hours or at) < quiet.asked[1]:
        return hours
    return _hours_until(quiet, quiet.asked[1], zone) or quiet.asked[1].astimezone(UTC)


def _hours_until(quiet: QuietHours, at: datetime, zone: tzinfo) -> datetime | None:
    if quiet.begins == quiet.ends:
        return None
    at = at.astimezone(UTC)  # two times of one zone are compared by their hands, which show some hours twice
    today = at.astimezone(zone).date()
    overnight = timedelta(days=1 if quiet.ends <= quiet.begins else 0)
    for day in (today - timedelta(days=1), today):
        begins = datetime.combine(day, quiet.begins, zone).astimezone(UTC)
        ends = max(
            datetime.combine(day + overnight, quiet.ends, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        if day.weekday() in quiet.days and begins <= at < ends:
            return ends
    return None
