"""Times told by custom rather than by number: later, in a bit, first thing, close of business, a quarter past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.values.calendar import shift_exact
from services.understanding.when.values.days import Node, Ref, Stretch
from services.understanding.when.values.moments import ClockTime, Moment
from services.understanding.when.words.lexicon import WEEKDAYS
from services.understanding.words import phrases, word_set

_BIT = ("in a bit", "in a little bit", "in a while", "in a little while", "later on")
_CLOSING = phrases("""close of business | close of play | cob | eob | end of business | end of the business day |
    end of the working day""")
_CLOSING_TIME = (*_CLOSING, "end of the workday", "end of the work day", "end of work", "closing time")
_OPEN_AFTER_LATER = word_set("to about that and please for i we , . ! ?")
_NOT_BEFORE_LATER = word_set("""or and you than much sooner no not see any minutes hours days weeks months years see
    talk""")
_AFTER_FIRST_THING = word_set("tomorrow on in next this monday morning today , . ! ?") | frozenset(WEEKDAYS)
_JOINERS = word_set("and to for on in with that then please or")
_BEFORE = word_set("at by around about until till before after @ from")


@dataclass(frozen=True, slots=True)
class Later:
    """As far off as the house means by "later"."""

    def resolve(self, ref: Ref) -> Stretch | None:
        at = shift_exact(ref.now, ref.house.later.total_seconds())
        return Stretch(at, at + timedelta(minutes=1), "minute", point=True) if at else None


@dataclass(frozen=True, slots=True)
class MinuteOfHour:
    """The next time the minute hand stands there: "a quarter past"; the last one, of what is over."""

    minute: int

    def resolve(self, ref: Ref) -> Stretch | None:
        now = ref.now.replace(second=0, microsecond=0)
        minutes = (self.minute - now.minute) % 60
        at = shift_exact(now, 60 * (minutes - 60 if ref.past and minutes else minutes or 60))
        return Stretch(at, at + timedelta(minutes=1), "minute", point=True) if at else None


@dataclass(frozen=True, slots=True)
class ThisTime:
    """The time of day that it is, on another day: this time tomorrow, this time next week."""

    day: Node

    def resolve(self, ref: Ref) -> Stretch | None:
        found = self.day.resolve(ref)
        if found is None:
            return None
        day = found.start + timedelta(days=ref.now.weekday() - found.start.weekday() if found.grain == "week" else 0)
        at = datetime.combine(day.date(), ref.wall.time().replace(second=0, microsecond=0))
        return Stretch(at, at + timedelta(minutes=1), "minute", point=True)


@rule
def soon(r: Scanner, i: int) -> Iterator[Reading]:
    """A time that is told by nothing but custom."""
    bit = r.after(i, *_BIT)
    if bit:
        yield Moment(date=Later()), bit
    alone = r.word(i - 1) not in _NOT_BEFORE_LATER and r.at(i - 1).number is None
    if r.word(i) == "later" and alone and (not r.word(i + 1) or r.word(i + 1) in _OPEN_AFTER_LATER):
        yield Moment(date=Later()), i + 1
    yield from _minute(r, i)
    this_time = r.after(i, "this time", "about this time", "around this time")
    for node, end in [*r.all("date", this_time), *r.all("period", this_time)] if this_time else ():
        yield Moment(date=ThisTime(node)), end


def _minute(r: Scanner, i: int) -> Iterator[Reading]:
    """A quarter past, half past, ten to, five minutes past the hour; the hour is the coming one."""
    j = r.skip(i, "a")
    named = {"half": 30, "quarter": 15}.get(r.word(j))
    minutes = named or (r.at(i).count if r.at(i).count in range(1, 60) else None)
    if minutes is None or (named is None and not (r.word(i - 1) in _BEFORE or len(r.tokens) <= 3)):
        return
    k = r.skip(j + 1, "minutes", "minute")
    side = 1 if r.word(k) in ("past", "after") else -1 if r.word(k) in ("to", "till") and minutes != 30 else 0
    end = r.after(k + 1, "the hour") or k + 1
    clear = not r.word(end) or not r.word(end)[0].isalnum() or r.word(end) in _JOINERS
    led = r.word(i - 1) in _BEFORE or i == 0
    if side and clear and (led or (named is not None and side > 0)):
        yield Moment(date=MinuteOfHour(minutes if side > 0 else 60 - minutes)), end


@rule
def custom_clock(r: Scanner, i: int) -> Iterator[Reading]:
    """Times of day that the house sets: first thing, last thing, close of business."""
    j = r.skip(i, "the")
    opens, closes = r.house.business
    closing = r.after(j, *_CLOSING_TIME)
    if closing:
        yield _at(closes), closing
    first = r.after(i, "first thing")
    if first and r.word(i - 1) != "the" and (not r.word(first) or r.word(first) in _AFTER_FIRST_THING):
        yield _at(opens), first
        yield _at(opens), r.after(first, "in the morning") or first
    last = r.after(i, "last thing")
    if last and r.word(i - 1) != "the" and r.word(last) in ("tonight", "tomorrow", "today", "at", "on", "in"):
        yield ClockTime(min(23, r.house.waking[1]), sure=True), r.after(last, "at night") or last


@rule
def work(r: Scanner, i: int) -> Iterator[Reading]:
    """Work as a time; only where "before" or "after" stands before it."""
    if r.word(i) == "work" and r.word(i - 1) in ("before", "after"):
        opens, closes = r.house.business
        yield Moment(clock=_at(closes if r.word(i - 1) == "after" else opens)), i + 1


def _at(told: time) -> ClockTime:
    return ClockTime(told.hour, told.minute, sure=True)
