"""Times in romanised Hindi, and mixed with English: kal subah nau baje, har somvar, Friday ko shaam 5 baje, kal tak.

The rules stand beside the English ones and are tried only in a text that has a clearly Hindi word of time, so that
English is left alone ("do", "das", "is" and "din" mean something else there).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.readers.customs import Later
from services.understanding.when.readers.dates import month_at, weekday_at
from services.understanding.when.readers.tense import is_over_in_hindi
from services.understanding.when.values.days import Cal, Day, Ref, Stretch
from services.understanding.when.values.lengths import Ahead, Length, Period, Rolling
from services.understanding.when.values.moments import ClockTime, Moment, Part
from services.understanding.when.values.ranges import Between, Open
from services.understanding.when.values.repeats import CODES, FREQS, Repeat
from services.understanding.when.values.subdivisions import DayIn, Edge
from services.understanding.when.words import hindi as hi
from services.understanding.when.words.lexicon import MONTHS, UNITS
from services.understanding.words import word_set

_OF = ("ki", "ke", "ka")
_OTHER = word_set("doosre dusre doosra dusra")


@dataclass(frozen=True, slots=True)
class Swing:
    """A day so many from today, ahead or back as the tense tells."""

    days: int

    def resolve(self, ref: Ref) -> Stretch | None:
        return Day(-self.days if ref.past else self.days).resolve(ref)


def number_at(r: Scanner, i: int) -> Iterator[tuple[Fraction, int]]:
    """How many: do, sadhe teen, dedh, 20, five."""
    word, token = r.word(i), r.at(i)
    if word in hi.MORE:
        for value, j in number_at(r, i + 1):
            yield value + hi.MORE[word], j
        yield 1 + hi.MORE[word], i + 1
    elif word in hi.WHOLE:
        yield hi.WHOLE[word], i + 1
    elif word in hi.NUMBERS:
        yield Fraction(hi.NUMBERS[word]), i + 1
    elif token.number is not None and not token.ordinal and token.number <= 100_000:
        yield Fraction(token.number), i + 1


@rule
def hindi_clock(r: Scanner, i: int) -> Iterator[Reading]:
    """Nau baje, sadhe aath, paune nau, sava das, dedh baje, nau baj ke bees minute."""
    if r.word(i) in ("aadhi", "adhi") and r.word(i + 1) == "raat":
        yield ClockTime(0, sure=True), i + 2
    for value, j in number_at(r, i):
        hour, minute = divmod(int(value * 60), 60)
        if not 0 < value <= 24 or (r.word(i) in hi.MORE and j == i + 1):
            continue
        clock = ClockTime(hour or 12, minute, sure=hour > 12)
        if r.word(j) in hi.CLOCK:
            yield clock, j + 1
        elif r.word(i) in hi.MORE and r.word(j) not in hi.UNITS and r.word(j) not in hi.SCALES:
            yield clock, j
        past = r.after(j, "baj ke", "bajke", "bajkar", "baj kar")
        for minutes, k in number_at(r, past) if past else ():
            if minute == 0 and 0 < minutes < 60 and minutes.denominator == 1:
                yield ClockTime(hour, int(minutes), sure=hour > 12), r.skip(k, "minute", "min")


@rule
def hindi_part(r: Scanner, i: int) -> Iterator[Reading]:
    """Subah, shaam ko, aaj raat."""
    part = hi.PARTS.get(r.word(i))
    if part is not None:
        end = r.after(i + 1, "ke samay", "ke time", "ke waqt") or i + 1
        yield Moment(part=Part(part)), end


@rule
def hindi_date(r: Scanner, i: int) -> Iterator[Reading]:
    """Aaj, kal, parso, agle somvar, is Friday, 5 tareekh, March ki 5 tareekh, agle mahine ki pehli tareekh."""
    word = r.word(i)
    if word in hi.DAYS:
        yield Swing(hi.DAYS[word]), i + 1
    which, j = _which(r, i)
    weekday = hi.WEEKDAYS.get(r.word(j), weekday_at(r, j) if which else None)
    if weekday is not None:
        yield Cal(weekday=weekday, which=which), j + 1
    for day, end in _numbered(r, i):
        yield Cal(day=day), end
    month = MONTHS.get(word) if r.word(i + 1) in _OF else month_at(r, i)
    for day, end in _numbered(r, r.skip(i + 1, *_OF)) if month else ():
        yield Cal(month=month, day=day), end
    for period, k in r.all("hindi_period", i):
        for day, end in _numbered(r, r.skip(k, *_OF)) if isinstance(period, Period) and period.unit == "month" else ():
            yield DayIn(None, day, period), end


def _numbered(r: Scanner, i: int) -> Iterator[tuple[int, int]]:
    """The number of a day: paanch tareekh, pehli tarikh."""
    told = [(Fraction(hi.FIRSTS[r.word(i)]), i + 1)] if r.word(i) in hi.FIRSTS else list(number_at(r, i))
    for value, j in told:
        if r.word(j) in hi.DATE and value.denominator == 1 and 1 <= value <= 31:
            yield int(value), j + 1


def _which(r: Scanner, i: int) -> tuple[str | None, int]:
    coming = r.after(i, "aane wale", "aane vale", "aane wali")
    if coming:
        return "coming", coming
    return (hi.WHICH[r.word(i)], i + 1) if r.word(i) in hi.WHICH else (None, i)


@rule
def hindi_period(r: Scanner, i: int) -> Iterator[Reading]:
    """Is hafte, agle mahine, pichle saal, agle do din, mahine ke aakhir."""
    which, j = _which(r, i)
    unit = hi.UNITS.get(r.word(j)) or {"weekend": "weekend", "week": "week", "month": "month", "year": "year"}.get(
        r.word(j)
    )
    step = {"this": 0, "next": 1, "coming": 1, "last": -1}.get(which or "", 0)
    if unit in ("week", "month", "year", "weekend"):
        if which:
            yield Period(unit, step), j + 1
        end = r.after(j + 1, "ke aakhir", "ke akhir", "ke ant", "ke end")
        if end:
            yield Edge("late", Period(unit, step)), end
    for length, end in r.all("hindi_length", j) if which in ("next", "last") else ():
        yield Rolling(length, step), end


@rule
def hindi_length(r: Scanner, i: int) -> Iterator[Reading]:
    """Do ghante, aadha ghanta, dedh ghante, ek ghanta aur bees minute."""
    for value, j in number_at(r, i):
        unit = hi.UNITS.get(r.word(j))
        if unit is None or r.after(j + 1, "mein ek baar", "mein do baar", "me ek baar"):
            continue
        first = Length(((float(value), unit),))
        yield first, j + 1
        for more, end in r.all("hindi_length", r.skip(j + 1, "aur")):
            if more.seconds < first.seconds:
                yield Length(first.parts + more.parts), end


@rule
def hindi_reach(r: Scanner, i: int) -> Iterator[Reading]:
    """Do ghante baad, teen din mein, thodi der mein, das minute pehle (of what is over; else it is an offset)."""
    soon = r.after(i, "thodi der mein", "thodi der me", "thodi der baad", "thodi der ke baad")
    if soon:
        yield Later(), soon
    for told, j in r.all("hindi_length", i):
        k = r.skip(j, "ke")
        if r.word(k) in hi.AFTER or r.word(k) == "andar" or (k == j and r.word(j) in hi.IN and r.word(j + 2) != "baar"):
            yield Ahead(told, 1), k + 1
        if r.word(j) in hi.BEFORE and r.word(i - 1) != "se" and (is_over_in_hindi(r) or len(r.tokens) == j + 1):
            yield Ahead(told, -1), j + 1


@rule
def hindi_repeat(r: Scanner, i: int) -> Iterator[Reading]:
    """Har somvar, roz, har din, har do ghante, har mahine ki paanch tareekh, har doosre din, hafte mein ek baar."""
    if r.word(i) in hi.DAILY:
        yield Repeat("FREQ=DAILY"), i + 1
    once = r.after(i + 1, "mein ek baar", "me ek baar")
    unit = hi.UNITS.get(r.word(i))
    if once and unit in FREQS:
        yield Repeat(f"FREQ={FREQS[unit]}"), once
    if r.word(i) in hi.EVERY:
        yield from _every(r, i + 1)


def _every(r: Scanner, i: int) -> Iterator[Reading]:
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
        yield Repeat("FREQ=WEEKLY;BYDAY=" + ",".join(CODES[day] for day in sorted(set(days)))), end
    if r.word(i) in hi.PARTS:
        yield Repeat("FREQ=DAILY", Moment(part=Part(hi.PARTS[r.word(i)]))), i + 1
    counts = [(2, i + 1)] if r.word(i) in _OTHER else [(1, i)]
    counts += [(int(value), j) for value, j in number_at(r, i) if value.denominator == 1 and 0 < value < 1000]
    for count, j in counts:
        unit = hi.UNITS.get(r.word(j), UNITS.get(r.word(j), ""))
        if unit in FREQS:
            every = f"FREQ={FREQS[unit]}" + (f";INTERVAL={count}" if count > 1 else "")
            yield Repeat(every), j + 1 + (r.word(j + 1) in hi.IN and count > 1)
            for cal, end in r.all("hindi_date", r.skip(j + 1, "ki", "ke")) if unit == "month" else ():
                if isinstance(cal, Cal) and cal.day and not cal.month:
                    yield Repeat(f"{every};BYMONTHDAY={cal.day}"), end


@rule
def hindi_half_open(r: Scanner, i: int) -> Iterator[Reading]:
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
def hindi_between(r: Scanner, i: int) -> Iterator[Reading]:
    """Somvar se shukravar tak, kal nau baje se gyarah baje tak, nau se gyarah baje."""
    for first, j in [*_sides(r, i), *((Moment(clock=clock), k) for clock, k in _hour(r, i))]:
        if r.word(j) != "se":
            continue
        for last, end in _sides(r, j + 1):
            if first.date is not None or last.clock is not None:
                yield Between(first, last), r.skip(end, "tak")


def _sides(r: Scanner, i: int) -> list[tuple[Moment, int]]:
    return [*r.all("moment", i), *((Moment(date=node), end) for node, end in r.all("period", i))]


def _hour(r: Scanner, i: int) -> Iterator[tuple[ClockTime, int]]:
    for value, j in number_at(r, i):
        if value.denominator == 1 and 0 < value <= 24:
            yield ClockTime(int(value), sure=value > 12), j
