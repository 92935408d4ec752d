"""A repetition as a value: an RFC 5545 rule, its time of day, and how long it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dateutil.rrule import rrulestr

from services.understanding.when.values.calendar import midnight
from services.understanding.when.values.days import Ref
from services.understanding.when.values.lengths import Length
from services.understanding.when.values.moments import ClockTime, Moment, hours_on
from services.understanding.when.values.ranges import Open

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""RFC 5545's weekdays."""
FREQS = {
    "minute": "MINUTELY",
    "hour": "HOURLY",
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
"""RFC 5545's frequencies."""
_ANY_TIME = Moment()
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A rule without its time of day; what else was told of it stands beside."""

    rule: str
    at: Moment = _ANY_TIME
    and_at: tuple[Moment, ...] = ()
    """Further times on the same days, at the same minute."""
    to: ClockTime | None = None
    """Until when on each day, or for how long in the day what comes more often goes on."""
    since: Moment | None = None
    until: Moment | None = None
    lasting: Length | None = None
    count: int | None = None

    @property
    def often(self) -> bool:
        return "HOURLY" in self.rule or "MINUTELY" in self.rule

    @property
    def days(self) -> list[int]:
        """The weekdays of what comes on some of them each week, Monday being 0; none of anything else."""
        head, _, codes = self.rule.partition(";BYDAY=")
        if head != "FREQ=WEEKLY":
            return list(range(7)) if self.rule == "FREQ=DAILY" else []
        return [CODES.index(code) for code in codes.split(",")] if codes else []

    def settle(self, ref: Ref) -> tuple[str, datetime | None]:
        """The rule with its time of day and its end (both wall clock), and its first occurrence from now on."""
        text = self.rule
        begin = self._begin(ref)
        times = [at for at in (self._time(moment, begin, ref) for moment in (self.at, *self.and_at)) if at]
        if self.often and self.to:
            text += f";BYHOUR={','.join(map(str, self._hours(begin, ref)))}"
        elif times:
            hours = ",".join(str(hour) for hour in sorted({at.hour for at in times}))
            text += f";BYHOUR={hours};BYMINUTE={times[0].minute}"
        text += self._bound(begin, ref)
        return text, self._first(text, begin, ref)

    def _begin(self, ref: Ref) -> datetime:
        found = self.since.resolve(ref) if self.since else None
        if found:
            return found.start.replace(tzinfo=None)
        now = ref.wall.replace(second=0, microsecond=0)
        return now if self.often else midnight(now.date())

    def _time(self, told: Moment, begin: datetime, ref: Ref) -> time | None:
        clock = told.clock and told.clock.under(told.part.name if told.part else None)
        if clock is not None:
            return clock.choose(begin.date(), None, ref.house).time()
        found = told.part.on(begin.date(), ref.house) if told.part else None
        return found.start.time() if found else None

    def ends(self, first: datetime, ref: Ref) -> datetime | None:
        """Where the first occurrence ends, if that was told: every Monday from nine to ten."""
        clock = self.at.clock and self.at.clock.under(self.at.part.name if self.at.part else None)
        return hours_on(first.date(), clock, self.to, ref).end if self.to and clock and not self.often else None

    def _hours(self, begin: datetime, ref: Ref) -> list[int]:
        assert self.at.clock is not None and self.to is not None
        told = hours_on(begin.date(), self.at.clock, self.to, ref)
        count = int((told.end - told.start).total_seconds() // 3600)
        return sorted((told.start.hour + n) % 24 for n in range(min(24, count + 1)))

    def _bound(self, begin: datetime, ref: Ref) -> str:
        if self.count:
            return f";COUNT={self.count}"
        end = None
        if self.until is not None:
            found = self.until.resolve(ref)
            if found and found.grain in ("week", "month", "quarter", "year"):  # "until March": not in March
                end = found.start - _SECOND
            else:
                bound = Open("by", self.until).resolve(ref)
                end = bound.end if bound else None
        elif self.lasting is not None:
            day = self.lasting.from_day(begin.date(), 1)
            end = midnight(day) - _SECOND if day else None
        return f";UNTIL={end.replace(tzinfo=None):%Y%m%dT%H%M%S}" if end else ""

    def _first(self, text: str, begin: datetime, ref: Ref) -> datetime | None:
        timed = "BYHOUR" in text
        # The interval counts from the first occurrence, so it does not matter for finding that one; but "every two
        # hours" begins in two.
        parts = text.split(";")
        counted = ";".join(part for part in parts if self.often or not part.startswith(("INTERVAL", "COUNT")))
        try:
            rule = rrulestr(counted, dtstart=begin)
            if begin > ref.wall:
                return rule.after(begin, inc=True)
            return rule.after(ref.wall if timed or self.often else begin, inc=not self.often)
        except (ValueError, OverflowError):
            return None
