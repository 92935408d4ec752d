"""Times told inside other times: the second Tuesday of next month, the end of the year, Wednesday next week."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.understanding.when.values.calendar import (
    DAY,
    MONTHS_IN,
    add_days,
    add_months,
    add_units,
    floor,
    midnight,
    month_days,
)
from services.understanding.when.values.days import GRAINS, Node, Ref, Stretch, a_day, days
from services.understanding.when.values.lengths import Period


def _still_ahead(day: date | None, ref: Ref, period: Node) -> Node | None:
    """The next period where `day` is over in an open one ("the month"); None if it is not, or is looked back on."""
    over = day is not None and day < ref.now.date() and not ref.past
    if over and isinstance(period, Period) and period.open:
        return replace(period, step=period.step + 1, open=False)
    return None


@dataclass(frozen=True, slots=True)
class WeekdayIn:
    """A weekday of the week, or the weekend, in which `week` begins."""

    weekday: int
    week: Node

    def resolve(self, ref: Ref) -> Stretch | None:
        week = self.week.resolve(ref)
        if week is None:
            return None
        if isinstance(self.week, Period) and self.week.unit == "weekend":
            return a_day(add_days(week.start.date(), (self.weekday - week.start.weekday()) % 7))
        starts = ref.house.week_starts
        return a_day(add_days(floor(week.start.date(), "week", starts), (self.weekday - starts) % 7))


@dataclass(frozen=True, slots=True)
class WeekdayBeside:
    """The nearest weekday before or after a day: the Friday before Christmas."""

    weekday: int
    sign: int
    day: Node

    def resolve(self, ref: Ref) -> Stretch | None:
        found = self.day.resolve(ref)
        if found is None:
            return None
        ahead = (self.weekday - found.start.weekday()) % 7
        return a_day(add_days(found.start.date(), (ahead or 7) if self.sign > 0 else ahead - 7))


@dataclass(frozen=True, slots=True)
class DayIn:
    """A numbered day, in a month or a year that is told apart ("the 21st of this month", "5 June next year")."""

    month: int | None
    day: int
    period: Node

    def resolve(self, ref: Ref) -> Stretch | None:
        period = self.period.resolve(ref)
        if period is None or period.grain not in ("month", "year"):
            return None
        year, month = period.start.year, self.month or period.start.month
        day = date(year, month, self.day) if self.day <= month_days(year, month) else None
        later = _still_ahead(day, ref, self.period)
        return replace(self, period=later).resolve(ref) if later else a_day(day)


@dataclass(frozen=True, slots=True)
class MonthIn:
    """A named month of a year that is told apart ("June next year")."""

    month: int
    period: Node

    def resolve(self, ref: Ref) -> Stretch | None:
        year = self.period.resolve(ref)
        if year is None or year.grain != "year":
            return None
        first = date(year.start.year, self.month, 1)
        return days(first, add_months(first, 1), "month")


@dataclass(frozen=True, slots=True)
class Nth:
    """The nth weekday or unit of a period, or the first or last few; negative counts from the end."""

    n: int
    unit: str
    """A unit, or a weekday as its number in digits."""
    period: Node
    count: int = 1

    def resolve(self, ref: Ref) -> Stretch | None:
        period = self.period.resolve(ref)
        if period is None:
            return None
        first, after = period.start.date(), period.end.date()
        if self.unit.isdigit() or (self.unit in ("day", "workday") and self.count == 1):
            day = self._day(first, after)
            later = _still_ahead(day, ref, self.period)
            return replace(self, period=later).resolve(ref) if later else a_day(day)
        if self.unit == "weekend":
            saturday = self._weekday(first, after, 5)
            return days(saturday, add_days(saturday, 2) if saturday else None)
        return self._units(first, after)

    def _day(self, first: date, after: date) -> date | None:
        if self.unit.isdigit():
            return self._weekday(first, after, int(self.unit))
        if self.unit == "workday":
            within = (first + n * DAY for n in range((after - first).days))
            working = [each for each in within if each.weekday() < 5]
            return working[self.n - (self.n > 0)] if abs(self.n) <= len(working) else None
        day = add_days(first, self.n - 1) if self.n > 0 else add_days(after, self.n)
        return day if day and first <= day < after else None

    def _units(self, first: date, after: date) -> Stretch | None:
        if self.unit == "week":
            head, tail = _first_week(first), _last_week(after)
        else:
            last = add_units(after, -1, self.unit)
            if last is None or (self.unit not in MONTHS_IN and self.unit != "day"):
                return None
            head, tail = first, last
        begin = add_units(head, self.n - 1, self.unit) if self.n > 0 else add_units(tail, self.n + 1, self.unit)
        if self.n < 0 and begin:
            begin = add_units(begin, 1 - self.count, self.unit)
        return days(begin, add_units(begin, self.count, self.unit) if begin else None, GRAINS[self.unit])

    def _weekday(self, first: date, after: date, wanted: int) -> date | None:
        if self.n > 0:
            day = add_days(first, (wanted - first.weekday()) % 7 + 7 * (self.n - 1))
        else:
            last = after - DAY
            day = add_days(last, -((last.weekday() - wanted) % 7) + 7 * (self.n + 1))
        return day if day and first <= day < after else None


def _first_week(first: date) -> date:
    """The week that has most of its days in the period (ISO 8601)."""
    return floor(first + 3 * DAY, "week")


def _last_week(after: date) -> date:
    return floor(after - 4 * DAY, "week")


@dataclass(frozen=True, slots=True)
class WeekNumber:
    """Week 31, of this year unless another is told; ISO 8601."""

    number: int
    year: Node | None = None

    def resolve(self, ref: Ref) -> Stretch | None:
        told = self.year.resolve(ref) if self.year else None
        year = told.start.year if told else ref.now.year
        try:
            monday = date.fromisocalendar(year, self.number, 1)
        except ValueError:
            return None
        return days(monday, add_days(monday, 7), "week")


@dataclass(frozen=True, slots=True)
class WeekOf:
    """The week, or the weekend, that a day belongs to."""

    unit: str
    day: Node

    def resolve(self, ref: Ref) -> Stretch | None:
        found = self.day.resolve(ref)
        if found is None:
            return None
        day = found.start.date()
        if self.unit == "week":
            first = floor(day, "week", ref.house.week_starts)
            return days(first, add_days(first, 7), "week")
        near = floor(day, "weekend") if day.weekday() > 1 else add_days(floor(day, "weekend"), -7)
        if near is None:
            return None
        return days(min(near, day), max(near + 2 * DAY, day + DAY))


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of a period that is counted from its start: a quarter or half of a year, a decade."""

    period: Node
    skip: int
    months: int

    def resolve(self, ref: Ref) -> Stretch | None:
        period = self.period.resolve(ref)
        first = add_months(period.start.date(), self.skip) if period else None
        after = add_months(first, self.months) if first else None
        return days(first, after, "quarter" if self.months == 3 else "year")


@dataclass(frozen=True, slots=True)
class Edge:
    """The early, middle or late part of a day, week, month or year; `instant` for the very end or start of it."""

    part: str
    """early, mid, late or rest."""
    period: Node

    def resolve(self, ref: Ref) -> Stretch | None:
        period = self.period.resolve(ref)
        if period is None:
            return None
        start, end = period.start, period.end
        if period.grain == "day" and end - start <= DAY:
            return self._of_day(start, ref)
        low, high = _thirds(period, self.part)
        now = midnight(ref.now.date())
        if self.part in ("early", "mid") and period.grain != "year":
            later = _still_ahead(high.date() - DAY, ref, self.period)
            if later:
                return replace(self, period=later).resolve(ref)
        if self.part == "late" and period.grain == "week" and start <= now < end:
            low = now if now > start else low
        if self.part == "rest":
            low, high = max(start, now), end - DAY
        return Stretch(low, high, "day")

    def _of_day(self, start: datetime, ref: Ref) -> Stretch:
        if self.part == "end":
            moment = datetime.combine(start.date(), ref.house.end_of_day)
            return Stretch(moment, moment + timedelta(seconds=1), "second", point=True)
        mid = ref.house.parts["mid"]
        hours = {"early": (0, 12), "mid": (mid[0].hour, mid[1].hour), "late": (12, 24), "rest": (ref.now.hour, 24)}
        first, last = (start + timedelta(hours=hour) for hour in hours[self.part])
        return Stretch(first, last, "part")

    def point(self, ref: Ref) -> datetime | None:
        """Where it lies when it bounds a range: its period's start, middle or end."""
        period = self.period.resolve(ref)
        if period is None:
            return None
        if self.part == "early":
            return period.start
        if self.part == "mid":
            return midnight((period.start + (period.end - period.start) / 2).date())
        return period.end


def _thirds(period: Stretch, part: str) -> tuple[datetime, datetime]:
    """Early, mid and late: months by days 10 and 20 or in halves, years by months, weeks by days."""
    first, after = period.start.date(), period.end.date()
    late = part in ("late", "end", "rest")
    if period.grain == "month":
        half = first + 15 * DAY
        bounds = (first + 9 * DAY, first + 20 * DAY) if part == "mid" else (half, after) if late else (first, half)
    elif period.grain in ("year", "quarter"):
        third = (after - first).days // 90 or 1
        cut, cut2 = add_months(first, third), add_months(first, 2 * third)
        assert cut is not None and cut2 is not None
        bounds = (cut, cut2) if part == "mid" else (cut2, after) if late else (first, cut)
    else:
        size = (after - first).days
        cut, cut2 = first + (size * 3 // 7) * DAY, first + (size * 4 // 7) * DAY
        bounds = (cut - DAY, cut2) if part == "mid" else (cut, after) if late else (first, cut)
    return midnight(bounds[0]), midnight(bounds[1])
