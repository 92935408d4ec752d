"""Questions to the clock and the calendar page: the time, the date, how far a day is off, which week it is."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from services.actions.base import Refused
from services.actions.call import Action, Call, Done
from services.actions.times import span
from services.actions.wording import clock, counted, day, duration, full_date
from services.understanding.base import Found

_HOW_FAR = re.compile(
    r"^\W*(?:and )?(?:until|till|til|to) (?:the )?\w|\bhow (?:many|much|long|far|soon)\b"
    r"|\bhours? (?:until|till)\b",
    re.IGNORECASE,
)
_LEFT = re.compile(r"\b(?:left|remain|remaining|still)\b", re.IGNORECASE)
_WEEK = re.compile(
    r"\b(?:what|which) (?:calendar )?week\b(?! ?day)|\bweek number\b|\bnumber of the week\b", re.IGNORECASE
)
_IS_IT = re.compile(r"^\W*(?:so |and |wait |hey )*is (?:it|today|this|tomorrow)\b", re.IGNORECASE)
_IS_DAY = re.compile(
    r"^\W*(?:so |and |wait |hey )*is (?:(?:this|next|the) )?(?P<which>(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r" (?P<date>the [\w-]+(?: [\w-]+)?|\w+ (?:the )?\d+(?:st|nd|rd|th)?)\W*$",
    re.IGNORECASE,
)
_LEAP = re.compile(r"\bleap year\b", re.IGNORECASE)
_END = re.compile(r"\bend of\b", re.IGNORECASE)
_WORKING = re.compile(r"\b(?:working|work|business|office) ?days\b|\bworkdays\b|\bweekdays\b", re.IGNORECASE)
_UNITS = re.compile(r"\b(?P<unit>week|month|hour|minute)s\b", re.IGNORECASE)
_UNTIL = re.compile(r"^\W*(?:until|till|til|to|before|by|up to)\s+", re.IGNORECASE)
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_DAY = re.compile(r"\b(?:yesterday|today|tomorrow)\b", re.IGNORECASE)
_EXACT = ("second", "minute", "hour")
_OFFSETS = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


def datetime_query(call: Call) -> Done:
    """Slots: when (the date of that day), place (declined). What is asked for, the time, the date, how far off it is,
    whether it is that day, or which week it is, is told by the words.
    """
    if call.text("place") or call.text("location"):
        raise Refused("datetime.place", "I only know the time here")
    if _LEAP.search(call.said):
        return Done(_leap(call))
    if answer := _is_day(call):
        return Done(answer)
    if (found := call.found("when")) and (answer := _of(call, found)):
        return Done(answer)
    if call.appliance is not None and not call.appliance.clock_set:
        raise Refused("datetime.clock", "My clock isn't set yet, so I don't know what time it is")
    if _WEEK.search(call.said):
        return Done(_week(call.now.date(), call.now.date()))
    words = f"{call.text('what')} {call.said}".casefold().split()
    of_day = any(word.startswith(("date", "day", "month", "year", "week", "today")) for word in words)
    of_clock = any(word.startswith(("time", "clock", "hour", "late")) for word in words)
    date_said, clock_said = f"Today is {full_date(call.now)}", f"It's {clock(call.now)}"
    if of_day and of_clock:
        return Done(f"{clock_said}, {full_date(call.now)}")
    return Done(date_said if of_day else clock_said)


def _of(call: Call, found: Found) -> str:
    """The answer about a time that was told; empty where that is today, and only the date or the time is asked for."""
    if _HOW_FAR.search(call.said) and found.kind in ("instant", "interval"):
        bare = call.find_when(_UNTIL.sub("", call.text("when")), call.now)
        return _how_far(call, bare[0] if bare else found)
    at = (found.start or found.end or call.now).astimezone(call.zone)
    if _WEEK.search(call.said):
        return _week(at.date(), call.now.date())
    if _IS_IT.search(call.said) and found.kind in ("instant", "interval") and found.grain not in (*_EXACT, "part"):
        return _is_it(call, found)
    if at.date() == call.now.date():
        return ""
    relative = day(at.date(), call.now.date())
    be = "was" if at.date() < call.now.date() else "is"
    near = f"{relative} {be}" if relative in ("yesterday", "tomorrow") else "That is"
    return f"{near} {full_date(at)}"


def _is_it(call: Call, found: Found) -> str:
    """ "Is it Monday", "is tomorrow Tuesday"."""
    words = call.text("when")
    told = _DAY.search(words)
    rest = call.find_when(_DAY.sub("", words), call.now) if told else ()
    at = call.now + timedelta(days=_DAYS[told.group().casefold()] if told and rest else 0)
    is_it = span(rest[0] if rest else found).holds(at)
    which = told.group().casefold() if told and rest else "today"
    be = "was" if which == "yesterday" else "is"
    return f"{'Yes' if is_it else 'No'}, {which} {be} {full_date(at)}"


def _is_day(call: Call) -> str:
    """ "Is Friday the twenty-seventh"; empty where nothing of that is asked."""
    asked = _IS_DAY.search(call.said)
    days = [call.find_when(asked[group], call.now) for group in ("which", "date")] if asked else []
    at, told = [each[0].start if each else None for each in days] or (None, None)
    if asked is None or at is None or told is None:
        return ""
    month = (told.month == at.month) or asked["date"].casefold().startswith("the ")
    is_it = month and told.day == at.day
    return f"{'Yes' if is_it else 'No'}, {asked['which'].capitalize()} is {at:%B} {at.day}"


def _leap(call: Call) -> str:
    """Whether the year that is told, or this one, has a 29th of February."""
    found = call.found("when")
    year = int(told.group()) if (told := re.search(r"\b[12]\d{3}\b", call.said)) else 0
    year = year or ((found.start or call.now) if found else call.now).year
    return f"{'Yes' if isleap(year) else 'No'}, {year} is {'a' if isleap(year) else 'no'} leap year"


def _how_far(call: Call, found: Found) -> str:
    """32 days until Friday, December 25; "how many days are left this month" counts to its end."""
    at = (found.start or found.end or call.now).astimezone(call.zone)
    if found.end is not None and _END.search(call.text("when")):
        at = found.end.astimezone(call.zone) - timedelta(seconds=1)
    unit = told["unit"].casefold() if (told := _UNITS.search(call.said)) else ""
    if _LEFT.search(call.said) and found.end is not None and found.start is not None and found.end > call.now:
        last = (found.end.astimezone(call.zone) - timedelta(seconds=1)).date()
        return f"{counted((last - call.now.date()).days, 'day')} left after today"
    if found.grain in _EXACT or unit in _OFFSETS:
        return _hours(call, at, unit)
    days = (at.date() - call.now.date()).days
    if days == 0:
        return f"That is today, {full_date(at)}"
    working = _WORKING.search(call.said)
    length = _working_days(call.now.date(), at.date()) if working else _in_unit(call.now.date(), at.date(), unit)
    return f"{length} until {full_date(at)}" if days > 0 else f"{length} since {full_date(at)}"


def _hours(call: Call, at: datetime, unit: str) -> str:
    gap = abs(at - call.now)
    each = _OFFSETS.get(unit)
    length = counted(round(gap / each), unit) if each else duration(round(gap.total_seconds() / 60) * 60)
    when = clock(at) if at.date() == call.now.date() else call.say(at)
    return f"{length} {'until' if at >= call.now else 'since'} {when}"


def _in_unit(today: date, other: date, unit: str) -> str:
    days = abs((other - today).days)
    if unit == "month":
        first, last = sorted((today, other))
        months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
        return f"About {counted(months, 'month')}" if months else counted(days, "day")
    weeks, rest = divmod(days, 7)
    if unit == "week" and weeks:
        return counted(weeks, "week") + (f" and {counted(rest, 'day')}" if rest else "")
    return counted(days, "day")


def _working_days(today: date, other: date) -> str:
    """From the one to the other, which of both is not counted with them; public holidays are, as it does not say which
    of them one works on.
    """
    first, last = sorted((today, other))
    days = (first + timedelta(days=each) for each in range((last - first).days))
    return f"{counted(sum(day.weekday() < 5 for day in days), 'working day')}, Monday to Friday,"


def _week(of: date, today: date) -> str:
    be = "It's" if of == today else "That is"
    return f"{be} week {of.isocalendar().week}"


ACTIONS: Mapping[str, Action] = {"datetime.query": datetime_query}
