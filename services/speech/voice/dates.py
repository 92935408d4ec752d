"""Times and dates as words. Pure; English, as an American voice says them."""

from __future__ import annotations

import re

from services.speech.voice.numerals import Rule, cardinal, ordinal, rule, year

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_DAYS = {"Tues": "Tuesday", "Thur": "Thursday", "Thurs": "Thursday"} | {day[:3]: day for day in _DAYS}

_MONTH = "(?:" + "|".join((*_MONTHS, "Sept", *(month[:3] for month in _MONTHS))) + r")\b\.?"
_ANY_CASE_MONTH = f"(?:{_MONTH}|(?i:(?:{'|'.join(month for month in _MONTHS if month not in ('March', 'May'))})\\b))"
"""march and may are words too; the others are months however they are written."""
_HALF = r"(?:[AaPp]\.\s?[Mm]\.|[AaPp][Mm]\b)"
_CLOCK = (
    rf"(?:(?<![\d:.,/$€£₹¥])\d{{1,2}}:[0-5]\d(?::[0-5]\d)?(?![\d:])(?: ?{_HALF})?|(?<![\d:.,/$€£₹¥])\d{{1,2}} ?{_HALF})"
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(\d{4})(?![\d:])"


def clock(hour: int, minute: int, *, half: str = "", second: int = 0) -> str:
    """The time of day. `half` is "A M", "P M", or "" where none was written: then 13 and later are P M, as one says it
    here.
    """
    if not half:
        if (hour, minute, second) in ((0, 0, 0), (24, 0, 0)):
            return "midnight"
        half = "A M" if hour in (0, 24) else "P M" if hour > 12 else ""
    said = [cardinal(str((hour - 1) % 12 + 1))]
    if minute:
        said.append(f"oh {cardinal(str(minute))}" if minute < 10 else cardinal(str(minute)))
    elif not half:
        said.append("o'clock")
    if second:
        said.append(f"and {second} seconds" if second != 1 else "and 1 second")
    return " ".join((*said, half)).rstrip()


def date(month: int, day: int, in_year: int | None = None) -> str:
    """December fourth, twenty twenty-six."""
    return f"{_MONTHS[month - 1]} {ordinal(day)}" + (f", {year(in_year)}" if in_year is not None else "")


def _clock(match: re.Match[str]) -> str:
    return _said(match.group(), match.string[match.end() :])


def _said(written: str, after: str = "") -> str:
    """One time of day; as written when there is no such time."""
    found = re.fullmatch(rf"(\d+)(?::(\d+))?(?::(\d+))? ?({_HALF})?", written)
    if not found:
        return written
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    if hour > 24 or (hour == 24 and minute):
        return written
    half = f"{found[4][0].upper()} M" if found[4] else ""
    # The dot of "p.m." may end the sentence as well.
    ends = written.endswith(".") and re.match(r"\s*$|\s+[A-Z]", after)
    return clock(hour, minute, half=half, second=second) + ("." if ends else "")


def _clock_range(match: re.Match[str]) -> str:
    low, high = match["low"], match["high"]
    first = _said(low) if ":" in low or not low.isdigit() else cardinal(low)
    return f"{first} to {_said(high, match.string[match.end() :])}"


def _iso(match: re.Match[str]) -> str:
    in_year, month, day = int(match[1]), int(match[2]), int(match[3])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return match.group()
    at = f" at {_said(f'{match[4]}:{match[5]}')}" if match[4] else ""
    return date(month, day, in_year) + at


def _written(match: re.Match[str]) -> str:
    """12/4/2026 or 4.12.2026; read out as written where it could mean two days."""
    first, second, mark, in_year = int(match[1]), int(match[3]), match[2], int(match[4])
    in_year += 2000 if in_year < 100 else 0
    if mark == "." or first > 12:
        day, month = first, second
    elif second > 12 or first == second:
        month, day = first, second
    else:
        return f"{cardinal(match[1])} slash {cardinal(match[3])} slash {year(in_year)}"
    return date(month, day, in_year) if 1 <= month <= 12 and 1 <= day <= 31 else match.group()


def _month_of(written: str) -> str:
    short = written.rstrip(".").capitalize()[:3]
    return next(month for month in _MONTHS if month.startswith(short))


def _month_day(match: re.Match[str]) -> str:
    month, day, until, in_year = match.groups()
    if not 1 <= int(day) <= 31:
        return match.group()
    to = f" to {ordinal(int(until))}" if until else ""
    return f"{_month_of(month)} {ordinal(int(day))}{to}" + (f", {year(int(in_year))}" if in_year else "")


def _day_month(match: re.Match[str]) -> str:
    the, day, month, in_year = match.groups()
    if not 1 <= int(day) <= 31:
        return match.group()
    return f"{the or 'the '}{ordinal(int(day))} of {_month_of(month)}" + (f", {year(int(in_year))}" if in_year else "")


def _decade(match: re.Match[str]) -> str:
    return re.sub("y$", "ies", year(int(match[1]))) if match[1][2:] != "00" else f"{year(int(match[1]))}s"


CALENDAR: tuple[Rule, ...] = (
    rule(
        r"(?<![\w-])(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])", _iso
    ),
    rule(r"(?<![\w./])(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d\d)(?![\w/]|\.\d)", _written),
    rule(
        rf"\b({'|'.join(sorted(_SHORT_DAYS, key=len, reverse=True))})\b\.?(?=,? (?:{_MONTH}|\d))",
        lambda m: _SHORT_DAYS[m[1]],
    ),
    rule(rf"\b(the )?{_DAY} (?:of )?({_ANY_CASE_MONTH})(?:,? {_YEAR})?(?!\w)", _day_month),
    rule(
        rf"\b({_ANY_CASE_MONTH}) (?:the )?{_DAY}(?: ?(?:[-–—]|to) ?{_DAY})?(?![\d:.,]*\d)(?! ?{_HALF})(?:,?"
        rf" {_YEAR})?(?!\w)",
        _month_day,
    ),
    rule(rf"\b({_MONTH}),? {_YEAR}(?!\w)", lambda m: f"{_month_of(m[1])} {year(int(m[2]))}"),
    rule(r"\b(Feb|Apr|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?(?=\s|$|,)", lambda m: _month_of(m[1])),
    rule(r"(?<!\w)((?:19|20)\d0)'?s\b", _decade),
)
"""Before times, telephone numbers and numerals."""

TIMES: tuple[Rule, ...] = (
    rule(rf"(?P<low>{_CLOCK}|(?<![\w:.,/$€£₹¥])\d{{1,2}}) ?[-–—] ?(?P<high>{_CLOCK})", _clock_range),
    rule(_CLOCK, _clock),
    rule(r"(?<![\w:])(\d+):(\d+)(?![\w:])", lambda m: f"{cardinal(m[1])} to {cardinal(m[2])}"),
)
"""Before telephone numbers and numerals."""
