"""The house rules: every choice that language leaves open, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

MIDNIGHT = time(0)
LAST_SECOND = time(23, 59, 59)
Hours = tuple[time, time]


def _parts() -> dict[str, Hours]:
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
    """How this house means its times. What a setting does not name keeps its default here."""

    parts: Mapping[str, Hours] = field(default_factory=_parts)
    """When each part of the day begins and ends."""
    business: Hours = (time(9), time(17))
    """The working day: "first thing on Monday", "by close of business", "after work"."""
    end_of_day: time = LAST_SECOND
    """When "by end of day" is."""
    later: timedelta = timedelta(hours=1)
    """How far off "later" is, when nothing else is said: "remind me later", "in a bit"."""
    week_starts: int = 0
    """The first weekday of a week; 0 is Monday. ISO week numbers count from Monday all the same."""
    next_weekday_skips: bool = True
    """"next Friday", on a Wednesday, is the Friday of next week, never the coming one."""
    month_first: bool = True
    """5/12 is the twelfth of May, unless that is no date."""
    waking: tuple[int, int] = (7, 22)
    """Hours in which "at five", without a.m. or p.m., is taken to lie."""
    few: int = 3
    """What "a few" and "several" count for."""
    century: int = 40
    """Two-digit years below it are of this century."""
    country: str = ""
    """Whose public holidays are known: ISO 3166, perhaps with a subdivision (DE, DE-BY); "": only worldwide ones."""

    def with_parts(self, **parts: Hours) -> Mapping[str, Hours]:
        """The parts of the day with some told otherwise; a meal goes with its part."""
        told = dict(parts)
        for meal, of in (("breakfast", "morning"), ("dinner", "evening")):
            if of in parts:
                told.setdefault(meal, parts[of])
        if "morning" in parts:
            told.setdefault("daytime", (parts["morning"][0], self.parts["daytime"][1]))
            told.setdefault("nighttime", (self.parts["nighttime"][0], parts["morning"][0]))
        return {**self.parts, **told}
