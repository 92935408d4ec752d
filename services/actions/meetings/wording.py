"""How meetings are said."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from services.actions.call import Call
from services.actions.meetings.calendar import Occurrence, occurrences, planned
from services.actions.meetings.times import Times, said, stretches
from services.actions.wording import clock, duration, listed, spoken
from services.store.base import Meeting

_AHEAD = timedelta(days=60)
"""How far a repetition is checked for overlaps."""
_THE = re.compile(r"^the\s+(?=\S)", re.IGNORECASE)


def named(meeting: Meeting) -> str:
    """The budget review; a bare meeting by who comes: the meeting with Sarah."""
    bare = meeting.attendees and meeting.title.casefold() in ("meeting", "call")
    title = _THE.sub("", meeting.title)
    return f"the {title} with {listed(meeting.attendees)}" if bare else f"the {title}"


def described(call: Call, meeting: Meeting, times: Times, again: str = "") -> str:
    """budget review with Sarah, tomorrow at 3 PM, 1 hour, room 5. `again`: its repetition, in words."""
    people = f" with {listed(meeting.attendees)}" if meeting.attendees else ""
    place = f", {meeting.location}" if meeting.location else ""
    first = f"{again}, first " if again else ""
    when = call.say(times.start, whole_day=times.whole_day or " at " in again)
    return f"{spoken(meeting.title)}{people}, {first}{when}, {lasts(times)}{place}"


def lasts(times: Times | Occurrence) -> str:
    """all day; three days; 30 minutes."""
    length = times.end - times.start
    whole = times.whole_day if isinstance(times, Times) else times.meeting.whole_day
    days = (times.end.date() - times.start.date()).days
    if whole:
        return "all day" if days <= 1 else f"{days} days"
    return duration(length.total_seconds())


def listing(call: Call, each: Occurrence, *, one_day: bool) -> str:
    """budget review at 3 PM; with its day where several are told."""
    title = spoken(each.meeting.title)
    people = f" with {listed(each.meeting.attendees)}" if each.meeting.attendees else ""
    if each.meeting.whole_day:
        return f"{title}{people}, all day" if one_day else f"{title}{people}, {call.say(each.start, whole_day=True)}"
    return f"{title}{people} at {clock(each.start)}" if one_day else f"{title}{people}, {call.say(each.start)}"


def clashes(call: Call, meeting: Meeting) -> str:
    """ "It overlaps with the standup, 3 PM to 3:30 PM", and when there is room; empty where there is no conflict."""
    if meeting.whole_day:
        return ""
    start = meeting.start.astimezone(call.zone)
    until = max(start + _AHEAD, meeting.end) if meeting.rrule else meeting.end
    others = [each for each in planned(call.tx, start, until) if each.id != meeting.id]
    mine = occurrences([meeting], start, until, call.zone)
    taken = [each for each in occurrences(others, start, until, call.zone) if not each.meeting.whole_day]
    for own in mine:
        if there := [each for each in taken if each.start < own.end and own.start < each.end]:
            return _clash(call, own, there, first=own.start == start)
    return ""


def _clash(call: Call, own: Occurrence, there: list[Occurrence], *, first: bool) -> str:
    with_ = listed([f"{named(each.meeting)}, {clock(each.start)} to {clock(each.end)}" for each in there[:2]])
    when = "" if first else f" {call.say(own.start, whole_day=True)}"
    room = _room(call, own)
    return f"It overlaps{when} with {with_}{room}"


def _room(call: Call, own: Occurrence) -> str:
    """The next stretch of that day that is long enough."""
    evening = datetime.combine(own.start.date(), own.start.replace(hour=20, minute=0).time(), call.zone)
    gaps = stretches(call, own.start, evening, own.end - own.start) if own.start < evening else []
    return f". You are free {said(call, gaps[0], day=False)}" if gaps else ""
