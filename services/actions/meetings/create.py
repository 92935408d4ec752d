"""Putting something into the calendar."""

from __future__ import annotations

import re
from dataclasses import replace

from services.actions.call import Call, Done
from services.actions.meetings.times import ALL_DAY, told
from services.actions.meetings.wording import clashes, described
from services.actions.people.group import given, people
from services.actions.wording import proper, sentence, spoken
from services.store.base import Meeting

_LEFT_OVER = re.compile(r"^(?:long )?(?:(?:event|meeting|appointment)\s+(?=\S))?", re.IGNORECASE)
"""Left over of "an all day event conference"."""
_DAYS = re.compile(r"\b(?:every|each|daily|weekly|monthly|yearly|annually|biweekly|weekdays?|other)\b.*", re.IGNORECASE)


def create(call: Call) -> Done:
    """Slots: title, attendees, when, recurrence, duration (half an hour by default), location. Overlaps are told, not
    refused.
    """
    title = _title(call)
    times = told(call, title)
    meeting = Meeting(title=title, start=times.start, end=times.end, whole_day=times.whole_day, rrule=times.rule)
    meeting = replace(given(meeting, people(call, "attendees")), location=spoken(call.text("location")))
    meeting = call.tx.add(meeting)
    again = _DAYS.search(call.text("recurrence") or call.text("when")) if times.rule else None
    said = sentence(f"Scheduled: {described(call, meeting, times, proper(again[0]) if again else '')}")
    return Done(f"{said} {clashes(call, meeting)}".strip(), f"scheduled: {meeting.title}", (meeting,))


def _title(call: Call) -> str:
    """The title without "all day"."""
    title = spoken(call.text("title"))
    if ALL_DAY.search(title):
        title = _LEFT_OVER.sub("", ALL_DAY.sub("", title).strip()).strip()
    return title or "meeting"
