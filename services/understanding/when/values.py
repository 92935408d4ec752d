"""What times mean before they are placed on the calendar: small values, each of which can resolve itself against now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from services.understanding.when.calendar import (
    DAY,
    MONTHS_IN,
    SECONDS_IN,
    add_days,
    add_months,
    add_units,
    floor,
    length,
    midnight,
    month_days,
    shift_exact,
)
from services.understanding.when.found import Grain, House
from services.understanding.when.lexicon import STEP

GRAINS: dict[str, Grain] = {
    "second": "second",
    "minute": "minute",
    "hour": "hour",
    "day": "day",
    "week": "week",
    "weekend": "day",
    "workweek": "day",
    "fortnight": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "decade": "year",
    "century": "year",
}


@dataclass(frozen=True, slots=True)
class Ref:
    """What a time is told from: now (zone-aware), the first day that may be meant, and the house rules."""

    now: datetime
    today: date
    house: House

    @property
    def wall(self) -> datetime:
        return self.now.replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of time on the wall clock, `end` exclusive. A point is named as one thing (a day, a minute), else it is a range."""

    start: datetime | None
    end: datetime | None
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

    def _year_of_month(self, ref: Ref) -> int:
        assert self.month is not None
        if self.year is not None:
            return self.year
        year = ref.today.year
        if self.which == "this":
            return year
        if self.which in ("last", "past"):
            return year if self.month < ref.today.month else year - 1
        ahead = self.month > ref.today.month if self.which in ("next", "coming") else self.month >= ref.today.month
        return year if ahead else year + 1

    def _weekday(self, ref: Ref) -> date | None:
        assert self.weekday is not None
        today = ref.today
        ahead = (self.weekday - today.weekday()) % 7
        if self.which == "last":
            return add_days(floor(today, "week"), self.weekday - 7)
        if self.which == "past":
            return add_days(today, ahead - 7)
        if self.which == "next" and ref.house.next_weekday_skips:
            return add_days(floor(today, "week"), self.weekday + 7)
        if self.which in ("coming", "next"):
            return add_days(today, ahead or 7)
        return add_days(today, ahead)

    def _numbered(self, ref: Ref) -> date | None:
        """The first day from `ref.today` on that has every field said."""
        assert self.day is not None
        if self.month is not None:
            if self.year is not None:
                return _date(self.year, self.month, self.day)
            first = ref.today.year - (self.which in ("last", "past"))
            candidates = [_date(year, self.month, self.day) for year in range(first, first + 9)]
            if self.which == "this":
                return candidates[0]
        elif self.year is not None:
            return None
        else:
            months = [add_months(ref.today.replace(day=1), n) for n in range(60)]
            candidates = [_date(m.year, m.month, self.day) for m in months if m]
        fits = self.month is not None or self.weekday is None
        earliest = ref.today if self.which not in ("last", "past") else date.min
        return next((c for c in candidates if c and c >= earliest and (fits or c.weekday() == self.weekday)), None)

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


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar unit counted from the one that holds today: this week, next month, last year."""

    unit: str
    step: int = 0

    def resolve(self, ref: Ref) -> Stretch | None:
        if self.unit in SECONDS_IN:
            return Rolling(Length(((1.0, self.unit),)), 1 if self.step > 0 else -1).resolve(ref)
        if self.unit == "day":
            return Day(self.step).resolve(ref)
        first = add_units(floor(ref.now.date(), self.unit), self.step, self.unit)
        return days(first, length(self.unit, first) if first else None, GRAINS[self.unit])


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time as told: (count, unit) pairs."""

    parts: tuple[tuple[float, str], ...]

    @property
    def seconds(self) -> float:
        sizes = {"day": 86_400.0, "week": 604_800.0, "workweek": 432_000.0, "weekend": 172_800.0, "fortnight": 1_209_600.0}
        months = {unit: 30.0 * 86_400 * n for unit, n in MONTHS_IN.items()} | {"year": 365.0 * 86_400}
        return sum(count * ({**sizes, **months, **SECONDS_IN}[unit]) for count, unit in self.parts)

    @property
    def exact(self) -> bool:
        """Told in hours or less, at least in part: it counts from the moment, not from the day."""
        return any(unit in SECONDS_IN or count % 1 for count, unit in self.parts)

    def from_day(self, day: date, sign: int) -> date | None:
        moved: date | None = day
        for count, unit in self.parts:
            moved = add_units(moved, sign * int(count), unit) if moved else None
        return moved

    def from_moment(self, moment: datetime, sign: int) -> datetime | None:
        """`moment` is zone-aware; whole days move the wall clock, hours move the instant."""
        exact = sum(count * SECONDS_IN[unit] for count, unit in self.parts if unit in SECONDS_IN)
        fractions = sum(Length(((count % 1, unit),)).seconds for count, unit in self.parts if unit not in SECONDS_IN and count % 1)
        whole = Length(tuple((float(int(count)), unit) for count, unit in self.parts if unit not in SECONDS_IN))
        day = whole.from_day(moment.date(), sign)
        if day is None:
            return None
        return shift_exact(datetime.combine(day, moment.timetz()), sign * (exact + fractions))


@dataclass(frozen=True, slots=True)
class Rolling:
    """The next or last stretch of some length, counted from now: the next two days, the past hour."""

    length: Length
    sign: int
    business: bool = False

    def resolve(self, ref: Ref) -> Stretch | None:
        today = ref.now.date()
        if self.business:
            return _business_days(today, int(self.length.parts[0][0]), self.sign)
        if self.length.exact:
            other = self.length.from_moment(ref.now, self.sign)
            span = (ref.now, other) if self.sign > 0 else (other, ref.now)
            return Stretch(span[0], span[1], "minute") if span[0] and span[1] else None
        count, unit = self.length.parts[0]
        if unit in ("quarter", "decade", "century", "fortnight", "weekend", "workweek") and len(self.length.parts) == 1:
            here = floor(today, unit)
            first = add_units(here, 1 if self.sign > 0 else -int(count), unit)
            return days(first, add_units(first, int(count), unit) if first else None, GRAINS[unit])
        if self.sign > 0:
            return days(add_days(today, 1), _next(self.length.from_day(today, 1)))
        return days(self.length.from_day(today, -1), today)


def _next(day: date | None) -> date | None:
    return add_days(day, 1) if day else None


def _business_days(today: date, count: int, sign: int) -> Stretch | None:
    found: list[date] = []
    day: date | None = today
    while day and len(found) < min(count, 500):
        day = add_days(day, sign)
        if day and day.weekday() < 5:
            found.append(day)
    return days(min(found), max(found) + DAY) if found else None


@dataclass(frozen=True, slots=True)
class Ahead:
    """A length of time from now or from another time: in an hour, three days ago, two weeks from Monday."""

    length: Length
    sign: int
    anchor: Node | None = None

    def resolve(self, ref: Ref) -> Stretch | None:
        start = ref.now
        if self.anchor is not None:
            base = self.anchor.resolve(ref)
            if base is None or base.start is None:
                return None
            if not self.length.exact and base.grain not in ("second", "minute", "hour"):
                return a_day(self.length.from_day(base.start.date(), self.sign))
            start = base.start if base.start.tzinfo else base.start.replace(tzinfo=ref.now.tzinfo)
        elif not self.length.exact:
            return a_day(self.length.from_day(ref.now.date(), self.sign))
        moved = self.length.from_moment(start, self.sign)
        fine = any(unit == "second" for _, unit in self.length.parts)
        return Stretch(moved, moved + timedelta(seconds=1 if fine else 60), "second" if fine else "minute", point=True) if moved else None


@dataclass(frozen=True, slots=True)
class ToDate:
    """A period from its start up to today."""

    whole: Node

    def resolve(self, ref: Ref) -> Stretch | None:
        found = self.whole.resolve(ref)
        return replace(found, end=midnight(ref.now.date()), grain="day") if found else None


def which_period(unit: str, which: str) -> Period:
    return Period(unit, STEP[which])
