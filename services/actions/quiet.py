"""Quiet hours: when what is not urgent waits. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Quiet:
    """From when until when, on the wall clock; `ends` before `begins` is on the next day. Alike: there are no quiet hours."""

    begins: time = time()
    ends: time = time()
    days: frozenset[int] = EVERY_DAY
    """Weekdays on which they begin; Monday is 0."""
    chime: bool = False
    """Whether a short sound tells that something waits."""


def quiet_until(quiet: Quiet, at: datetime, zone: tzinfo) -> datetime | None:
    """When the quiet hours end in which `at` lies, UTC; None where it lies in none.

    An hour that the clocks skip begins or ends them an hour later; of one that comes twice both belong to them.
    """
    if quiet.begins == quiet.ends:
        return None
    at = at.astimezone(UTC)  # two times of one zone are compared by their hands, which show some hours twice
    today = at.astimezone(zone).date()
    overnight = timedelta(days=1 if quiet.ends <= quiet.begins else 0)
    for day in (today - timedelta(days=1), today):
        begins = datetime.combine(day, quiet.begins, zone).astimezone(UTC)
        ends = max(datetime.combine(day + overnight, quiet.ends, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        if day.weekday() in quiet.days and begins <= at < ends:
            return ends
    return None
