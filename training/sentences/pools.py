"""What slots are filled with: the lists of pools/*.yaml, written in the notation of frames, and numbers, which are
made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from training.sentences.notation import Frame, FrameBroken, Mark, Slot, Text, chosen, parts_of, read_frame, read_table
from training.sentences.spoken_values import MADE

FOLDER = Path(__file__).parent / "pools"
_ALIASES: Mapping[str, str] = {
    "sender": "person",
    "assignees": "people",
    "old_assignees": "people",
    "attendees": "people",
    "recipients": "people",
    "level": "percent",
    "count": "number",
    "title": "task",
    "blocks": "task",
    "blocked_by": "task",
    "tasks": "task",
    "parent": "task",
    "parts": "items",
    "channels": "channel",
    "new_title": "task",
    "new_name": "project",
    "text": "topic",
    "description": "topic",
    "content": "topic",
    "location": "place",
    "nickname": "person",
}
"""Slot → the pool it is filled from where its name is none."""
_BY_ACTION: Mapping[tuple[str, str], str] = {
    ("task.create", "title"): "todo",
    ("reminder", "title"): "todo",
    ("reminder.cancel", "title"): "task",
    ("meeting", "title"): "event",
    ("meeting", "new_title"): "event",
    ("reminder", "new_title"): "todo",
    ("alarm", "name"): "alarm",
    ("alarm", "new_name"): "alarm",
    ("timer", "name"): "timer",
    ("channel", "name"): "channel",
    ("project", "name"): "project",
    ("contact", "name"): "person",
    ("contact", "new_name"): "person",
    ("customer", "name"): "customer",
    ("routine", "name"): "routine",
    ("report", "name"): "project",
    ("template", "title"): "task",
    ("template", "name"): "task",
    ("job", "name"): "task",
    ("note.create", "content"): "note",
    ("note", "content"): "topic",
    ("message.send", "content"): "message",
    ("channel", "status"): "status",
    ("datetime", "place"): "city",
}
"""(action or family, slot) → pool: the same word means different things."""
_DEEPEST = 8
"""Pools that hold words of pools that hold words of pools …"""
_DOUBLE = re.compile(r"\b(the|my|this) (?:the|an?|some|my)\b")
"""What a list writes before a pool whose words have an article of their own."""


class Pools:
    """Raises FrameBroken for a list that can't be read."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """`folder` holds *.yaml: pool → entries in the notation of frames."""
        self._lists: dict[str, Sequence[Frame]] = {}
        for path in sorted(folder.glob("*.yaml")):
            for pool, entries in read_table(path).items():
                if pool in self or not entries:
                    raise FrameBroken(
                        f"{path}: {pool} stands in another file, too" if entries else f"{path}: {pool} is empty"
                    )
                self._lists[pool] = [read_frame(entry) for entry in entries]

    def __contains__(self, pool: str) -> bool:
        return pool in MADE or pool in self._lists

    def pool_of(self, action: str, slot: Slot) -> str:
        """The pool that fills a slot of an action."""
        if slot.pool and slot.pool != slot.slot:
            return slot.pool
        named = _BY_ACTION.get((action, slot.slot)) or _BY_ACTION.get((action.partition(".")[0], slot.slot))
        return named or (slot.slot if slot.slot in self else _ALIASES.get(slot.slot, slot.slot))

    def say(self, pool: str, random: Random, depth: int = 0) -> str:
        """Words of a pool. Raises FrameBroken where there is none of that name."""
        if pool in MADE:
            return MADE[pool](random)
        if pool not in self._lists or depth > _DEEPEST:
            raise FrameBroken(f"there is no pool {pool}")
        frame = random.choice(self._lists[pool])
        said = " ".join("".join(self._words(part, random, depth) for part in chosen(frame, random)).split())
        return _DOUBLE.sub(r"\1", said)

    def _words(self, part: Text | Slot | Mark, random: Random, depth: int) -> str:
        match part:
            case Text(words=words):
                return words
            case Slot(words=(), pool=pool):
                return self.say(pool, random, depth + 1)
            case Slot(words=words):
                return random.choice(words)
            case Mark():
                return ""

    def names(self) -> Sequence[str]:
        """Every pool."""
        return [*MADE, *self._lists]

    def missing(self) -> Iterator[str]:
        """Pools that lists speak of and that there are not."""
        for frames in self._lists.values():
            for frame in frames:
                for part in parts_of(frame):
                    if isinstance(part, Slot) and not part.words and part.pool not in self:
                        yield part.pool
