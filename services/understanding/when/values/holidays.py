"""Days that have names, as values: Christmas, Easter, Labor Day, and the public holidays of a country that is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from dateutil.easter import easter

from services.understanding.when.values.calendar import DAY, month_days
from services.understanding.when.values.country import days_of
from services.understanding.when.values.days import Ref, Stretch, a_day
from services.understanding.words import phrases


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


def _from_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + days * DAY


_DAYS: Mapping[str, Callable[[int], date]] = {
    "new year | new years | new year day | new years day": _fixed(1, 1),
    "valentine day | valentines | valentines day": _fixed(2, 14),
    "saint patrick | saint patricks day | st patricks day": _fixed(3, 17),
    "april fools | april fools day": _fixed(4, 1),
    "earth day": _fixed(4, 22),
    "labour day | international workers day | may day": _fixed(5, 1),
    "mothers day": _nth(5, 6, 2),
    "memorial day": _nth(5, 0, -1),
    "fathers day": _nth(6, 6, 3),
    "independence day": _fixed(7, 4),
    "labor day": _nth(9, 0, 1),
    "columbus day": _nth(10, 0, 2),
    "halloween": _fixed(10, 31),
    "veterans day": _fixed(11, 11),
    "thanksgiving | thanksgiving day": _nth(11, 3, 4),
    "black friday": lambda year: _nth(11, 3, 4)(year) + DAY,
    "cyber monday": lambda year: _nth(11, 3, 4)(year) + 4 * DAY,
    "christmas eve": _fixed(12, 24),
    "christmas | christmas day": _fixed(12, 25),
    "boxing day": _fixed(12, 26),
    "new year eve | new years eve": _fixed(12, 31),
    "ash wednesday": _from_easter(-46),
    "palm sunday": _from_easter(-7),
    "maundy thursday": _from_easter(-3),
    "good friday": _from_easter(-2),
    "easter | easter sunday": easter,
    "easter monday": _from_easter(1),
    "ascension day": _from_easter(39),
    "pentecost": _from_easter(49),
    "whit monday": _from_easter(50),
}
NAMED = {name: find for names, find in _DAYS.items() for name in phrases(names)}
"""What is known without a country; a country's own day of that name goes before. Feasts kept nearly everywhere, and
what English calls by a name that says whose it is.
"""


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
        return easter(year) - 21 * DAY
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
