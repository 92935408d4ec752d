"""Times that come again: every other Monday at 8, weekdays, the first of every month, once a week, until March."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.readers.dates import month_at, weekday_at
from services.understanding.when.readers.numbers import fraction_at, ordinal_at
from services.understanding.when.values.days import Cal
from services.understanding.when.values.lengths import Length
from services.understanding.when.values.moments import Moment
from services.understanding.when.values.repeats import CODES, FREQS, Repeat
from services.understanding.when.words.lexicon import PLURALS, UNITS, WEEKDAYS

_ADVERBS = {
    "hourly": ("FREQ=HOURLY", "hour"),
    "daily": ("FREQ=DAILY", "day"),
    "everyday": ("FREQ=DAILY", "day"),
    "nightly": ("FREQ=DAILY", "day"),
    "weekly": ("FREQ=WEEKLY", "week"),
    "fortnightly": ("FREQ=WEEKLY;INTERVAL=2", "week"),
    "biweekly": ("FREQ=WEEKLY;INTERVAL=2", "week"),
    "monthly": ("FREQ=MONTHLY", "month"),
    "quarterly": ("FREQ=MONTHLY;INTERVAL=3", "month"),
    "yearly": ("FREQ=YEARLY", "year"),
    "annually": ("FREQ=YEARLY", "year"),
}
_WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
_WEEKENDS = "FREQ=WEEKLY;BYDAY=SA,SU"
_EVERY_MONTH = ("of every month", "of each month", "of the month every month", "every month", "each month")
_BUT = (
    "not",
    "but not",
    "except",
    "except for",
    "excluding",
    "apart from",
    "other than",
    "just not",
    "only not",
    "but",
)
_ON = ("on", "on the", "at the", "at", "over the", "the")
_A = ("a", "per", "each", "every")


@rule
def repeat(r: Scanner, i: int) -> Iterator[Reading]:
    """A repetition, with a time of day before or after it, and its beginning and end."""
    for found, j in _with_time(r, i):
        yield found, j
        for told, end in ((found, j), *_without(r, found, j)):
            if end > j:
                yield told, end
            yield from _bounds(r, told, end)


def _with_time(r: Scanner, i: int) -> Iterator[tuple[Repeat, int]]:
    for found, j in _bare(r, i):
        yield found, j
        yield from _timed(r, found, j)
        for fewer, end in _without(r, found, j):
            yield fewer, end
            yield from _timed(r, fewer, end)
    for moment, j in r.all("moment", i) if r.word(i) not in ("every", "each") else ():
        weak = moment.clock is not None and not moment.clock.strong
        counted = weak and r.word(j) in PLURALS and r.word(i - 1) != "at"  # three Fridays
        if moment.date is None and moment.hours is None and not counted:
            for found, end in _bare(r, r.skip(j, "on", ",")):
                merged = moment.merge(found.at)
                if merged is not None:
                    yield replace(found, at=merged), end


def _without(r: Scanner, found: Repeat, j: int) -> Iterator[tuple[Repeat, int]]:
    """Every day except Sunday, not on weekends: on the days that are left."""
    k = r.skip(j, ",")
    end = r.after(k, *_BUT)
    end = r.after(end, *_ON) or end if end else None
    if end is None or not found.days:
        return
    if r.word(end) in ("weekend", "weekends"):
        days, end = [5, 6], end + 1
    else:
        first = PLURALS.get(r.word(end), weekday_at(r, end))
        days, end = _more_days(r, end + 1, [first]) if first is not None else ([], end)
    left = [day for day in found.days if day not in days]
    if days and left and len(left) < len(found.days):
        yield replace(found, rule=f"FREQ=WEEKLY;BYDAY={_codes(left)}"), end


def _timed(r: Scanner, found: Repeat, j: int) -> Iterator[tuple[Repeat, int]]:
    for moment, end in r.all("hours", r.skip(j, ",")):
        if found.at.clock is None and isinstance(moment, Moment) and moment.hours:
            yield replace(found, at=found.at.merge(Moment(clock=moment.hours[0])) or found.at, to=moment.hours[1]), end
    for told, end in r.all("spell", r.skip(j, ",", "for")):
        first = told.first
        if found.at.clock is None and first.clock and first.date is None and told.length.exact:
            merged = found.at.merge(first)
            if merged:
                yield replace(found, at=merged, to=first.clock.later(round(told.length.seconds / 60))), end
    k = r.skip(r.skip(j, ",", "ko"), "at", "around")
    for moment, end in r.all("moment", k):
        clear = k > j or moment.part or (moment.clock and moment.clock.strong)
        if clear and moment.date is None and moment.hours is None:
            merged = found.at.merge(moment)
            if merged:
                timed = replace(found, at=merged)
                yield timed, end
                yield from _more_times(r, timed, end)


def _more_times(r: Scanner, found: Repeat, j: int) -> Iterator[tuple[Repeat, int]]:
    """At 8 am and 8 pm: further times at the same minute."""
    if r.word(j) not in ("and", ",") or found.at.clock is None:
        return
    for clock, end in r.all("clock", r.skip(j + 1, "and", "at")):
        if clock.minute == found.at.clock.minute and (clock.strong or found.at.clock.sure) and r.word(end) not in UNITS:
            more = replace(found, and_at=(*found.and_at, Moment(clock=clock)))
            yield more, end
            yield from _more_times(r, more, end)


def _bounds(r: Scanner, found: Repeat, j: int) -> Iterator[tuple[Repeat, int]]:
    """Until March, for two weeks, ten times, starting tomorrow."""
    k = r.skip(j, ",")
    word = r.word(k)
    told: list[tuple[Repeat, int]] = []
    if word in ("until", "till", "through") and found.until is None:
        told = [(replace(found, until=moment), end) for moment, end in _days(r, k + 1)]
    elif word in ("starting", "beginning", "from") and found.since is None:
        for moment, end in _days(r, r.skip(k + 1, "on")):
            at = found.at.merge(replace(moment, date=None)) or found.at
            told.append((replace(found, since=moment, at=at), r.after(end, "on", "onwards", "onward") or end))
    elif word == "for" and found.lasting is None:
        lengths = [*r.all("length", k + 1), *r.all("length", r.after(k + 1, "the next") or k + 1)]
        told = [(replace(found, lasting=length), end) for length, end in lengths if not length.exact]
    elif r.at(k).number is not None and r.word(k + 1) == "times" and not found.count:
        told = [(replace(found, count=r.at(k).number), k + 2)]
    for bounded, end in told:
        yield bounded, end
        yield from _bounds(r, bounded, end)


def _days(r: Scanner, i: int) -> list[tuple[Moment, int]]:
    moments = [(moment, end) for moment, end in r.all("moment", i) if moment.date is not None]
    return moments + [(Moment(date=node), end) for node, end in r.all("period", i)]


def _bare(r: Scanner, i: int) -> Iterator[tuple[Repeat, int]]:
    word = r.word(i)
    if r.hindi:
        yield from r.all("hindi_repeat", i)
    if word in _ADVERBS:
        told, unit = _ADVERBS[word]
        yield Repeat(told), i + 1
        yield from _on_day(r, Repeat(told), i + 1, unit)
    if word in ("weekdays", "weekends", "workdays"):
        yield Repeat(_WEEKENDS if word == "weekends" else _WEEKDAYS), i + 1
    named = r.skip(i, "the")
    count, plural = r.at(named + 1).number, r.word(named + 2)
    if r.word(named) == "next" and count and plural in PLURALS:
        yield Repeat(f"FREQ=WEEKLY;BYDAY={_codes([PLURALS[plural]])}", count=count), named + 3
    if word in PLURALS:
        days, end = _more_days(r, i + 1, [PLURALS[word]])
        yield Repeat(f"FREQ=WEEKLY;BYDAY={_codes(days)}"), end
    if word == "alternate":
        yield from _every(r, i)
    if word in ("every", "each"):
        yield from _every(r, i + 1)
    if word == "once" and r.word(i + 1) in _A and UNITS.get(r.word(i + 2)) in FREQS:
        unit = UNITS[r.word(i + 2)]
        yield Repeat(f"FREQ={FREQS[unit]}"), i + 3
        yield from _on_day(r, Repeat(f"FREQ={FREQS[unit]}"), i + 3, unit)
    yield from _monthly(r, i)


def _every(r: Scanner, i: int) -> Iterator[tuple[Repeat, int]]:
    interval, j = _interval(r, i)
    step = f";INTERVAL={interval}" if interval > 1 else ""
    unit = {"fortnight": "week", "quarter": "month"}.get(UNITS.get(r.word(j), ""), UNITS.get(r.word(j), ""))
    if unit in FREQS and not (r.at(j).ordinal and unit == "second"):
        times = {"fortnight": 2, "quarter": 3}.get(UNITS[r.word(j)], 1) * interval
        found = Repeat(f"FREQ={FREQS[unit]}" + (f";INTERVAL={times}" if times > 1 else ""))
        yield found, j + 1
        yield from _on_day(r, found, j + 1, unit)
    yield from _every_fraction(r, i)
    if r.word(j) in ("weekday", "weekdays", "workday") or (
        r.word(j) in ("work", "working", "business") and r.word(j + 1) == "day"
    ):
        yield Repeat(_WEEKDAYS), j + (1 if r.word(j).endswith(("day", "days")) else 2)
    if r.word(j) == "weekend":
        yield Repeat(_WEEKENDS), j + 1
    first = weekday_at(r, j) if r.word(j) not in PLURALS else PLURALS[r.word(j)]
    if first is not None:
        days, end = _more_days(r, j + 1, [first])
        yield Repeat(f"FREQ=WEEKLY{step};BYDAY={_codes(days)}"), end
    for part, end in r.all("part", j):
        if isinstance(part, Moment) and part.date is None and r.word(j) not in ("in", "at", "the"):
            yield Repeat(f"FREQ=DAILY{step}", part), end
    yield from _every_year(r, j)
    yield from _monthly(r, i, every=True)


def _every_fraction(r: Scanner, i: int) -> Iterator[tuple[Repeat, int]]:
    """Every quarter of an hour, every half hour, every hour and a half."""
    lengths = [(Length(parts), end) for parts, end in r.all("one_length", i)]
    more = fraction_at(r, i + 2) if r.word(i) == "hour" and r.word(i + 1) == "and" else None
    lengths += [(Length(((1 + more[0], "hour"),)), more[1])] if more else []
    for told, end in lengths:
        minutes = told.seconds / 60
        if any(count % 1 for count, _ in told.parts) and minutes % 1 == 0 and 0 < minutes < 1440:
            yield Repeat(f"FREQ=MINUTELY;INTERVAL={int(minutes)}"), end


def _interval(r: Scanner, i: int) -> tuple[int, int]:
    """How many units apart: (count, index after)."""
    if r.word(i) in ("other", "second", "alternate") and r.word(i + 1) != "of":
        return 2, i + 1
    if r.word(i) == "single":
        return 1, i + 1
    if r.word(i) in ("couple", "few"):
        return (2 if r.word(i) == "couple" else r.house.few), r.skip(i + 1, "of")
    number = r.at(i).number
    counted = number is not None and number > 0 and r.word(i + 1) in UNITS | dict.fromkeys(WEEKDAYS, "")
    return (min(999, number), i + 1) if number and counted else (1, i)


def _every_year(r: Scanner, i: int) -> Iterator[tuple[Repeat, int]]:
    """Every June, every June 5th, every Christmas Day."""
    month = month_at(r, i)
    if month is not None:
        yield Repeat(f"FREQ=YEARLY;BYMONTH={month}"), i + 1
    for date, end in r.all("date", i):
        if isinstance(date, Cal) and date.day and date.month and date.year is None and date.weekday is None:
            yield Repeat(f"FREQ=YEARLY;BYMONTH={date.month};BYMONTHDAY={date.day}"), end
    for name, end in r.all("holiday", i):
        fixed = name.fixed
        if fixed:
            yield Repeat(f"FREQ=YEARLY;BYMONTH={fixed[0]};BYMONTHDAY={fixed[1]}"), end


def _more_days(r: Scanner, i: int, days: list[int]) -> tuple[list[int], int]:
    """Further weekdays: and Thursday, to Friday."""
    if r.word(i) in ("to", "through", "till", "until", "-") and len(days) == 1:
        last = weekday_at(r, i + 1)
        if last is not None and last > days[0]:
            return list(range(days[0], last + 1)), i + 2
    while True:
        j = r.skip(r.skip(i, ","), "and")
        j = r.skip(j, "on", "every", "each") if j > i else j
        more = weekday_at(r, j) if j > i else None
        more = PLURALS.get(r.word(j)) if more is None and j > i else more
        if more is None:
            return days, i
        days, i = [*days, more], j + 1


def _codes(days: list[int]) -> str:
    return ",".join(CODES[day] for day in sorted(set(days)))


def _on_day(r: Scanner, found: Repeat, i: int, unit: str) -> Iterator[tuple[Repeat, int]]:
    """Every month on the 5th; every week on Monday and Thursday; every year on June 5th."""
    if r.word(i) != "on":
        return
    first = weekday_at(r, i + 1) if r.word(i + 1) not in PLURALS else PLURALS[r.word(i + 1)]
    if unit == "week" and first is not None:
        days, last = _more_days(r, i + 2, [first])
        yield Repeat(f"{found.rule};BYDAY={_codes(days)}"), last
    for moment, end in r.all("moment", i + 1):
        cal = moment.date
        day, month = (getattr(cal, name, None) for name in ("day", "month"))
        if unit == "month" and day and not month:
            yield Repeat(f"{found.rule};BYMONTHDAY={day}", replace(moment, date=None)), end
        elif unit == "year" and day and month:
            yield Repeat(f"{found.rule};BYMONTH={month};BYMONTHDAY={day}", replace(moment, date=None)), end
    if unit == "month":
        yield from _monthly(r, i + 1, every=True)
        yield from _monthly(r, i + 1, bare=True)


def _monthly(r: Scanner, i: int, *, every: bool = False, bare: bool = False) -> Iterator[tuple[Repeat, int]]:
    """The first of every month; behind `every` also "5th of the month", or a `bare` "last Friday"."""
    j = r.skip(i, "the")
    numbers: list[int] = []
    while True:
        told = ordinal_at(r, j)
        if told is None or abs(told[0]) > 31:
            break
        numbers.append(told[0])
        j = told[1]
        if r.word(j) in ("and", ",") and (
            r.at(r.skip(j + 1, "the", "and")).ordinal or r.word(r.skip(j + 1, "the")) == "last"
        ):
            j = r.skip(r.skip(j + 1, "and"), "the")
    if not numbers:
        return
    weekday = weekday_at(r, j)
    j += 1 if weekday is not None or r.word(j) == "day" else 0
    end = r.after(j, *_EVERY_MONTH, *(("of the month", "in the month") if every else ()))
    end = j if end is None and bare and weekday is not None else end
    if end is None:
        return
    if weekday is not None:
        yield Repeat("FREQ=MONTHLY;BYDAY=" + ",".join(f"{n}{CODES[weekday]}" for n in numbers)), end
    else:
        yield Repeat("FREQ=MONTHLY;BYMONTHDAY=" + ",".join(map(str, numbers))), end
