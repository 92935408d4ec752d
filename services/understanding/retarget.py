"""What is asked of a thing in the same words, whatever it is: "move it", "rename it", "delete it". Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.understanding.base import VOCABULARY, Step

ALIKE: Sequence[Mapping[str, str]] = (
    {"task": "task.deadline", "meeting": "meeting.update", "reminder": "reminder.update", "alarm": "alarm.update"},
    {
        "task": "task.update",
        "meeting": "meeting.update",
        "reminder": "reminder.update",
        "project": "project.update",
        "person": "contact.update",
    },
    {
        "task": "task.delete",
        "meeting": "meeting.cancel",
        "reminder": "reminder.cancel",
        "alarm": "alarm.cancel",
        "timer": "timer.cancel",
        "list": "list.delete",
        "project": "project.delete",
        "channel": "channel.delete",
        "note": "note.delete",
        "file": "file.delete",
        "routine": "routine.delete",
    },
    {"task": "task.status", "project": "project.update"},
)
"""By kind of the thing."""


def alike(action: str) -> Sequence[Mapping[str, str]]:
    """The rows an action stands in."""
    return [row for row in ALIKE if action in row.values()]


def retargeted(step: Step, kind: str) -> Step | None:
    """The step as it is asked of a thing of this kind; None where nothing of the sort is asked of it, or in other words."""
    before = VOCABULARY[step.action]
    for row in alike(step.action):
        after = VOCABULARY[row[kind]] if kind in row else None
        if after and after.subject:
            slots = {after.subject if slot == before.subject else slot: value for slot, value in step.slots.items()}
            return replace(step, action=after.name, slots=slots) if set(slots) <= set(after.slots) else None
    return None
