"""A report as values. render.py makes pages of it, draw.py pictures."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

MOST_ROWS = 200
"""Rows of a table; a page must load on a phone."""
MOST_CHARTS = 3
"""Charts of a report; nobody scrolls to more on a phone."""

_MOST_DAYS = 45
"""Columns that are still wide enough to be told apart on a phone; more are gathered."""
_WEEK = 7
_MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers to be drawn, as plain values: they travel to the process that draws."""

    title: str
    shape: Literal["bars", "columns", "line"]
    """Bars of names, one under the other; columns side by side, or a line in steps, over days."""
    labels: tuple[str, ...]
    """Names, or days (ISO 8601), as many as values."""
    values: tuple[float, ...]
    beyond: tuple[float, ...] = ()
    """Bars: how far the fainter end of each reaches; empty: none has one."""
    unit: str = ""
    """What the values are in, said behind them."""
    alarming: bool = False
    """Drawn in the colour of a warning."""

    def said(self, index: int) -> str:
        """A value as it is written: 12; 1,200.50 USD; 0.71 to 0.90 s."""
        words = number(self.values[index])
        words = f"{words} to {number(self.beyond[index])}" if self.beyond else words
        return f"{words} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A part of a report: a chart, a table, or both."""

    title: str = ""
    """Above its table; a chart has its own."""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    chart: Chart | None = None

    @property
    def shown(self) -> tuple[tuple[str, ...], ...]:
        """The rows of a page."""
        return self.rows[:MOST_ROWS]

    @property
    def more(self) -> int:
        """How many rows a page leaves out; a spreadsheet has them all."""
        return max(0, len(self.rows) - MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Report:
    """What is said, and what is written."""

    title: str
    """Tasks; project Apollo."""
    told: tuple[str, ...]
    """Sentences to be said, which also head the page."""
    sections: tuple[ReportSection, ...]
    project_id: str | None = None
    """The project that it is about."""

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Those that are drawn, in the order of their sections."""
        return tuple(section.chart for section in self.sections if section.chart)[:MOST_CHARTS]


def number(value: float) -> str:
    """Whole numbers as such, others with two places."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def bars(title: str, rows: Sequence[tuple[str, float]], *, alarming: bool = False) -> Chart | None:
    """A bar for each (name, value); None without any."""
    if not rows:
        return None
    return Chart(title, "bars", tuple(name for name, _ in rows), tuple(value for _, value in rows), alarming=alarming)


def per_day(what: str, days: Iterable[date], first: date, last: date) -> Chart | None:
    """How many fell on each day from `first` to `last`; by week or month where those are many. None on one day alone,
    or without any.

    `what`: "Completed", of which "Completed per day" is made.
    """
    counts = Counter(day for day in days if first <= day <= last)
    if not counts or first == last:
        return None
    span = (last - first).days + 1
    if span <= _MOST_DAYS:
        unit, starts = "day", [first + timedelta(days=index) for index in range(span)]
    elif span <= _MOST_DAYS * _WEEK:
        monday = first - timedelta(days=first.weekday())
        unit, starts = (
            "week",
            [monday + timedelta(days=_WEEK * index) for index in range(((last - monday).days // _WEEK) + 1)],
        )
    else:
        unit, starts = "month", list(_months(first, last))[-_MOST_DAYS:]
    totals = [0] * len(starts)
    for day, count in counts.items():
        if (index := bisect_right(starts, day) - 1) >= 0:
            totals[index] += count
    return Chart(f"{what} per {unit}", "columns", tuple(each.isoformat() for each in starts), tuple(totals))


def over_days(title: str, steps: Sequence[tuple[date, float]], last: date) -> Chart | None:
    """A value that changed on these days, oldest first (the last of a day counts), until `last`. None if never."""
    kept = dict(steps)
    if len(kept) < 2:
        return None
    points = sorted(kept.items())
    if points[-1][0] < last:
        points.append((last, points[-1][1]))
    thinned = points[:: len(points) // _MOST_POINTS + 1]
    thinned += [points[-1]] if thinned[-1] != points[-1] else []
    return Chart(title, "line", tuple(day.isoformat() for day, _ in thinned), tuple(value for _, value in thinned))


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)
