"""Days that have names: Christmas, Easter, Labor Day, with the rule that finds each in a year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from dateutil.easter import easter

from services.understanding.when.calendar import DAY, month_days
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
    "new year 's day": _fixed(1, 1),
    "new years day": _fixed(1, 1),
    "new year 's eve": _fixed(12, 31),
    "new years eve": _fixed(12, 31),
    "valentine 's day": _fixed(2, 14),
    "valentines day": _fixed(2, 14),
    "saint patrick": _fixed(3, 17),
    "saint patrick 's day": _fixed(3, 17),
    "st patrick 's day": _fixed(3, 17),
    "april fools": _fixed(4, 1),
    "april fools day": _fixed(4, 1),
    "earth day": _fixed(4, 22),
    "labour day": _fixed(5, 1),
    "international workers ' day": _fixed(5, 1),
    "may day": _fixed(5, 1),
    "mother 's day": _nth(5, 6, 2),
    "mothers day": _nth(5, 6, 2),
    "memorial day": _nth(5, 0, -1),
    "father 's day": _nth(6, 6, 3),
    "fathers day": _nth(6, 6, 3),
    "independence day": _fixed(7, 4),
    "labor day": _nth(9, 0, 1),
    "columbus day": _nth(10, 0, 2),
    "halloween": _fixed(10, 31),
    "veterans day": _fixed(11, 11),
    "thanksgiving": _nth(11, 3, 4),
    "thanksgiving day": _nth(11, 3, 4),
    "black friday": lambda year: _nth(11, 3, 4)(year) + DAY,
    "easter": easter,
    "easter sunday": easter,
    "easter monday": lambda year: easter(year) + DAY,
    "good friday": lambda year: easter(year) - 2 * DAY,
}
_FIRST_WORDS = frozenset(name.split()[0] for name in NAMED)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A named day, the coming one unless words say otherwise."""

    name: str
    which: str | None = None
    year: int | None = None

    def in_year(self, year: int) -> Holiday:
        return replace(self, year=year)

    def resolve(self, ref: Ref) -> Stretch | None:
        find = NAMED[self.name]
        if self.year is not None:
            return a_day(find(self.year)) if 1583 <= self.year <= 4099 else None
        this = ref.today.year
        if not 1584 <= this <= 4097:
            return None
        if self.which in ("last", "past"):
            days = [find(year) for year in (this, this - 1)]
            return a_day(next(day for day in days if day < ref.today))
        if self.which == "this":
            return a_day(find(this))
        strictly = self.which is not None
        days = [find(year) for year in (this, this + 1)]
        return a_day(next(day for day in days if day > ref.today or (day == ref.today and not strictly)))


@rule
def holiday(r: Reader, i: int) -> Iterator[Reading]:
    """Christmas, next Easter, Halloween 2026, Independence Day of this year."""
    which = WHICH.get(r.word(i))
    j = i + 1 if which else r.skip(i, "the")
    if r.word(j) not in _FIRST_WORDS:
        return
    end = r.after(j, *NAMED)
    if end is None:
        return
    name = " ".join(r.word(k) for k in range(j, end))
    year = year_at(r, end)
    if year:
        yield Holiday(name, year=year[0]), year[1]
    for of_year, last in r.all("period", end + 1) if r.word(end) == "of" else []:
        if isinstance(of_year, Period) and of_year.unit == "year" and of_year.step in (-1, 0, 1):
            yield Holiday(name, which=("last", "this", "next")[of_year.step + 1]), last
    yield Holiday(name, which), end
