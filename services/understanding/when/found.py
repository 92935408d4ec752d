"""What a time expression means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["instant", "interval", "duration", "recurrence"]
Grain = Literal["second", "minute", "hour", "part", "day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Found:
    """One time expression in a text.

    `span` is [first, after last) in characters, without a leading "on", "at" or "by". Times are zone-aware. An interval
    that is open on one side ("before noon", "since May", "by Friday") has None there. `end` is exclusive, except that a
    range of days ends in the last second of its last day. `seconds` is the length of a duration; `rrule` an RFC 5545
    rule without DTSTART, whose first occurrence is `start` (until `end`, if that was told). What it says of hours and
    of its end (UNTIL) is wall-clock time.
    """

    span: tuple[int, int]
    kind: Kind
    start: datetime | None = None
    end: datetime | None = None
    grain: Grain = "second"
    seconds: float | None = None
    rrule: str | None = None

    @property
    def at(self) -> datetime | None:
        """The one instant that stands for all of it: the deadline of "by Friday", else where it starts."""
        return self.end if self.start is None else self.start
