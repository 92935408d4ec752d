"""What slots are filled with: lists in pools/*.yaml, and what is made by rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from yaml import safe_load

from training.notation import Frame, FrameBroken, Mark, Slot, chosen, parts_of, read_frame
from training.spoken_values import JOINED, MADE

FOLDER = Path(__file__).parent / "pools"
_ALIASES: Mapping[str, str] = {
    "sender": "person",
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
    "email": "email",
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


class Pools:
    """Raises FrameBroken for a list that can't be read."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """`folder` holds *.yaml: pool → entries in the notation of frames."""
        self._lists: dict[str, Sequence[Frame]] = {}
        for path in sorted(folder.glob("*.yaml")):
            for pool, entries in safe_load(path.read_text(encoding="utf-8")).items():
                self._lists[pool] = [*self._lists.get(pool, ()), *(read_frame(str(entry)) for entry in entries)]

    def __contains__(self, pool: str) -> bool:
        return pool in MADE or pool in JOINED or pool in self._lists

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
        if pool in JOINED:
            return JOINED[pool](random, lambda other: self.say(other, random, depth + 1))
        if pool not in self._lists or depth > 5:
            raise FrameBroken(f"there is no pool {pool}")
        frame = random.choice(self._lists[pool])
        return " ".join(" ".join(self._words(part, random, depth) for part in chosen(frame, random)).split())

    def _words(self, part: object, random: Random, depth: int) -> str:
        if isinstance(part, Slot):
            return random.choice(part.words) if part.words else self.say(part.pool or part.slot, random, depth + 1)
        return "" if isinstance(part, Mark) else str(getattr(part, "words", ""))

    def missing(self) -> Iterator[str]:
        """Pools that lists speak of and that there are not."""
        for frames in self._lists.values():
            for frame in frames:
                for part in parts_of(frame):
                    if isinstance(part, Slot) and not part.words and (part.pool or part.slot) not in self:
                        yield part.pool or part.slot
