"""A command that a program tells step by step instead of in words, checked against the vocabulary. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import isfinite
from typing import Any

from rapidfuzz import process

from firmware.errors import FacultyError
from services.understanding.base import Command, Slot, Step
from services.understanding.links import link
from services.understanding.vocabulary import VOCABULARY, Action, SlotKind

MOST_STEPS = 50
_MOST_VALUES = 200
"""Of one slot."""
_LONGEST = 5_000
"""Letters of one value."""
_NUMBERS = ("number", "amount", "duration")
"""Kinds of slots whose value may be told as a number."""
_ROW = ("item", "name", "quantity")
_SHOWN = 40


class StepsUnusable(FacultyError):
    """Those steps can't be carried out: {reason}"""

    code = "steps.unusable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason if reason.endswith("?") else f"{reason}.")


def explicit(steps: Sequence[tuple[str, Mapping[str, Any]]], text: str = "") -> Command:
    """The command of (action, slots) pairs; `text` is what it is called in replies and logs, by default its actions.

    Values are words as they would be spoken: a string, a list of strings where several things may be named, a number
    where one is told, and for items rows of {"item", "quantity"}. What names nothing that there is, is told with what
    was probably meant. Raises StepsUnusable.
    """
    if not steps:
        raise StepsUnusable("there are none")
    if len(steps) > MOST_STEPS:
        raise StepsUnusable(f"there are {len(steps):,}, and {MOST_STEPS} are the most")
    linked = link([Step(_action(name).name, _slots(_action(name), slots)) for name, slots in steps])
    if len(linked) > MOST_STEPS:
        raise StepsUnusable(f"they make {len(linked):,}, and {MOST_STEPS} are the most")
    return Command(text.strip() or ", ".join(step.action for step in linked), linked, 1.0, "explicit")


def _action(name: object) -> Action:
    if not isinstance(name, str):
        raise StepsUnusable("an action is a word such as task.create")
    if (action := VOCABULARY.get(name)) is None:
        raise StepsUnusable(f"there is no action {_shown(name)}{_meant(name, VOCABULARY)}")
    return action


def _slots(action: Action, told: object) -> dict[str, Slot]:
    if not isinstance(told, Mapping):
        raise StepsUnusable(f"the slots of {action.name} are an object with names and values")
    slots: dict[str, Slot] = {}
    for name, value in told.items():
        if name not in action.slots:
            raise StepsUnusable(f"{action.name} has no slot {_shown(name)}{_meant(str(name), action.slots)}")
        slots[name] = _value(f"{name} of {action.name}", action.slots[name], value)
    return slots


def _value(where: str, kind: SlotKind, value: object) -> Slot:
    if isinstance(value, list | tuple) and kind not in ("when", "priority", *_NUMBERS):
        if not 0 < len(value) <= _MOST_VALUES:
            raise StepsUnusable(f"{where} has 1 to {_MOST_VALUES} values, not {len(value):,}")
        if kind == "items" and all(isinstance(each, Mapping) for each in value):
            return [_row(where, each) for each in value]
        return [_words(where, each) for each in value]
    if kind in _NUMBERS and isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return f"{value:g}" if abs(value) < 1e6 else str(value)
    return _words(where, value)


def _row(where: str, row: Mapping[Any, Any]) -> dict[str, str]:
    for key in row:
        if key not in _ROW:
            raise StepsUnusable(f"a row of {where} has no {_shown(key)}{_meant(str(key), _ROW)}")
    if not ("item" in row or "name" in row):
        raise StepsUnusable(f"a row of {where} needs an item")
    return {str(key): _words(where, value) for key, value in row.items()}


def _words(where: str, value: object) -> str:
    if not isinstance(value, str):
        raise StepsUnusable(f"{where} is told in words, not as {type(value).__name__}")
    if not value.strip():
        raise StepsUnusable(f"{where} is empty")
    if len(value) > _LONGEST:
        raise StepsUnusable(f"{where} has {len(value):,} letters, and {_LONGEST:,} are the most")
    return value.strip()


def _meant(word: str, known: Collection[str]) -> str:
    match = process.extractOne(word[:_SHOWN], list(known), score_cutoff=60)
    return f"; did you mean {match[0]}?" if match else f"; known: {', '.join(list(known)[:12])}"


def _shown(word: object) -> str:
    said = str(word)
    return repr(said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…")
