"""What a question about notes is about: "any notes about them", of whom was spoken of; "about the ridge there"."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Step
from services.understanding.conversation.memory import latest
from services.understanding.stages.base import Understanding
from services.understanding.words import FILLERS, word_set

_PRONOUNS = word_set("him her them it that this he she they")
_SOMEBODY = word_set("him her he she")
_PERSONS = ("person", "customer")
_THINGS = ("project", "customer", "meeting", "task", "channel", "list")
_SURE = 0.95
_ASKED = re.compile(
    rf"(?:(?:{FILLERS})[\s,]+)*(?:(?:have|do|did) (?:i|we)(?: have| got| make| take| write)?|is there"
    rf"|are there|what about)?"
    r"[\s,]*(?:any|some|my|a|the) ?notes? (?:about|on|of|for|regarding) (?P<whom>him|her|them|it|that|this)[\s.?!]*",
    re.IGNORECASE,
)
_WHOSE = re.compile(r"^(?:his|her|their|its|my|our|the|any)\s+", re.IGNORECASE)
_IDLE = re.compile(
    r"[\s,]+(?:there|again|anywhere|exactly|at all|by any chance|so far|now|(?:in|among) (?:my|the"
    r"|our) notes)[\s.?!]*$",
    re.IGNORECASE,
)


def notes_about(said: Understanding) -> Understanding | None:
    """ "Have I got any notes about them?": the question, of whom was spoken of."""
    found = _ASKED.fullmatch(said.text.strip())
    step = Step("note.query", {"content": found["whom"]}) if found else None
    return said.found(Command(said.text, (step,), _SURE, "template")) if step else None


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
        kinds = _PERSONS if bare.lower() in _SOMEBODY else (*_PERSONS, *_THINGS)
        mention = latest(said.conversation, kinds)
        bare = _as_noted(mention.name, said) if mention else bare
    bare = _WHOSE.sub("", bare) or bare
    return replace(step, slots={**step.slots, "content": bare}) if bare != content else step


def _as_noted(name: str, said: Understanding) -> str:
    """The name as notes have it: all of it, else its first word."""
    for words in (name, name.split(maxsplit=1)[0]):
        wanted = [word.casefold() for word in words.split()]
        if any(each.kind == "note" and each.has >= set(wanted) for each in said.directory.kept(wanted)):
            return words
    return name
