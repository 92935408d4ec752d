"""What a time expression means, and the house rules that settle what words leave open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal

Kind = Literal["instant", "interval", "duration", "recurrence"]
Grain = Literal["second", "minute", "hour", "part", "day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Found:
    """One time expression in a text.

    `span` is [first, after last) in characters, without a leading "on", "at" or "by". Times are zone-aware. An interval that is
    open on one side ("before noon", "since May", "by Friday") has None there. `end` is exclusive, except that a range of days ends
    in the last second of its last day. `seconds` is the length of a duration; `rrule` an RFC 5545 rule without DTSTART, whose
    first occurrence is `start`.
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


MIDNIGHT = time(0)
LAST_SECOND = time(23, 59, 59)


def _parts() -> dict[str, tuple[time, time]]:
    return {
        "morning": (time(8), time(12)),
        "noon": (time(12), time(12)),
        "lunch": (time(11), time(13)),
        "breakfast": (time(8), time(12)),
        "afternoon": (time(12), time(16)),
        "evening": (time(16), time(20)),
        "dinner": (time(16), time(20)),
        "night": (time(20), LAST_SECOND),
        "daytime": (time(8), time(18)),
        "nighttime": (MIDNIGHT, time(8)),
        "mid": (time(10), time(14)),
    }


@dataclass(frozen=True, slots=True)
class House:
    """Every choice that language leaves open, in one table."""

    parts: Mapping[str, tuple[time, time]] = field(default_factory=_parts)
    """When each part of the day begins and ends."""
    end_of_day: time = LAST_SECOND
    next_weekday_skips: bool = True
    """"next Friday" is the Friday of next week (weeks begin on Monday), never the coming one."""
    month_first: bool = True
    """5/12 is the twelfth of May, unless that is no date."""
    waking: tuple[int, int] = (7, 22)
    """Hours in which "at five", without a.m. or p.m., is taken to lie."""
    few: int = 3
    """What "a few" and "several" count for."""
    century: int = 40
    """Two-digit years below it are of this century."""
