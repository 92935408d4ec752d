"""A message that is to go to somebody else, as its own sentence says: "tell Ben I'm late, no wait, tell Jane"."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.names.base import NameFound
from services.understanding.stages.base import Stage, Understanding
from services.understanding.stages.people.members import known_people
from services.understanding.stages.remarks.asides import sure

_LONGEST = 300
_OTHER = re.compile(
    r"(?P<before>\S.{5,}?)(?<!\bsay)(?<!\bsays)(?<!\bsaid)(?<!\bis)[\s,.;]+(?:(?:oh|ah|um)[\s,]+)*"
    r"(?:(?:no|nope|sorry|wait|actually|i mean|i meant|scratch that|or rather)[\s,.]+)+"
    r"(?:(?:tell|message|text|write(?: to)?|inform|ask|send (?:it|that) to|make that|to)\s+)"
    r"(?P<who>[^,.;]{2,50}?)(?: instead| rather| please| that| it)*[.!]?",
    re.IGNORECASE,
)


def readdressed(said: Understanding, stage: Stage) -> Understanding | None:
    """The message with its other recipients; None where it is none, or they are not known."""
    found = _OTHER.fullmatch(said.text.strip()) if len(said.text) <= _LONGEST and said.told is None else None
    who = (_channel(said, found["who"]) or known_people(said, found["who"])) if found else []
    first = stage(replace(said, text=found["before"])) if found and who else None
    command = first.command if first and sure(first) else None
    if command is None or [step.action for step in command.steps] != ["message.send"]:
        return None
    step = command.steps[0]
    references = tuple(each for each in step.references if each.slot != "recipients")
    other = replace(step, slots={**step.slots, "recipients": who}, references=references)
    return said.found(replace(command, text=said.text, steps=(other,)))


def _channel(said: Understanding, words: str) -> list[str]:
    bare = re.sub(r"^the | (?:channel|group)$", "", words.strip(), flags=re.IGNORECASE)
    found = said.names.resolve(bare, ("channel",))
    return [found.entity.name] if isinstance(found, NameFound) and found.how in ("exact", "alias") else []
