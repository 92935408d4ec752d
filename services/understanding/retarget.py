"""What is asked of a thing in the same words, whatever it is: "move it", "rename it", "delete it". Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from services.understanding.base import VOCABULARY, Action, Slot, Step
from services.understanding.vocabulary import Alike

_CALLED = ("new_title", "new_name")
"""Slots of what a thing is to be called."""


def alike(action: str) -> Sequence[Mapping[str, str]]:
    """What is asked in the same words as an action, by kind of the thing: a row for each of the ways in which it is."""
    rows = VOCABULARY.values()
    return [
        {row.kind: row.name for row in rows if way in row.alike and row.kind}
        for way in get_args(Alike)
        if way in VOCABULARY[action].alike
    ]


def ending(kind: str) -> str:
    """The action that a thing of this kind is deleted or cancelled by; empty where there is none."""
    return next((row.name for row in VOCABULARY.values() if "delete" in row.alike and row.kind == kind), "")


def retargeted(step: Step, kind: str) -> Step | None:
    """The step as asked of a thing of this kind; None where nothing like it is asked, or in other words."""
    before = VOCABULARY[step.action]
    for row in alike(step.action):
        after = VOCABULARY[row[kind]] if kind in row else None
        if after and after.subject:
            slots = {_slot(slot, before, after): _bare(slot, value) for slot, value in _shift(step, after).items()}
            if set(slots) <= set(after.slots):
                return replace(step, action=after.name, slots=slots)
    return None


def _bare(slot: str, value: Slot) -> Slot:
    """ "Call it regatta instead"."""
    return value.removesuffix(" instead") if slot in _CALLED and isinstance(value, str) else value


def _slot(slot: str, before: Action, after: Action) -> str:
    """What a slot of one action is called in another: its subject, who joins, and what the thing is to be called."""
    if slot == before.subject:
        return after.subject or slot
    if slot == before.adds:
        return after.adds or slot
    return next((each for each in _CALLED if each in after.slots), slot) if slot in _CALLED else slot


def _shift(step: Step, after: Action) -> Mapping[str, Slot]:
    """ "Push it back by two days": how far and which way are one where the action has no slots for them."""
    if not {"direction", "duration"} <= set(step.slots) or "duration" in after.slots or "when" not in after.slots:
        return step.slots
    rest = {slot: value for slot, value in step.slots.items() if slot not in ("direction", "duration")}
    return {**rest, "when": f"{step.slots['direction']} by {step.slots['duration']}"}
