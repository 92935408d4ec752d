"""Ranges: from Monday to Friday, between 9 and 11 tomorrow, before noon, since May, by Friday, 2018 or later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.readers.dates import day_number, stands_alone, year_at
from services.understanding.when.readers.moments import is_minutes_to
from services.understanding.when.values.days import Cal, Day
from services.understanding.when.values.lengths import Ahead, Period
from services.understanding.when.values.moments import Moment
from services.understanding.when.values.ranges import Between, Now, Open, Spell
from services.understanding.when.values.subdivisions import DayIn, Edge, Nth
from services.understanding.when.words.lexicon import UNITS
from services.understanding.words import phrases

_SIGNS = ("to", "till", "until", "through", "thru", "-", "~", "–", "up to", "and to")
_BEFORE = phrases("""before | no later than | as late as | earlier than | prior to | not later than | < = | < |
    less than""")
_BY = ("by", "until", "till", "up to", "up until", "no later than")
_AFTER = ("after", "later than", ">", "greater than", "year greater than")
_SINCE = phrases("""since | as early as | starting | as of | starting on | starting from | beginning | beginning on |
    > = | from""")
_BOUNDS = (("before", _BEFORE), ("by", _BY), ("after", _AFTER), ("since", _SINCE))
_BOUND_OPENING = frozenset(phrase.split()[0] for _, phrases in _BOUNDS for phrase in phrases)
_STARTING = phrases("""from | starting | starting at | starting on | starting from | beginning | beginning at |
    beginning on""")
_OR_LATER = phrases("""or later | and later | or after | and after | and greater | or greater | or above | and onwards |
    onwards | onward""")


def _sides(r: Scanner, i: int) -> Iterator[tuple[Moment, int]]:
    """What a range may begin or end with."""
    now = r.after(i, "now", "right now", "date", "current date", "today 's date")
    if now:
        yield Moment(date=Now() if "now" in r.word(now - 1) else Day(0)), now
    for node, j in r.all("reach", i):
        yield Moment(date=node), j
    yield from r.all("moment", i)
    for node, j in r.all("period", i):
        yield Moment(date=node), j
    if r.at(i).number is not None:
        yield from _bare_days(r, i)
    elif r.word(i) == "the":
        yield from _bare_days(r, i + 1)


def _bare_days(r: Scanner, i: int) -> Iterator[tuple[Moment, int]]:
    day = day_number(r, i)
    if day is not None and (r.at(i).ordinal or r.at(i).digits):
        year = year_at(r, i + 1)
        if year:
            yield Moment(date=Cal(year[0], day=day)), year[1]
        yield Moment(date=Cal(day=day)), i + 1


@rule
def between(r: Scanner, i: int) -> Iterator[Reading]:
    """A range with both ends."""
    if r.hindi:
        yield from r.all("hindi_between", i)
    opening = r.word(i) in ("from", "between")
    if r.at(i).digits == 4 and r.word(i + 1) == "-" and r.word(i + 2) in ("q", "h"):
        return
    dated = max((end for _, end in r.all("numeric", i)), default=i)
    for first, j in _sides(r, r.skip(i + 1, "around") if opening else i):
        k = r.after(j, *_SIGNS, *(("and",) if r.word(i) == "between" else ()))
        minutes_to = is_minutes_to(r, i, j) or (r.word(j - 2) == "at" and is_minutes_to(r, j - 1, j))
        if k is None or (minutes_to and not opening):
            continue
        for last, end in [*_last_days(r, first, k), *_sides(r, k)]:
            moved = r.word(k - 1) == "to" and not opening and _is_day_to_hour(first, last)
            joined = moved or end <= dated or (r.word(k - 1) == "-" and _is_hyphen(first, last))
            if not joined and (_fits(r, first, last, end, opening=opening) or _are_days(r, first, last, (j, end))):
                yield Between(first, last), end


def _last_days(r: Scanner, first: Moment, k: int) -> Iterator[tuple[Moment, int]]:
    """After a date a bare number is a day before it is an hour: July 13 to 15."""
    if isinstance(first.date, Cal) and first.date.day and first.only_day:
        for last, end in _bare_days(r, r.skip(k, "the")):
            timed = r.word(end) == "oclock" or (r.word(end) in (":", ".") and r.at(end).glued)
            if not timed and r.word(end) not in UNITS:
                yield last, end


def _is_hyphen(first: Moment, last: Moment) -> bool:
    """A dash between a day and its date or its time joins them: Friday-June-15, 22 May - 11:30."""
    one_day = isinstance(first.date, Cal) and first.clock is None and first.part is None
    if not one_day or not isinstance(first.date, Cal):
        return False
    dated = (
        isinstance(last.date, Cal)
        and first.date.weekday is not None
        and first.date.day is None
        and last.date.day is not None
    )
    return dated or (last.date is None and last.clock is not None and last.part is None)


def _is_day_to_hour(first: Moment, last: Moment) -> bool:
    """Whether something of a day is moved to an hour: the meeting tomorrow to eleven."""
    day = first.date is not None and not isinstance(first.date, Now) and first.only_day
    return day and last.date is None and last.clock is not None


def _is_lone(told: Moment) -> bool:
    """The number of a day and nothing else."""
    day = told.date
    return isinstance(day, Cal) and day.day is not None and day.month is None and day.weekday is None and not told.clock


def _are_days(r: Scanner, first: Moment, last: Moment, ends: tuple[int, int]) -> bool:
    """The 13th to the 15th: not "the first to the third", nor the 3rd to the 5th item; `ends`: where each ends."""
    one, two = (r.at(end - 1) for end in ends)
    told = one.ordinal and two.ordinal and one.digits and two.digits
    return _is_lone(first) and _is_lone(last) and bool(told) and stands_alone(r, ends[1])


def _fits(r: Scanner, first: Moment, last: Moment, end: int, *, opening: bool) -> bool:
    """Whether two times make a range; `end` follows the last; `opening`: "from" or "between" comes first."""
    a, b = first.date, last.date
    lone = [_is_lone(first), _is_lone(last)]
    if all(lone):
        return opening and r.at(end - 1).ordinal
    if lone[0] and not (isinstance(b, Cal) and b.month):
        return isinstance(b, DayIn) and b.month is None  # the 3rd to the 10th of next month
    if any(lone) and not (isinstance(a, Cal) and isinstance(b, Cal)):
        return False
    if a is None and b is None and not (first.part or last.part):
        return (
            first.clock is not None and last.clock is not None and (opening or first.clock.strong or last.clock.strong)
        )
    if a is None and first.clock and not first.clock.strong and not (last.clock or opening):
        return False
    return (
        (a is None) == (b is None)
        or first.clock is not None
        or last.clock is not None
        or isinstance(a, Now)
        or isinstance(b, Now)
    )


@rule
def spell(r: Scanner, i: int) -> Iterator[Reading]:
    """From four for thirty minutes, tomorrow from ten for two hours; for an hour from four."""
    opened = r.after(i, *_STARTING)
    for first, j in _sides(r, opened) if opened else ():
        for told, end in r.all("length", r.after(j + 1, "the next") or j + 1) if r.word(j) == "for" else ():
            yield Spell(first, told), end
            for day, last in r.all("moment", r.skip(end, "on")) if first.date is None else ():
                if day.clock is None and day.hours is None and (merged := first.merge(day)):
                    yield Spell(merged, told), last
    for told, j in r.all("length", i) if opened is None else ():
        starts = r.after(j, *_STARTING)
        for first, end in _sides(r, starts) if starts else ():
            # "an hour from four" alone is five o'clock, and "for a week from Friday" a day.
            if r.word(j) != "from" or (r.word(i - 1) == "for" and told.exact and first.clock):
                yield Spell(first, told), end
    if opened is None:
        for day, j in r.all("moment", i):
            if day.clock is None and day.hours is None and r.word(j) in ("from", "starting", "beginning", "for"):
                for told, end in r.all("spell", j + (r.word(j) == "for")):
                    merged = day.merge(told.first)
                    if merged:
                        yield Spell(merged, told.length), end


@rule
def half_open(r: Scanner, i: int) -> Iterator[Reading]:
    """A range with one end."""
    if r.hindi:
        yield from r.all("hindi_half_open", i)
    to_date = r.after(i, "till date", "to date", "up to date")
    if to_date:
        yield Open("before", Moment(date=Day(0))), to_date
    for side, words in _BOUNDS if r.word(i) in _BOUND_OPENING else ():
        j = r.after(i, *words)
        if j is None:
            continue
        j = r.skip(j, "around", "about")
        for told, end in [*_bounds(r, j), *_habits(r, j)]:
            if r.word(end) in UNITS and not r.at(end - 1).ordinal:
                continue  # "by two days" is how long, not two o'clock
            if side != "since" or r.word(j - 1) != "from" or r.word(end) in ("on", "onwards", "onward"):
                side_now = "by" if words is _BEFORE and r.word(i) == "<" and j - i > 1 else side
                told_now = _gone_by(told) if r.word(i) == "since" else told
                yield (
                    Open(side_now, told_now),
                    end + (r.word(end) in ("onwards", "onward") or (side == "since" and r.word(j - 1) == "from")),
                )
    yield from _or_later(r, i)
    yield from _more_than(r, i)


def _habits(r: Scanner, i: int) -> Iterator[tuple[Moment, int]]:
    """A meal or work, and perhaps its day: after lunch, before work on Friday."""
    for told, end in [*r.all("meal", i), *r.all("work", i)]:
        yield told, end
        for day, last in r.all("date", r.skip(end, "on")):
            merged = told.merge(Moment(date=day))
            if merged:
                yield merged, last


def _gone_by(told: Moment) -> Moment:
    """What "since" speaks of lies behind: since May, since Friday."""
    past = isinstance(told.date, Cal) and told.date.year is None and told.date.which is None
    if isinstance(told.date, Nth | DayIn | Edge) and isinstance(told.date.period, Period):
        return replace(told, date=replace(told.date, period=replace(told.date.period, open=False)))
    return replace(told, date=replace(told.date, which="past")) if past and isinstance(told.date, Cal) else told


def _bounds(r: Scanner, i: int) -> Iterator[tuple[Moment, int]]:
    for told, end in _sides(r, i):
        if not _is_lone(told) or r.at(i).ordinal or r.word(i) == "the":
            yield told, end


def _or_later(r: Scanner, i: int) -> Iterator[Reading]:
    for told, j in _sides(r, i):
        if r.word(j) not in ("or", "and", "onwards", "onward"):
            continue
        k = r.after(j, *_OR_LATER)
        if k is not None and (
            k == len(r.tokens) or not r.word(k)[:1].isalpha() or r.word(k) in ("on", "is", "tomorrow")
        ):
            yield Open("since", told), k
            for day, end in r.all("moment", r.skip(k, "on")):
                merged = told.merge(day)
                if merged:
                    yield Open("since", merged), end
        earlier = r.after(j, "or earlier", "and earlier", "or before", "and before")
        if earlier:
            yield Open("by", told), earlier


def _more_than(r: Scanner, i: int) -> Iterator[Reading]:
    """More than two weeks before today."""
    j = r.after(i, "more than", "at least")
    for node, end in r.all("reach", j) if j else []:
        if isinstance(node, Ahead):
            yield Open("before" if node.sign < 0 else "since", Moment(date=node)), end


@rule
def bounded_day(r: Scanner, i: int) -> Iterator[Reading]:
    """A day and then a bound on its hours: today before 4 pm, Friday no later than 6."""
    for day, j in r.all("moment", i):
        if day.clock or day.hours or day.date is None:
            continue
        for limit, end in r.all("half_open", r.skip(j, ",")):
            if isinstance(limit, Open) and limit.told.date is None:
                merged = day.merge(limit.told)
                if merged:
                    yield Open(limit.side, merged), end
        for span, end in r.all("between", r.skip(j, ",", "at")):
            if isinstance(span, Between) and span.first.date is None and span.last.date is None:
                first, last = (replace(side, date=day.date, part=day.part) for side in (span.first, span.last))
                yield Between(first, last), end
