"""Ranges: from Monday to Friday, between 9 and 11 tomorrow, before noon, since May, by Friday, 2018 or later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.understanding.when.dates import day_number
from services.understanding.when.found import LAST_SECOND, Grain
from services.understanding.when.grammar import Reader, Reading, rule
from services.understanding.when.moments import Moment
from services.understanding.when.values import Ahead, Cal, Day, Ref, Stretch
from services.understanding.when.within import Edge

_SIGNS = ("to", "till", "until", "through", "thru", "-", "~", "–", "up to", "and to", "to the", "till the")
_BEFORE = ("before", "no later than", "as late as", "earlier than", "prior to", "not later than", "< =", "<", "less than")
_BY = ("by", "until", "till", "up to", "up until", "no later than")
_AFTER = ("after", "later than", ">", "greater than", "year greater than")
_SINCE = ("since", "as early as", "starting", "starting on", "starting from", "beginning", "beginning on", "> =", "from")
_OR_LATER = ("or later", "and later", "or after", "and after", "and greater", "or greater", "or above", "and onwards", "onwards", "onward")


@dataclass(frozen=True, slots=True)
class Now:
    """This very moment."""

    def resolve(self, ref: Ref) -> Stretch | None:
        return Stretch(ref.wall, ref.wall + timedelta(seconds=1), "second", point=True)


@dataclass(frozen=True, slots=True)
class Between:
    """From one time to another. What is told once, a day or a month or a year or a half of the day, holds for both."""

    first: Moment
    last: Moment

    def resolve(self, ref: Ref) -> Stretch | None:
        first, last = _share(self.first, self.last)
        if isinstance(last.date, Cal) and last.date.month and last.date.year is None and isinstance(first.date, Cal) and first.date.month:
            return self._months(first, last, ref)
        if first.clock and last.clock and first.date is last.date:
            return self._one_day(first, last, ref)
        if isinstance(last.date, Now) and first.clock and first.date is None:
            at = first.clock.choose(ref.now.date(), None, ref.house)
            return Stretch(at, ref.wall, "minute")
        a = first.resolve(ref)
        if a is None or a.start is None:
            return None
        if isinstance(last.date, Day | Now) and isinstance(first.date, Cal) and first.date.year is None and _wall(a.start) > ref.wall:
            a = replace(first, date=replace(first.date, which="past")).resolve(ref)
        if a is None or a.start is None:
            return None
        start = _point(first, a, ref)
        if isinstance(first.date, Now) and last.clock and last.date is None:
            b = last.resolve(ref)
        else:
            moving = isinstance(last.date, Cal) and last.date.which is None
            b = last.resolve(replace(ref, today=a.start.date()) if moving else ref)
        end = _end(last, b, ref)
        return Stretch(start, end, _grain(a, b)) if end and start and _wall(end) >= _wall(start) else None

    def _months(self, first: Moment, last: Moment, ref: Ref) -> Stretch | None:
        """Months and dates without a year: the earliest such range that is not over."""
        here = replace(ref, today=ref.today.replace(day=1)) if isinstance(last.date, Cal) and last.date.day is None else ref
        b = last.resolve(here)
        end = _end(last, b, ref)
        if b is None or b.start is None or end is None or not isinstance(first.date, Cal):
            return None
        years = (b.start.year, b.start.year - 1) if first.date.year is None else (first.date.year,)
        for year in years:
            told = replace(first, date=replace(first.date, year=year))
            a = told.resolve(ref)
            if a and a.start and _wall(a.start) <= _wall(end):
                return Stretch(_point(told, a, ref), end, _grain(a, b))
        return None

    def _one_day(self, first: Moment, last: Moment, ref: Ref) -> Stretch | None:
        assert first.clock is not None and last.clock is not None
        part = last.part or first.part
        both = Moment(first.date, None, part, (first.clock, last.clock))
        return both.resolve(ref)


def _wall(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def _grain(a: Stretch, b: Stretch | None) -> Grain:
    order: tuple[Grain, ...] = ("second", "minute", "hour", "part", "day", "week", "month", "quarter", "year")
    return min((a.grain, b.grain if b else a.grain), key=order.index)


def _point(told: Moment, found: Stretch, ref: Ref) -> datetime | None:
    return told.date.point(ref) if isinstance(told.date, Edge) and told.clock is None else found.start


def _end(told: Moment, found: Stretch | None, ref: Ref) -> datetime | None:
    """Where a range ends whose end was told so: in the last second of a day, else where the last one begins."""
    if found is None or found.start is None:
        return None
    if isinstance(told.date, Edge) and told.clock is None:
        return told.date.point(ref)
    if found.grain == "day" and found.point:
        return datetime.combine(found.start.date(), LAST_SECOND)
    return found.end if found.grain == "part" else found.start


def _share(first: Moment, last: Moment) -> tuple[Moment, Moment]:
    if first.date is None and (first.clock or first.part) and not isinstance(last.date, Now):
        first = first if last.day_first and first.clock else replace(first, date=last.date)
    elif last.date is None and last.clock and not isinstance(first.date, Now):
        last = replace(last, date=first.date)
    if first.clock and first.part is None and last.part:
        first = replace(first, part=last.part)
    if isinstance(first.date, Cal) and isinstance(last.date, Cal):
        a, b = _share_fields(first.date, last.date)
        if a is not first.date or b is not last.date:
            return replace(first, date=a), replace(last, date=b)
    return first, last


def _share_fields(a: Cal, b: Cal) -> tuple[Cal, Cal]:
    if a.day and b.day and a.weekday is None:
        first, last = a.day, b.day
        if a.month is None and b.month:
            a = replace(a, month=b.month)
        elif b.month is None and a.month:
            b = replace(b, month=a.month if last >= first else a.month % 12 + 1)
    if a.year is None and b.year is not None and a.month and a.which is None:
        a = replace(a, year=b.year - ((a.month, a.day or 0) > (b.month or 12, b.day or 31)))
    elif b.year is None and a.year is not None and b.month and a.month and a.which is None:
        b = replace(b, year=a.year + ((b.month, b.day or 31) < (a.month, a.day or 0)))
    return a, b


@dataclass(frozen=True, slots=True)
class Open:
    """A range with one end: before, by, after or since a time."""

    side: str
    told: Moment

    def resolve(self, ref: Ref) -> Stretch | None:
        found = self.told.resolve(ref)
        if found is None:
            return None
        if found.start is None or found.end is None:
            return found
        if self.side in ("before", "by"):
            return Stretch(None, self._until(found, ref), found.grain)
        past = self.side == "after" and (not found.point or found.grain == "part") and found.grain not in ("day",)
        late = self.side == "after" and isinstance(self.told.date, Edge) and self.told.date.part != "early"
        return Stretch(found.end if past or late else found.start, None, found.grain)

    def _until(self, found: Stretch, ref: Ref) -> datetime | None:
        if isinstance(self.told.date, Edge) and self.told.clock is None and self.told.date.part in ("late", "end"):
            return found.end if found.grain != "second" else found.start
        if self.side == "before" or found.grain in ("second", "minute"):
            return found.start
        return _end(self.told, found, ref) if found.point else found.end


def _sides(r: Reader, i: int) -> Iterator[tuple[Moment, int]]:
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


def _bare_days(r: Reader, i: int) -> Iterator[tuple[Moment, int]]:
    day = day_number(r, i)
    if day is not None and (r.at(i).ordinal or r.at(i).digits):
        yield Moment(date=Cal(day=day)), i + 1


@rule
def between(r: Reader, i: int) -> Iterator[Reading]:
    """A range with both ends."""
    opening = r.word(i) in ("from", "between")
    dated = max((end for _, end in r.all("numeric", i)), default=i)
    for first, j in _sides(r, r.skip(i + 1, "around") if opening else i):
        k = r.after(j, *_SIGNS, *(("and",) if r.word(i) == "between" else ()))
        if k is None:
            continue
        for last, end in _sides(r, k):
            if end > dated and _fits(first, last, opening, r, end) and not (r.word(k - 1) == "-" and _is_hyphen(first, last)):
                yield Between(first, last), end


def _is_hyphen(first: Moment, last: Moment) -> bool:
    """A dash between a day and its date or its time joins them: Friday-June-15, 22 May - 11:30."""
    one_day = isinstance(first.date, Cal) and first.clock is None and first.part is None
    if not one_day or not isinstance(first.date, Cal):
        return False
    dated = isinstance(last.date, Cal) and first.date.weekday is not None and first.date.day is None and last.date.day is not None
    return dated or (last.date is None and last.clock is not None and last.part is None)


def _fits(first: Moment, last: Moment, opening: bool, r: Reader, end: int) -> bool:
    a, b = first.date, last.date
    lone = [
        isinstance(x, Cal) and x.day is not None and x.month is None and x.weekday is None and not m.clock
        for x, m in ((a, first), (b, last))
    ]
    if all(lone):
        return opening and r.at(end - 1).ordinal
    if any(lone) and not (isinstance(a, Cal) and isinstance(b, Cal)):
        return False
    if lone[0] and not (isinstance(b, Cal) and b.month):
        return False
    if a is None and b is None and not (first.part or last.part):
        return first.clock is not None and last.clock is not None and (opening or first.clock.strong or last.clock.strong)
    if a is None and first.clock and not first.clock.strong and not (last.clock or opening):
        return False
    return (a is None) == (b is None) or first.clock is not None or last.clock is not None or isinstance(a, Now) or isinstance(b, Now)


@rule
def half_open(r: Reader, i: int) -> Iterator[Reading]:
    """A range with one end."""
    to_date = r.after(i, "till date", "to date", "up to date")
    if to_date:
        yield Open("before", Moment(date=Day(0))), to_date
    for side, words in (("before", _BEFORE), ("by", _BY), ("after", _AFTER), ("since", _SINCE)):
        j = r.after(i, *words)
        if j is None:
            continue
        j = r.skip(j, "around", "about")
        for told, end in [*_bounds(r, j), *r.all("meal", j)]:
            if side != "since" or r.word(j - 1) != "from" or r.word(end) in ("on", "onwards", "onward"):
                side_now = "by" if words is _BEFORE and r.word(i) == "<" and j - i > 1 else side
                yield Open(side_now, told), end + (r.word(end) in ("onwards", "onward") or (side == "since" and r.word(j - 1) == "from"))
    yield from _or_later(r, i)
    yield from _more_than(r, i)


def _bounds(r: Reader, i: int) -> Iterator[tuple[Moment, int]]:
    for told, end in _sides(r, i):
        if not (
            isinstance(told.date, Cal)
            and told.date.day
            and told.date.month is None
            and told.date.weekday is None
            and not r.at(i).ordinal
            and r.word(i) != "the"
            and not told.clock
        ):
            yield told, end


def _or_later(r: Reader, i: int) -> Iterator[Reading]:
    for told, j in _sides(r, i):
        k = r.after(j, *_OR_LATER)
        if k is not None and (k == len(r.tokens) or not r.word(k)[:1].isalpha() or r.word(k) in ("on", "is", "tomorrow")):
            yield Open("since", told), k
            for day, end in r.all("moment", r.skip(k, "on")):
                merged = told.merge(day)
                if merged:
                    yield Open("since", merged), end
        earlier = r.after(j, "or earlier", "and earlier", "or before", "and before")
        if earlier:
            yield Open("by", told), earlier


def _more_than(r: Reader, i: int) -> Iterator[Reading]:
    """More than two weeks before today."""
    j = r.after(i, "more than", "at least")
    for node, end in r.all("reach", j) if j else []:
        if isinstance(node, Ahead):
            yield Open("before" if node.sign < 0 else "since", Moment(date=node)), end


@rule
def bounded_day(r: Reader, i: int) -> Iterator[Reading]:
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
                yield Between(replace(span.first, date=day.date, part=day.part), replace(span.last, date=day.date, part=day.part)), end
