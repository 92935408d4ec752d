"""Ranges as values: from one time to another, and before or after one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.understanding.base import Grain
from services.understanding.when.house import LAST_SECOND
from services.understanding.when.values.days import Cal, Day, Node, Ref, Stretch
from services.understanding.when.values.lengths import Length
from services.understanding.when.values.moments import Moment
from services.understanding.when.values.subdivisions import DayIn, Edge, WeekdayIn


@dataclass(frozen=True, slots=True)
class Now:
    """This very moment."""

    def resolve(self, ref: Ref) -> Stretch | None:
        return Stretch(ref.wall, ref.wall + timedelta(seconds=1), "second", point=True)


@dataclass(frozen=True, slots=True)
class Between:
    """From one time to another. What is told once, a day or a month or a year or a half of the day, holds for both."""

    first: Moment
    last: Moment

    def resolve(self, ref: Ref) -> Stretch | None:
        first, last = _share(self.first, self.last)
        a_date, b_date = first.date, last.date
        if isinstance(a_date, Cal) and isinstance(b_date, Cal) and a_date.month and b_date.month and not b_date.year:
            return self._months(first, last, ref)
        if first.clock and last.clock and first.date is last.date:
            return self._one_day(first, last, ref)
        if isinstance(last.date, Now) and first.clock and first.date is None:
            at = first.clock.choose(ref.now.date(), None, ref.house)
            return Stretch(at, ref.wall, "minute")
        a = first.resolve(ref)
        if a is None:
            return None
        over = isinstance(b_date, Day | Now) and _wall(a.start) > ref.wall
        if over and isinstance(a_date, Cal) and a_date.year is None:
            a = replace(first, date=replace(a_date, which="past")).resolve(ref)
            if a is None:
                return None
        start = _point(first, a, ref)
        if isinstance(first.date, Now) and last.clock and last.date is None:
            b = last.resolve(ref)
        else:
            moving = isinstance(last.date, Cal) and last.date.which is None
            b = last.resolve(replace(ref, today=a.start.date(), past=False) if moving else ref)
        end = _end(last, b, ref)
        return Stretch(start, end, _grain(a, b)) if end and start and _wall(end) >= _wall(start) else None

    def _months(self, first: Moment, last: Moment, ref: Ref) -> Stretch | None:
        """Months and dates without a year: the earliest such range that is not over."""
        whole = isinstance(last.date, Cal) and last.date.day is None
        b = last.resolve(replace(ref, today=ref.today.replace(day=1)) if whole else ref)
        end = _end(last, b, ref)
        if b is None or end is None or not isinstance(first.date, Cal):
            return None
        years = (b.start.year, b.start.year - 1) if first.date.year is None else (first.date.year,)
        for year in years:
            told = replace(first, date=replace(first.date, year=year))
            a = told.resolve(ref)
            start = _point(told, a, ref) if a else None
            if a and start and _wall(a.start) <= _wall(end):
                return Stretch(start, end, _grain(a, b))
        return None

    def _one_day(self, first: Moment, last: Moment, ref: Ref) -> Stretch | None:
        assert first.clock is not None and last.clock is not None
        if first.part and last.part and first.part != last.part:  # from 8 tonight to 2 in the morning
            a, b = first.resolve(ref), last.resolve(ref)
            if a is None or b is None:
                return None
            return Stretch(a.start, b.start if b.start > a.start else b.start + timedelta(days=1), "minute")
        part = last.part or first.part
        both = Moment(first.date, None, part, (first.clock, last.clock))
        return both.resolve(ref)


def _wall(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def _grain(a: Stretch, b: Stretch | None) -> Grain:
    order: tuple[Grain, ...] = ("second", "minute", "hour", "part", "day", "week", "month", "quarter", "year")
    return min((a.grain, b.grain if b else a.grain), key=order.index)


def _point(told: Moment, found: Stretch, ref: Ref) -> datetime | None:
    return told.date.point(ref) if isinstance(told.date, Edge) and told.clock is None else found.start


def _end(told: Moment, found: Stretch | None, ref: Ref) -> datetime | None:
    """Where a range ends whose end was told so: in the last second of a day, else where the last one begins."""
    if found is None:
        return None
    if isinstance(told.date, Edge) and told.clock is None:
        return told.date.point(ref)
    if found.grain == "day" and found.point:
        return datetime.combine(found.start.date(), LAST_SECOND)
    return found.end if found.grain == "part" else found.start


def _share(first: Moment, last: Moment) -> tuple[Moment, Moment]:
    if first.date is None and (first.clock or first.part) and not isinstance(last.date, Now):
        first = first if last.day_first and first.clock else replace(first, date=last.date)
    elif last.date is None and last.clock and not isinstance(first.date, Now):
        last = replace(last, date=first.date)
    if first.clock and first.part is None and last.part:
        first = replace(first, part=last.part)
    if isinstance(first.date, Cal) and isinstance(last.date, DayIn | WeekdayIn):
        return replace(first, date=_told_of_both(first.date, last.date)), last
    if isinstance(first.date, Cal) and isinstance(last.date, Cal):
        a, b = _share_fields(first.date, last.date)
        if a is not first.date or b is not last.date:
            return replace(first, date=a), replace(last, date=b)
    return first, last


def _told_of_both(first: Cal, last: DayIn | WeekdayIn) -> Node:
    """The 3rd to the 10th of next month, Thursday to Saturday next week: the month or the week is that of both."""
    if isinstance(last, DayIn):
        lone = first.day is not None and first.day <= last.day and first.month is None and first.weekday is None
        return replace(last, day=first.day) if lone and first.day else first
    lone = first.weekday is not None and first.weekday <= last.weekday and first.day is None and first.which is None
    return replace(last, weekday=first.weekday) if lone and first.weekday is not None else first


def _share_fields(a: Cal, b: Cal) -> tuple[Cal, Cal]:
    if a.day and b.day and a.weekday is None:
        first, last = a.day, b.day
        if a.month is None and b.month:
            a = replace(a, month=b.month if first <= last else (b.month - 2) % 12 + 1)
        elif b.month is None and a.month:
            b = replace(b, month=a.month if last >= first else a.month % 12 + 1)
    if a.year is None and b.year is not None and a.month and a.which is None:
        a = replace(a, year=b.year - ((a.month, a.day or 0) > (b.month or 12, b.day or 31)))
    elif b.year is None and a.year is not None and b.month and a.month and a.which is None:
        b = replace(b, year=a.year + ((b.month, b.day or 31) < (a.month, a.day or 0)))
    return a, b


@dataclass(frozen=True, slots=True)
class Spell:
    """So long from a time on: from four for thirty minutes, for three days starting on Monday."""

    first: Moment
    length: Length

    def resolve(self, ref: Ref) -> Stretch | None:
        found = self.first.resolve(ref)
        if found is None:
            return None
        start = found.start if found.start.tzinfo else found.start.replace(tzinfo=ref.now.tzinfo)
        if self.length.exact:
            end = self.length.from_moment(start, 1) if found.grain in ("second", "minute") else None
            return Stretch(start, end, "minute") if end else None
        day = self.length.from_day(start.date(), 1)
        if day is None:
            return None
        if found.grain in ("second", "minute"):
            return Stretch(found.start, datetime.combine(day, found.start.time()), "minute")
        return Stretch(found.start, datetime.combine(day, LAST_SECOND) - timedelta(days=1), "day")


@dataclass(frozen=True, slots=True)
class HalfStretch:
    """A piece of time that has but one end."""

    start: datetime | None
    end: datetime | None
    grain: Grain


@dataclass(frozen=True, slots=True)
class Open:
    """A range with one end: before, by, after or since a time."""

    side: str
    told: Moment

    def resolve(self, ref: Ref) -> HalfStretch | None:
        found = self.told.resolve(ref)
        if found is None:
            return None
        if self.side in ("before", "by"):
            return HalfStretch(None, self._until(found, ref), found.grain)
        days = found.grain == "day" and isinstance(self.told.date, Edge)
        past = self.side == "after" and (not found.point or found.grain == "part") and not days
        late = self.side == "after" and isinstance(self.told.date, Edge) and self.told.date.part != "early"
        return HalfStretch(found.end if past or late else found.start, None, found.grain)

    def _until(self, found: Stretch, ref: Ref) -> datetime | None:
        if isinstance(self.told.date, Edge) and self.told.clock is None and self.told.date.part in ("late", "end"):
            return found.end if found.grain != "second" else found.start
        if isinstance(self.told.date, Edge) and self.told.date.part == "mid" and found.grain == "day":
            return self.told.date.point(ref)  # by the middle of December is by its fifteenth, not by its twentieth
        if self.side == "before" or found.grain in ("second", "minute"):
            return found.start
        return _end(self.told, found, ref) if found.point else found.end
