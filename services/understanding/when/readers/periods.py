"""Weeks, months, quarters, years and their parts: next week, June 2026, Q3, the first week of March."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.readers.dates import after_month, full_year, month_at, year_at
from services.understanding.when.readers.numbers import ordinal_at
from services.understanding.when.values.days import Cal, Day
from services.understanding.when.values.lengths import Length, Period, Rolling, ToDate
from services.understanding.when.values.subdivisions import MonthIn, Slice, WeekNumber, WeekOf
from services.understanding.when.words.lexicon import STEP, UNITS, WHICH
from services.understanding.words import numbered, word_set

_BEFORE_A_YEAR = word_set("""in since before after by until till of during from to through than or between and year ~ -
    = > < on at around the mid early late""")
WORKING = frozenset(("working", "work", "business"))
_DECADES = numbered("twenties | thirties | forties | fifties | sixties | seventies | eighties | nineties", first=2)
CALENDAR_UNITS = word_set("week month quarter year decade century weekend fortnight workweek")


@rule
def period(r: Scanner, i: int) -> Iterator[Reading]:
    """Any calendar stretch longer than a day."""
    if r.hindi:
        yield from r.all("hindi_period", i)
    yield from r.all("edge", i)
    yield from r.all("nth", i)
    yield from _week_of(r, i)
    yield from _of_which(r, i)
    yield from _counted(r, i)
    yield from _quarters(r, i)
    yield from _decades(r, i)
    yield from _months(r, i)
    yield from _years(r, i)


def unit_at(r: Scanner, i: int) -> tuple[str | None, int]:
    """A unit at i; "calendar year" and "working week" are told in two words."""
    if r.word(i) == "calendar":
        i += 1
    if r.word(i) in ("working", "work") and r.word(i + 1) == "week":
        return "workweek", i + 2
    word = r.word(i)
    if word in UNITS and word not in {"second", "h"}:
        return UNITS[word], i + 1
    return None, i


def _of_which(r: Scanner, i: int) -> Iterator[Reading]:
    """This week, next month, the year, weekend, the week after next, year to date."""
    j = r.skip(i, "the", "of")
    j = r.skip(j, "the") if r.word(i) == "of" else j
    to_date = r.after(j, "year to date", "month to date", "week to date")
    if to_date:
        yield ToDate(Period(UNITS[r.word(j)])), to_date
    which = WHICH.get(r.word(j))
    if r.word(j) == "this" and r.word(j + 1) in ("past", "coming", "upcoming"):
        which, j = WHICH[r.word(j + 1)], j + 1
    unit, end = unit_at(r, j + 1 if which else j)
    if unit is None:
        return
    if which and (unit in CALENDAR_UNITS or (unit in ("minute", "hour", "day") and which != "this")):
        yield Period(unit, STEP[which]), r.skip(end, "'s")
    elif not which and unit in CALENDAR_UNITS:
        after_next = r.after(end, "after next")
        if after_next:
            yield Period(unit, 2), after_next
        if j > i or unit == "weekend":
            if r.after(end, "before last"):
                yield Period(unit, -2), end + 2
            yield Period(unit, 0, open=True), end


def _counted(r: Scanner, i: int) -> Iterator[Reading]:
    """The next two days, 5 past years, the next 4 business days, within the next day and 5 hours."""
    j = r.skip(i, "the", "within", "over")
    j = r.skip(j, "the") if r.word(i) in ("within", "over") else j
    which = WHICH.get(r.word(j))
    if which in ("next", "coming", "last", "past"):
        yield from _after_which(r, j + 1, 1 if which in ("next", "coming") else -1)
        return
    for count, k in r.all("amount", j):
        which = WHICH.get(r.word(k))
        unit = UNITS.get(r.word(k + 1))
        if which in ("next", "coming", "last", "past") and unit:
            yield Rolling(Length(((count, unit),)), 1 if which in ("next", "coming") else -1), k + 2
    if r.word(i) == "within":
        for told, end in r.all("length", i + 1):
            yield Rolling(told, 1), end


def _after_which(r: Scanner, i: int, sign: int) -> Iterator[Reading]:
    for count, k in r.all("amount", i):
        if r.word(k) in WORKING and UNITS.get(r.word(k + 1)) == "day":
            yield Rolling(Length(((count, "day"),)), sign, business=True), k + 2
    for told, end in r.all("length", i):
        yield Rolling(told, sign), end
    if r.word(i) in ("couple", "few"):
        k = r.skip(i + 1, "of")
        if r.word(k) in UNITS:
            count = 2.0 if r.word(i) == "couple" else float(r.house.few)
            yield Rolling(Length(((count, UNITS[r.word(k)]),)), sign), k + 1
    unit, end = unit_at(r, i)
    if unit is not None and r.word(end) == "and":
        for told, last in r.all("length", end + 1):
            yield Rolling(Length(((1.0, unit), *told.parts)), sign), last


def _week_of(r: Scanner, i: int) -> Iterator[Reading]:
    """The week of April 10th, week 31 of 2027, Halloween weekend."""
    j = r.skip(i, "the")
    if r.word(j) in ("week", "weekend"):
        if r.word(j + 1) == "of":
            for day, end in r.all("date", j + 2):
                yield WeekOf(r.word(j), day), end
        number = r.at(j + 1).number
        if r.word(j) == "week" and number is not None and 1 <= number <= 53 and not r.at(j + 1).ordinal:
            for year, end in r.all("period", j + 3) if r.word(j + 2) == "of" else []:
                yield WeekNumber(number, year), end
            yield WeekNumber(number), j + 2
    for day, end in r.all("holiday", i):
        if r.word(end) == "weekend":
            year = year_at(r, end + 1)
            yield WeekOf("weekend", day.in_year(year[0]) if year else day), year[1] if year else end + 1


def _months(r: Scanner, i: int) -> Iterator[Reading]:
    """June, next June, the June of 2026, Dec/2018."""
    j = r.skip(i, "the")
    which = WHICH.get(r.word(j))
    j += which is not None
    month = month_at(r, j)
    if month is None:
        if r.at(i).digits == 4 and month_at(r, r.skip(i + 1, "-", "/")):
            k = r.skip(i + 1, "-", "/")
            yield Cal(r.at(i).number, month_at(r, k)), k + 1
        return
    end = after_month(r, j)
    k = r.skip(end, "-", "/") if r.at(end + 1).digits == 4 else end
    year = year_at(r, k)
    if year:
        yield Cal(year[0], month), year[1]
    if which is None and r.word(end) == "of":
        for whole, last in r.all("period", end + 1):
            if isinstance(whole, Period) and whole.unit == "year":
                yield MonthIn(month, whole), last
    yield Cal(month=month, which=which), end


def _years(r: Scanner, i: int) -> Iterator[Reading]:
    """2018, the year 2018, CY18, the year of 2018; a bare number only after a word that a year may follow."""
    j = r.skip(i, "the")
    told = r.word(j) in ("year", "cy", "fy") or r.after(j, "calendar year") is not None
    k = (r.after(j, "calendar year") or j + 1) if told else i
    k = r.skip(k, "of") if told else k
    year = year_at(r, k, short=told) if r.word(k) not in (",", "of", "in") else None
    bare = r.word(i - 1) in _BEFORE_A_YEAR or (
        r.word(i + 1) in ("~", "or", "and", "-", "to") and r.at(i + 2).number is not None
    )
    if year and (
        told or bare or year[1] - i == len(r.tokens) or r.word(year[1]) in ("to", "till", "through", "~", "or")
    ):
        yield Cal(year[0]), year[1]


def _decades(r: Scanner, i: int) -> Iterator[Reading]:
    """The 1990s, the nineties, 90 s."""
    j = r.skip(i, "the")
    number = r.at(j).number
    if number is not None and r.word(j + 1) in ("s", "'s", "’s") and r.at(j).digits in (2, 4) and number % 10 == 0:
        yield Slice(Cal(full_year(r, r.at(j).digits, number)), 0, 120), j + 2
    if r.word(j) in _DECADES and r.word(i - 1) in ("in", "the", "of"):
        decade = _DECADES[r.word(j)]
        yield Slice(Cal(2020 if decade == 2 else 1900 + 10 * decade), 0, 120), j + 1


def _quarters(r: Scanner, i: int) -> Iterator[Reading]:
    """Q3, Q3 2026, 2017-Q1, 2019 H2, the first quarter of the year, next year's first quarter."""
    year = r.at(i).number if r.at(i).digits == 4 else None
    j = r.skip(i + 1, "-") if year else i
    names = {"q": (3, 4), "h": (6, 2)}
    number = r.at(j + 1).number
    if r.word(j) in names and r.at(j + 1).glued and number is not None and 1 <= number <= names[r.word(j)][1]:
        months = names[r.word(j)][0]
        k = j + 2
        if year is None:
            later = year_at(r, r.skip(k, "-", "/"))
            year, k = later if later else (None, k)
        if year is None:
            for of_year, end in r.all("period", r.skip(k, "of")):
                if r.word(k) == "of" or (isinstance(of_year, Period) and of_year.unit == "year"):
                    yield Slice(of_year, (number - 1) * months, months), end
        yield Slice(Cal(year) if year else Period("year"), (number - 1) * months, months), k
    k = r.skip(i, "the")
    if r.at(k).number in (1, 2) and r.at(k).ordinal and r.word(k + 1) == "half" and r.word(k + 2) == "of":
        for whole, end in r.all("period", k + 3):
            if (isinstance(whole, Period) and whole.unit == "year") or (isinstance(whole, Cal) and whole.month is None):
                yield Slice(whole, ((r.at(k).number or 1) - 1) * 6, 6), end
    yield from _quarter_in_words(r, k, led=k > i or r.word(i - 1) in ("in", "for"))
    for whole, k in _of_which(r, i):
        if isinstance(whole, Period) and whole.unit == "year" and r.at(k).ordinal and r.word(k + 1) == "quarter":
            yield Slice(whole, ((r.at(k).number or 1) - 1) * 3, 3), k + 2


def _quarter_in_words(r: Scanner, k: int, *, led: bool) -> Iterator[Reading]:
    """The first quarter, 2nd quarter 2027, quarter two of next year."""
    told = ordinal_at(r, k) if r.at(k).ordinal or r.word(k) in ("last", "final") else None
    if told and r.word(told[1]) == "quarter":
        number, end = (4 if told[0] == -1 else told[0]), told[1] + 1
    elif r.word(k) == "quarter" and not r.at(k + 1).ordinal:
        number, end = r.at(k + 1).number or 0, k + 2
    else:
        return
    if not 1 <= number <= 4:
        return
    year = year_at(r, end)
    if year:
        yield Slice(Cal(year[0]), (number - 1) * 3, 3), year[1]
    for whole, last in r.all("period", end + 1) if r.word(end) == "of" else ():
        if isinstance(whole, Period) and whole.unit == "year":
            yield Slice(whole, (number - 1) * 3, 3), last
    if led and r.word(k) != "last":
        yield Slice(Period("year"), (number - 1) * 3, 3), end


@rule
def anchor(r: Scanner, i: int) -> Iterator[Reading]:
    """What a length of time may be counted from."""
    if r.word(i) in ("now", "today"):
        yield Day(0), i + 1
    yield from r.all("date", i)
    yield from r.all("period", i)
    yield from r.all("reach", i)
    for moment, end in r.all("moment", i):
        if moment.clock is not None:
            yield moment, end
