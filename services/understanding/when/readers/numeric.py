"""Dates in digits: 5/12, 29/03, 7.6, 2018-7-6, 10-1-2018, 23/08/39, 20161016, 2019/aug/01."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.readers.dates import full_year, weekday_at, which_at
from services.understanding.when.values.days import Cal
from services.understanding.when.words.lexicon import MONTHS, WHICH
from services.understanding.words import word_set


@rule
def numeric(r: Scanner, i: int) -> Iterator[Reading]:
    """Dates in digits: 5/12, 29/03, 7.6, 2018-7-6, 10-1-2018, 23/08/39, 20161016, 2019/aug/01."""
    _, start = which_at(r, i) if r.word(i) in ("this", "next") else (None, i)
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
    hours = signs[:1] == ["-"] and _is_clock_range(r, start)
    if len(fields) > 1 and signs[0] != " " and not hours and _is_date(r, i, start, signs[0]):
        cal = _two(r, fields, r.at(start).digits, r.at(start + 2).digits, signs[0])
        if cal:
            yield (Cal(cal.year, cal.month, cal.day, which=which) if which else cal), start + 3
            told = r.at(start + 4)
            year = told.digits == 4 and 1900 <= (told.number or 0) <= 2199
            if year and r.word(start + 3) == "," and cal.day and not cal.year:
                yield Cal(told.number, cal.month, cal.day), start + 5


_BEFORE_DIGITS = word_set("""on by before after since until till from this next to between and due - through around for
    at""")
_FRACTIONS = frozenset(((1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 8)))


def _is_date(r: Scanner, i: int, start: int, sign: str) -> bool:
    """3.5 and 1/2 are dates only behind a word or a weekday that says so, or where nothing else was said."""
    fraction = (r.at(start).number, r.at(start + 2).number) in _FRACTIONS
    if sign != "." and not fraction:
        return True
    return r.word(i - 1) in _BEFORE_DIGITS or weekday_at(r, i - 1) is not None or len(r.tokens) == 3 or start > i


def _is_clock_range(r: Scanner, i: int) -> bool:
    """9-11 is a range of hours and 2014-2018 one of years, but not behind a weekday or as a month of a year."""
    if r.at(i).digits == 4 or r.at(i + 2).digits == 4:
        return r.at(i).digits == r.at(i + 2).digits
    ascending = (r.at(i).number or 0) < (r.at(i + 2).number or 0)
    return (ascending or weekday_at(r, i - 1) is None) and r.word(i) not in MONTHS and r.word(i + 2) not in MONTHS


def _fields(r: Scanner, i: int) -> tuple[list[int | str], list[str]]:
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


def _three(r: Scanner, i: int, fields: list[int | str], stride: int) -> Cal | None:
    digits = [r.at(i + stride * n).digits for n in range(3)]
    months = [n for n, f in enumerate(fields) if isinstance(f, str)]
    numbers = [f for f in fields if isinstance(f, int)]
    if len(months) > 1:
        return None
    if months:
        long = [f for f in numbers if f > 31]
        month = MONTHS[str(fields[months[0]])]
        year = long[0] if long else full_year(r, 2, numbers[1])
        day = next((f for f in numbers if f != year), 0) if long else numbers[0]
        return _checked(year, month, day)
    a, b, c = numbers
    if a > 31:
        return _checked(a, b, c)
    year = full_year(r, digits[2], c)
    month, day = (a, b) if r.house.month_first else (b, a)
    return _checked(year, month, day) or _checked(year, day, month)


def _checked(year: int, month: int, day: int) -> Cal | None:
    return Cal(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 and 1000 <= year <= 2999 else None


def _two(r: Scanner, fields: list[int | str], first: int, last: int, sign: str) -> Cal | None:
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
    month, day = (a, b) if r.house.month_first and a <= 12 else (b, a)
    return Cal(month=month, day=day) if 1 <= month <= 12 and 1 <= day <= 31 else None
