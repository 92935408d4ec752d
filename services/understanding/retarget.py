"""What is asked of a thing in the same words, whatever it is: "move it", "rename it", "delete it". Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.understanding.base import VOCABULARY, Action, Slot, Step

ALIKE: Sequence[Mapping[str, str]] = (
    {
        "task": "task.deadline",
        "meeting": "meeting.update",
        "reminder": "reminder.update",
        "alarm": "alarm.update",
        "project": "project.update",
    },
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
    {"task": "task.query", "project": "project.query"},
)
"""By kind of the thing."""


def alike(action: str) -> Sequence[Mapping[str, str]]:
    """The rows an action stands in."""
    return [row for row in ALIKE if action in row.values()]


def retargeted(step: Step, kind: str) -> Step | None:
    """The step as it is asked of a thing of this kind; None where nothing of the sort is asked of it, or in other
    words.
    """
    before = VOCABULARY[step.action]
    for row in alike(step.action):
        after = VOCABULARY[row[kind]] if kind in row else None
        if after and after.subject:
            slots = {
                after.subject if slot == before.subject else slot: value for slot, value in _shift(step, after).items()
            }
            if set(slots) <= set(after.slots):
                return replace(step, action=after.name, slots=slots)
    return None


def _shift(step: Step, after: Action) -> Mapping[str, Slot]:
    """ "Push it back by two days": how far and which way are one where the action has no slots for them."""
    if not {"direction", "duration"} <= set(step.slots) or "duration" in after.slots or "when" not in after.slots:
        return step.slots
    rest = {slot: value for slot, value in step.slots.items() if slot not in ("direction", "duration")}
    return {**rest, "when": f"{step.slots['direction']} by {step.slots['duration']}"}
