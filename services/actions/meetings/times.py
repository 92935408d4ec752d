"""From when until when a meeting is to be, out of what was said. Raises Unanswered where too little was said."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import NamedTuple

from services.actions.base import Unanswered
from services.actions.call import Call
from services.actions.meetings.calendar import FreeStretch, free, occurrences, planned, rule_from
from services.actions.rings.ring import heard
from services.actions.times import next_occurrence, span
from services.actions.wording import clock, duration, listed, proper
from services.store.base import Meeting
from services.understanding.base import Found

USUAL = timedelta(minutes=30)
"""When nothing is said of how long."""
WORKDAY = (time(9), time(18))
"""Where free time is offered when a whole day is asked about."""
AHEAD = timedelta(days=366)
"""How far the calendar is searched where no end is told."""
_EXACT = ("second", "minute", "hour")
_OFFERED = 2
_AFTER = re.compile(r"after\b", re.IGNORECASE)
ALL_DAY = re.compile(r"\b(?:all|whole|entire|full)[- ]day\b", re.IGNORECASE)
_FOR_DAYS = re.compile(
    r"\b(?:birthdays?|bday|anniversary|vacation|holidays?|conference|convention|festival|trip|leave|day off|days"
    r" off|time off|off|"
    r"out of (?:the )?office|retreat|off-?site|summit|fair|expo|camp)\b",
    re.IGNORECASE,
)
"""What is for whole days unless a time is told."""
_EVENING = re.compile(
    r"\b(?:table for \w+|dinner|supper|drinks|pub|cinema|concert|opera|theatre|theater|ballet|musical|gig|movies)\b",
    re.IGNORECASE,
)
_BLOCKS = re.compile(r"\b(?:block|set aside)\b", re.IGNORECASE)
""" "Block Friday afternoon": all of it, or the first stretch of it that is free and long enough."""
_HALF = re.compile(r"\d\s*a\.?m\b|\ba\.?m\b|morning|\b0\d|brunch|noon", re.IGNORECASE)
"""What says in which half of the day it is."""
_DAYS_ON = re.compile(r"\b(?:days?|weeks?)\s+(?:starting|beginning)\b|\bfor\b.*\b(?:days?|weeks?)\b", re.IGNORECASE)
"""From Monday for three days, a week starting on Friday."""
_ASK = "When shall it be?"


class Times(NamedTuple):
    """Start and end in the device's zone, and the rule of a repetition."""

    start: datetime
    end: datetime
    whole_day: bool
    rule: str | None = None


def told(call: Call, title: str) -> Times:
    """The times of a new meeting, from `when`, `recurrence` and `duration`."""
    if not (call.text("when") or call.text("recurrence")):
        raise Unanswered("meeting.no_time", _ASK)
    found = call.occasion() if call.text("recurrence") else heard(call, call.now)
    if found is None:
        raise call.unclear("meeting.when", call.text("when") or call.text("recurrence"), _ASK)
    times = _whole_days(call, found) if _is_for_days(call, found, title) else _timed(call, found)
    times = _in_the_evening(call, times) if _EVENING.search(title) else times
    if times.rule is not None:
        times = _repeated(call, times, times.rule)
    if times.end <= call.now:
        raise call.passed("meeting.past", times.start, _ASK, whole_day=times.whole_day)
    return times


def _in_the_evening(call: Call, times: Times) -> Times:
    """Dinner at seven is not in the morning, unless that is said."""
    said = " ".join((*call.texts("when"), *call.texts("recurrence")))
    if times.whole_day or not 5 <= times.start.hour < 12 or _HALF.search(said):
        return times
    later = timedelta(hours=12)
    rule = re.sub(r"BYHOUR=(\d+)", lambda hour: f"BYHOUR={int(hour[1]) + 12}", times.rule) if times.rule else None
    return Times(times.start + later, times.end + later, times.whole_day, rule)


def lasting(call: Call) -> timedelta | None:
    """The length that was said; None where none was."""
    found = call.found("duration")
    seconds = found.seconds if found is not None and found.kind == "duration" else None
    return timedelta(seconds=seconds) if seconds else None


def has_clock(found: Found) -> bool:
    """Whether a time of day was said."""
    if found.kind == "recurrence":
        return found.start is not None and (found.start.time() != time() or "BYHOUR" in (found.rrule or ""))
    return found.grain in _EXACT


def window(call: Call, found: Found) -> FreeStretch:
    """The time that a question is about; an open side ends with its day, or after AHEAD."""
    asked = span(found)
    start, end = asked.start, asked.end
    if found.grain == "day" and end is None and start is not None and _AFTER.match(call.text("when")):
        start = _midnight(start.astimezone(call.zone), call) + timedelta(days=1)  # after today
    if found.grain in (*_EXACT, "part") and start is None and end is not None:
        start = max(_midnight(end, call), min(call.now, end))
    if found.grain in _EXACT and end is None and start is not None:
        end = _midnight(start, call) + timedelta(days=1)
    start = (start or call.now).astimezone(call.zone)
    return FreeStretch(start, end.astimezone(call.zone) if end else start + AHEAD)


def stretches(
    call: Call, start: datetime, end: datetime, at_least: timedelta, *, of: Callable[[Meeting], bool] = lambda _: True
) -> list[FreeStretch]:
    """Free time between, none of it past; over several days within working hours. `of`: the meetings that take time."""
    taken = occurrences(list(filter(of, planned(call.tx, start, end))), start, end, call.zone)
    found: list[FreeStretch] = []
    for first, last in _by_day(call, start, end):
        begin = max(first, _next_quarter(call.now))
        found += free(taken, begin, last, at_least) if begin < last else []
    return found


def said(call: Call, gap: FreeStretch, *, day: bool = True) -> str:
    """from 2 PM to 4 PM, with its day where asked for."""
    where_from = call.say(gap.start).removeprefix("today ") if day else clock(gap.start)
    return (
        f"{where_from.replace(' at ', ' from ') if day and ' at ' in where_from else f'from {clock(gap.start)}'} to"
        f" {clock(gap.end)}"
    )


def _is_for_days(call: Call, found: Found, title: str) -> bool:
    if ALL_DAY.search(call.said) or ALL_DAY.search(title):
        return True
    length = lasting(call)
    days = (length is not None and length >= timedelta(days=1)) or _DAYS_ON.search(call.text("when")) is not None
    return not has_clock(found) and found.grain != "part" and (days or _FOR_DAYS.search(title) is not None)


def _whole_days(call: Call, found: Found) -> Times:
    asked = span(found)
    start = _midnight(asked.start or found.start or call.now, call)
    length = lasting(call)
    last = (
        start if found.kind == "recurrence" or asked.end is None else _midnight(asked.end - timedelta(seconds=1), call)
    )
    days = max(1, round(length / timedelta(days=1))) if length else (last.date() - start.date()).days + 1
    end = datetime.combine(start.date() + timedelta(days=days), time(), call.zone)
    return Times(start, end, whole_day=True, rule=found.rrule)


def _timed(call: Call, found: Found) -> Times:
    length = lasting(call)
    if found.kind == "duration" and found.seconds:
        start = call.now + timedelta(seconds=found.seconds)
        return Times(start, start + (length or USUAL), whole_day=False)
    if found.grain == "part" and found.start and found.end and _BLOCKS.search(call.said):
        start, end = found.start.astimezone(call.zone), found.end.astimezone(call.zone)
        if length is None:
            return Times(start, end, whole_day=False, rule=found.rrule)
        if gaps := stretches(call, start, end, length):
            return Times(gaps[0].start, gaps[0].start + length, whole_day=False, rule=found.rrule)
    if not has_clock(found) or found.start is None:
        raise Unanswered("meeting.when", _which_time(call, found, length or USUAL))
    start = found.start.astimezone(call.zone)
    if found.kind == "interval" and found.end is None:  # "after three": as soon as there is room
        evening = datetime.combine(start.date(), time(23, 59), call.zone)
        start = next((gap.start for gap in stretches(call, start, evening, length or USUAL)), start)
    end = start + (length or USUAL)
    if found.end and found.end > start and length is None:
        end = found.end.astimezone(call.zone)
    return Times(start, end, whole_day=False, rule=found.rrule)


def _repeated(call: Call, times: Times, rule: str) -> Times:
    """The first time that is still to come."""
    rule = rule_from(rule, times.start)
    start = times.start
    if start <= call.now and not (times.whole_day and times.end > call.now):
        following = next_occurrence(rule, start, call.now, call.zone)
        start = following.astimezone(call.zone) if following else start
    return Times(start, start + (times.end - times.start), times.whole_day, rule)


def _which_time(call: Call, found: Found, length: timedelta) -> str:
    """A question, with what is free."""
    when = proper(call.text("when") or call.text("recurrence"))
    ask = f"At what time {when}?"
    asked = span(found)
    if found.kind == "recurrence" or asked.start is None or asked.end is None:
        return ask
    gaps = stretches(call, asked.start, asked.end, length)
    if not gaps:
        return f"You have no {duration(length.total_seconds())} free then. When else?"
    one_day = asked.end - asked.start <= timedelta(days=1, hours=1)
    return f"{ask} You are free {listed([said(call, gap, day=not one_day) for gap in gaps[:_OFFERED]], 'or')}"


def _by_day(call: Call, start: datetime, end: datetime) -> list[FreeStretch]:
    """Part of a day as it is; of whole days the working hours."""
    start, end = start.astimezone(call.zone), end.astimezone(call.zone)
    if start.time() != time() or end - start < timedelta(hours=22):
        return [FreeStretch(start, end)]
    days = min((end.date() - start.date()).days, 31) or 1
    dates = [start.date() + timedelta(days=day) for day in range(days)]
    working = [on for on in dates if on.weekday() < 5] or dates
    return [
        FreeStretch(*(datetime.combine(on, hour, call.zone) for hour in WORKDAY))
        for on in (working if days > 1 else dates)
    ]


def _midnight(at: datetime, call: Call) -> datetime:
    return datetime.combine(at.astimezone(call.zone).date(), time(), call.zone)


def _next_quarter(now: datetime) -> datetime:
    """Nobody is offered 10:07."""
    whole = now.replace(second=0, microsecond=0)
    if whole.minute % 15:
        return whole + timedelta(minutes=-whole.minute % 15)
    return whole + timedelta(minutes=15 * (whole < now))
