"""How often something rings, in words. Pure."""

from __future__ import annotations

from services.actions.wording import counted, listed

_DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_WEEKDAYS, _WEEKENDS = {"MO", "TU", "WE", "TH", "FR"}, {"SA", "SU"}
_UNITS = {
    "MINUTELY": "minute",
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}


def repetition(rule: str) -> str:
    """ "Weekdays", "every Monday and Thursday", "every two weeks", of a rule of RFC 5545. "Repeating" where it says
    more.
    """
    parts = dict(part.partition("=")[::2] for part in rule.removeprefix("RRULE:").split(";"))
    unit, interval = _UNITS.get(parts.get("FREQ", "")), int(parts.get("INTERVAL", "1"))
    days = parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else []
    more = parts.keys() - {"FREQ", "INTERVAL", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND", "WKST"}
    if unit is None or any(day not in _DAYS for day in days) or more - {"BYMONTHDAY", "BYMONTH"}:
        return "repeating"
    if not days:
        return f"every {unit}" if interval == 1 else f"every {counted(interval, unit)}"
    if interval > 1:
        return "repeating"
    if set(days) in (_WEEKDAYS, _WEEKENDS):
        return "weekdays" if set(days) == _WEEKDAYS else "weekends"
    return f"every {listed([_DAYS[day] for day in days])}"
