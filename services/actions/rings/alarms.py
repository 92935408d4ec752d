"""Alarms: create, query, update, cancel. due_now.py rings them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from tinydb import where

from services.actions.base import Refused
from services.actions.call import Call, Done, family
from services.actions.matching import closest
from services.actions.rings.ring import (
    RingTime,
    asked_time,
    at_its_time,
    at_time,
    first_ring,
    left_out,
    rescheduled,
    rings_at,
    rung_at,
)
from services.actions.rings.wording import named, titled
from services.actions.selection import label, only, pointed_at
from services.actions.times import next_occurrence, span
from services.actions.wording import clock, counted, listed, paged, proper, repeated, spoken, time_of
from services.store.base import Alarm

_WHEN = "For when?"
_READ_ALOUD = 3
_ALL = frozenset(("all", "every", "both", "any"))
_LEAD_IN = re.compile(r"^(?:(?:for|at|on|in)\s+)+", re.IGNORECASE)
_HALF_TOLD = re.compile(
    r"\b[ap]\.? ?m\b|\b\d+[ap]m\b|morning|afternoon|evening|night|noon|\bat"
    r" (?:1[2-9]|2[0-3])\b|\b(?:1[2-9]|2[0-3]):\d\d",
    re.IGNORECASE,
)
_WAKES = re.compile(r"\b(?:wake|get(?:ting)?(?: me| us)? up|waking)\b", re.IGNORECASE)
_EARLY = range(4, 7)
"""Hours at which an alarm on another day, or a repeated one, means the morning unless the evening is told."""
_LONG_NAP = timedelta(hours=4)
"""Whoever is to be woken later than this sleeps a night."""


def create(call: Call) -> Done:
    """Slots: when (several times of day are several alarms), recurrence, name."""
    alarms = tuple(_added(each) for each in _each_time(call))
    if len(alarms) > 1:
        told = f"{counted(len(alarms), 'alarm')} set for {listed([call.say(each.due) for each in alarms])}"
        return Done(told, told[0].lower() + told[1:], alarms)
    alarm = alarms[0]
    again = f" {proper(_LEAD_IN.sub('', call.text('recurrence') or call.text('when')))}, first" if alarm.rrule else ""
    at = call.say(alarm.due)
    return Done(f"{titled(alarm)} set for{again} {at}", f"{named(alarm)} set for {at}", (alarm,))


def query(call: Call) -> Done:
    """Slots: name, when."""
    alarms = _pending(call)
    found = asked_time(call)
    if found is not None:
        asked = span(found)
        alarms = [alarm for alarm in alarms if asked.holds(alarm.due)]
    if name := _name(call):
        alarms = closest(name, [alarm for alarm in alarms if alarm.name], lambda alarm: alarm.name)
    when = f" {proper(call.text('when'))}" if found is not None else ""
    if not alarms:
        return Done(f"No {f'{name} ' if name else ''}alarm is set{f' for {time_of(when)}' if when else ''}")
    page = alarms[:_READ_ALOUD]
    told = [rings_at(call, alarm, alarm.name) for alarm in page]
    return Done(paged(f"{counted(len(alarms), 'alarm')}{when}", told, len(alarms), "next"), about=tuple(page))


def update(call: Call) -> Done:
    """Slots: name, old_when (which one); when, recurrence, duration with direction (earlier, later), new_name."""
    alarm = _one(call, "old_when")
    if new := spoken(call.text("new_name")):
        alarm = replace(alarm, name=new)
    if call.text("recurrence"):
        alarm = rung_at(alarm, _first(at_its_time(call, alarm.due)))
    elif call.text("when") or call.text("duration") or not new:
        alarm = _in_its_half(call, rescheduled(call, alarm, _WHEN, "alarm"), alarm.due)
    anew = f"{proper(call.text('recurrence'))}, first " if call.text("recurrence") and alarm.rrule else ""
    again = ", repeating" if alarm.rrule and not anew else ""
    call.tx.put(alarm)
    return Done(f"{titled(alarm)} changed: {anew}{call.say(alarm.due)}{again}", f"{named(alarm)} changed", (alarm,))


def cancel(call: Call) -> Done:
    """Slots: name ("all" too), when. Without either, the only one there is."""
    alarms = _pending(call)
    if alarms and spoken(call.text("name")).casefold() in _ALL:
        fitting = at_time(call, alarms, "when")
        if not fitting:
            raise Refused("alarm.unknown", f"There is no alarm {proper(call.text('when'))}")
    else:
        fitting = pointed_at(call, "name", alarms) or [_one(call, "when")]
    if len(fitting) == 1 and (later := left_out(call, fitting[0])):
        at, again = call.say(fitting[0].due), call.say(later.due)
        call.tx.put(later)
        return Done(
            f"{titled(later)} for {at} left out: it rings next {again}", f"{named(later)} left out once", (later,)
        )
    gone = tuple(call.tx.put(replace(each, status="cancelled")) for each in fitting)
    said = counted(len(gone), "alarm") if len(gone) > 1 else f"{titled(gone[0])} for {call.say(gone[0].due)}"
    after = ", and all after it" if len(gone) == 1 and gone[0].rrule else ""
    return Done(f"{said} cancelled{after}", f"{repeated([named(each) for each in gone])} cancelled", gone)


def _in_its_half(call: Call, alarm: Alarm, before: datetime) -> Alarm:
    """The alarm of six in the morning, moved to "half past six": in the morning, where no half of the day is told."""
    early = alarm.due - timedelta(hours=12)
    told = call.text("when")
    if not told or alarm.rrule or _HALF_TOLD.search(told) or early <= call.now:
        return alarm
    return replace(alarm, due=early) if abs(early - before) < abs(alarm.due - before) else alarm


ACTIONS = family("alarm", create, query, update, cancel)


def _added(call: Call) -> Alarm:
    ring = _first(call)
    return call.tx.add(rung_at(Alarm(name=_name(call), due=ring.at), ring))


def _first(call: Call) -> RingTime:
    """The first ring: "half past six every weekday", "tomorrow at six", "wake me at seven" mean the morning."""
    ring = first_ring(call, _WHEN, "alarm")
    at = ring.at.astimezone(call.zone)
    early = at - timedelta(hours=12)
    woken = bool(_WAKES.search(call.said)) and early.hour > 3 and at - call.now > _LONG_NAP
    another_day = ring.rule is not None or at.date() > call.now.astimezone(call.zone).date()
    told = f"{call.text('recurrence')} {' '.join(call.texts('when'))}"
    if (
        ring.steady
        or early.date() != at.date()
        or not (woken or (another_day and early.hour in _EARLY))
        or _HALF_TOLD.search(told)
    ):
        return ring
    if ring.rule:
        rule = ring.rule.replace(f"BYHOUR={at.hour}", f"BYHOUR={early.hour}")
        first = next_occurrence(rule, early, call.now, call.zone)
        return RingTime(first, rule) if first else ring
    return RingTime(early if early > call.now else early + timedelta(days=1), None)


def _each_time(call: Call) -> list[Call]:
    """ "6 am and 6:30 am" are two alarms; "Friday" and "at noon" are one."""
    times = call.texts("when")
    found = [call.find_when(each, call.now) for each in times]
    if len(times) < 2 or not all(each and each[0].kind == "instant" and each[0].grain == "minute" for each in found):
        return [call]
    return [replace(call, slots={**call.slots, "when": each}) for each in times]


def _pending(call: Call) -> list[Alarm]:
    return sorted(call.tx.find(Alarm, where("status") == "pending"), key=lambda alarm: alarm.due)


def _name(call: Call) -> str:
    return label(call.text("name"), "alarm")


def _one(call: Call, when: str) -> Alarm:
    """The alarm meant, by its name or by the time in slot `when`. Raises Refused."""
    alarms = _pending(call)
    if not alarms:
        raise Refused("alarm.none", "No alarm is set")
    if there := pointed_at(call, "name", alarms):
        return there[0]
    name = _name(call)
    fitting = closest(name, [alarm for alarm in alarms if alarm.name], lambda alarm: alarm.name) if name else alarms
    if name and not fitting and call.find_when(f"at {name}", call.now):  # "the six thirty alarm"
        call, fitting = replace(call, slots={**call.slots, when: f"at {name}"}), alarms
    fitting = at_time(call, fitting, when)
    if not fitting:
        raise Refused(
            "alarm.unknown", f"There is no {name} alarm" if name else f"There is no alarm {proper(call.text(when))}"
        )
    return only(
        fitting, "alarm.ambiguous", "Which alarm", lambda each: each.name or clock(each.due.astimezone(call.zone))
    )
