"""What is told to somebody goes on behind a comma: "tell them lunch is at one, table by the window" is one message."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Step
from services.understanding.names.base import NameFound
from services.understanding.stages.base import Understanding
from services.understanding.stages.names import spoken_names
from services.understanding.words import word_set

_ORDERS = word_set("""add create schedule arrange cancel delete remove remind send tell ask invite assign notify set
    start book reschedule postpone rename snooze note message text post share show read make put mark turn mute undo
    message charge credit what when where who how is are do does can could""")
"""What begins with one of these behind a comma may be the next order."""


def contents(said: Understanding) -> Understanding:
    """The command with the whole content of a message, where the rest of it was taken for something else."""
    command = said.command
    first = command.steps[0] if len(command.steps) > 1 else None
    content = first.slots.get("content") if first and first.action == "message.send" else None
    if first is None or not isinstance(content, str) or said.leans or said.told:
        return said
    start = command.text.casefold().find(content.casefold())
    rest = command.text[start + len(content) :] if start >= 0 else ""
    behind = re.match(r"\s*,\s*(?P<word>[^\W_]+)", rest)
    if behind is None or behind["word"].casefold() in _ORDERS:
        return said
    is_told_of = rest[behind.end() :].startswith(("'s ", "’s "))  # "Tell Mike Tom's out, Sarah's in"
    if not is_told_of and any(_told(said, step) for step in command.steps[1:]):
        return said
    whole = replace(first, slots={**first.slots, "content": command.text[start:].strip(" .")})
    return replace(said, command=replace(command, steps=(whole,)))


def _told(said: Understanding, step: Step) -> bool:
    """ "Tell Sarah I'm late, Mike I'm early": the next one who is told something."""
    names = spoken_names(step.slots.get("recipients")) if step.action == "message.send" else []
    return bool(names) and isinstance(said.names.resolve(names[0], ("person", "channel")), NameFound)
