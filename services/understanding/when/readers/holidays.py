"""Days that have names: Christmas, next Easter, Halloween 2026, the next public holiday."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.readers.dates import year_at
from services.understanding.when.values.holidays import Holiday
from services.understanding.when.values.lengths import Period
from services.understanding.when.words.lexicon import WHICH


@rule
def holiday(r: Scanner, i: int) -> Iterator[Reading]:
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


def _names_at(r: Scanner, i: int) -> Iterator[tuple[str, int]]:
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
