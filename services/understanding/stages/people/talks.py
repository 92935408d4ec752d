"""What is said of a message or a channel just spoken of: "post there, …", "pass that on to Kev", "Clara too"."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import Mention, latest
from services.understanding.names.base import Ambiguous, NameFound
from services.understanding.names.questions import chosen
from services.understanding.stages.base import Understanding
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
_TOO = re.compile(
    r"(?:and )?(?P<who>(?:[^\W\d_][\w'’-]*(?:,? and |, | )?){1,5}?),? (?:too|as well|also)(?:[\s,]+(?:obviously"
    r"|of course|please))*",
    re.IGNORECASE,
)
_ADDS = re.compile(
    r"(?:and )?(?:add|invite) (?P<who>[\w'’ -]+?), (?:the|from) (?P<which>[\w' -]+?)(?: one)?", re.IGNORECASE
)
_MAKES = re.compile(
    r"(?:(?:make|create|open|start|set up) )?(?:an? |the )?new channel[\s,:]+(?:called )?(?P<name>[^,]+), (?:with )?"
    r"(?P<who>[^,]+(?:, [^,]+)*?) (?:in|on) it",
    re.IGNORECASE,
)
_RENAMES = re.compile(
    r"rename (?:the )?(?P<name>[\w' -]+?)(?: channel)? (?:to|as|into) (?P<new>[\w' -]+)", re.IGNORECASE
)
_JOINTS = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)


def talk(said: Understanding) -> Understanding | None:
    """A message to where or of what was just spoken; people into the channel just spoken of."""
    text = said.text.strip(" .!")
    if len(text) > 300:
        return None
    return said.found(
        _posted(text, said) or _passed_on(text, said) or _made(text, said) or _renamed(text, said) or _too(text, said)
    )


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
    people = _people(said, found["who"]) if found and step else []
    if step is None or not people:
        return None
    if step.action == "message.send" and "content" in step.slots:
        return _command(said, "message.send", {"recipients": people, "content": step.slots["content"]})
    passed = re.match(r"(?:and )?pass ", text, re.IGNORECASE) and VOCABULARY[step.action].family not in ("task", "file")
    return _command(said, "message.send", {"recipients": people}) if passed else None


def _made(text: str, said: Understanding) -> Command | None:
    """ "New channel launch crew, Nadia, Ben and Yusuf in it"."""
    found = _MAKES.fullmatch(text)
    people = _people(said, found["who"]) if found else []
    return _command(said, "channel.create", {"name": found["name"], "people": people}) if found and people else None


def _renamed(text: str, said: Understanding) -> Command | None:
    found = _RENAMES.fullmatch(text)
    channel = said.names.resolve(found["name"], ("channel",)) if found else None
    if found is None or not isinstance(channel, NameFound) or channel.how not in ("exact", "alias"):
        return None
    if "channel" not in text.casefold() and isinstance(
        said.names.resolve(found["name"], ("project", "list")), NameFound
    ):
        return None
    return _command(said, "channel.rename", {"name": channel.entity.name, "new_name": found["new"]})


def _too(text: str, said: Understanding) -> Command | None:
    """ "Clara too"; "add Jan, the web one": into the channel that the last command was about."""
    last, channel = said.conversation.last, latest(said.conversation, ("channel",))
    about = VOCABULARY[last.steps[-1].action].family if last else ""
    if channel is None or about != "channel":
        return None
    slots: dict[str, Slot] = {"name": channel.name, "direction": "add"}
    if found := _ADDS.fullmatch(text):
        several = said.names.resolve(found["who"], ("person",))
        one = chosen(found["which"], several.candidates) if isinstance(several, Ambiguous) else ()
        if len(one) == 1:
            meant = Reference("people", found["who"], "person", one[0].name, one[0].id, "exact")
            slots |= {"people": [found["who"]]}
            return _command(said, "channel.assign", slots, (_reference("name", channel), meant))
    found = _TOO.fullmatch(text)
    people = _people(said, found["who"]) if found else []
    return (
        _command(said, "channel.assign", {**slots, "people": people}, (_reference("name", channel),))
        if people
        else None
    )


def _people(said: Understanding, words: str) -> list[str]:
    """The names in the words, which need no comma between them; none where somebody is not known."""
    names: list[str] = []
    for piece in _JOINTS.split(words.strip()):
        spoken = piece.split()
        while spoken:
            size = next((size for size in range(len(spoken), 0, -1) if _is_known(said, " ".join(spoken[:size]))), 0)
            if not size:
                return []
            names.append(" ".join(spoken[:size]))
            spoken = spoken[size:]
    return names


def _is_known(said: Understanding, words: str) -> bool:
    found = said.names.resolve(words, ("person",))
    sure = isinstance(found, NameFound) and found.how in ("exact", "alias", "sound")
    return sure or (isinstance(found, Ambiguous) and len(found.candidates) > 1 and found.how in ("exact", "alias"))


def _reference(slot: str, mention: Mention) -> Reference:
    return Reference(slot, mention.name, mention.kind, mention.name, mention.id, "context")


def _command(
    said: Understanding, action: str, slots: dict[str, Slot], references: tuple[Reference, ...] = ()
) -> Command:
    step = replace(Step(action, slots), references=references)
    return Command(said.text, (step,), _SURE, "template")
