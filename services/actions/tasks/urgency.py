"""How urgent a task is: as told, else inferred from the words of its title or from a deadline that is close. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.actions.tasks.rows import ended
from services.store.base import Priority, Task

CLOSE = timedelta(hours=24)
"""What has to be done within this time is of high priority, if nobody says otherwise."""

_TOLD: Mapping[str, Priority] = {
    **dict.fromkeys(
        ("urgent", "asap", "immediate", "immediately", "critical", "highest", "top", "emergency"), "urgent"
    ),
    **dict.fromkeys(("high", "important", "crucial", "vital"), "high"),
    **dict.fromkeys(("low", "lowest", "minor", "unimportant"), "low"),
    **dict.fromkeys(("normal", "medium", "regular", "default"), "normal"),
}
_LADDER: Sequence[Priority] = ("low", "normal", "high", "urgent")
_WORDS: Sequence[tuple[Priority, str]] = (
    ("urgent", "urgent|urgently|asap|as soon as possible|immediately|right away|at once|emergency|critical"),
    (
        "low",
        (
            "whenever|some ?day|sometime|eventually|no rush|no hurry|if possible|nice to have|when (?:i|we|you)"
            " (?:have|get) time"
        ),
    ),
    ("high", "important|crucial|vital|essential"),
)
_INFERRED = tuple((priority, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for priority, words in _WORDS)


def priority_of(words: str, now: Priority = "normal") -> Priority | None:
    """The priority that is told; higher and lower count from `now`. None where none is."""
    said = words.casefold().replace("-", " ").split()
    if step := ("higher" in said or "up" in said) - ("lower" in said or "down" in said):
        return _LADDER[max(0, min(len(_LADDER) - 1, _LADDER.index(now) + step))]
    return next((_TOLD[word] for word in said if word in _TOLD), None)


def inferred(task: Task, now: datetime) -> Task:
    """The task with the priority inferred from its title, else from its deadline (unless it repeats), if not told."""
    if task.priority != "normal" and not task.inferred:
        return task
    by_words = next((priority for priority, pattern in _INFERRED if pattern.search(task.title)), None)
    if by_words:
        return replace(task, priority=by_words, inferred="words")
    if task.rrule is None and ended(task) - now <= CLOSE:
        return replace(task, priority="high", inferred="deadline")
    return replace(task, priority="normal", inferred="")
