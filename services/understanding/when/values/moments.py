"""A day and a time of day told together, in any order, become one moment; two of them become a range."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from services.understanding.when.house import House
from services.understanding.when.values.days import Cal, Day, Node, Ref, Stretch
from services.understanding.when.values.lengths import Ahead, Period
from services.understanding.when.values.subdivisions import DayIn, MonthIn, Nth, WeekdayIn


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day. `half`: am or pm if told; `sure`: needs none (14:00, noon); `strong`: a time by itself."""

    hour: int
    minute: int = 0
    second: int | None = None
    half: str | None = None
    sure: bool = False
    strong: bool = True

    def readings(self) -> list[time]:
        """What it can mean, in the order of the day."""
        second = self.second or 0
        if self.sure or self.hour > 12:
            return [time(self.hour % 24, self.minute, second)]
        morning = time(self.hour % 12, self.minute, second)
        evening = morning.replace(hour=morning.hour + 12)
        return [morning] if self.half == "am" else [evening] if self.half == "pm" else [morning, evening]

    def under(self, part: str | None) -> ClockTime:
        """The same under a part of the day that settles its half: nine in the evening."""
        if self.half or self.sure or part is None:
            return self
        if part in ("morning", "breakfast", "nighttime"):
            return replace(self, half="am")
        if part == "night":
            return replace(self, half="am" if self.hour in (12, 1, 2, 3, 4) else "pm")
        return replace(self, half="pm")

    def later(self, minutes: int) -> ClockTime:
        """The time of day so many minutes on, as sure as this one."""
        sure = self.sure or self.half is not None
        total = (self.readings()[0].hour if sure else self.hour) * 60 + self.minute + minutes
        hour = total // 60 % (24 if sure else 12)
        return ClockTime(hour if sure else hour or 12, total % 60, sure=sure)

    def on(self, day: dt.date) -> list[datetime]:
        """The readings on a day."""
        return [datetime.combine(day, reading) for reading in self.readings()]

    def choose(self, day: dt.date, after: datetime | None, house: House) -> datetime:
        """The reading meant on a day: the first in waking hours and not over, else not over, else the first."""
        times = self.on(day)
        ahead = [t for t in times if after is None or t >= after]
        awake = [t for t in (ahead or times) if house.waking[0] <= t.hour < house.waking[1]]
        return (awake or ahead or times)[0]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day, perhaps only its early or late half."""

    name: str
    shade: str | None = None
    today: bool = False

    def on(self, day: dt.date, house: House) -> Stretch:
        first, last = house.parts[self.name]
        start, end = datetime.combine(day, first), datetime.combine(day, last)
        middle = start + (end - start) / 2
        if self.shade == "early":
            end = middle.replace(microsecond=0)
        elif self.shade == "late":
            start = middle.replace(microsecond=0)
        return Stretch(start, end, "part", point=start == end)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a time of day and a part of the day, as far as they were told; `hours` is a range of times on that day."""

    date: Node | None = None
    clock: ClockTime | None = None
    part: Part | None = None
    hours: tuple[ClockTime, ClockTime] | None = None
    day_first: bool = False
    """The day was told before the time."""

    @property
    def only_day(self) -> bool:
        """No time of day was told."""
        return self.clock is None and self.part is None and self.hours is None

    @property
    def bare(self) -> bool:
        return self.date is None and self.part is None

    def merge(self, other: Moment) -> Moment | None:
        """Both told together, or None where they do not go together."""
        day = merge_dates(self.date, other.date)
        if self.date is not None and other.date is not None and day is None:
            return None
        for name in ("clock", "part", "hours"):
            if getattr(self, name) is not None and getattr(other, name) is not None:
                return None
        merged = Moment(
            day, self.clock or other.clock, self.part or other.part, self.hours or other.hours, self.date is not None
        )
        return None if merged.clock and merged.hours else merged

    def resolve(self, ref: Ref) -> Stretch | None:
        if self.only_day:
            return self.date.resolve(ref) if self.date else None
        found = self._on_day(ref, ref.today)
        if ref.past:
            return self._gone(ref, found) if self.date is None else found
        if found and found.end <= ref.wall and isinstance(self.date, Cal | None) and ref.today == ref.now.date():
            later = self._on_day(ref, ref.today + timedelta(days=1))
            return later if later and later.start > found.start else found
        return found

    def _gone(self, ref: Ref, found: Stretch | None) -> Stretch | None:
        """A time of day that is over: today's, else yesterday's."""
        if self.clock is not None:
            days = (ref.today, ref.today - timedelta(days=1))
            clock = self.clock.under(self.part.name if self.part else None)
            gone = [at for day in days for at in reversed(clock.on(day)) if at <= ref.wall]
            awake = [at for at in gone if ref.house.waking[0] <= at.hour < ref.house.waking[1]]
            at = (awake or gone)[0]
            return Stretch(at, at + timedelta(minutes=1), "minute", point=True)
        late = found is not None and found.start > ref.wall
        return self._on_day(ref, ref.today - timedelta(days=1)) if late else found

    def _on_day(self, ref: Ref, today: dt.date) -> Stretch | None:
        day = today
        if self.date is not None:
            found = self.date.resolve(replace(ref, today=today))
            if found is None or found.grain not in ("day", "part"):
                return None
            day = found.start.date()
        if self.hours is not None:
            first, last = (c.under(self.part.name if self.part else None) for c in self.hours)
            return hours_on(day, first, last, ref)
        if self.clock is not None:
            clock = self.clock.under(self.part.name if self.part else None)
            today_meant = self.date is None or (clock.half is None and not _is_weekday(self.date))
            tight = ref.wall if day == ref.now.date() and today_meant else None
            night = self.part is not None and self.part.name == "night"
            at = clock.choose(day, tight, replace(ref.house, waking=(0, 24)) if night else ref.house)
            if night and at.hour < 5:
                # The small hours of a night are the next day's, unless this very night has them still to come.
                at += timedelta(days=at < ref.wall or not (self.date is None or self.date == Day(0)))
            grain = timedelta(seconds=1) if clock.second is not None else timedelta(minutes=1)
            return Stretch(at, at + grain, "second" if clock.second is not None else "minute", point=True)
        assert self.part is not None
        return self.part.on(day, ref.house)


def _is_weekday(node: Node) -> bool:
    """Whether only the weekday was told: nobody calls today so who means tonight at nine, when nine is over."""
    return isinstance(node, Cal) and node.weekday is not None and node.day is None and node.month is None


def hours_on(day: dt.date, first: ClockTime, last: ClockTime, ref: Ref) -> Stretch:
    """From one time to another on a day: a half told once holds for both if it can; the end is later."""
    if first.half is None and not first.sure and last.half:
        same = replace(first, half=last.half)
        first = same if same.readings()[0] < last.readings()[0] else replace(first, half="am")
    start = first.choose(day, None, ref.house)
    ends = [datetime.combine(day, reading) for reading in last.readings()]
    end = next((e for e in ends if e > start), ends[0] + timedelta(days=1))
    return Stretch(start, end, "minute")


def merge_dates(a: Node | None, b: Node | None) -> Node | None:
    """Two ways of telling one date, put together: Friday + 15 June, Wednesday + next week, the 21st + this month."""
    if a is None or b is None:
        return a or b
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Cal):
            merged = _merge_cal(one, other)
            if merged is not None:
                return merged
    return None


def _merge_cal(cal: Cal, other: Node) -> Node | None:
    if isinstance(other, Cal):
        return cal.merge(other)
    only_weekday = cal.weekday is not None and cal.day is None and cal.month is None
    if isinstance(other, Day):
        # Told twice: "today, the 5th", "tomorrow, Friday". The more precise one counts.
        return cal if cal.day is not None else other if only_weekday else None
    if only_weekday:
        return WeekdayIn(cal.weekday or 0, other) if _is_week(other) else None
    return _merge_period(cal, other) if isinstance(other, Period) and cal.year is None else None


def _merge_period(cal: Cal, period: Period) -> Node | None:
    """A day of this month, a month of next year."""
    if cal.day is not None:
        fits = period.unit in ("month", "year") and (cal.month is None) == (period.unit == "month")
        return DayIn(cal.month, cal.day, period) if fits else None
    return MonthIn(cal.month, period) if cal.month is not None and period.unit == "year" else None


def _is_week(node: Node) -> bool:
    """What a weekday may be told in: next week, the first week of October, two weeks from now."""
    weeks = ("week", "workweek", "fortnight", "weekend")
    return isinstance(node, Ahead) or (isinstance(node, Period | Nth) and node.unit in weeks)
