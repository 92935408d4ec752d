"""What a question about notes is about: "any notes about them", of whom was spoken of; "about the ridge there"."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Step
from services.understanding.conversation.memory import latest
from services.understanding.stages.base import Understanding
from services.understanding.words import word_set

_PRONOUNS = word_set("him her them it that this he she they")
_PERSONS = ("person", "customer")
_THINGS = ("project", "customer", "meeting", "task", "channel", "list")
_IDLE = re.compile(
    r"[\s,]+(?:there|again|anywhere|exactly|at all|by any chance|so far|now|(?:in|among) (?:my|the"
    r"|our) notes)[\s.?!]*$",
    re.IGNORECASE,
)


def about(said: Understanding) -> Understanding:
    """The command with what its notes shall tell of."""
    if not any(step.action == "note.query" for step in said.command.steps):
        return said
    return replace(said, command=replace(said.command, steps=tuple(_about(step, said) for step in said.command.steps)))


def _about(step: Step, said: Understanding) -> Step:
    content = step.slots.get("content")
    if step.action != "note.query" or not isinstance(content, str) or any(r.slot == "content" for r in step.references):
        return step
    bare = _IDLE.sub("", content) or content
    if bare.lower() in _PRONOUNS:
        kinds = (*_THINGS, "person") if bare.lower() in ("it", "that", "this") else (*_PERSONS, *_THINGS)
        mention = latest(said.conversation, kinds)
        bare = mention.name if mention else bare
    return replace(step, slots={**step.slots, "content": bare}) if bare != content else step
