"""What a time expression means for a deadline, an alarm, a length of time or a question. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from dateutil.rrule import rrulestr

from services.actions.base import FindWhen, Refused
from services.actions.wording import proper
from services.store.base import Alarm, Reminder, Routine
from services.understanding.base import Found

ALARM_OF_A_DAY = time(9)
"""When a reminder rings for which only a day was said."""

_LEAD_IN = re.compile(r"^(?:(?:by|until|till|before|after|since|from|at|for|on|the)\s+)+", re.IGNORECASE)
_LAST_SECOND = time(23, 59, 59)
_WHOLE_DAYS = ("day", "week", "month", "quarter", "year")


class Deadline(NamedTuple):
    """When something is due; with `whole_day`, midnight at the start of its day."""

    at: datetime
    whole_day: bool


_A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """From `start` until before `end`; None where it is open."""

    start: datetime | None
    end: datetime | None

    def holds(self, instant: datetime | str | None) -> bool:
        """Whether an instant lies in it, also one as it is stored (ISO 8601); none does not."""
        at = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        if at is None:
            return False
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


def existing(find_when: FindWhen) -> FindWhen:
    """The finder of times, for actions: a date that no year has, or a 25th hour, refuses what it is told for; so does
    the leap day where neither this year nor the next has one, and no year is told.
    """

    def find(text: str, now: datetime) -> Sequence[Found]:
        found = find_when(text, now)
        for each in found:
            if not each.exists:
                said = _LEAD_IN.sub("", text[slice(*each.span)].strip())
                raise Refused("time.none", f"There is no {proper(said)}")
            at = each.start
            leaps = at is not None and (at.month, at.day) == (2, 29) and each.rrule is None
            if at is not None and leaps and at - now > _A_YEAR and str(at.year) not in text:
                said = _LEAD_IN.sub("", text[slice(*each.span)].strip())
                raise Refused("time.none", f"There is no {proper(said)} before {at.year}")
        return found

    return find


def deadline(found: Found, now: datetime) -> Deadline | None:
    """The last moment meant: "Friday afternoon" is its end, "next week" its last day, "in two hours" then."""
    if found.kind == "duration" and found.seconds:
        return Deadline(now + timedelta(seconds=found.seconds), whole_day=False)
    if (
        found.rrule is not None
        and _without_time(found.rrule)
        and found.start is not None
        and found.start.time() == time()
    ):
        return Deadline(found.start, whole_day=True)
    if found.grain in _WHOLE_DAYS:
        last = _last_day(found)
        return Deadline(last, whole_day=True) if last is not None else None
    at = found.end or found.start if found.kind == "interval" else found.start or found.end
    if at is None or at.time() < _LAST_SECOND:
        return None if at is None else Deadline(at, whole_day=False)
    return Deadline(datetime.combine(at.date(), time(), at.tzinfo), whole_day=True)  # "by end of day", "tonight"


def alarm(found: Found, now: datetime) -> datetime | None:
    """When to ring: where the expression begins, in the morning if only a day was said."""
    if found.kind == "duration" and found.seconds:
        return now + timedelta(seconds=found.seconds)
    at = found.start or found.end
    only_day = found.grain in _WHOLE_DAYS or (found.rrule is not None and _without_time(found.rrule))
    if at is not None and only_day and (found.start is None or at.time() == time()):
        at = at if found.start else at - timedelta(seconds=1)  # by the end of the month
        return datetime.combine(at.date(), ALARM_OF_A_DAY, at.tzinfo)
    return at


def span(found: Found) -> TimeSpan:
    """The stretch of time a question is about; an instant stands for its day."""
    if found.kind == "interval":
        return TimeSpan(found.start, found.end)
    if found.start is None:
        return TimeSpan(None, found.end)
    if found.grain in _WHOLE_DAYS[1:]:
        last = _last_day(found) or found.start
        return TimeSpan(found.start, _next_midnight(last))
    start = datetime.combine(found.start.date(), time(), found.start.tzinfo)
    return TimeSpan(start, _next_midnight(start))


def length(found: Found, now: datetime) -> float | None:
    """Seconds of a duration, or until an instant."""
    if found.kind == "duration":
        return found.seconds
    at = found.start or found.end  # "at five", "until five"
    if found.kind != "recurrence" and at is not None and found.grain not in _WHOLE_DAYS:
        return (at - now).total_seconds()
    return None


def next_occurrence(rule: str, first: datetime, after: datetime, zone: tzinfo) -> datetime | None:
    """When a rule that counts from `first` comes next, later than `after`; None when it has ended.

    Rules run on the wall clock: 9 AM stays 9 AM when daylight saving begins. A time that the clocks skip comes an hour
    later.
    """
    try:
        rules = rrulestr(rule, dtstart=first.astimezone(zone).replace(tzinfo=None), ignoretz=True)
    except ValueError:  # it can't come from there, such as every 24 hours at 3, from 5 on
        return None
    wall = rules.after(after.astimezone(zone).replace(tzinfo=None))
    return wall.replace(tzinfo=zone).astimezone(UTC) if wall is not None else None


def following(one: Alarm | Reminder | Routine, after: datetime, zone: tzinfo) -> datetime | None:
    """When something comes next, later than `after`; None where it does not repeat, or no more."""
    first = one.first or one.due
    return next_occurrence(one.rrule, first, after, zone) if one.rrule and first else None


def _without_time(rule: str) -> bool:
    """Whether a rule speaks of days only ("every Monday")."""
    return "BYHOUR" not in rule and not any(f"FREQ={often}" in rule for often in ("HOURLY", "MINUTELY", "SECONDLY"))


def _next_midnight(at: datetime) -> datetime:
    return datetime.combine(at.date() + timedelta(days=1), time(), at.tzinfo)


def _last_day(found: Found) -> datetime | None:
    """Midnight at the start of the last day meant."""
    if found.end is not None:
        last = found.end - timedelta(seconds=1)  # an end at midnight is the start of the day after
    elif found.start is not None:
        last = _after(found.start, found.grain) - timedelta(seconds=1)
    else:
        return None
    return datetime.combine(last.date(), time(), last.tzinfo)


def _after(start: datetime, grain: str) -> datetime:
    match grain:
        case "week":
            return start + timedelta(days=7)
        case "month" | "quarter" | "year":
            months = {"month": 1, "quarter": 3, "year": 12}[grain] + start.month - 1
            return start.replace(year=start.year + months // 12, month=months % 12 + 1, day=1)
        case _:
            return start + timedelta(days=1)
