"""Times told from another time: the day before, an hour later, 15 minutes beforehand, the evening before at six, the
same time.

They mean nothing without that other time, the anchor: a meeting's beginning, a task's deadline, the time last spoken
of. `find_offset` finds one, `apply` places it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.house import House
from services.understanding.when.readers.dates import ASKING, weekday_at
from services.understanding.when.readers.tense import is_over_in_hindi
from services.understanding.when.values.calendar import add_days, aware, shift_exact
from services.understanding.when.values.holidays import names_of
from services.understanding.when.values.lengths import Length
from services.understanding.when.values.moments import Moment
from services.understanding.when.words import hindi
from services.understanding.when.words.lexicon import MEALS, PARTS, UNITS
from services.understanding.words import phrases, word_set

_BEFORE = phrases("""before | beforehand | earlier | prior to | prior | sooner | in advance of | in advance | ahead of |
    ahead of time | ahead""")
_AFTER = phrases("after | afterwards | afterward | later | thereafter")
_MARKS = word_set("""before beforehand earlier prior sooner advance ahead after afterwards afterward later thereafter
    same that""")
_MARKS |= word_set("previous following next of") | hindi.BEFORE | hindi.AFTER
_IT = ("it", "that", "this", "then", "them")
_NO_LENGTH = Length(())
_ANY_YEAR = 2030
_LONGEST = 10
"""Words between the beginning of an offset and the word that makes it one."""
_FARTHEST = 200 * 365 * 86_400.0


@dataclass(frozen=True, slots=True)
class Offset:
    """How far from its anchor a time is. `span` is [first, after last) in characters."""

    span: tuple[int, int]
    length: Length = _NO_LENGTH
    sign: int = 0
    """-1: before the anchor, 1: after it, 0: on its day."""
    weekday: int | None = None
    """The nearest such day before or after the anchor's."""
    at: time | None = None
    """The time of day, if it was told: the evening before, the day before at five."""
    part: str | None = None
    """The part of the day, if that was told."""
    loose: bool = False
    """The words also mean something without an anchor, counted from now: an hour later, the next day."""


def find_offset(text: str, house: House | None = None) -> Offset | None:
    """The first such expression. What names its anchor ("an hour before noon") is for `find`."""
    house = house or House()
    reader = Scanner(text, house, names_of(house.country, _ANY_YEAR))
    return next(iter(offsets_in(reader)), None)


def apply(offset: Offset, anchor: datetime, day: date | None = None) -> datetime:
    """The instant meant. `anchor` is zone-aware; `day`, if told apart ("tomorrow at the same time"), takes the place of
    the anchor's.

    Days move the wall clock, so that nine stays nine; hours and minutes are elapsed time. A time that the clocks skip
    is moved past the gap. Outside the calendar it stays at the anchor.
    """
    start = aware(datetime.combine(day, anchor.time()), anchor.tzinfo) if day else anchor
    if offset.weekday is not None:
        ahead = (offset.weekday - start.weekday()) % 7
        days = (ahead or 7) if offset.sign > 0 else ahead - 7
        moved = add_days(start.date(), days)
        placed = aware(datetime.combine(moved, start.time()), anchor.tzinfo) if moved else anchor
    elif offset.length.exact:
        placed = offset.length.from_moment(start, offset.sign) or anchor
    else:
        moved = offset.length.from_day(start.date(), offset.sign)
        placed = aware(datetime.combine(moved, start.time()), anchor.tzinfo) if moved else anchor
    if offset.at is not None:
        placed = aware(datetime.combine(placed.date(), offset.at), anchor.tzinfo)
    return shift_exact(placed, 0) or anchor


def offsets_in(r: Scanner) -> list[Offset]:
    """Every one of a text, in order, none overlapping."""
    marks = [k for k, token in enumerate(r.tokens) if token.text in _MARKS]
    found: list[Offset] = []
    i = 0
    while marks and i < len(r.tokens):
        marks = marks if marks[0] >= i else [k for k in marks if k >= i]
        best = r.best("offset", i) if marks and marks[0] - i <= _LONGEST else None
        if best is None:
            i += 1
            continue
        told, end = best
        found.append(replace(told, span=(r.at(i).start, r.at(end - 1).end)))
        i = end
    return found


@rule
def offset(r: Scanner, i: int) -> Iterator[Reading]:
    """A time told from another, and its time of day before or after it."""
    for told, j in r.all("offset_core", i):
        yield told, j
        for moment, end in r.all("moment", r.skip(j, "at", "in", ",")) if not told.length.exact else []:
            at = _time(r, moment, told.part)
            if at and (told.at is None or moment.clock):
                yield replace(told, at=at), end
    for moment, j in r.all("moment", i):
        at = _time(r, moment)
        for told, end in r.all("offset_core", r.skip(j, "on", ",")) if at else []:
            if not told.length.exact and (told.at is None or moment.clock):
                yield replace(told, at=at), end


@rule
def offset_core(r: Scanner, i: int) -> Iterator[Reading]:
    """A time told from another."""
    yield from _counted(r, i)
    yield from _neighbour(r, i)
    yield from _part(r, i)
    yield from _same(r, i)


def _counted(r: Scanner, i: int) -> Iterator[Reading]:
    """Two days earlier, an hour before, 15 minutes beforehand, the week after."""
    for told, j in r.all("length", i):
        if told.seconds <= _FARTHEST and r.word(i - 1) not in ("in", "within"):
            yield from _sided(r, Offset((0, 0), told), j, i)
    yield from _counted_in_hindi(r, i) if r.hindi else ()
    unit = UNITS.get(r.word(i + 1))
    if r.word(i) == "the" and unit and unit not in ("second", "quarter"):
        yield from _sided(r, Offset((0, 0), Length(((1.0, unit),))), i + 2, i)


def _counted_in_hindi(r: Scanner, i: int) -> Iterator[Reading]:
    """Meeting se ek ghanta pehle, uske do din baad."""
    for told, j in r.all("hindi_length", i):
        anchored = r.word(i - 1) in ("se", "ke", "uske", "iske", "usse", "isse")
        if r.word(j) in hindi.BEFORE and (anchored or (len(r.tokens) > j + 1 and not is_over_in_hindi(r))):
            yield Offset((0, 0), told, -1), j + 1
        elif r.word(j) in hindi.AFTER:
            yield Offset((0, 0), told, 1, loose=not anchored), j + 1


def _sided(r: Scanner, told: Offset, j: int, first: int) -> Iterator[Reading]:
    for sign, ways in ((-1, _BEFORE), (1, _AFTER)):
        k = r.after(j, *ways)
        if k is None or (sign > 0 and r.word(first - 1) == "for") or _is_anchored(r, k):
            continue
        # Asked of nothing that was named ("what happened the day before?") it counts from today.
        loose = r.word(j) == "later" or (r.word(0) in ASKING and j == first + 2 and r.word(first + 1) == "day")
        yield (
            replace(told, sign=sign, loose=loose),
            k + (r.word(k) in _IT and r.word(k - 1) in ("before", "after", "of", "to")),
        )


def _is_anchored(r: Scanner, i: int) -> bool:
    """Whether a time follows from which it counts: an hour before noon, after lunch; "the week after next"."""
    return bool(
        r.all("moment", i) or r.all("anchor", i) or r.word(i) in MEALS or r.word(i) in ("next", "last", "work", "now")
    )


def _neighbour(r: Scanner, i: int) -> Iterator[Reading]:
    """The Friday before, the following day, the previous week."""
    if r.word(i) != "the":
        return
    weekday = weekday_at(r, i + 1)
    if weekday is not None:
        yield from _sided(r, Offset((0, 0), weekday=weekday), i + 2, i)
    sign = {"previous": -1, "following": 1, "next": 1}.get(r.word(i + 1))
    unit = r.word(i + 2)
    if sign and unit == "day":
        yield Offset((0, 0), Length(((1.0, "day"),)), sign, loose=True), i + 3


def _part(r: Scanner, i: int) -> Iterator[Reading]:
    """The night before, the morning after, the morning of, that evening."""
    part = PARTS.get(r.word(i + 1))
    if part is None or r.word(i) not in ("the", "that"):
        return
    at = r.house.parts[part][0]
    if r.word(i) == "that":
        yield Offset((0, 0), at=at, part=part), i + 2
    elif r.word(i + 2) == "of" and not _is_anchored(r, i + 3):
        yield Offset((0, 0), at=at, part=part), i + 3 + (r.word(i + 3) in _IT)
    else:
        yield from _sided(r, Offset((0, 0), Length(((1.0, "day"),)), at=at, part=part), i + 2, i)


def _same(r: Scanner, i: int) -> Iterator[Reading]:
    """The same time, that same day, at that time."""
    j = r.skip(i, "the", "that")
    if r.word(j) == "same" and r.word(j + 1) in ("time", "day", "hour"):
        yield Offset((0, 0)), j + 2
    elif r.word(i) == "the" and r.word(i + 1) == "day" and r.word(i + 2) == "of" and not _is_anchored(r, i + 3):
        yield Offset((0, 0)), i + 3 + (r.word(i + 3) in _IT)
    elif r.word(i) == "that" and (
        r.word(i + 1) == "day" or (r.word(i + 1) == "time" and r.word(i - 1) in ("at", "on", "by", "before", "until"))
    ):
        yield Offset((0, 0)), i + 2


def _time(r: Scanner, moment: Moment, part: str | None = None) -> time | None:
    """The time of day that was told alone."""
    if moment.date is not None or moment.hours is not None:
        return None
    if moment.clock is not None:
        clock = moment.clock.under(moment.part.name if moment.part else part)
        return clock.choose(date(2000, 1, 1), None, r.house).time()
    return r.house.parts[moment.part.name][0] if moment.part else None
