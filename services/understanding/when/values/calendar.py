"""Date arithmetic on local wall-clock times, and the way back to instants of a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
DAYS_IN = {"day": 1, "week": 7, "weekend": 7, "workweek": 7, "fortnight": 14}
SECONDS_IN = {"second": 1, "minute": 60, "hour": 3600}
FIRST, LAST = date(1, 1, 2), date(9998, 12, 30)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(0))


def add_months(day: date, months: int) -> date | None:
    """The same day some months on; the month's last day where it is shorter. None outside the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not FIRST.year <= year <= LAST.year:
        return None
    return date(year, month + 1, min(day.day, month_days(year, month + 1)))


def month_days(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - DAY).day


def add_days(day: date, days: int) -> date | None:
    try:
        moved = day + days * DAY
    except OverflowError:
        return None
    return moved if FIRST <= moved <= LAST else None


def add_units(day: date, count: int, unit: str) -> date | None:
    """`day` moved by whole calendar units of a day or more."""
    if unit in MONTHS_IN:
        return add_months(day, count * MONTHS_IN[unit])
    return add_days(day, count * DAYS_IN[unit])


def floor(day: date, unit: str, week_starts: int = 0) -> date:
    """The first day of the unit that holds `day`; a working week begins on Monday, another on `week_starts`."""
    if unit in ("week", "fortnight", "workweek"):
        return day - (day.weekday() - (0 if unit == "workweek" else week_starts)) % 7 * DAY
    if unit == "weekend":
        return day + (5 - day.weekday()) * DAY
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    if unit in ("year", "decade", "century"):
        size = MONTHS_IN[unit] // 12
        return date(max(1, day.year // size * size), 1, 1)
    return day


def length(unit: str, first: date) -> date | None:
    """The day after the unit that begins on `first`."""
    if unit == "weekend":
        return add_days(first, 2)
    if unit == "workweek":
        return add_days(first, 5)
    return add_units(first, 1, unit)


def aware(wall: datetime, zone: tzinfo | None, after: datetime | None = None) -> datetime:
    """The instant of a wall-clock time.

    One that a change of clocks skips is moved past the gap. Of two the first is meant, unless only the second is not
    before `after`.
    """
    if wall.tzinfo is not None:
        return wall
    placed = wall.replace(tzinfo=zone, fold=0)
    if not FIRST < wall.date() < LAST:
        return placed
    first = placed.astimezone(UTC)
    if after is not None and first < after:
        second = placed.replace(fold=1).astimezone(UTC)
        first = second if second >= after else first
    return first.astimezone(zone)


def shift_exact(now: datetime, seconds: float) -> datetime | None:
    """`now` moved by elapsed time, whatever the clocks do meanwhile."""
    try:
        moved = (now.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(now.tzinfo)
    except OverflowError:
        return None
    return moved if FIRST <= moved.date() <= LAST else None
