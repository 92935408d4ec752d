"""Times that come again: every other Monday at 8, weekdays, daily at noon, the first of every month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from dateutil.rrule import rrulestr

from services.understanding.when.dates import month_at, weekday_at
from services.understanding.when.grammar import Reader, Reading, rule
from services.understanding.when.lexicon import UNITS, WEEKDAYS
from services.understanding.when.moments import Moment
from services.understanding.when.values import Ref

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQS = {"minute": "MINUTELY", "hour": "HOURLY", "day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_ADVERBS = {
    "daily": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "monthly": "FREQ=MONTHLY",
    "yearly": "FREQ=YEARLY",
    "annually": "FREQ=YEARLY",
    "hourly": "FREQ=HOURLY",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "everyday": "FREQ=DAILY",
    "nightly": "FREQ=DAILY",
    "biweekly": "FREQ=WEEKLY;INTERVAL=2",
}
_WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
_WEEKENDS = "FREQ=WEEKLY;BYDAY=SA,SU"
_PLURALS = {day + "s": number for day, number in WEEKDAYS.items() if day.endswith("day")}


_ANY_TIME = Moment()


@dataclass(frozen=True, slots=True)
class Repeat:
    """An RFC 5545 rule, and the time of day at which it falls, as far as it was told."""

    rule: str
    at: Moment = _ANY_TIME

    def settle(self, ref: Ref) -> tuple[str, datetime | None]:
        """The rule with its time of day, and its first occurrence from now on (wall clock)."""
        text, start = self.rule, ref.wall.replace(second=0, microsecond=0)
        often = "HOURLY" in text or "MINUTELY" in text
        clock = self.at.clock and self.at.clock.under(self.at.part.name if self.at.part else None)
        if clock is not None or self.at.part is not None:
            at = clock.choose(start.date(), None, ref.house) if clock else None
            part = self.at.part.on(start.date(), ref.house) if self.at.part else None
            at = at or (part.start if part else None)
            assert at is not None
            text += f";BYHOUR={at.hour};BYMINUTE={at.minute}"
        if not often:
            start = datetime.combine(start.date(), datetime.min.time())
        timed = "BYHOUR" in text
        # The interval counts from the first occurrence, so it does not matter for finding that one; but "every two hours" begins in two.
        counted = text if often else ";".join(part for part in text.split(";") if not part.startswith("INTERVAL"))
        try:
            rule = rrulestr(counted, dtstart=start)
            first = rule.after(ref.wall if timed or often else start, inc=not often)
        except (ValueError, OverflowError):
            first = None
        return text, first


@rule
def repeat(r: Reader, i: int) -> Iterator[Reading]:
    """A repetition, with a time of day before or after it."""
    for found, j in _bare(r, i):
        yield found, j
        yield from _timed(r, found, j)
    for moment, j in r.all("moment", i):
        if moment.date is None and moment.hours is None:
            k = r.skip(j, "on", ",")
            for found, end in _bare(r, k):
                merged = moment.merge(found.at)
                if merged is not None:
                    yield replace(found, at=merged), end


def _timed(r: Reader, found: Repeat, j: int) -> Iterator[Reading]:
    k = r.skip(r.skip(j, ","), "at", "around", "from")
    for moment, end in r.all("moment", k):
        if moment.date is None and moment.hours is None and (k > j or moment.part or (moment.clock and moment.clock.strong)):
            merged = found.at.merge(moment)
            if merged:
                yield replace(found, at=merged), end


def _bare(r: Reader, i: int) -> Iterator[tuple[Repeat, int]]:
    word = r.word(i)
    if word in _ADVERBS:
        yield Repeat(_ADVERBS[word]), i + 1
    if word in ("weekdays", "weekends"):
        yield Repeat(_WEEKDAYS if word == "weekdays" else _WEEKENDS), i + 1
    if word in _PLURALS:
        days, end = _more_days(r, i + 1, [_PLURALS[word]])
        yield Repeat(f"FREQ=WEEKLY;BYDAY={_codes(days)}"), end
    if word in ("every", "each"):
        yield from _every(r, i + 1)
    yield from _monthly(r, i)


def _every(r: Reader, i: int) -> Iterator[tuple[Repeat, int]]:
    interval, j = 1, i
    if r.word(i) in ("other", "second") and r.word(i + 1) != "of":
        interval, j = 2, i + 1
    elif r.word(i) == "single":
        j = i + 1
    elif r.at(i).number is not None and (r.at(i).number or 0) > 0 and r.word(i + 1) in UNITS | dict.fromkeys(WEEKDAYS, ""):
        interval, j = min(999, r.at(i).number or 1), i + 1
    step = f";INTERVAL={interval}" if interval > 1 else ""
    unit = {"fortnight": "week", "quarter": "month"}.get(UNITS.get(r.word(j), ""), UNITS.get(r.word(j), ""))
    if unit in _FREQS:
        times = {"fortnight": 2, "quarter": 3}.get(UNITS[r.word(j)], 1) * interval
        found = Repeat(f"FREQ={_FREQS[unit]}" + (f";INTERVAL={times}" if times > 1 else ""))
        yield found, j + 1
        yield from _on_day(r, found, j + 1, unit)
    if r.word(j) in ("weekday", "weekdays", "workday") or (r.word(j) in ("work", "working", "business") and r.word(j + 1) == "day"):
        yield Repeat(_WEEKDAYS), j + (1 if r.word(j).endswith(("day", "days")) else 2)
    if r.word(j) == "weekend":
        yield Repeat(_WEEKENDS), j + 1
    first = weekday_at(r, j) if r.word(j) not in _PLURALS else _PLURALS[r.word(j)]
    if first is not None:
        days, end = _more_days(r, j + 1, [first])
        yield Repeat(f"FREQ=WEEKLY{step};BYDAY={_codes(days)}"), end
    for part, end in r.all("part", j):
        if isinstance(part, Moment) and part.date is None and r.word(j) not in ("in", "at", "the"):
            yield Repeat(f"FREQ=DAILY{step}", part), end
    month = month_at(r, j)
    if month is not None:
        yield Repeat(f"FREQ=YEARLY;BYMONTH={month}"), j + 1


def _more_days(r: Reader, i: int, days: list[int]) -> tuple[list[int], int]:
    while True:
        j = r.skip(r.skip(i, ","), "and")
        more = weekday_at(r, j) if j > i else None
        more = _PLURALS.get(r.word(j)) if more is None and j > i else more
        if more is None:
            return days, i
        days, i = [*days, more], j + 1


def _codes(days: list[int]) -> str:
    return ",".join(_CODES[day] for day in sorted(set(days)))


def _on_day(r: Reader, found: Repeat, i: int, unit: str) -> Iterator[tuple[Repeat, int]]:
    """Every month on the 5th; every week on Monday and Thursday; every year on June 5th."""
    if r.word(i) != "on":
        return
    for moment, end in r.all("moment", i + 1):
        cal = moment.date
        day, month, weekday = (getattr(cal, name, None) for name in ("day", "month", "weekday"))
        if unit == "month" and day and not month:
            yield Repeat(f"{found.rule};BYMONTHDAY={day}", replace(moment, date=None)), end
        elif unit == "week" and weekday is not None and not moment.clock:
            days, last = _more_days(r, end, [weekday])
            yield Repeat(f"{found.rule};BYDAY={_codes(days)}"), last
        elif unit == "year" and day and month:
            yield Repeat(f"{found.rule};BYMONTH={month};BYMONTHDAY={day}", replace(moment, date=None)), end


def _monthly(r: Reader, i: int) -> Iterator[tuple[Repeat, int]]:
    """The first of every month; the last Friday of each month."""
    j = r.skip(i, "the")
    token = r.at(j)
    n = -1 if token.text == "last" else token.number if token.ordinal else None
    if n is None:
        return
    k = j + 1
    weekday = weekday_at(r, k)
    k += 1 if weekday is not None or r.word(k) == "day" else 0
    end = r.after(k, "of every month", "of each month", "of the month every month", "every month", "each month")
    if end is not None and n <= 31:
        yield Repeat(f"FREQ=MONTHLY;BYDAY={n}{_CODES[weekday]}" if weekday is not None else f"FREQ=MONTHLY;BYMONTHDAY={n}"), end
