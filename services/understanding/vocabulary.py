"""Every action a command may ask for, with its slots: the one table that templates, grammar and checks are made from.

An action is `family.verb`. Slots hold words as spoken. To widen the vocabulary, add a row here, sentences in config/sentences, and
what carries it out in services/actions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

SlotKind = Literal["text", "when", "duration", "priority", "people", "items", "number"]


@dataclass(frozen=True, slots=True)
class Action:
    """What one action takes. Without a required slot it becomes a question, never a guess."""

    name: str
    slots: Mapping[str, SlotKind]
    required: frozenset[str]
    writes: bool

    @property
    def family(self) -> str:
        return self.name.partition(".")[0]


_ONE_WORD: Mapping[str, SlotKind] = {
    "when": "when",
    "recurrence": "when",
    "duration": "duration",
    "priority": "priority",
    "assignees": "people",
    "people": "people",
    "items": "items",
}
"""Slots whose kind is not plain text; the same name means the same kind in every family."""


def _action(name: str, slots: str = "", *, reads: bool = False) -> Action:
    """A row; a slot that is required ends in an exclamation mark."""
    names = slots.split()
    kinds = {slot.rstrip("!"): _ONE_WORD.get(slot.rstrip("!"), "text") for slot in names}
    return Action(name, kinds, frozenset(slot[:-1] for slot in names if slot.endswith("!")), writes=not reads)


_ROWS: Sequence[Action] = (
    _action("task.create", "title! assignees priority when recurrence"),
    _action("task.query", "title assignees priority status when", reads=True),
    _action("task.complete", "title!"),
    _action("list.create", "list!"),
    _action("list.add", "items! list"),
    _action("list.remove", "items! list"),
    _action("list.query", "list items", reads=True),
    _action("reminder.create", "title! when! recurrence people"),
    _action("reminder.query", "title when", reads=True),
    _action("reminder.cancel", "title when"),
    _action("timer.start", "duration! name"),
    _action("timer.query", "name duration", reads=True),
    _action("timer.cancel", "name duration"),
    _action("datetime.query", "when place", reads=True),
    _action("control.stop", reads=True),
    _action("control.cancel", reads=True),
    _action("control.undo"),
    _action("control.repeat", reads=True),
    _action("control.mute", reads=True),
    _action("control.unmute", reads=True),
    _action("control.help", reads=True),
    _action("control.confirm", reads=True),
    _action("control.deny", reads=True),
)

VOCABULARY: Mapping[str, Action] = {row.name: row for row in _ROWS}
"""By name."""
