"""Lengths of time: ten minutes, an hour and a half, 2 years 1 month; and what they reach: in an hour, a day ago."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.readers.numbers import SIGNS, fraction_at
from services.understanding.when.values.days import Day
from services.understanding.when.values.lengths import Ahead, Length
from services.understanding.when.words.lexicon import UNITS
from services.understanding.words import word_set

_NOW = ("from now", "later", "from today", "from this moment", "hence")
_NEARLY = ("about", "around", "exactly", "roughly", "approximately", "just under", "just over", "under", "the space of")
_ABBREVIATED = {"m": "minute", "s": "second"}
_BEFORE_ABBREVIATED = word_set("for in every another within")
_AFTER_ABBREVIATED = word_set("timer ago later from")
_AFTER_MINUTES = word_set("from for and or on at by in ago later timer please , . ! ?")


@rule
def one_length(r: Scanner, i: int) -> Iterator[Reading]:
    """One amount of one unit."""
    part = fraction_at(r, r.skip(i, "a", "an", "one", "another"))
    if r.word(i) in ("a", "one") and part is None:
        part = fraction_at(r, i)
    if part:
        value, j = part
        k = r.skip(r.skip(j, "of"), "a", "an", "one") if r.word(j) == "of" else r.skip(j, "a", "an")
        direct = r.word(j - 1) in ("half", "quarter") or r.word(j - 1) in SIGNS or r.at(j - 1).digits
        if r.word(k) in UNITS and (r.word(j) == "of" or direct) and r.word(k) != r.word(j - 1):
            yield ((value, UNITS[r.word(k)]),), k + 1
    for count, j in r.all("amount", i):
        k = r.skip(j, "-") if r.at(j).glued else j
        unit = _unit(r, i, k)
        if unit is None or not _is_length(r, i, k):
            continue
        more = fraction_at(r, k + 2) if r.word(k + 1) == "and" and unit != "quarter" else None
        if more and r.word(more[1]) not in UNITS and r.word(more[1]) != "of":
            yield ((count + more[0], unit),), more[1]
        if unit == "hour" and (minutes := _minutes_after(r, k + 1)):
            yield ((count, unit), (float(minutes), "minute")), k + 2
        yield ((count, unit),), k + 1


def _unit(r: Scanner, i: int, k: int) -> str | None:
    """The unit at k; "m" and "s" only where what stands beside them tells that they are no metres and no years."""
    word = r.word(k)
    if word == "nights":
        return "day"
    if word in _ABBREVIATED and r.at(k).glued and r.at(k - 1).digits:
        behind = r.at(i - 1)
        told = behind.text in _BEFORE_ABBREVIATED or (behind.text in ("h", "m") and r.at(i - 2).digits)
        return _ABBREVIATED[word] if told or r.word(k + 1) in _AFTER_ABBREVIATED else None
    return UNITS.get(word)


def _minutes_after(r: Scanner, i: int) -> int | None:
    """An hour thirty, 1h30."""
    token = r.at(i)
    fits = token.count in range(1, 60) and token.digits in (0, 2)
    return token.number if fits and (not r.word(i + 1) or r.word(i + 1) in _AFTER_MINUTES) else None


def _is_length(r: Scanner, i: int, k: int) -> bool:
    """Not "h" as a word, "a second" (thought), nor "a quarter" past or to an hour."""
    word, article = r.word(k), r.word(i) in ("a", "an")
    if word == "quarter" and r.word(k + 1) in ("past", "to", "after"):
        return False
    if r.word(k - 1) == "good" and UNITS[word] not in ("hour", "minute"):  # have a good day
        return False
    return not (word == "h" and not r.at(k).glued) and not (word == "second" and article)


@rule
def length(r: Scanner, i: int) -> Iterator[Reading]:
    """A length of one or more units, largest first."""
    if r.hindi:
        yield from r.all("hindi_length", i)
    for parts, j in r.all("one_length", i):
        yield Length(parts), j
        k = r.skip(r.skip(j, ","), "and")
        for more, end in r.all("length", k):
            if more.seconds < Length(parts).seconds:
                yield Length(parts + more.parts), end


@rule
def reach(r: Scanner, i: int) -> Iterator[Reading]:
    """A time told by how far off it is."""
    if r.hindi:
        yield from r.all("hindi_reach", i)
    if r.word(i) in ("today", "tonight"):  # today in an hour
        hence = [(told, j) for told, j in r.all("reach", r.skip(i + 1, ",")) if r.word(r.skip(i + 1, ",")) == "in"]
        yield from ((told, j) for told, j in hence if told.anchor is None and told.length.exact)
    start = i + 1 if r.word(i) == "in" else i
    start = r.after(start, *_NEARLY) or start
    for told, j in r.all("length", start):
        if r.word(i) == "in":
            end = r.after(j, "'s time", "' time", "time", "from now", "from today") or j
            yield Ahead(told, 1), r.skip(end, "today") if told.exact else end
        later = r.after(j, *_NOW)
        if later:
            yield Ahead(told, 1), r.skip(later, "today") if told.exact else later
        ago = r.after(j, "ago", "back")
        if ago and r.word(j - 1) != "nights":  # two nights ago is a night
            yield Ahead(told, -1), ago
            if r.word(ago) in ("today", "yesterday") and not told.exact:
                yield Ahead(told, -1, Day(-int(r.word(ago) == "yesterday"))), ago + 1
        yield from _from_anchor(r, told, j)


def _from_anchor(r: Scanner, told: Length, j: int) -> Iterator[Reading]:
    """... from Tuesday, after Easter, before 13 May; a week on Monday."""
    sign = {"from": 1, "after": 1, "since": 1, "before": -1, "on": 1}.get(r.word(j))
    if r.word(j) == "prior" and r.word(j + 1) == "to":
        sign, j = -1, j + 1
    if sign is None or (r.word(j) == "on" and told.parts[0][1] not in ("week", "fortnight")):
        return
    for anchor, end in r.all("anchor", j + 1):
        yield Ahead(told, sign, anchor), end


@rule
def a_week_today(r: Scanner, i: int) -> Iterator[Reading]:
    """A week today, two weeks tomorrow, tomorrow week."""
    if r.word(i) in ("today", "tomorrow") and r.word(i + 1) in ("week", "fortnight"):
        yield Ahead(Length(((1.0, UNITS[r.word(i + 1)]),)), 1, Day(int(r.word(i) == "tomorrow"))), i + 2
    for told, j in r.all("length", i):
        if told.parts[0][1] in ("week", "fortnight") and r.word(j) in ("today", "tomorrow"):
            yield Ahead(told, 1, Day(int(r.word(j) == "tomorrow"))), j + 1
