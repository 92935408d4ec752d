"""Dates told by name and number: Friday, next Friday, the 21st, June 5th 2026, 5/12, 2019-aug-01."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.found import House
from services.understanding.when.grammar import Reader, Reading, rule
from services.understanding.when.lexicon import DAYS, MONTHS, UNITS, WEEKDAYS, WHICH, WORDS_THAT_ARE_ALSO_OTHERS
from services.understanding.when.values import Ahead, Cal, Day, Length

_HOUSE = House()
_BEFORE_A_NAME = frozenset(
    [
        "in",
        "of",
        "on",
        "this",
        "next",
        "last",
        "by",
        "until",
        "till",
        "since",
        "from",
        "mid",
        "early",
        "late",
        "through",
        "to",
        "and",
        "before",
        "after",
        "every",
        "each",
        "for",
        "during",
        "coming",
        "upcoming",
        "previous",
        "past",
        "following",
        "between",
        "the",
        "-",
    ]
)


def month_at(r: Reader, i: int) -> int | None:
    """The month named at i. "may" and "march" count only where nothing else can be meant."""
    word = r.word(i)
    if word not in MONTHS:
        return None
    if word in WORDS_THAT_ARE_ALSO_OTHERS and not _is_name(r, i):
        return None
    return MONTHS[word]


def _is_name(r: Reader, i: int) -> bool:
    beside = r.at(i + 1).number is not None or r.at(i - 1).ordinal or (r.at(i - 1).number is not None and r.at(i - 1).number <= 31)  # type: ignore[operator]
    shown = r.at(i).capital and i > 0 and r.word(i - 1) not in (".", "!", "?")
    slashed = r.word(i + 1) in ("/", "-", ".") and r.at(i + 2).number is not None
    return beside or shown or slashed or (r.word(i - 1) in _BEFORE_A_NAME and not (r.word(i) == "march" and r.word(i - 1) in ("the", "to")))


def weekday_at(r: Reader, i: int) -> int | None:
    word = r.word(i)
    if word not in WEEKDAYS or (word in WORDS_THAT_ARE_ALSO_OTHERS and not (_is_name(r, i) or i + 1 == len(r.tokens))):
        return None
    return WEEKDAYS[word]


def full_year(token_digits: int, number: int) -> int:
    """Two-digit years lie within a century of now."""
    if token_digits == 2 or (token_digits == 0 and number < 100):
        return number + (2000 if number < _HOUSE.century else 1900)
    return number


def year_at(r: Reader, i: int, short: bool = False) -> tuple[int, int] | None:
    """A year at i, with "of", "in" or a comma before it: (year, index after)."""
    j = r.skip(r.skip(i, ","), "of", "in")
    j = r.skip(r.skip(j, "the"), "year") if r.word(j) in ("the", "year") and j > i else j
    mark = r.word(j) in ("'", "’")
    j += mark
    token = r.at(j)
    if token.number is None or token.ordinal:
        return None
    if 1500 <= token.number <= 2199 and token.digits in (0, 4) and r.word(j + 1) not in (":", "hours", "people", "units"):
        return token.number, j + 1
    if (short or mark or (r.word(j - 1) == "of" and j > i)) and token.digits == 2 and _ends(r, j + 1):
        return full_year(2, token.number), j + 1
    return None


def _ends(r: Reader, i: int) -> bool:
    return r.word(i) not in (":", "/", "-", "am", "pm", "oclock", "a", "p", "minutes", "hours") and r.at(i).number is None


def day_number(r: Reader, i: int) -> int | None:
    token = r.at(i)
    fits = token.number is not None and 1 <= token.number <= 31 and token.digits <= 2
    return token.number if fits else None


@rule
def date(r: Reader, i: int) -> Iterator[Reading]:
    """Any one date."""
    yield from _relative(r, i)
    yield from r.all("holiday", i)
    yield from r.all("nth", i)
    yield from r.all("numeric", i)
    yield from _month_day(r, i)
    yield from _day_month(r, i)
    yield from _weekday(r, i)
    yield from _day_of_month(r, i)
    yield from r.all("a_week_today", i)


def _relative(r: Reader, i: int) -> Iterator[Reading]:
    j = r.skip(i, "the")
    after = r.after(j, "day after tomorrow")
    if after:
        yield Day(2), after
    before = r.after(j, "day before yesterday")
    if before:
        yield Day(-2), before
    if r.word(i) in DAYS:
        yield Day(DAYS[r.word(i)]), r.skip(i + 1, "'s") if r.word(i + 2) in WEEKDAYS else i + 1
    if j > i and r.word(j) == "day" and r.word(j + 1) in ("before", "after") and r.all("date", j + 2):
        for anchor, end in r.all("date", j + 2):
            yield Ahead(Length(((1.0, "day"),)), 1 if r.word(j + 1) == "after" else -1, anchor), end
    elif j > i and r.word(j) == "day" and r.word(j + 1) in ("before", "after") and r.at(j + 2).number is None:
        yield Day(1 if r.word(j + 1) == "after" else -1), j + 2
    named = r.after(i, "the day", "this day", "current date", "the current date")
    if named:
        yield Day(0), named


def _which(r: Reader, i: int) -> tuple[str | None, int]:
    """next, last, this past, this upcoming: (which, index after)."""
    j = r.skip(i, "the") if r.word(i + 1) in WHICH else i
    if r.word(j) == "this" and r.word(j + 1) in ("past", "coming", "upcoming", "last", "next"):
        return ("past" if r.word(j + 1) in ("past", "last") else "coming"), j + 2
    word = r.word(j)
    return (WHICH[word], j + 1) if word in WHICH else (None, i)


def _weekday(r: Reader, i: int) -> Iterator[Reading]:
    """[next] Friday [the 13th]."""
    which, j = _which(r, i)
    weekday = weekday_at(r, j)
    if weekday is None:
        return
    end = r.skip(j + 1, "'s")
    end = r.skip(end, ".") if r.at(end).glued and len(r.word(j)) <= 4 and r.word(end + 1) else end
    yield Cal(weekday=weekday, which=which), end
    k = r.skip(r.skip(end, ","), "the")
    day = day_number(r, k)
    bare = day is not None and not r.at(k).ordinal
    if day is not None and (not bare or (r.at(k).digits == 2 and day > 12 and _free(r, k + 1))):
        yield Cal(weekday=weekday, day=day, which=which), k + 1


def _free(r: Reader, i: int) -> bool:
    """Nothing at i makes the number before it something else than a day."""
    return r.word(i) not in (":", "/", "-", "am", "pm", "oclock", "a", "p", "%", "hundred", "thousand") and r.word(i) not in UNITS


def _month_day(r: Reader, i: int) -> Iterator[Reading]:
    """June 5, June the 5th, Dec31, next April 6th; a year may follow."""
    which, j = _which(r, i)
    month = month_at(r, j)
    if month is None:
        return
    k = r.skip(j + 1, ".") if r.at(j + 1).glued else j + 1
    k = r.skip(r.skip(r.skip(k, ","), "/", "-"), "the")
    day = day_number(r, k)
    if day is None or not (r.at(k).ordinal or _free(r, k + 1) or r.word(k + 1) in ("-", "/")):
        return
    yield from _with_year(r, Cal(month=month, day=day, which=which), k + 1, short=r.at(k).ordinal)


def _with_year(r: Reader, cal: Cal, i: int, short: bool = False) -> Iterator[Reading]:
    j = r.skip(i, "-", "/") if r.at(i).glued and r.at(i + 1).glued else i
    year = year_at(r, j, short)
    if year:
        yield Cal(year[0], cal.month, cal.day), year[1]
    yield cal, i


def _day_month(r: Reader, i: int) -> Iterator[Reading]:
    """The 5th of June, 5 June, twenty third day of September; a year may follow."""
    which, j = _which(r, i)
    j = r.skip(j, "the")
    day = day_number(r, j)
    if day is None or r.word(j - 1) in (":", "$"):
        return
    k = j + 1
    k = k + 1 if r.word(k) == "day" and r.word(k + 1) == "of" else k
    k = r.skip(r.skip(k, "of"), "the") if r.word(k) == "of" else r.skip(k, "-", "/")
    month = month_at(r, k)
    if month is not None:
        yield from _with_year(r, Cal(month=month, day=day, which=which), r.skip(k + 1, ".") if r.at(k + 1).glued else k + 1)


def _day_of_month(r: Reader, i: int) -> Iterator[Reading]:
    """The 21st; on the 17."""
    j = r.skip(i, "the")
    day = day_number(r, j)
    if day is None or r.word(j + 1) in UNITS or month_at(r, j + 1) is not None:
        return
    if r.at(j).ordinal and (j > i or r.word(i - 1) in ("on", "by", "until", "till", "from", "to", "through", "between", "and", "-")):
        if r.at(j).digits or (j > i and _stands_alone(r, j + 1)) or j == i:
            yield Cal(day=day), j + 1
    elif j > i and r.at(j).digits and r.word(i - 1) in ("on", "by", "until") and _free(r, j + 1):
        yield Cal(day=day), j + 1


def _stands_alone(r: Reader, i: int) -> bool:
    """ "the first" is a date only where no thing of which there may be a first follows."""
    return i >= len(r.tokens) or not r.word(i)[0].isalpha() or r.word(i) in ("at", "of", "in", "from", "to", "till", "until", "and", "by")


@rule
def numeric(r: Reader, i: int) -> Iterator[Reading]:
    """Dates in digits: 5/12, 29/03, 7.6, 2018-7-6, 10-1-2018, 23/08/39, 20161016, 2019/aug/01."""
    _, start = _which(r, i) if r.word(i) in ("this", "next") else (None, i)
    which = WHICH.get(r.word(i)) if start > i else None
    token = r.at(start)
    if token.digits == 8 and token.number is not None:
        year, rest = divmod(token.number, 10_000)
        if 1900 <= year <= 2199 and 1 <= rest // 100 <= 12 and 1 <= rest % 100 <= 31:
            yield Cal(year, rest // 100, rest % 100), start + 1
        return
    fields, signs = _fields(r, start)
    if len(fields) == 3 and signs[0] == signs[1]:
        cal = _three(r, start, fields, 1 if signs[0] == " " else 2)
        if cal:
            yield cal, start + (3 if signs[0] == " " else 5)
    if len(fields) > 1 and signs[0] != " " and not (signs[0] == "-" and _is_clock_range(r, start)):
        cal = _two(fields, r.at(start).digits, r.at(start + 2).digits, signs[0])
        if cal:
            yield (Cal(cal.year, cal.month, cal.day, which=which) if which else cal), start + 3


def _is_clock_range(r: Reader, i: int) -> bool:
    """9-11 is a range of hours, and 2014-2018 one of years, unless a weekday stands before it or it is a month of a year."""
    if r.at(i).digits == 4 or r.at(i + 2).digits == 4:
        return r.at(i).digits == r.at(i + 2).digits
    return weekday_at(r, i - 1) is None and r.word(i) not in MONTHS and r.word(i + 2) not in MONTHS


def _fields(r: Reader, i: int) -> tuple[list[int | str], list[str]]:
    """Two or three numbers or month names joined by signs without a gap; or by blanks when a year comes first."""
    if r.at(i).digits == 4 and r.at(i + 1).digits in (1, 2) and r.at(i + 2).digits in (1, 2) and not r.at(i + 1).glued:
        return [r.at(i + n).number or 0 for n in range(3)], [" ", " "]
    fields: list[int | str] = []
    signs: list[str] = []
    j = i
    while len(fields) < 3:
        token = r.at(j)
        if token.digits and token.number is not None and not token.ordinal and token.digits <= 4:
            fields.append(token.number)
        elif token.text in MONTHS:
            fields.append(token.text)
        else:
            break
        sign = r.at(j + 1)
        if sign.text not in ("/", "-", ".") or not (sign.glued and r.at(j + 2).glued):
            break
        signs.append(sign.text)
        j += 2
    return fields, signs[: len(fields) - 1]


def _three(r: Reader, i: int, fields: list[int | str], stride: int) -> Cal | None:
    digits = [r.at(i + stride * n).digits for n in range(3)]
    months = [n for n, f in enumerate(fields) if isinstance(f, str)]
    numbers = [f for f in fields if isinstance(f, int)]
    if len(months) > 1:
        return None
    if months:
        long = [f for f in numbers if f > 31]
        month = MONTHS[str(fields[months[0]])]
        year = long[0] if long else full_year(2, numbers[1])
        day = next((f for f in numbers if f != year), 0) if long else numbers[0]
        return _checked(year, month, day)
    a, b, c = numbers
    if a > 31:
        return _checked(a, b, c)
    year = full_year(digits[2], c)
    month, day = (a, b) if _HOUSE.month_first else (b, a)
    return _checked(year, month, day) or _checked(year, day, month)


def _checked(year: int, month: int, day: int) -> Cal | None:
    return Cal(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 and 1000 <= year <= 2999 else None


def _two(fields: list[int | str], first: int, last: int, sign: str) -> Cal | None:
    a, b = fields[:2]
    if isinstance(a, str) and isinstance(b, str):
        return None
    if isinstance(a, str) and isinstance(b, int):
        return Cal(b, MONTHS[a]) if last == 4 else Cal(month=MONTHS[a], day=b) if 1 <= b <= 31 else None
    if isinstance(b, str) and isinstance(a, int):
        return Cal(a, MONTHS[b]) if first == 4 else Cal(month=MONTHS[b], day=a) if 1 <= a <= 31 else None
    assert isinstance(a, int) and isinstance(b, int)
    if last == 4 or first == 4:
        month, year = (a, b) if last == 4 else (b, a)
        return Cal(year, month) if 1 <= month <= 12 and 1900 <= year <= 2199 else None
    if sign == "." and last == 2 and b >= 30:
        return None
    month, day = (a, b) if _HOUSE.month_first and a <= 12 else (b, a)
    return Cal(month=month, day=day) if 1 <= month <= 12 and 1 <= day <= 31 else None
