"""What is whoever speaks: which commands are about themselves, and whose "my" is where the voice is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.actions.call import Call
from services.actions.people.group import Assignee, among, of, same, speaker
from services.actions.people.known import MYSELF
from services.store.base import Meeting, Reminder
from services.understanding.base import Command, Slot

_OWN = re.compile(
    r"\b(?:my|mine)\b|\b(?:do|did|have|am|was|should|must|can|could|will|shall) i\b"
    r"|\bi(?:['’]m|['’]ve| am| have| need| must| should| did)\b|\b(?:for|to|of|on|with|about) me\b",
    re.IGNORECASE,
)
"""Of what is asked: that it is the speaker's. "Show me" is not."""
_ASKED = frozenset(("task.query", "reminder.query", "meeting.query", "message.query", "report.create"))
_PERSONAL = _ASKED | {"task.assign", "reminder.create"}


def asks_of_own(call: Call) -> Assignee | None:
    """Whoever speaks, where what is asked for is theirs: my tasks, what do I have."""
    return speaker(call) if _OWN.search(call.said) else None


def takes_part(me: Assignee, meeting: Meeting) -> bool:
    """Whether it is on this person's calendar: they attend it, or made it; or nobody knows whose it is."""
    return meeting.created_by.casefold() in ("", me.name.casefold()) or bool(among(of(meeting), [me]))


def is_told(me: Assignee, reminder: Reminder) -> bool:
    """Whether it is for this person: by name, or for nobody in particular."""
    return not reminder.people or any(same(me, Assignee(name)) for name in reminder.people)


def is_own(me: Assignee, row: Mapping[str, Any]) -> bool:
    """Whether a task is among this person's: given to them, or to nobody and made by them; or nobody knows whose."""
    return me.has(row) or not (row.get("assignees") or row.get("created_by"))


def personal(command: Command) -> bool:
    """Whether it would be another command from somebody else."""
    return any(
        step.action in _PERSONAL
        and (
            (step.action in _ASKED and _OWN.search(command.text) is not None)
            or any(_has_me(value) for value in step.slots.values())
            or (step.action == "reminder.create" and "people" not in step.slots)
        )
        for step in command.steps
    )


def _has_me(value: Slot) -> bool:
    values = (value,) if isinstance(value, str) else value
    return any(isinstance(each, str) and each.casefold() in MYSELF for each in values)
