"""Parts of the day: morning, late tonight, two nights ago, at lunch."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.values.days import Day
from services.understanding.when.values.lengths import Ahead, Length
from services.understanding.when.values.moments import Moment, Part
from services.understanding.when.words.lexicon import MEALS, PARTS, PARTS_OF_TODAY

_SHADES = {"early": "early", "earlier": "early", "late": "late", "later": "late", "mid": "mid"}


@rule
def part(r: Scanner, i: int) -> Iterator[Reading]:
    """A part of the day: morning, early in the morning, late tonight, this afternoon, last night, next evening."""
    if r.hindi:
        yield from r.all("hindi_part", i)
    j = r.skip(i, "in", "during", "at", "on", "over") if r.word(i) in ("in", "during", "at", "over") else i
    if r.word(i) in ("around", "about", "at", "during", "over") and r.word(i + 1) in MEALS:
        yield Moment(part=Part(MEALS[r.word(i + 1)])), i + 2
    shade, j = _shade(r, j)
    if r.word(j) in PARTS_OF_TODAY:
        yield Moment(part=Part(PARTS_OF_TODAY[r.word(j)], shade), date=Day(0)), j + 1
        return
    for day, k in r.all("date", j) if shade else ():
        name, end = _part_name(r, k)
        if name is not None:  # late Friday afternoon
            yield Moment(part=Part(name, shade), date=day), end
    which = r.word(j) if r.word(j) in ("this", "last", "next", "tomorrow", "yesterday") else None
    k = r.skip(j, "the", "my") if which is None else j + 1
    k = r.skip(k, "'s")
    shade2, k = _shade(r, k)
    name, end = _part_name(r, k)
    if name is None:
        yield from _parts_ago(r, i)
        return
    if r.word(k)[-1] == "s" and r.at(i - 1).number is not None:  # two nights
        return
    if r.word(end) in ("before", "after") and k > i and r.word(k - 1) == "the":
        for anchor, after in r.all("date", end + 1):
            sign = 1 if r.word(end) == "after" else -1
            yield Moment(part=Part(name), date=Ahead(Length(((1.0, "day"),)), sign, anchor)), after
        if r.word(end) == "before":
            return
    day = {"this": Day(0), "tomorrow": Day(1), "yesterday": Day(-1), "last": Day(-1), "next": Day(1)}.get(which or "")
    yield Moment(part=Part(name, shade or shade2), date=day), end


def _parts_ago(r: Scanner, i: int) -> Iterator[Reading]:
    """Two nights ago, three mornings ago."""
    count, name = r.at(i).number, PARTS.get(r.word(i + 1))
    if count and count < 1_000 and name and r.word(i + 1)[-1] == "s" and r.word(i + 2) == "ago":
        yield Moment(part=Part(name), date=Day(-count)), i + 3


def _part_name(r: Scanner, i: int) -> tuple[str | None, int]:
    word = r.word(i)
    if word in ("night", "day") and r.word(r.skip(i + 1, "-")) == "time":
        return ("nighttime" if word == "night" else "daytime"), r.skip(i + 1, "-") + 1
    return PARTS.get(word, "lunch" if word == "lunchtime" else None), i + 1


def _shade(r: Scanner, i: int) -> tuple[str | None, int]:
    if r.word(i) not in _SHADES:
        return None, i
    j = r.skip(i + 1, "-")
    j = r.skip(j, "in")
    return _SHADES[r.word(i)], r.skip(j, "the") if r.word(j - 1) == "in" else j


@rule
def meal(r: Scanner, i: int) -> Iterator[Reading]:
    """A meal as a time of day; only where something such as "after" stands before it."""
    if r.word(i) in MEALS:
        yield Moment(part=Part(MEALS[r.word(i)])), i + 1
