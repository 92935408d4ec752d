"""Times told inside other times: the end of the month, mid-November, the second Tuesday of May, the last of May."""

from __future__ import annotations

from collections.abc import Iterator

from services.understanding.when.grammar import Reading, Scanner, rule
from services.understanding.when.readers.dates import weekday_at
from services.understanding.when.readers.numbers import ordinal_at
from services.understanding.when.readers.periods import CALENDAR_UNITS, WORKING, unit_at
from services.understanding.when.values.days import Cal, Day
from services.understanding.when.values.lengths import Period
from services.understanding.when.values.subdivisions import Edge, Nth, Slice
from services.understanding.when.words.lexicon import UNITS, WHICH
from services.understanding.words import phrases

_PARTS_OF = {
    "early": "early | earlier | beginning of | start of",
    "mid": "mid | middle of",
    "late": "late | later",
    "end": "end of",
    "rest": "remainder of | remaining of | rest of",
}
_EDGES = {said: part for part, ways in _PARTS_OF.items() for said in phrases(ways)}


@rule
def edge(r: Scanner, i: int) -> Iterator[Reading]:
    """The end of the month, mid-November, early September, later this week, the rest of the week."""
    j = r.skip(i, "the", "at") if r.word(i) != "at" else r.skip(i + 1, "the")
    if r.word(j) in ("eod", "eom", "eow", "eoy"):
        yield Edge("end", Period({"d": "day", "m": "month", "w": "week", "y": "year"}[r.word(j)[2]])), j + 1
    if r.word(j) == "eod":
        for day, last in r.all("date", r.skip(j + 1, "on")):
            yield Edge("end", day), last
    k = r.after(j, *_EDGES)
    if k is not None:
        told = " ".join(r.word(n) for n in range(j, k))
        yield from _edge_of(r, r.skip(r.skip(k, "-"), "in") if " " not in told else k, _EDGES[told])


def _edge_of(r: Scanner, k: int, name: str) -> Iterator[Reading]:
    unit, end = unit_at(r, r.skip(k, "the"))
    if unit in CALENDAR_UNITS and r.word(end) not in ("after", "to"):
        yield Edge("late" if name == "end" else name, Period(unit, open=True)), end
    if unit == "day":
        for day, last in r.all("date", r.skip(end, "on")):
            yield Edge(name, day), last
        if name in {"end", "rest"}:
            yield Edge(name, Day(0)), end
    for whole, last in [*r.all("period", k), *r.all("date", k)]:
        if isinstance(whole, Cal) and whole.day is not None and name != "end":
            continue
        is_period = isinstance(whole, Period | Nth | Slice) or (
            isinstance(whole, Cal) and whole.day is None and whole.weekday is None
        )
        if is_period or isinstance(whole, Cal | Day):
            yield Edge("late" if name == "end" and is_period else name, whole), last


@rule
def nth(r: Scanner, i: int) -> Iterator[Reading]:
    """The second Tuesday of next month, the last week of 2016, the first 2 weeks of 2021, the 15th day of June."""
    j = r.skip(i, "the")
    n, k = ordinal_at(r, j) or (1 if r.word(j) == "1" else 0, j + 1)
    count = 1
    if not 1 <= abs(n) <= 60:
        return
    if r.at(k).number is not None and not r.at(k).ordinal and r.word(k + 1) in UNITS:
        count, k = min(500, r.at(k).number or 1), k + 1
    weekday = weekday_at(r, k)
    unit = str(weekday) if weekday is not None else UNITS.get(r.word(k))
    if r.word(k) in WORKING and UNITS.get(r.word(k + 1)) == "day":
        unit, k = "workday", k + 1
    if unit is None and r.word(k) == "of" and n in (1, -1):
        yield from _first_or_last_of(r, k + 1, n)
    if unit is None or unit in ("second", "minute", "hour"):
        return
    k += 1
    if count > 1 and n > 0:
        n = (n - 1) * count + 1
    if r.word(k) in ("of", "in"):
        for whole, end in r.all("period", k + 1):
            yield Nth(n, unit, whole, count), end
    elif r.word(k) in WHICH:  # the first Friday next month
        for whole, end in r.all("period", k):
            if isinstance(whole, Period) and whole.unit in ("month", "quarter", "year"):
                yield Nth(n, unit, whole, count), end


def _first_or_last_of(r: Scanner, i: int, n: int) -> Iterator[Reading]:
    """The last of the month, the first of the year; the first of a month is a date like its other days."""
    for whole, end in r.all("period", i):
        of = whole.unit if isinstance(whole, Period) else "month" if isinstance(whole, Cal) and whole.month else ""
        if of in ("quarter", "year") or (of == "month" and n == -1):
            yield Nth(n, "day", whole), end
