"""Romanised Hindi: what comes again (har somvar, roz subah) and ranges (kal tak, nau se gyarah baje tak, paanch baje ke baad)."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when import hindi_words as hi
from services.understanding.when.bounded import Between, Open
from services.understanding.when.dates import weekday_at
from services.understanding.when.grammar import Reader, Reading, rule
from services.understanding.when.hindi import number_at
from services.understanding.when.lexicon import UNITS
from services.understanding.when.moments import Clock, Moment, Part
from services.understanding.when.recurring import Repeat
from services.understanding.when.values import Cal

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQS = {
    "minute": "MINUTELY",
    "hour": "HOURLY",
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
_OTHER = frozenset(("doosre", "dusre", "doosra", "dusra"))


@rule
def hindi_repeat(r: Reader, i: int) -> Iterator[Reading]:
    """Har somvar, roz, har din, har do ghante, har mahine ki paanch tareekh, har doosre din, hafte mein ek baar."""
    if r.word(i) in hi.DAILY:
        yield Repeat("FREQ=DAILY"), i + 1
    once = r.after(i + 1, "mein ek baar", "me ek baar")
    unit = hi.UNITS.get(r.word(i))
    if once and unit in _FREQS:
        yield Repeat(f"FREQ={_FREQS[unit]}"), once
    if r.word(i) in hi.EVERY:
        yield from _every(r, i + 1)


def _every(r: Reader, i: int) -> Iterator[Reading]:
    if r.word(i) in hi.DAILY:
        yield Repeat("FREQ=DAILY"), i + 1
    weekday = hi.WEEKDAYS.get(r.word(i), weekday_at(r, i))
    if weekday is not None:
        days, end = [weekday], i + 1
        while (
            r.word(end) in ("aur", "or", ",", "and")
            and (more := hi.WEEKDAYS.get(r.word(end + 1), weekday_at(r, end + 1))) is not None
        ):
            days, end = [*days, more], end + 2
        yield Repeat("FREQ=WEEKLY;BYDAY=" + ",".join(_CODES[day] for day in sorted(set(days)))), end
    if r.word(i) in hi.PARTS:
        yield Repeat("FREQ=DAILY", Moment(part=Part(hi.PARTS[r.word(i)]))), i + 1
    counts = [(2, i + 1)] if r.word(i) in _OTHER else [(1, i)]
    counts += [(int(value), j) for value, j in number_at(r, i) if value.denominator == 1 and 0 < value < 1000]
    for count, j in counts:
        unit = hi.UNITS.get(r.word(j), UNITS.get(r.word(j), ""))
        if unit in _FREQS:
            every = f"FREQ={_FREQS[unit]}" + (f";INTERVAL={count}" if count > 1 else "")
            yield Repeat(every), j + 1 + (r.word(j + 1) in hi.IN and count > 1)
            for cal, end in r.all("hindi_date", r.skip(j + 1, "ki", "ke")) if unit == "month" else ():
                if isinstance(cal, Cal) and cal.day and not cal.month:
                    yield Repeat(f"{every};BYMONTHDAY={cal.day}"), end


@rule
def hindi_half_open(r: Reader, i: int) -> Iterator[Reading]:
    """Kal tak, paanch baje se pehle, somvar ke baad, kal se."""
    for told, j in _sides(r, i):
        if r.word(j) == "tak":
            yield Open("by", told), j + 1
        elif r.word(j) == "se" and r.word(j + 1) in hi.BEFORE:
            yield Open("before", told), j + 2
        elif r.word(j) == "ke" and r.word(j + 1) in hi.AFTER:
            yield Open("after", told), j + 2
        elif r.word(j) == "se" and told.clock is None:
            yield Open("since", told), j + 1


@rule
def hindi_between(r: Reader, i: int) -> Iterator[Reading]:
    """Somvar se shukravar tak, kal nau baje se gyarah baje tak, nau se gyarah baje."""
    for first, j in [*_sides(r, i), *((Moment(clock=clock), k) for clock, k in _hour(r, i))]:
        if r.word(j) != "se":
            continue
        for last, end in _sides(r, j + 1):
            if first.date is not None or last.clock is not None:
                yield Between(first, last), r.skip(end, "tak")


def _sides(r: Reader, i: int) -> list[tuple[Moment, int]]:
    return [*r.all("moment", i), *((Moment(date=node), end) for node, end in r.all("period", i))]


def _hour(r: Reader, i: int) -> Iterator[tuple[Clock, int]]:
    for value, j in number_at(r, i):
        if value.denominator == 1 and 0 < value <= 24:
            yield Clock(int(value), sure=value > 12), j
