"""Lengths of time: ten minutes, an hour and a half, 2 years 1 month; and what they reach: in an hour, three days ago."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reader, Reading, rule
from services.understanding.when.lexicon import UNITS, words
from services.understanding.when.reaches import Ahead, Length
from services.understanding.when.values import Day

_NOW = ("from now", "later", "from today", "from this moment", "hence")
_NEARLY = ("about", "around", "exactly", "roughly", "approximately", "just under", "just over", "under", "the space of")
_MORE = frozenset(words("more extra additional whole full"))
_DENOMINATORS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_DENOMINATORS |= {word + "s": count for word, count in _DENOMINATORS.items() if word != "half"}
_SIGNS = {"½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4}
_MOST = 12
"""The largest denominator that is read in digits."""
_ABBREVIATED = {"m": "minute", "s": "second"}
_BEFORE_ABBREVIATED = frozenset(("for", "in", "every", "another", "within"))
_AFTER_ABBREVIATED = frozenset(("timer", "ago", "later", "from"))
_AFTER_MINUTES = frozenset(words("from for and or on at by in ago later timer please , . ! ?"))


def fraction_at(r: Reader, i: int) -> tuple[float, int] | None:
    """A part of one: half, a quarter, three quarters, two-thirds, 3/4, ¾; (value, index after)."""
    if r.word(i) in _SIGNS:
        return _SIGNS[r.word(i)], i + 1
    count = r.at(i).number
    if r.word(i + 1) == "/" and r.at(i + 1).glued and r.at(i + 2).glued and count:
        below = r.at(i + 2).number or 0
        return (count / below, i + 3) if count < below <= _MOST else None
    j = i if r.word(i) in ("half", "quarter") else i + 1
    told = 1 if j == i or r.word(i) == "a" else count if count and not r.at(i).ordinal and not r.at(i).digits else None
    j = r.skip(j, "-") if r.at(j).glued else j
    below = _DENOMINATORS.get(r.word(j), 0)
    return (told / below, j + 1) if told and told < below else None


@rule
def amount(r: Reader, i: int) -> Iterator[Reading]:
    """How many: 3, a, a couple of, a few, 2.5, two point five, two and a half, 1 1/2, five more, another ten."""
    token = r.at(i)
    if token.number is not None and not token.ordinal and token.number <= 100_000:
        decimals = r.at(i + 2)
        dotted = r.word(i + 1) == "." and r.at(i + 1).glued and decimals.glued and decimals.digits
        if dotted or (r.word(i + 1) == "point" and decimals.number is not None and decimals.number < 100):
            yield float(f"{token.number}.{decimals.number if not dotted else decimals.text}"), i + 3
            return
        part = fraction_at(r, r.skip(i + 1, "and")) if r.word(i + 1) == "and" or token.digits else None
        if part and not (r.word(i + 1) != "and" and r.at(part[1] - 1).text in _DENOMINATORS):
            yield token.number + part[0], part[1]
        yield float(token.number), _more(r, i + 1)
        return
    j = r.skip(i, "a", "an", "the")
    if r.word(j) in ("extra", "additional", "another") and (j > i or r.word(j) == "another"):
        yield from ((count, end) for count, end in r.all("amount", j + 1) if r.word(j + 1) not in ("a", "an", "the"))
    few = r.skip(j, "another")
    if r.word(few) in ("couple", "few") or r.word(i) == "several":
        yield 2.0 if r.word(few) == "couple" else float(r.house.few), _more(r, r.skip(few + 1, "of"))
    elif token.text in ("a", "an", "another"):
        yield 1.0, r.skip(i + 1, "good") if token.text == "a" else i + 1
        if r.word(i + 1) in _MORE and token.text != "another":
            yield 1.0, i + 2


def _more(r: Reader, i: int) -> int:
    return i + 1 if r.word(i) in _MORE else i


@rule
def one_length(r: Reader, i: int) -> Iterator[Reading]:
    """One amount of one unit."""
    part = fraction_at(r, r.skip(i, "a", "an", "one", "another"))
    if r.word(i) in ("a", "one") and part is None:
        part = fraction_at(r, i)
    if part:
        value, j = part
        k = r.skip(r.skip(j, "of"), "a", "an", "one") if r.word(j) == "of" else r.skip(j, "a", "an")
        direct = r.word(j - 1) in ("half", "quarter") or r.word(j - 1) in _SIGNS or r.at(j - 1).digits
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


def _unit(r: Reader, i: int, k: int) -> str | None:
    """The unit at k; "m" and "s" only where what stands beside them tells that they are no metres and no years."""
    word = r.word(k)
    if word == "nights":
        return "day"
    if word in _ABBREVIATED and r.at(k).glued and r.at(k - 1).digits:
        behind = r.at(i - 1)
        told = behind.text in _BEFORE_ABBREVIATED or (behind.text in ("h", "m") and r.at(i - 2).digits)
        return _ABBREVIATED[word] if told or r.word(k + 1) in _AFTER_ABBREVIATED else None
    return UNITS.get(word)


def _minutes_after(r: Reader, i: int) -> int | None:
    """An hour thirty, 1h30."""
    token = r.at(i)
    fits = token.number is not None and not token.ordinal and 1 <= token.number < 60 and token.digits in (0, 2)
    return token.number if fits and (not r.word(i + 1) or r.word(i + 1) in _AFTER_MINUTES) else None


def _is_length(r: Reader, i: int, k: int) -> bool:
    """Not "h" as a word, "a second" (thought), nor "a quarter" past or to an hour."""
    word, article = r.word(k), r.word(i) in ("a", "an")
    if word == "quarter" and r.word(k + 1) in ("past", "to", "after"):
        return False
    if r.word(k - 1) == "good" and UNITS[word] not in ("hour", "minute"):  # have a good day
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
    if r.word(i) in ("today", "tomorrow") and r.word(i + 1) in ("week", "fortnight"):
        yield Ahead(Length(((1.0, UNITS[r.word(i + 1)]),)), 1, Day(int(r.word(i) == "tomorrow"))), i + 2
    for told, j in r.all("length", i):
        if told.parts[0][1] in ("week", "fortnight") and r.word(j) in ("today", "tomorrow"):
            yield Ahead(told, 1, Day(int(r.word(j) == "tomorrow"))), j + 1
