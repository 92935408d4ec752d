"""Lengths of time and what they reach, as values: next week, the past hour, in two days, three weeks before Easter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.understanding.when.values.calendar import (
    DAY,
    MONTHS_IN,
    SECONDS_IN,
    add_days,
    add_units,
    floor,
    length,
    midnight,
    shift_exact,
)
from services.understanding.when.values.days import GRAINS, Day, Node, Ref, Stretch, a_day, days


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar unit counted from the one that holds today: this week, next month, last year."""

    unit: str
    step: int = 0
    open: bool = False
    """Told without "this" ("the month"): the next one, where what is told in it is over."""

    def resolve(self, ref: Ref) -> Stretch | None:
        if self.unit in SECONDS_IN:
            return Rolling(Length(((1.0, self.unit),)), 1 if self.step > 0 else -1).resolve(ref)
        if self.unit == "day":
            return Day(self.step).resolve(ref)
        first = add_units(floor(ref.now.date(), self.unit, ref.house.week_starts), self.step, self.unit)
        return days(first, length(self.unit, first) if first else None, GRAINS[self.unit])


_DAYS = {"day": 1, "weekend": 2, "workweek": 5, "week": 7, "fortnight": 14, "year": 365}
_SECONDS = {unit: 86_400.0 * days for unit, days in ({unit: 30 * n for unit, n in MONTHS_IN.items()} | _DAYS).items()}
_SECONDS |= SECONDS_IN


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time as told: (count, unit) pairs."""

    parts: tuple[tuple[float, str], ...]

    @property
    def seconds(self) -> float:
        return round(sum(count * _SECONDS[unit] for count, unit in self.parts), 6)

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
        fractions = sum(
            Length(((count % 1, unit),)).seconds for count, unit in self.parts if unit not in SECONDS_IN and count % 1
        )
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
            here = floor(today, unit, ref.house.week_starts)
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
            if base is None:
                return None
            if not self.length.exact and base.grain not in ("second", "minute", "hour"):
                return a_day(self.length.from_day(base.start.date(), self.sign))
            start = base.start if base.start.tzinfo else base.start.replace(tzinfo=ref.now.tzinfo)
        elif self.length.parts[0][1] == "weekend" and self.length.parts[0][0] >= 1:
            # The coming weekend is the first from now, unless it is this one.
            step = int(self.length.parts[0][0]) * self.sign
            return Period("weekend", step - 1 if step > 0 and ref.now.weekday() < 5 else step).resolve(ref)
        elif not self.length.exact:
            return a_day(self.length.from_day(ref.now.date(), self.sign))
        moved = self.length.from_moment(start, self.sign)
        fine = any(unit == "second" for _, unit in self.length.parts)
        if moved is None:
            return None
        return Stretch(moved, moved + timedelta(seconds=1 if fine else 60), "second" if fine else "minute", point=True)


@dataclass(frozen=True, slots=True)
class ToDate:
    """A period from its start up to today."""

    whole: Node

    def resolve(self, ref: Ref) -> Stretch | None:
        found = self.whole.resolve(ref)
        return replace(found, end=midnight(ref.now.date()), grain="day") if found else None
