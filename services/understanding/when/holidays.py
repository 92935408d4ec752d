"""Days that have names: Christmas, Easter, Labor Day, and the public holidays of the country if one is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from dateutil.easter import easter

from services.understanding.when.calendar import DAY, month_days
from services.understanding.when.country import days_of
from services.understanding.when.dates import year_at
from services.understanding.when.grammar import Reader, Reading, rule
from services.understanding.when.lexicon import WHICH
from services.understanding.when.reaches import Period
from services.understanding.when.values import Ref, Stretch, a_day


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _nth(month: int, weekday: int, n: int) -> Callable[[int], date]:
    def find(year: int) -> date:
        if n < 0:
            last = date(year, month, month_days(year, month))
            return last - (last.weekday() - weekday) % 7 * DAY
        first = date(year, month, 1)
        return first + ((weekday - first.weekday()) % 7 + 7 * (n - 1)) * DAY

    return find


NAMED: dict[str, Callable[[int], date]] = {
    "christmas": _fixed(12, 25),
    "christmas day": _fixed(12, 25),
    "christmas eve": _fixed(12, 24),
    "boxing day": _fixed(12, 26),
    "new year": _fixed(1, 1),
    "new years": _fixed(1, 1),
    "new year day": _fixed(1, 1),
    "new years day": _fixed(1, 1),
    "new year eve": _fixed(12, 31),
    "new years eve": _fixed(12, 31),
    "valentine day": _fixed(2, 14),
    "valentines": _fixed(2, 14),
    "valentines day": _fixed(2, 14),
    "saint patrick": _fixed(3, 17),
    "saint patricks day": _fixed(3, 17),
    "st patricks day": _fixed(3, 17),
    "april fools": _fixed(4, 1),
    "april fools day": _fixed(4, 1),
    "earth day": _fixed(4, 22),
    "labour day": _fixed(5, 1),
    "international workers day": _fixed(5, 1),
    "may day": _fixed(5, 1),
    "mothers day": _nth(5, 6, 2),
    "memorial day": _nth(5, 0, -1),
    "fathers day": _nth(6, 6, 3),
    "independence day": _fixed(7, 4),
    "labor day": _nth(9, 0, 1),
    "columbus day": _nth(10, 0, 2),
    "halloween": _fixed(10, 31),
    "veterans day": _fixed(11, 11),
    "thanksgiving": _nth(11, 3, 4),
    "thanksgiving day": _nth(11, 3, 4),
    "black friday": lambda year: _nth(11, 3, 4)(year) + DAY,
    "cyber monday": lambda year: _nth(11, 3, 4)(year) + 4 * DAY,
    "ash wednesday": lambda year: easter(year) - 46 * DAY,
    "palm sunday": lambda year: easter(year) - 7 * DAY,
    "maundy thursday": lambda year: easter(year) - 3 * DAY,
    "good friday": lambda year: easter(year) - 2 * DAY,
    "easter": easter,
    "easter sunday": easter,
    "easter monday": lambda year: easter(year) + DAY,
    "ascension day": lambda year: easter(year) + 39 * DAY,
    "pentecost": lambda year: easter(year) + 49 * DAY,
    "whit monday": lambda year: easter(year) + 50 * DAY,
}
"""What is known without a country; a country's own day of that name goes before. Feasts kept nearly everywhere, and what English calls
by a name that says whose it is."""


def _mothering(year: int) -> date:
    """Mother's day of Britain and Ireland."""
    return easter(year) - 21 * DAY


_PUBLIC = frozenset(("public holiday", "bank holiday", "national holiday"))

Names = Mapping[str, Sequence[tuple[str, ...]]]
"""Names as plain words, longest first, by their first word."""


@lru_cache(maxsize=8)
def names_of(country: str, year: int) -> Names:
    """The holidays that may be spoken of in a country around a year."""
    known = set(NAMED)
    local = days_of(country, year) if country else None
    if local:
        known |= local.names | _PUBLIC
    by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for name in sorted(known, key=len, reverse=True):
        by_first[name.split()[0]].append(tuple(name.split()))
    return dict(by_first)


def _in_year(name: str, year: int, ref: Ref) -> date | None:
    country = ref.house.country
    local = days_of(country, ref.now.year) if country else None
    told = local.day(name, year) if local else None
    if told is not None or name not in NAMED or not 1583 <= year <= 4099:
        return told
    if name == "mothers day" and country[:2].upper() in ("GB", "IE"):
        return _mothering(year)
    return NAMED[name](year)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A named day, the coming one unless words or tense say otherwise."""

    name: str
    which: str | None = None
    year: int | None = None

    @property
    def fixed(self) -> tuple[int, int] | None:
        """Month and day, where they are the same every year."""
        find = NAMED.get(self.name)
        days = {(day.month, day.day) for day in map(find, (2026, 2027, 2028))} if find else set()
        return days.pop() if len(days) == 1 else None

    def in_year(self, year: int) -> Holiday:
        return replace(self, year=year)

    def resolve(self, ref: Ref) -> Stretch | None:
        if self.name in _PUBLIC:
            local = days_of(ref.house.country, ref.now.year)
            return a_day(local.public(ref.today) if local else None)
        if self.year is not None:
            return a_day(_in_year(self.name, self.year, ref))
        this = ref.today.year
        if self.which == "this":
            return a_day(_in_year(self.name, this, ref))
        if self.which in ("last", "past") or (ref.past and self.which is None):
            days = [_in_year(self.name, year, ref) for year in (this, this - 1)]
            return a_day(next((day for day in days if day and day < ref.today), None))
        strictly = self.which is not None
        days = [_in_year(self.name, year, ref) for year in range(this, this + 3)]
        return a_day(
            next((day for day in days if day and (day > ref.today or (day == ref.today and not strictly))), None)
        )


@rule
def holiday(r: Reader, i: int) -> Iterator[Reading]:
    """Christmas, next Easter, Halloween 2026, Independence Day of this year, the next public holiday."""
    which = WHICH.get(r.word(i))
    j = i + 1 if which else r.skip(i, "the")
    which, j = (WHICH[r.word(j)], j + 1) if j > i and not which and r.word(j) in WHICH else (which, j)
    for name, end in _names_at(r, j):
        year = year_at(r, end)
        if year:
            yield Holiday(name, year=year[0]), year[1]
        for of_year, last in r.all("period", end + 1) if r.word(end) == "of" else []:
            if isinstance(of_year, Period) and of_year.unit == "year" and of_year.step in (-1, 0, 1):
                yield Holiday(name, which=("last", "this", "next")[of_year.step + 1]), last
        yield Holiday(name, which), end


def _names_at(r: Reader, i: int) -> Iterator[tuple[str, int]]:
    """The longest name at token i, with any of its possessives: (name, index after)."""
    names = [*r.holidays.get(r.word(i), ()), *r.holidays.get(r.word(i) + "s", ())]
    for name in sorted(names, key=lambda words: -len(words)):
        j = i
        for word in name:
            mark = r.at(j + 1).glued and r.word(j + 1) in ("'s", "’s")
            possessive = mark and r.word(j) + "s" == word
            if r.word(j) != word and not possessive:
                break
            j = r.skip(j + 1 + possessive, "'", "’") if r.at(j + 1 + possessive).glued else j + 1 + possessive
            j = r.skip(j, "-", ".") if r.at(j).glued and r.at(j + 1).start >= 0 and word != name[-1] else j
        else:
            yield " ".join(name), j
            return
