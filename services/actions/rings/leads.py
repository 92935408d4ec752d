"""Reminders ahead of something: "ten minutes before the design review", "an hour before the report is due"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal, NamedTuple

from services.actions.base import Unanswered
from services.actions.call import Call
from services.actions.meetings import which
from services.actions.tasks.rows import OPEN
from services.actions.tasks.which import fitting
from services.actions.times import ALARM_OF_A_DAY
from services.actions.wording import spoken
from services.store.base import Task

_BEFORE = re.compile(
    r"(?P<left>.+?)\s+(?:before(?:hand)?|ahead of|in advance of|prior to|ahead|in advance|prior)\s+(?P<event>.+)",
    re.IGNORECASE,
)
_OPEN_END = re.compile(r"\b(?:before(?:hand)?|(?:ahead|in advance)(?: of)?|prior(?: to)?)$", re.IGNORECASE)
"""A length that leaves open before what."""
_GENERIC = re.compile(
    r"(?:(?:the|my|our|that|this|next)\s+)*(?:meetings?|appointments?|calls?|events?|tasks?|deadline)(?:\s+with\s+.+)?",
    re.IGNORECASE,
)
"""Names no time, only something that is there or not."""
_ENDING = re.compile(
    r"\s+(?:is|are|gets?|becomes?)\s+due$|\s+(?:starts?|begins?|is|takes place)$|\s+deadline$", re.IGNORECASE
)
_WITH = re.compile(r"\s*\bwith\s+(?P<whom>.+)$", re.IGNORECASE)
_ASK = "When shall I remind you?"


class Lean(NamedTuple):
    """What a reminder rings ahead of, and when."""

    kind: Literal["meeting", "task"]
    id: str
    event: str
    ahead: timedelta
    at: datetime
    said: str
    """How long before, as it was told."""
    own: str = ""
    """Its own words, where it says more than what it rings ahead of."""


def leaning(call: Call) -> Lean | None:
    """What slots title and when mean together; None where they tell a time by itself. Raises Unanswered."""
    told = next(
        (ref.words for ref in call.references if ref.slot == "when" and ref.how == "context"), call.text("when")
    )
    match = _BEFORE.fullmatch(_sentence(spoken(call.text("title")), told.strip()))
    found = call.find_when(match["left"], call.now) if match else ()
    if (
        match is None
        or not found
        or found[-1].kind != "duration"
        or not found[-1].seconds
        or found[-1].span[1] < len(match["left"].rstrip())
    ):
        return None
    ahead, event = timedelta(seconds=found[-1].seconds), _ENDING.sub("", match["event"].strip())
    lean = _meeting(call, event, ahead) or _task(call, event, ahead)
    if lean is None:
        if (told != call.text("when") or not _OPEN_END.search(told)) and not _GENERIC.fullmatch(event):
            return None  # from what was spoken of, or from a time of its own: that is known
        raise Unanswered("reminder.event", f"I found no meeting or task like “{event}”. {_ASK}")
    if lean.at <= call.now:
        raise call.passed("reminder.past", lean.at, _ASK)
    begins = found[-1].span[0]
    return lean._replace(own=spoken(match["left"][:begins].strip()), said=match["left"][begins:].strip())


def _sentence(title: str, when: str) -> str:
    """Both in spoken order: "ten minutes before" stands before its event, "before lunch" behind."""
    if when in title:
        return title
    return f"{when} {title}" if _OPEN_END.search(when) else f"{title} {when}"


def _meeting(call: Call, event: str, ahead: timedelta) -> Lean | None:
    """The next meeting that fits, or the one referred to."""
    whom = _WITH.search(event)
    slots = {"title": _WITH.sub("", event), **({"attendees": (whom["whom"],)} if whom else {})}
    there = which.fitting(replace(call, slots=slots, references=()), "when")
    spoken_of = call.found("when")
    at = spoken_of.start + ahead if spoken_of and spoken_of.start else None
    there = [each for each in there if each.start == at] or [each for each in there if each.start > call.now]
    if not there:
        return None
    first = min(there, key=lambda each: each.start)
    ahead = _of_a_day(ahead) if first.meeting.whole_day else ahead
    return Lean("meeting", first.meeting.id, first.meeting.title, ahead, first.start.astimezone(UTC) - ahead, "")


def _task(call: Call, event: str, ahead: timedelta) -> Lean | None:
    there: list[Task] = [each for each in fitting(call, event, OPEN) if each.due] if event else []
    if not there or there[0].due is None:
        return None
    ahead = _of_a_day(ahead) if there[0].due_grain == "day" else ahead
    return Lean("task", there[0].id, there[0].title, ahead, there[0].due - ahead, "")


def _of_a_day(ahead: timedelta) -> timedelta:
    """Whole-day events begin at midnight; they are announced at ALARM_OF_A_DAY instead."""
    return timedelta(days=ahead.days) - (
        datetime.combine(datetime.min, ALARM_OF_A_DAY) - datetime.combine(datetime.min, time())
    )
