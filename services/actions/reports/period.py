"""The time that a report is about. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from services.actions.call import Call
from services.actions.times import TimeSpan, span
from services.actions.wording import number, proper
from services.understanding.base import Found

_OF_RULE = (("DAILY", 1), ("WEEKLY", 7), ("MONTHLY;INTERVAL=3", 91), ("MONTHLY", 30), ("YEARLY", 365))
"""Days that a "weekly report" covers."""
_AHEAD = re.compile(r"\b(?:next|coming|upcoming|tomorrow|ahead|\d{4})\b", re.IGNORECASE)
_LEAD = re.compile(r"^(?:for|of|from|about|on|over|during|since)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReportPeriod(TimeSpan):
    """In the device's zone."""

    words: str
    """Last week; the last seven days; empty for all of the time."""

    @property
    def during(self) -> str:
        """With a blank before it, to follow a noun: " last week"; " in the last seven days"; empty: all of the time."""
        return f" in {self.words}" if self.words.startswith("the ") else f" {self.words}" if self.words else ""

    @property
    def dates(self) -> str:
        """2026-11-23 to 2026-11-29; empty for all of the time."""
        first = self.start.date() if self.start else None
        last = (self.end - timedelta(microseconds=1)).date() if self.end else None
        return " to ".join(each.isoformat() for each in dict.fromkeys((first, last)) if isinstance(each, date))


def period(call: Call, *, days: int | None) -> ReportPeriod:
    """The period in slot `when`; without it, the last `days` including today; None: all time."""
    found = call.found("when")
    if found is None:
        return ReportPeriod(None, None, "") if days is None else _last(call, days)
    if found.rrule is not None:
        return _last(call, next((length for rule, length in _OF_RULE if rule in found.rrule), 7))
    words = _LEAD.sub("", proper(call.text("when")))
    if found.kind == "duration" and found.seconds:
        return ReportPeriod(call.now - timedelta(seconds=found.seconds), call.now, f"the last {words}")
    over = span(found)
    start, end = _past(call, found, over)
    return ReportPeriod(start, end, words)


def _last(call: Call, days: int) -> ReportPeriod:
    midnight = datetime.combine(call.now.date(), time(), call.now.tzinfo)
    if days == 1:
        return ReportPeriod(midnight, midnight + timedelta(days=1), "today")
    return ReportPeriod(
        midnight - timedelta(days=days - 1), midnight + timedelta(days=1), f"the last {number(days)} days"
    )


def _past(call: Call, found: Found, over: TimeSpan) -> tuple[datetime | None, datetime | None]:
    """Reports look back: "November", said in December, is the past one."""
    start, end = over.start, over.end
    if start is None or start.astimezone(UTC) <= call.now.astimezone(UTC) or _AHEAD.search(call.text("when")):
        return start, end
    if found.grain in ("month", "quarter") and end is not None:
        return start.replace(year=start.year - 1), end.replace(year=end.year - 1)
    if (
        found.grain == "day"
        and end is not None
        and end - start <= timedelta(days=1, hours=2)
        and start - call.now < timedelta(days=7)
    ):
        return start - timedelta(days=7), end - timedelta(days=7)
    return start, end
