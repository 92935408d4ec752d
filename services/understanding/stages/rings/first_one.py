"""One that is set behind the question whether there is any: "set one for half seven", "nine o'clock then"."""

from __future__ import annotations

import re

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.additions import told
from services.understanding.conversation.changes import writes
from services.understanding.stages.base import Understanding
from services.understanding.stages.rings.words import LONGEST, SURE, bare, with_reasons
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find

_MAKERS = {"alarm": "alarm.create", "reminder": "reminder.create", "timer": "timer.start", "meeting": "meeting.create"}
_SETS = re.compile(
    r"(?:set|make|create|add|put in|put|book|give me|i need|i want|i'd like)(?: me)?"
    r" (?:one|(?P<like>another one|another)|a new one)(?P<rest>,? .+)",
    re.IGNORECASE,
)
_THEN = re.compile(r"(?:then|so|make it|let's say|say)\s+|[\s,]+(?:then|please)$", re.IGNORECASE)


def first_one(said: Understanding) -> Understanding | None:
    """What is made of the kind that was asked about."""
    last = said.conversation.last
    if said.told or last is None or writes(last) or len(said.text) > LONGEST:
        return None
    step = last.steps[-1]
    maker = _MAKERS.get(VOCABULARY[step.action].family)
    for text, _ in with_reasons(bare(said.text)) if maker else ():
        sets = _SETS.fullmatch(text)
        if sets and sets["like"] and maker == "meeting.create":
            return None  # like the one that was asked about (things/another.py)
        if sets and (slots := told(sets["rest"], VOCABULARY[str(maker)], said.now, said.names)):
            return said.found(Command(said.text, (Step(str(maker), slots),), SURE, "template"), "talk")
    slots = _at(said, step) if maker == "alarm.create" and said.conversation.reply.startswith("No alarm") else {}
    return said.found(Command(said.text, (Step("alarm.create", slots),), SURE, "template"), "talk") if slots else None


def _at(said: Understanding, asked: Step) -> dict[str, Slot]:
    """A time of day alone, on the day that was asked about."""
    text, day = _THEN.sub("", bare(said.text)), str(asked.slots.get("when", ""))
    found = find(text, said.now, said.house)
    clock = len(found) == 1 and found[0].span == (0, len(text)) and found[0].grain == "minute"
    return {"when": f"{day.removeprefix('for ')} at {text}".strip()} if clock else {}
