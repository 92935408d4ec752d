"""When something rings, first and after a change: for what rings at a time of day (reminders, alarms)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple, TypeVar

from services.actions.base import Refused, Unanswered
from services.actions.call import Call
from services.actions.rings.repetition import repetition
from services.actions.times import alarm, deadline, following, next_occurrence, span
from services.actions.wording import number_told
from services.store.base import Alarm, Reminder
from services.understanding.base import Found

R = TypeVar("R", Reminder, Alarm)

_BACK = ("earlier", "sooner", "forward", "up", "before", "ahead")
"""Directions that bring a time nearer."""
_HOURS = 24
_DAY = re.compile(r"(?:day|tomorrow|tonight|morning|afternoon|evening|night)$", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:later|earlier|sooner)\b", re.IGNORECASE)
"""With one of these, a new time counts from the old one, not from now."""
_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b", re.IGNORECASE)
_TODAY = re.compile(r"\b(?:today|tonight|this)\b", re.IGNORECASE)
_LEAD_IN = re.compile(r"^(?:to|for|until|till)\s+", re.IGNORECASE)


_TELLS_TIME = re.compile(
    r"\d|\b(?:at|noon|midnight|midday|morning|afternoon|evening|night|hours?|hourly|minutes?|half|quarter|o'?clock"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?! (?:days|weeks|months|years)\b))\b",
    re.IGNORECASE,
)


class RingTime(NamedTuple):
    """When it rings next, the rule of its repetition, and whether a length was told ("in ten minutes")."""

    at: datetime
    rule: str | None
    steady: bool = False


def first_ring(call: Call, ask: str, family: str) -> RingTime:
    """The time in `when` and `recurrence`. Raises Unanswered, with `ask` as the question, where they say too little."""
    if not (call.text("when") or call.text("recurrence")):
        raise Unanswered(f"{family}.no_time", ask)
    found = call.occasion() if call.text("recurrence") else heard(call, call.now)
    at = None if found is None else alarm(found, call.now)
    if found is None or at is None:
        said = call.text("when") or call.text("recurrence")
        raise call.unclear(f"{family}.when", said, ask)
    rule = found.rrule if found.kind == "recurrence" else None
    steady = rule is None and is_length(call, at)
    if not steady:
        clock_known(call, family)
    if at <= call.now and rule:
        later = next_occurrence(rule, at, call.now, call.zone)
        at = later.astimezone(call.zone) if later else at
    if at <= call.now:
        last = deadline(found, call.now)
        if last and last.at + timedelta(days=last.whole_day) > call.now:  # "today", "this afternoon", already begun
            raise Unanswered(f"{family}.when", f"At what time {call.say(call.now, whole_day=True)}?")
        raise call.passed(f"{family}.past", at, ask)
    return RingTime(at, rule, steady)


def rings_at(call: Call, one: Alarm | Reminder, name: str = "") -> str:
    """Yoga, weekdays, next tomorrow at 6 AM."""
    again = f"{repetition(one.rrule)}, next" if one.rrule else ""
    return " ".join(part for part in (f"{name}," if name else "", again, call.say(one.due)) if part)


def at_its_time(call: Call, due: datetime) -> Call:
    """The call with the time of day at which something rings, where the words of a repetition tell none: "make it
    weekdays" leaves the hour.
    """
    when = " ".join(call.texts("when"))
    if _TELLS_TIME.search(f"{call.text('recurrence')} {when}"):
        return call
    return replace(call, slots={**call.slots, "when": f"{when} at {due.astimezone(call.zone):%H:%M}".strip()})


def rung_at(one: R, ring: RingTime) -> R:
    """It rings then, and again by that rule."""
    return replace(one, due=ring.at, rrule=ring.rule, first=ring.at if ring.rule else None, steady=ring.steady)


def rescheduled(call: Call, one: R, ask: str, family: str) -> R:
    """It rings at the new time; its rule goes on from there. Raises Unanswered."""
    due = moved(call, one.due, ask, family)
    return replace(one, due=due, first=due if one.rrule else None, steady=keeps_length(call, one.steady))


def is_length(call: Call, at: datetime) -> bool:
    """Whether a length was told ("in ten minutes"): said later, it means a later time."""
    on = timedelta(minutes=7)
    later = heard(call, call.now + on)
    return later is not None and alarm(later, call.now + on) == at + on


def keeps_length(call: Call, before: bool) -> bool:
    """Whether it counts a length after the change: if one was told, or it did before and was only shifted."""
    if _shift(call) is not None or not call.text("when"):
        return before
    found = heard(call, call.now)
    at = alarm(found, call.now) if found else None
    return at is not None and is_length(call, at)


def clock_known(call: Call, family: str) -> None:
    """Raises Refused while the clock is not set."""
    if call.appliance is not None and not call.appliance.clock_set:
        raise Refused(
            f"{family}.clock",
            "My clock isn't set yet, so I don't know when that is. Say instead, for example, in ten minutes",
        )


def moved(call: Call, old: datetime, ask: str, family: str) -> datetime:
    """The new time: a clock time keeps the day, a day keeps the time of day, a length shifts it. Raises Unanswered."""
    old = old.astimezone(call.zone)
    if (shift := _shift(call)) is not None:
        return _ahead(call, old + shift, ask, family)
    found = heard(call, call.now)
    if found is None:
        raise Unanswered(f"{family}.no_time", ask)
    at = alarm(found, call.now)
    if at is None:
        raise call.unclear(f"{family}.when", call.text("when"), ask)
    if found.grain in ("day", "week", "month", "quarter", "year"):
        at = datetime.combine(_not_today(call, found, at, old).date(), old.time(), call.zone)
    elif (clock := _clock_on(call, old)) is not None and clock > call.now:
        at = clock
    elif old.date() > call.now.date():
        at = _not_today(call, found, at, old)
    if not is_length(call, at):
        clock_known(call, family)
    return _ahead(call, at, ask, family)


def _not_today(call: Call, found: Found, at: datetime, old: datetime) -> datetime:
    """To Monday, said on a Monday: a week on, but for what was past and must come today."""
    named = found.kind == "instant" and _WEEKDAY.search(call.text("when")) is not None
    today = named and at.astimezone(call.zone).date() == call.now.date()
    return at + timedelta(days=7) if today and old > call.now and not _TODAY.search(call.text("when")) else at


def at_time(call: Call, things: Sequence[R], *slots: str) -> list[R]:
    """Those that ring at the time in these slots, or on its day; all where no time is told."""
    found = call.found(*slots)
    if found is None:
        return list(things)
    asked = span(found)
    clock = found.start.astimezone(call.zone).time() if found.start is not None and found.kind == "instant" else None
    exact = [each for each in things if each.due == found.start]
    same = [
        each
        for each in things
        if clock and found.grain == "minute" and _same_clock(each.due.astimezone(call.zone).time(), clock)
    ]
    return exact or same or ([each for each in things if asked.holds(each.due)] if found.grain != "minute" else [])


def left_out(call: Call, one: R) -> R | None:
    """What repeats, with only the one time left out that is on the day told: "cancel tomorrow's alarm". None where no
    day is told, or it does not repeat.
    """
    found = call.found("when")
    leans = isinstance(one, Reminder) and one.of_kind  # follows the time of something else
    if found is None or found.grain != "day" or found.kind == "recurrence" or not one.rrule or leans:
        return None
    again = following(one, one.due, call.zone) if span(found).holds(one.due) else None
    return replace(one, due=again) if again else None


def asked_time(call: Call) -> Found | None:
    """The time that is asked about; none for "which ones are there now", which asks for all."""
    found = call.found("when")
    return None if found is not None and found.grain == "second" and found.start == call.now else found


def _shift(call: Call) -> timedelta | None:
    """ "by 30 minutes", "an hour earlier": how far it moves; None for anything else."""
    length, direction = call.text("duration"), call.text("direction")
    if relative := _RELATIVE.search(call.text("when")):
        length, direction = call.text("when")[: relative.start()], relative.group()
    found = call.find_when(length, call.now) if length else ()
    if not found or found[0].kind != "duration" or not found[0].seconds:
        return None
    return timedelta(seconds=-found[0].seconds if direction.casefold() in _BACK else found[0].seconds)


def _same_clock(one: time, other: time) -> bool:
    """7 AM is what "at 7" means even when 7 PM comes first."""
    return (one.hour % 12, one.minute) == (other.hour % 12, other.minute)


def _ahead(call: Call, at: datetime, ask: str, family: str) -> datetime:
    if at <= call.now:
        raise call.passed(f"{family}.past", at, ask)
    return at


def heard(call: Call, now: datetime) -> Found | None:
    """What `when` says; a bare number is a time of day: "to 5", "7 tomorrow"."""
    said = " ".join(call.texts("when"))
    text = " ".join(_LEAD_IN.sub("", part) for part in call.texts("when"))
    day, _, last = text.rpartition(" ")
    hour = number_told(last) if _DAY.search(day) else None
    split = f"{day} at {last}" if hour and hour <= _HOURS else ""  # "saturday seven"
    tried = [each for each in dict.fromkeys((said, text, f"at {text}", split)) if text and each]
    readings = [found[0] for each in tried if (found := call.find_when(each, now))]
    clocks = [found for found in readings if found.grain == "minute" or found.kind == "recurrence"]
    return next(iter([*clocks, *readings]), None)


def _clock_on(call: Call, old: datetime) -> datetime | None:
    """On the day of `old`, in the nearer half of the day, where only a time of day was said; else None."""
    midnight = datetime.combine(old.date(), time(), call.zone)
    readings = [_start(call, midnight + timedelta(hours=hours, seconds=1)) for hours in (0, 12, 23.99)]
    early, noon, late = readings
    if early is None or noon is None or late is None or early.date() == late.date():
        return None
    if early != _start(call, midnight + timedelta(minutes=1)):
        return None  # "in an hour" is no time of day
    return noon if noon.date() == early.date() and abs(noon - old) < abs(early - old) else early


def _start(call: Call, now: datetime) -> datetime | None:
    found = heard(call, now)
    return alarm(found, now) if found else None
