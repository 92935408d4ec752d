"""What else a day holds: tasks that are due, reminders that ring. "What's on tomorrow" asks for all of it."""

from __future__ import annotations

import re
from datetime import datetime

from tinydb import where

from services.actions.call import Call
from services.actions.times import span
from services.actions.wording import clock, counted, listed, spoken
from services.store.base import Document, Reminder, Task
from services.understanding.base import Found

_MEETINGS_ALONE = re.compile(
    r"\b(?:meetings?|mtgs?|calendars?|calender|appointments?|events?|schedule|agenda|diary|planner|booked|bookings?|plans?"
    r"|commitments?|engagements?|calls?|free|busy|coming up)\b",
    re.IGNORECASE,
)
"""Who says one of these asks for no tasks."""
_READ_ALOUD = 3
_DAYS = ("day", "part")


def rest_of(call: Call, found: Found | None) -> tuple[str, tuple[Document, ...]]:
    """The sentences about tasks and reminders of that day, and these; empty where only meetings are asked for."""
    if found is None or found.grain not in _DAYS or _MEETINGS_ALONE.search(call.said):
        return "", ()
    asked = span(found)
    tasks = [
        task
        for task in call.tx.find(Task, lambda row: row["status"] in Task.about.open and bool(row["due"]))
        if task.due is not None and asked.holds(task.due)
    ]
    reminders = sorted(
        (each for each in call.tx.find(Reminder, where("status") == "pending") if asked.holds(each.due)),
        key=lambda each: each.due,
    )
    due = [spoken(task.title) for task in tasks]
    rung = [f"{_at(call, each.due)}, {spoken(each.title)}" for each in reminders]
    told = [_told(each, noun) for each, noun in ((due, "task"), (rung, "reminder")) if each]
    return ". ".join(told), (*tasks, *reminders)


def _told(each: list[str], noun: str) -> str:
    more = len(each) - _READ_ALOUD
    shown = [*each[:_READ_ALOUD], *([f"{more} more"] if more > 0 else [])]
    return f"{counted(len(each), noun).capitalize()}: {listed(shown)}"


def _at(call: Call, at: datetime) -> str:
    return clock(at.astimezone(call.zone))
