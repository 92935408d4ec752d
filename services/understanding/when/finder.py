"""All time expressions of a text, longest first from the left."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.understanding.base import Found
from services.understanding.when.grammar import Scanner
from services.understanding.when.house import House
from services.understanding.when.offsets import offsets_in
from services.understanding.when.readers.tense import looks_back  # the package brings the rules
from services.understanding.when.values.calendar import aware, month_days
from services.understanding.when.values.days import Cal, Ref, Stretch
from services.understanding.when.values.holidays import names_of
from services.understanding.when.values.lengths import Length, Period
from services.understanding.when.values.moments import Moment
from services.understanding.when.values.ranges import Between, HalfStretch, Now, Open
from services.understanding.when.values.repeats import Repeat
from services.understanding.when.values.subdivisions import Nth
from services.understanding.words import phrases, word_set

_FIRST_YEAR, _LAST_YEAR = 3, 9_990
_LEAP_YEAR = 2028
_LAST_HOUR = 24
_BEFORE_WEAK = word_set("at around by @ circa before after until")
_BEHIND_WEAK = word_set("""and to for on in with that then please or pst est cst about regarding concerning at from by
    instead every each because but so if when while""")
_NOWHERE = re.compile(
    r"\b(?:on|by|until|till|before|from) (?:the )?(?:(?:3[2-9]|[4-9]\d)(?:st|nd|rd|th)"
    r"|thirty[- ](?:second|third|fourth|fifth|sixth|seventh|eighth|ninth)|(?:forti|fifti|sixti)eth)"
    r"(?: of (?:(?:this|next|the) month|january|february|march|april|may|june|july|august|september|october|november"
    r"|december))?(?=[\s.,!?]*$|,| at\b)"
    r"|\b(?:at|by|for|until|till) (?:[01]?\d|2[0-4]):[6-9]\d(?![\d:])",
    re.IGNORECASE,
)
"""A day that no month has, a minute that no hour has."""
_ALONE = phrases("repeat | spell | between | bounded_day | half_open | moment | period | reach | soon | length")
"""Rules whose readings may stand by themselves; of equal length the first counts."""
_NOW_WORDS = ("right now", "now", "at present", "at the present time", "at the minute", "at the moment")


def find(text: str, now: datetime, house: House | None = None) -> list[Found]:
    """Time expressions in order, none overlapping. `now` is zone-aware; times that may lie ahead are taken to."""
    assert now.tzinfo is not None, "now needs a zone"
    house = house or House()
    if not _FIRST_YEAR <= now.year <= _LAST_YEAR:  # a clock that runs wild
        return []
    reader, ref = Scanner(text, house, names_of(house.country, now.year)), Ref(now, now.date(), house)
    elsewhere = [told.span for told in offsets_in(reader) if not told.loose]
    nowhere = {each.start(): each.end() for each in _NOWHERE.finditer(text)}
    found: list[Found] = []
    i = 0
    while i < len(reader.tokens):
        if after := nowhere.get(reader.at(i).start):
            found.append(Found((reader.at(i).start, after), "instant", grain="day", exists=False))
            i = next((j for j in range(i, len(reader.tokens)) if reader.at(j).start >= after), len(reader.tokens))
            continue
        hit = _read(reader, i, ref) if reader.may_open(i) and not _in(elsewhere, reader, i) else None
        if hit is None:
            i += 1
            continue
        found.append(hit[0])
        i = hit[1]
    return found


def _in(spans: list[tuple[int, int]], r: Scanner, i: int) -> bool:
    """Whether token i belongs to a time that is told from another one, which only a conversation knows."""
    return any(first <= r.at(i).start < after for first, after in spans)


def _read(r: Scanner, i: int, ref: Ref) -> tuple[Found, int] | None:
    """The longest expression that begins at token i and can be placed on the calendar."""
    now = r.after(i, *_NOW_WORDS, *(("abhi",) if r.hindi else ()))
    candidates: list[tuple[Any, int]] = [(Now(), now)] if now else []
    for name in _ALONE:
        candidates += [(v, j) for v, j in r.all(name, i) if _stands(r, i, name, v, j)]
    candidates.sort(key=lambda c: -c[1])
    for value, j in candidates:
        hit = _place(value, (r.at(i).start, r.at(j - 1).end), replace(ref, past=looks_back(r, i, j)))
        if hit is not None:
            return hit, j
        if _is_no_date(value):
            return Found((r.at(i).start, r.at(j - 1).end), "instant", grain="day", exists=False), j
    if r.word(i + 1) == "oclock" and (r.at(i).count or 0) > _LAST_HOUR:
        return Found((r.at(i).start, r.at(i + 1).end), "instant", grain="minute", exists=False), i + 2
    return None


def _is_no_date(value: Any) -> bool:
    """31 November, with whatever time: a date that no year has."""
    told = value.told if isinstance(value, Open) else value.last if isinstance(value, Between) else value
    date = told.date if isinstance(told, Moment) else None
    day, month = (date.day, date.month) if isinstance(date, Cal) else (None, None)
    return bool(day and month) and not month_days(_LEAP_YEAR, month or 1) >= (day or 1)


def _stands(r: Scanner, i: int, name: str, value: Any, j: int) -> bool:
    """Whether a reading may stand by itself here, and is not a mere number or part of a longer word."""
    if name == "moment":
        assert isinstance(value, Moment)
        if (
            r.word(j) == "of"
            and isinstance(value.date, Cal)
            and value.date.day
            and not value.date.month
            and not value.date.weekday
        ):
            return False  # the first of them
        if value.clock is not None and value.bare and not value.clock.strong:
            if value.clock.minute and i == 0 and j == len(r.tokens):
                return True  # nothing else was said: "ten thirty"
            return r.word(i - 1) in _BEFORE_WEAK and _not_a_count(r, j)
        if isinstance(value.date, Nth) and value.clock is None and value.part is None:
            return True
    if name == "period" or (isinstance(value, Moment) and isinstance(value.date, Period)):
        # "the day of the week" is no time, though "the week" may be one.
        part = r.word(i - 1) == "of" and r.word(i - 2) in ("day", "time", "days")
        return r.word(i) != "of" and not part
    return name != "length" or not (
        r.word(i) == "the" or _is_rate(r, i) or _is_share(r, i, value, j) or _is_counted_apart(r, i, j)
    )


def _is_rate(r: Scanner, i: int) -> bool:
    """ "a day" in "twice a day"."""
    return r.word(i - 1) in ("once", "twice", "thrice", "times", "per")


def _is_share(r: Scanner, i: int, value: Length, j: int) -> bool:
    """Quarters of something else than a year: a quarter pound, three quarters of a cup."""
    quarters = value.parts[0][1] == "quarter"
    return quarters and (r.word(i - 1) not in ("for", "over", "within", "another") or r.word(j) == "of")


def _is_counted_apart(r: Scanner, i: int, j: int) -> bool:
    """ "another ten minutes" and "an extra ten minutes" are ten minutes; "another hour" is one."""
    more = r.word(i) == "another" or r.word(i + 1) in ("extra", "additional")
    return more and any(end == j for k in (i + 1, i + 2) for _, end in r.all("length", k))


def _not_a_count(r: Scanner, j: int) -> bool:
    word = r.word(j)
    return not word or not word[0].isalpha() or word in _BEHIND_WEAK


def _place(value: Any, span: tuple[int, int], ref: Ref) -> Found | None:
    zone = ref.now.tzinfo
    if isinstance(value, Length):
        return Found(span, "duration", grain="second", seconds=value.seconds)
    if isinstance(value, Repeat):
        text, first = value.settle(ref)
        end = value.ends(first, ref) if first else None
        times = (aware(first, zone, ref.now) if first else None, aware(end, zone, ref.now) if end else None)
        return Found(span, "recurrence", *times, grain="minute", rrule=text)
    stretch: Stretch | HalfStretch | None = value.resolve(ref)
    if stretch is None or (stretch.start is None and stretch.end is None):
        return None
    ahead = None if ref.past else ref.now
    start = aware(stretch.start, zone, ahead) if stretch.start else None
    end = aware(stretch.end, zone, ahead) if stretch.end else None
    if isinstance(stretch, Stretch) and stretch.point:
        return Found(span, "instant", start, None, stretch.grain)
    if start and end and end <= start:
        end = start + timedelta(minutes=1)
    return Found(span, "interval", start, end, stretch.grain)
