"""What is said of a message or a channel just spoken of: "post there, …", "pass that on to Kev"."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import Mention, latest
from services.understanding.stages.base import Understanding
from services.understanding.stages.people.members import known_people
from services.understanding.vocabulary import VOCABULARY

_SURE = 0.95
_POSTS = re.compile(
    r"(?:(?:and|also|now|then)[\s,]+)*(?:post|announce|say|write|tell them) (?:it )?(?:in "
    r"|into )?there[,:]?\s+(?P<what>.+)",
    re.IGNORECASE,
)
_PASSES_ON = re.compile(
    r"(?:(?:and|also|now|then)[\s,]+)*(?:pass|send|forward|say|give|tell)?\s*(?:the same|same|that|this|it|that one)"
    r"(?: (?:on|along))? to (?P<who>.+?)(?: too| as well| please)*",
    re.IGNORECASE,
)


def talk(said: Understanding) -> Understanding | None:
    """A message to where or of what was just spoken."""
    text = said.text.strip(" .!")
    if len(text) > 300:
        return None
    return said.found(_posted(text, said) or _passed_on(text, said))


def _posted(text: str, said: Understanding) -> Command | None:
    found, channel = _POSTS.fullmatch(text), latest(said.conversation, ("channel",))
    if found is None or channel is None:
        return None
    slots: dict[str, Slot] = {"recipients": [channel.name], "content": found["what"]}
    return _command(said, "message.send", slots, (_reference("recipients", channel),))


def _passed_on(text: str, said: Understanding) -> Command | None:
    """The last message, to somebody else; "pass that on" behind what is none asks what to say."""
    found, last = _PASSES_ON.fullmatch(text), said.conversation.last
    step = last.steps[-1] if last else None
    people = known_people(said, found["who"]) if found and step else []
    if step is None or not people:
        return None
    if step.action == "message.send" and "content" in step.slots:
        return _command(said, "message.send", {"recipients": people, "content": step.slots["content"]})
    passed = re.match(r"(?:and )?pass ", text, re.IGNORECASE) and VOCABULARY[step.action].family not in ("task", "file")
    return _command(said, "message.send", {"recipients": people}) if passed else None


def _reference(slot: str, mention: Mention) -> Reference:
    return Reference(slot, mention.name, mention.kind, mention.name, mention.id, "context")


def _command(
    said: Understanding, action: str, slots: dict[str, Slot], references: tuple[Reference, ...] = ()
) -> Command:
    step = replace(Step(action, slots), references=references)
    return Command(said.text, (step,), _SURE, "template")
