"""Days, times of day and parts of the day told one after another, in any order, as one moment."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.readers.dates import weekday_at
from services.understanding.when.values.days import Node
from services.understanding.when.values.lengths import Ahead, Period
from services.understanding.when.values.moments import ClockTime, Moment
from services.understanding.when.values.subdivisions import Nth
from services.understanding.when.words.lexicon import PLURALS, UNITS, WEEKDAYS
from services.understanding.words import word_set

_BETWEEN = word_set(", at on @ - around about of in ( the for sometime starting ko ki ke par")
_BEFORE_A_TIME = word_set("at around about @ by before after until till from since circa than between as")
_DAYS_ON_END = ("weekdays", "workdays", "weekends", "daily")
_RANGE_SIGNS = ("to", "-", "till", "until", "through", "~", "–")


@rule
def moment(r: Scanner, i: int) -> Iterator[Reading]:
    """One moment or day, of as many pieces as go together."""
    for piece, j in _pieces(r, i):
        yield piece, j
        for k in _next_places(r, j):
            for rest, end in r.all("moment", k):
                if _unfit(r, piece, rest, k):
                    continue
                merged = piece.merge(rest)
                if merged is not None:
                    yield merged, end + (r.word(end) == ")" and r.word(k - 1) == "(")


def _next_places(r: Scanner, j: int) -> list[int]:
    """Where the next piece may begin: at once, or after one or two joining words."""
    places = [j]
    while r.word(places[-1]) in _BETWEEN and len(places) < 4:
        places.append(places[-1] + 1)
    return places


def _unfit(r: Scanner, piece: Moment, rest: Moment, k: int) -> bool:
    """A bare number is a time only after a word that says so, or before a part of the day."""
    if rest.clock is not None and not rest.clock.strong and rest.bare and r.word(k - 1) not in _BEFORE_A_TIME:
        return rest.clock.minute == 0 and r.at(k + 1).number is None and not _ends_behind_day(r, k)
    if piece.clock is not None and not piece.clock.strong and rest.part is None:
        return r.word(_start_of(r, k)) not in _BEFORE_A_TIME and piece.clock.minute == 0
    return False


def _ends_behind_day(r: Scanner, k: int) -> bool:
    """Monday ten, tomorrow eight: nothing else is said behind it."""
    day, behind = r.word(k - 1), r.word(k + 1)
    return (day in WEEKDAYS or day in ("tomorrow", "today", "tonight")) and not behind[:1].isalnum()


def _start_of(r: Scanner, k: int) -> int:
    j = k - 1
    while j >= 0 and (r.word(j) in _BETWEEN or r.at(j).number is not None) and r.word(j) not in _BEFORE_A_TIME:
        j -= 1
    return j


def _pieces(r: Scanner, i: int) -> Iterator[tuple[Moment, int]]:
    for node, j in r.all("date", i):
        yield Moment(date=node), j
    for node, j in r.all("reach", i):
        if isinstance(node, Ahead) and not node.length.exact:
            yield Moment(date=node), j
    yield from r.all("part", i)
    yield from r.all("hours", i)
    for clock, j in r.all("clock", i):
        if not (r.at(j).text in ("%", "/") or r.at(i - 1).text in ("$", "/", "#")):
            yield Moment(clock=clock), j
    yield from _split_nth(r, i)
    for node, j in r.all("period", i):
        if _may_join(node):
            yield Moment(date=node), j


def _split_nth(r: Scanner, i: int) -> Iterator[tuple[Moment, int]]:
    """The first Monday evening of next month; the last Friday 1 pm to 3 pm of March."""
    j = r.skip(i, "the")
    n = -1 if r.word(j) == "last" else r.at(j).number if r.at(j).ordinal else None
    weekday = weekday_at(r, j + 1) if n else None
    if n is None or weekday is None:
        return
    for name in ("part", "hours", "clock"):
        for told, k in r.all(name, r.skip(j + 2, "at")):
            for whole, end in r.all("period", k + 1) if r.word(k) in ("of", "in") else []:
                day = Moment(date=Nth(n, str(weekday), whole))
                merged = day.merge(Moment(clock=told) if isinstance(told, ClockTime) else told)
                if merged:
                    yield merged, end


def _may_join(node: Node) -> bool:
    return isinstance(node, Period | Nth)


@rule
def hours(r: Scanner, i: int) -> Iterator[Reading]:
    """From nine to eleven, between 2 and 4:30 pm, 9-11: two times of one day."""
    opening = r.word(i) in ("from", "between")
    j = i + opening
    for first, k in r.all("clock", j):
        second_at = r.skip(k, *_RANGE_SIGNS, *(("and",) if r.word(i) == "between" else ()))
        if second_at == k or not _opens_hours(r, i):
            continue
        if not opening and is_minutes_to(r, i, k):
            continue
        second_at = r.skip(second_at, "around", "about")
        for last, end in r.all("clock", second_at):
            if r.word(end) in ("%", "/", "$") or (r.word(end) == "-" and r.at(end + 1).digits):
                continue
            if opening or first.strong or last.strong or (_plain(r, i, end) and r.word(end) not in UNITS):
                yield Moment(hours=(first, last)), end


def is_minutes_to(r: Scanner, i: int, k: int) -> bool:
    """Ten to six is ten minutes before it, not from ten on; "10 to 6" is not said so. Behind a day, ten to eleven is an
    hour.
    """
    hour_long = r.at(k + 1).number == (r.at(i).number or 0) + 1 and _after_day(r, i)
    spelled = k == i + 1 and not r.at(i).digits and r.word(k) == "to"
    return spelled and not hour_long and r.at(i).number in (5, 10, 20, 25)


def _opens_hours(r: Scanner, i: int) -> bool:
    return r.word(i - 1) not in ("$", "/", "-", ".") or not r.at(i).glued


def _plain(r: Scanner, i: int, end: int) -> bool:
    """Two small numbers are hours only beside a day."""
    return bool(r.all("date", end)) or any(isinstance(n, Moment) for n, _ in r.all("part", end)) or _after_day(r, i)


def _after_day(r: Scanner, i: int) -> bool:
    i -= r.word(i - 1) == ","
    if r.word(i - 1) in _BEFORE_A_TIME:
        return False
    if r.word(i - 1) in PLURALS or r.word(i - 1) in _DAYS_ON_END:
        return True
    return any(j == i for start in range(max(0, i - 4), i) for name in ("date", "part") for _, j in r.all(name, start))
