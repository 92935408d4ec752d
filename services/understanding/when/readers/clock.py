"""Times of day: 9, nine thirty, half past four, 7:45 p.m., noon, 0730."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.values.moments import ClockTime
from services.understanding.when.words.lexicon import DAYS, PARTS, PARTS_OF_TODAY, WEEKDAYS
from services.understanding.words import word_set

_BEFORE_DIGITS = word_set("at around about by before after since @ from between to and - until till")
_AFTER_DIGITS = word_set("""in this at on to till until through and for with or please next sharp every each if when
    that then""")
_AFTER_DIGITS = _AFTER_DIGITS.union(PARTS_OF_TODAY, DAYS, WEEKDAYS, ("am", "pm", "instead"))
_NAMED = {"noon": 12, "midday": 12, "midnight": 0}


@rule
def clock(r: Scanner, i: int) -> Iterator[Reading]:
    """A time of day."""
    start = r.skip(i, "exactly", "sharp")
    if r.word(start) == "12" and r.word(start + 1) in _NAMED:
        start += 1
    if r.word(start) in _NAMED:
        yield ClockTime(_NAMED[r.word(start)], sure=True), start + 1
    if r.hindi:
        yield from r.all("hindi_clock", i)
    yield from r.all("custom_clock", i)
    yield from _past_or_to(r, start)
    yield from _written(r, start)
    yield from _spoken(r, start)


def _half(r: Scanner, i: int, before_digits: bool) -> tuple[str, int] | None:
    """am or pm at i, in any spelling; "a" and "p" alone only when glued to digits."""
    word = r.word(i)
    if word in (".", "-") and r.at(i).glued and r.word(i + 1) in ("am", "pm"):
        return r.word(i + 1), i + 2
    if word in ("am", "pm"):
        return word, i + 1
    if word in ("a", "p"):
        j = r.skip(i + 1, ".")
        if r.word(j) == "m":
            return word + "m", r.skip(j + 1, ".") if r.at(j + 1).glued or j > i + 1 else j + 1
        if before_digits and r.at(i).glued:
            return word + "m", i + 1
    return None


def _hour(r: Scanner, i: int) -> int | None:
    token = r.at(i)
    return token.count if token.count in range(25) and token.digits <= 2 else None


def _written(r: Scanner, i: int) -> Iterator[Reading]:
    """9, 9:30, 9.30pm, 17:49:19, 0730, 500 am."""
    token, hour = r.at(i), _hour(r, i)
    yield from _without_colon(r, i)
    if hour is None or r.at(i - 1).text in ("$", "#") or (r.word(i - 1) == "." and token.glued and r.at(i - 2).digits):
        return
    parted = token.digits and r.word(i + 1) in (":", ".") and r.at(i + 1).glued
    if parted and r.at(i + 2).glued and r.at(i + 2).digits == 2:
        yield from _with_minutes(r, i, hour)
        return
    yield from _with_h(r, i, hour)
    half = _half(r, i + 1, token.digits > 0)
    if half and 1 <= hour <= 12:
        yield ClockTime(hour, half=half[0]), half[1]
    elif half and hour > 12:
        yield ClockTime(hour, sure=True), half[1]
    if r.word(i + 1) == "oclock":
        half = _half(r, i + 2, False)
        yield ClockTime(hour, half=half[0] if half else None, sure=hour > 12), half[1] if half else i + 2
    ish = r.skip(i + 1, "-") if r.at(i + 1).glued else i + 1
    if r.word(ish) == "ish" and r.at(ish).glued:
        yield ClockTime(hour, sure=hour > 12), ish + 1
    yield ClockTime(hour, sure=hour > 12 or hour == 0, strong=False), i + 1


def _without_colon(r: Scanner, i: int) -> Iterator[Reading]:
    """0730, 500 am, 1930 hours, at 730; at twenty one thirty."""
    token = r.at(i)
    if token.number is None or token.ordinal:
        return
    big, small = divmod(token.number, 100)
    if not token.digits and 13 <= big < 24 and small < 60 and r.word(i - 1) == "at":
        yield ClockTime(big, small, sure=True, strong=False), i + 1
    half, hours = _half(r, i + 1, True), r.word(i + 1) in ("hours", "hrs")
    if token.digits not in (3, 4) or small >= 60 or big > (12 if half else 24):
        return
    year = token.digits == 4 and 1900 <= token.number <= 2199 and r.word(i - 1) != "at" and not hours
    if half:
        yield ClockTime(big, small, half=half[0]), half[1]
    elif token.digits == 4 and not year:
        sure = hours or big == 0 or big > 12 or token.text[0] == "0"
        yield ClockTime(big, small, sure=sure, strong=hours), i + 1 + hours
    elif token.digits == 3 and big and _is_time(r, i):
        yield ClockTime(big, small, strong=False), i + 1


def _is_time(r: Scanner, i: int) -> bool:
    """Whether three digits are a time: "at 730", "from 730 to 830 in the evening"; not 730 grams, 450 of money."""
    before, after = r.word(i - 1), r.word(i + 1)
    if after[:1].isalpha() and after not in _AFTER_DIGITS:
        return False
    if before in ("at", "@") or (before in ("until", "till") and (r.at(i).number or 0) % 100):
        return True
    if before in _BEFORE_DIGITS:  # "around 500" may be a price, "by 500" a sum, "from 300 to 500" anything
        return any(
            r.word(j) in DAYS or r.word(j) in ("am", "pm") or bool(r.all("part", j)) for j in range(i + 1, i + 4)
        )
    ahead = after == "tomorrow" or (after in ("in", "at") and bool(r.all("part", i + 1)))
    return ahead and (before == "for" or i == 0 or before in DAYS or before in WEEKDAYS or before in PARTS)


def _with_h(r: Scanner, i: int, hour: int) -> Iterator[Reading]:
    """At 15h30."""
    minutes = r.at(i + 2)
    joined = r.at(i).digits and r.word(i + 1) == "h" and r.at(i + 1).glued and minutes.glued and minutes.digits == 2
    if joined and r.word(i - 1) in _BEFORE_DIGITS and (minutes.number or 0) < 60:
        yield ClockTime(hour, minutes.number or 0, sure=True), i + 3


def _with_minutes(r: Scanner, i: int, hour: int) -> Iterator[Reading]:
    minute, second, j = r.at(i + 2).number or 0, None, i + 3
    if r.word(j) == ":" and r.at(j).glued and r.at(j + 1).digits == 2 and (r.at(j + 1).number or 0) < 60:
        second, j = r.at(j + 1).number, j + 2
    if minute >= 60:
        return
    half = _half(r, j, True)
    dotted = r.word(i + 1) == "."
    sure = hour > 12 or hour == 0
    if half and hour <= 12:
        yield ClockTime(hour, minute, second, half[0]), half[1]
    elif not (dotted and r.word(j) in (".", "/") and r.at(j + 1).digits):
        yield ClockTime(hour, minute, second, sure=sure, strong=not dotted), j


def _spoken(r: Scanner, i: int) -> Iterator[Reading]:
    """Nine thirty, seven oh five; twenty hundred stays a number."""
    hour, j = _hour(r, i), i + 2
    token = r.at(i)
    if token.number in range(0, 2401, 100) and not token.digits and r.word(i + 1) == "hours":
        yield ClockTime((token.number or 0) // 100 % 24, sure=True), i + 2
    if r.word(i + 1) == "-" and r.at(i + 1).glued and r.at(j).glued and not r.at(i).digits:
        j += 1
    minutes = r.at(j - 1)
    if hour is None or hour == 0 or (r.at(i).digits and not minutes.digits):
        return
    if minutes.text in ("oh", "o") and r.at(j).count in range(10):
        minute, j = r.at(j).number or 0, j + 1
    elif minutes.count in range(10, 60) and (r.at(i).digits == 0 or minutes.digits == 2):
        minute = minutes.number or 0
        if r.at(i).digits and (minutes.glued or r.word(j) in ("/", "-", ":")):
            return
    else:
        return
    j = r.skip(j, "minutes")
    half = _half(r, j, False)
    if half and hour <= 12:
        yield ClockTime(hour, minute, half=half[0]), half[1]
    yield ClockTime(hour, minute, sure=hour > 12, strong=False), j


def _past_or_to(r: Scanner, i: int) -> Iterator[Reading]:
    """Half past four, half nine, a quarter to five, twenty past eight, thirty-six minutes past eight."""
    j = r.skip(i, "a")
    minutes = {"half": 30, "quarter": 15}.get(r.word(j))
    if minutes is None and j == i and r.at(j).count in range(1, 60):
        minutes = r.at(j).number
    if minutes is None:
        return
    bare, j = j + 1, r.skip(j + 1, "minutes", "minute", "mins")
    back = r.word(j) in ("to", "before", "till", "of") and minutes != 30
    side = 1 if r.word(j) in ("past", "after") else -int(back)
    k = j + 1 if side else j
    if not side and r.word(i) != "half":
        return
    if back and j == bare and minutes % 5:
        return  # nine to ten is an hour
    named = _NAMED.get(r.word(k))
    hour = _hour(r, k) if named is None else named or 24
    if hour is None or (not side and hour > 12):
        return
    falls = back and minutes in (20, 25) and 1 <= hour <= 12 and not r.at(i).digits  # "twenty to six" is no range
    total = hour * 60 + (minutes if side >= 0 else -minutes)
    k = r.skip(k + 1, "oclock")
    half = _half(r, k, False) if named is None else None
    hour = total // 60 % 24 or (12 if named is None else 0)
    strong = bool(half) or side > 0 or r.word(i) in ("quarter", "a") or not side or falls
    told = ClockTime(hour, total % 60, half=half[0] if half else None, sure=named is not None, strong=strong)
    yield told, half[1] if half else k
