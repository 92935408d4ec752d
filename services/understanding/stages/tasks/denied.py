"""A no before what is said of a task by some of its words: "no, Petra takes it", "wait, that's too late, Thursday"."""

from __future__ import annotations

from dataclasses import replace

from services.understanding.stages.alone import TASKS
from services.understanding.stages.base import Understanding, first
from services.understanding.stages.correction import behind_a_no, otherwise


def denied_task(said: Understanding) -> Understanding | None:
    """What is said of a task behind a no: it takes the place of the last command, where that said it otherwise."""
    rest = behind_a_no(said.text) if said.conversation.last else None
    found = first(TASKS, replace(said, text=rest)) if rest else None
    if found is None:
        return None
    return said.found(otherwise(replace(found.command, text=said.text), said.conversation), "talk")
