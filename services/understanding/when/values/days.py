"""What all values share: now and the house they are resolved against, a stretch of time; and days and dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from services.understanding.base import Grain
from services.understanding.when.house import House
from services.understanding.when.values.calendar import add_days, add_months, floor, midnight, month_days

_SAME: Sequence[Grain] = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
GRAINS: Mapping[str, Grain] = {unit: unit for unit in _SAME} | {
    "weekend": "day",
    "workweek": "day",
    "fortnight": "week",
    "decade": "year",
    "century": "year",
}
"""By unit."""


@dataclass(frozen=True, slots=True)
class Ref:
    """What a time is told from: now (zone-aware), the first day that may be meant, and the house rules."""

    now: datetime
    today: date
    house: House
    past: bool = False
    """The sentence speaks of what is over."""

    @property
    def wall(self) -> datetime:
        return self.now.replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of time on the wall clock, `end` exclusive. A point has one name (a day, a minute), a range has two."""

    start: datetime
    end: datetime
    grain: Grain
    point: bool = False


class Node(Protocol):
    def resolve(self, ref: Ref) -> Stretch | None:
        """The stretch that is meant, or None where there is none, as for 30 February."""


def a_day(day: date | None) -> Stretch | None:
    following = add_days(day, 1) if day else None
    return Stretch(midnight(day), midnight(following), "day", point=True) if day and following else None


def days(first: date | None, after: date | None, grain: Grain = "day") -> Stretch | None:
    return Stretch(midnight(first), midnight(after), grain) if first and after else None


@dataclass(frozen=True, slots=True)
class Day:
    """A day counted from today."""

    shift: int

    def resolve(self, ref: Ref) -> Stretch | None:
        return a_day(add_days(ref.now.date(), self.shift))


@dataclass(frozen=True, slots=True)
class Cal:
    """A calendar date, month or year of which some fields may be unsaid."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    which: str | None = None

    def resolve(self, ref: Ref) -> Stretch | None:
        if self.day is not None:
            return a_day(self._numbered(ref))
        if self.weekday is not None:
            return a_day(self._weekday(ref))
        if self.month is not None:
            first = date(self._year_of_month(ref), self.month, 1)
            return days(first, add_months(first, 1), "month")
        if self.year is not None and 1 < self.year < 9998:
            return days(date(self.year, 1, 1), date(self.year + 1, 1, 1), "year")
        return None

    def _which(self, ref: Ref) -> str | None:
        """What the words say, else what their tense does."""
        return "gone" if self.which is None and ref.past else self.which

    def _year_of_month(self, ref: Ref) -> int:
        assert self.month is not None
        if self.year is not None:
            return self.year
        year, which = ref.today.year, self._which(ref)
        if which == "this":
            return year
        if which in ("last", "past", "gone"):
            return year if self.month < ref.today.month + (which == "gone") else year - 1
        ahead = self.month > ref.today.month if which in ("next", "coming") else self.month >= ref.today.month
        return year if ahead else year + 1

    def _weekday(self, ref: Ref) -> date | None:
        assert self.weekday is not None
        today, which, starts = ref.today, self._which(ref), ref.house.week_starts
        ahead = (self.weekday - today.weekday()) % 7
        in_week = floor(today, "week", starts), (self.weekday - starts) % 7
        if which in ("last", "before last"):
            return add_days(in_week[0], in_week[1] - (7 if which == "last" else 14))
        if which in ("past", "gone"):
            return add_days(today, ahead - 7)
        if which == "next" and ref.house.next_weekday_skips:
            return add_days(in_week[0], in_week[1] + 7)
        if which == "after next":
            return add_days(in_week[0], in_week[1] + (14 if ref.house.next_weekday_skips else 7))
        if which in ("coming", "next"):
            return add_days(today, ahead or 7)
        return add_days(today, ahead)

    def _numbered(self, ref: Ref) -> date | None:
        """The nearest day from `ref.today` on, or back, that has every field said."""
        assert self.day is not None
        which = self._which(ref)
        if self.month is not None and self.year is not None:
            return _date(self.year, self.month, self.day)
        if self.year is not None:
            return None
        back = which in ("last", "past", "gone")
        if self.month is not None:
            candidates = [_date(ref.today.year + (-n if back else n), self.month, self.day) for n in range(9)]
            if which == "this":
                return candidates[0]
        else:
            months = [add_months(ref.today.replace(day=1), -n if back else n) for n in range(60)]
            candidates = [_date(m.year, m.month, self.day) for m in months if m]
        fits = self.month is not None or self.weekday is None
        for found in candidates:
            in_time = found and (found <= ref.today if back else found >= ref.today)
            if found and in_time and (fits or found.weekday() == self.weekday):
                return found
        return None

    def merge(self, other: Cal) -> Cal | None:
        """Both together ("Friday" + "June 15"), or None where they differ."""
        merged = self
        for name in ("year", "month", "day", "weekday", "which"):
            mine, its = getattr(self, name), getattr(other, name)
            if mine is not None and its is not None and mine != its:
                return None
            merged = replace(merged, **{name: its if mine is None else mine})
        return merged


def _date(year: int, month: int, day: int) -> date | None:
    if not (1 < year < 9998 and 1 <= month <= 12 and 1 <= day <= month_days(year, month)):
        return None
    return date(year, month, day)
