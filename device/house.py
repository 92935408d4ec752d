"""The house rules of the settings, as the finder of times wants them."""

from __future__ import annotations

from datetime import timedelta

from device.config import Settings
from services.understanding.when import House

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def house_of(settings: Settings) -> House:
    """The table that settles what words leave open about times."""
    told = settings.when
    return House(
        parts=House().with_parts(morning=told.morning, lunch=told.lunch, afternoon=told.afternoon, evening=told.evening, night=told.night),
        business=told.business,
        end_of_day=told.end_of_day,
        later=timedelta(minutes=told.later_min),
        week_starts=_WEEKDAYS.index(told.week_starts),
        next_weekday_skips=told.next_weekday == "of next week",
        month_first=told.month_first,
        waking=(told.waking[0].hour, told.waking[1].hour),
        few=told.few,
        country=settings.device.country,
    )
