"""Numbers over days, as charts. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from services.actions.pages.document import Chart

_MOST_DAYS = 45
"""Columns that are still wide enough to be told apart on a phone; more are gathered."""
_WEEK = 7
_MOST_POINTS = 400


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


def over_days(title: str, steps: Sequence[tuple[date, float]], last: date, *, unit: str = "") -> Chart | None:
    """A value that changed on these days (oldest first, the last of a day counts) until `last`. None if it never
    changed.
    """
    kept = dict(steps)
    if len(kept) < 2:
        return None
    points = sorted(kept.items())
    if points[-1][0] < last:
        points.append((last, points[-1][1]))
    thinned = points[:: len(points) // _MOST_POINTS + 1]
    thinned += [points[-1]] if thinned[-1] != points[-1] else []
    return Chart(
        title, "line", tuple(day.isoformat() for day, _ in thinned), tuple(value for _, value in thinned), unit=unit
    )


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)
