"""Settings that are times of day, and the house rules as settings."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_LAST_MINUTE = time(23, 59)
_LAST_SECOND = time(23, 59, 59)


def _clock(value: object) -> time:
    """ "17:30" as a time; the last minute of a day lasts to its last second."""
    try:
        told = datetime.strptime(value.strip() if isinstance(value, str) else "", "%H:%M").time()
    except ValueError:
        raise ValueError('is not a time such as "17:30"') from None
    return _LAST_SECOND if told == _LAST_MINUTE else told


def _two_times(value: object, wrong: str) -> tuple[time, time]:
    """Of a text with a hyphen between them."""
    first, _, last = value.partition("-") if isinstance(value, str) else ("", "", "")
    try:
        return _clock(first), _clock(last)
    except ValueError:
        raise ValueError(wrong) from None


def _hours(value: object) -> tuple[time, time]:
    """ "08:00-12:00" as two times."""
    begins, ends = _two_times(value, 'is not a stretch of a day such as "08:00-12:00"')
    if begins >= ends:
        raise ValueError('must end after it begins, such as "08:00-12:00"')
    return begins, ends


def _quiet_hours(value: object) -> tuple[time, time] | None:
    """ "22:00-07:00" as two times, the second perhaps on the next day; nothing as None."""
    if value == "":
        return None
    begins, ends = _two_times(value, 'is not a stretch of time such as "22:00-07:00"')
    if begins == ends:
        raise ValueError('must end at another time than it begins, such as "22:00-07:00"')
    return begins, ends


ClockTime = Annotated[time, BeforeValidator(_clock)]
Hours = Annotated[tuple[time, time], BeforeValidator(_hours)]
QuietHours = Annotated[tuple[time, time] | None, BeforeValidator(_quiet_hours)]


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class WhenSettings(BaseModel):
    """[when]: the house rules of services/understanding/when/house.py."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    morning: Hours
    lunch: Hours
    afternoon: Hours
    evening: Hours
    night: Hours
    business: Hours
    end_of_day: ClockTime
    waking: Hours
    later_min: int = Field(ge=5, le=720)
    week_starts: Weekday
    next_weekday: Literal["of next week", "coming"]
    month_first: bool
    few: int = Field(ge=2, le=10)
