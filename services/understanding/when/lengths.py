"""Lengths of time: ten minutes, an hour and a half, 2 years 1 month; and what they reach: in an hour, three days ago."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reader, Reading, rule
from services.understanding.when.lexicon import FRACTIONS, UNITS
from services.understanding.when.reaches import Ahead, Length
from services.understanding.when.values import Day

_NOW = ("from now", "later", "from today", "from this moment", "hence")


@rule
def amount(r: Reader, i: int) -> Iterator[Reading]:
    """How many: 3, a, a couple of, a few, 2.5, two and a half."""
    token = r.at(i)
    if token.number is not None and not token.ordinal and token.number <= 100_000:
        if r.word(i + 1) == "." and r.at(i + 1).glued and r.at(i + 2).glued and r.at(i + 2).digits:
            yield float(f"{token.number}.{r.word(i + 2)}"), i + 3
            return
        and_half = r.after(i + 1, "and a half", "and one half", "1/2")
        if and_half:
            yield token.number + 0.5, and_half
        yield float(token.number), i + 1
        return
    j = r.skip(i, "a", "the")
    if r.word(j) in ("couple", "few") or r.word(i) == "several":
        yield 2.0 if r.word(j) == "couple" else float(r.house.few), r.skip(j + 1, "of", "more")
    elif token.text in ("a", "an", "another"):
        yield 1.0, i + 1


@rule
def one_length(r: Reader, i: int) -> Iterator[Reading]:
    """One amount of one unit."""
    j = r.skip(i, "a", "an", "one")
    if r.word(j) in FRACTIONS and r.word(j) != r.word(j + 1):
        k = r.skip(r.skip(j + 1, "of"), "a", "an")
        if r.word(k) in UNITS and (r.word(j) == "half" or k > j + 1):
            yield ((FRACTIONS[r.word(j)], UNITS[r.word(k)]),), k + 1
    if r.word(i) in ("three", "3") and r.word(i + 1) == "quarters":
        k = r.skip(r.skip(i + 2, "of"), "a", "an")
        if r.word(k) in UNITS:
            yield ((0.75, UNITS[r.word(k)]),), k + 1
    for count, j in r.all("amount", i):
        k = r.skip(j, "-") if r.at(j).glued else j
        unit = UNITS.get(r.word(k))
        if unit is None or not _is_length(r, i, k):
            continue
        half = r.after(k + 1, "and a half")
        if half:
            yield ((count + 0.5, unit),), half
        yield ((count, unit),), k + 1


def _is_length(r: Reader, i: int, k: int) -> bool:
    """Not "h" as a word, "a second" (thought), nor "a quarter" past or to an hour."""
    word, article = r.word(k), r.word(i) in ("a", "an")
    if word == "quarter" and r.word(k + 1) in ("past", "to", "after"):
        return False
    return not (word == "h" and not r.at(k).glued) and not (word == "second" and article)


@rule
def length(r: Reader, i: int) -> Iterator[Reading]:
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
def reach(r: Reader, i: int) -> Iterator[Reading]:
    """A time told by how far off it is."""
    if r.hindi:
        yield from r.all("hindi_reach", i)
    start = r.skip(i, "in", "after", "within") if r.word(i) == "in" else i
    start = r.skip(start, "about", "around", "exactly")
    for told, j in r.all("length", start):
        if r.word(i) == "in":
            yield Ahead(told, 1), r.after(j, "'s time", "' time", "time", "from now", "from today") or j
        later = r.after(j, *_NOW)
        if later:
            yield Ahead(told, 1), later
        ago = r.after(j, "ago", "back")
        if ago:
            yield Ahead(told, -1), ago
        yield from _from_anchor(r, told, j)


def _from_anchor(r: Reader, told: Length, j: int) -> Iterator[Reading]:
    """... from Tuesday, after Easter, before 13 May; a week on Monday."""
    sign = {"from": 1, "after": 1, "since": 1, "before": -1, "on": 1}.get(r.word(j))
    if r.word(j) == "prior" and r.word(j + 1) == "to":
        sign, j = -1, j + 1
    if sign is None or (r.word(j) == "on" and told.parts[0][1] not in ("week", "fortnight")):
        return
    for anchor, end in r.all("anchor", j + 1):
        yield Ahead(told, sign, anchor), end


@rule
def a_week_today(r: Reader, i: int) -> Iterator[Reading]:
    """A week today, two weeks tomorrow, tomorrow week."""
    for told, j in r.all("length", i):
        if told.parts[0][1] in ("week", "fortnight") and r.word(j) in ("today", "tomorrow"):
            yield Ahead(told, 1, Day(int(r.word(j) == "tomorrow"))), j + 1
