"""Charts of reports: work over time, lateness, messages, an account."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from services.actions.accounts.statement import Statement
from services.actions.call import Call
from services.actions.pages.document import Chart, bars, over_days, per_day
from services.actions.reports.period import ReportPeriod
from services.actions.tasks.rows import Row, ends, is_open

MOST_BARS = 8
"""Fewer than would fit: a picture is read on a phone."""
_OTHERS = "Others"


def by_count(title: str, names: Sequence[str]) -> Chart | None:
    """A bar for each name, the longest first, the rest in one last bar. None for fewer than two names."""
    return by_share(title, Counter(names).most_common())


def by_share(title: str, counts: Sequence[tuple[str, int]]) -> Chart | None:
    """The same for counted names, the most frequent first."""
    if len(counts) < 2:
        return None
    others = sum(count for _, count in counts[MOST_BARS - 1 :])
    return bars(title, counts if len(counts) <= MOST_BARS else [*counts[: MOST_BARS - 1], (_OTHERS, others)])


def by_day(call: Call, what: str, stamps: Iterable[str], over: ReportPeriod) -> Chart | None:
    """How many of these stored instants fall on each day of the period so far."""
    days = [day_of(call, stamp) for stamp in stamps]
    span = bounds(call, days, over)
    return per_day(what, days, *span) if span else None


def remaining(call: Call, rows: Mapping[str, Row], over: ReportPeriod) -> Chart | None:
    """The burndown: how many tasks were open at the end of each day. None if never more than none, or never changed."""
    changes: Counter[date] = Counter()
    for row in rows.values():
        closed = None if is_open(row) else row.get("completed") or row.get("updated")
        if created := row.get("created"):
            changes[day_of(call, created)] += 1
            if closed:
                changes[day_of(call, closed)] -= 1
    span = bounds(call, list(changes), over)
    if not span or max(Counter(changes).values(), default=0) == 0:
        return None
    first, last = span
    count, steps = 0, []
    for day in sorted(changes):
        count += changes[day]
        if first <= day <= last:
            steps.append((day, float(count)))
        elif day < first:
            steps = [(first, float(count))]
    return over_days("Open tasks", steps, last)


def lateness(call: Call, late: Mapping[str, Row]) -> Chart | None:
    """Days each overdue task is late, rounded up, the latest first."""
    days = {id_: (call.now - ends(row)) / timedelta(days=1) for id_, row in late.items()}
    latest = sorted(days, key=lambda id_: -days[id_])[:MOST_BARS]
    more = f", the {MOST_BARS} latest of {len(late)}" if len(late) > MOST_BARS else ""
    rows = [(late[id_]["title"], float(math.ceil(days[id_]))) for id_ in latest]
    return bars(f"Days overdue{more}", rows, alarming=True)


def balance(call: Call, sheet: Statement, over: ReportPeriod) -> Chart | None:
    """An account over the days on which something was booked."""
    booked = [(line.at.astimezone(call.zone).date(), float(line.balance.major)) for line in sheet.lines]
    span = bounds(call, [day for day, _ in booked], over)
    if not span:
        return None
    before = (
        [(span[0] if over.start else booked[0][0] - timedelta(days=1), float(sheet.opening.major))] if booked else []
    )
    return over_days(f"Balance, {sheet.currency}", [*before, *booked], span[1])


def day_of(call: Call, stamp: str) -> date:
    """The day of a stored instant, here."""
    return datetime.fromisoformat(stamp).astimezone(call.zone).date()


def bounds(call: Call, days: Sequence[date], over: ReportPeriod) -> tuple[date, date] | None:
    """The days of a period up to today; an open side is the first of `days`, or today. None where there are none."""
    today = call.now.date()
    start = over.start.astimezone(call.zone).date() if over.start else min(days, default=today)
    end = (over.end.astimezone(call.zone) - timedelta(microseconds=1)).date() if over.end else today
    last = min(end, today)
    return (start, last) if start <= last else None
