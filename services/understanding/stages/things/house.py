"""What goes on about the house behind an order to it: "make it brighter", "turn them off again", "and the bed light",
"no, the bedroom".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.understanding.base import Command, Step
from services.understanding.conversation.changes import instead
from services.understanding.stages.base import Understanding

_LEAD = r"(?:(?:and|now|then|also|ok|okay|please)[\s,]+)*"
_IT = re.compile(r"\b(?:it|that|that one)\b", re.IGNORECASE)
_THEM = re.compile(r"\b(?:them|those|these|both(?: of them)?)\b", re.IGNORECASE)
_MORE = re.compile(
    rf"{_LEAD}(?:(?P<bit>a (?:little )?bit|a little|slightly|much|even|still)\s+)?(?:more\s+)?"
    r"(?P<way>brighter|darker|dimmer|warmer|colder|cooler|louder|quieter|faster|slower)(?:\s+please)?",
    re.IGNORECASE,
)
_OFF = re.compile(rf"{_LEAD}(?P<way>on|off|open|closed?)(?:\s+again)?(?:\s+please)?", re.IGNORECASE)
_DEGREES = re.compile(
    rf"{_LEAD}(?:(?P<way>up|down)\s+)?(?:by\s+)?(?P<many>another|one more|two more)(?:\s+degrees?)?(?:\s+please)?", re.I
)
_PART = re.compile(rf"{_LEAD}(?P<part>all the way (?:up|down)|halfway|half way)(?:\s+please)?", re.IGNORECASE)
_TOO = re.compile(
    r"(?:(?:and|also|now)[\s,]+)+(?P<what>(?:the |my |our )?[\w' -]{2,40}?)(?:\s+(?:too|as well|also|please))*",
    re.IGNORECASE,
)
_NO = re.compile(
    r"(?:(?:no|nope|sorry|actually)[\s,.]+)*(?:(?:no|nope|sorry|actually|i meant?|i said|not that one)[\s,.]+)"
    r"(?P<what>(?:in )?(?:the |my |our )?[\w' %-]{2,40}?)(?:\s+please)?",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*(?:,|\b(?:and|then)\b)\s*", re.IGNORECASE)
_AGAIN = re.compile(r"\s+(?:again|back)$", re.IGNORECASE)
_OPENS = {"open": "open", "close": "close", "closed": "close"}
_BIT = {"much": "", "even": "", "still": ""}
_TAKEN_BACK = ("home.on", "home.off", "home.open", "home.close", "home.set")
"""Orders in whose place another can be given."""
_WHERE = frozenset(("name", "area", "floor", "domain", "class", "except"))
_KINDS = {"light": "lights", "climate": "heating", "fan": "fan"}


def house_goes_on(said: Understanding) -> Understanding | None:
    """Read as if it had been said whole."""
    last = said.conversation.last
    if said.told or last is None or not said.directory.has_home() or not last.steps:
        return None
    steps = [each for each in last.steps if each.action.startswith("home.") and _thing(each)]
    if not steps:
        return None
    text = said.text.strip(" .!?")
    if (within := _within(said, text)) is not None:
        return said.found(within, "talk") if within.steps else None
    for tried in _wholes(text, steps):
        if command := _read(said, tried):
            return said.found(command, "talk")
    return _about_another(said, text, steps[-1], last)


def _within(said: Understanding, text: str) -> Command | None:
    """ "Start the TV and turn it up": that is the TV, whatever was spoken of before. None where nothing of the house is
    named ahead of the "it"; no steps where it can't be read so.
    """
    it = _IT.search(text) or _THEM.search(text)
    joint = next(reversed(list(_JOINT.finditer(text, 0, it.start()))), None) if it else None
    first = _read(said, (text[: joint.start()],)) if joint else None
    if it is None or joint is None or first is None or not (thing := _thing(first.steps[-1])):
        return None
    whole = f"{text[: it.start()]}{thing}{text[it.end() :]}"
    return _read(said, (whole,)) or replace(first, steps=())


def _about_another(said: Understanding, text: str, step: Step, last: Command) -> Understanding | None:
    """ "And the bed light"; "no, the bedroom", which takes the place of the last order."""
    if too := _TOO.fullmatch(text):
        for one in _in_its_place(too["what"], step, last):
            if (command := _read(said, (one,))) and _sets_the_same(command.steps[-1], step):
                return said.found(command, "talk")
    if (no := _NO.fullmatch(text)) and last.steps[-1].action in _TAKEN_BACK:
        for one in _otherwise(no["what"], step, last):
            command = _read(said, (one,))
            if command and command.steps[-1].action == step.action and _sets_the_same(command.steps[-1], step):
                return said.found(instead(command, said.conversation), "talk")
    return None


def _sets_the_same(step: Step, before: Step) -> bool:
    """Not how bright the lights of a room are, where it was how far its blinds are open."""
    return step.action != "home.set" or bool(set(step.slots) & set(before.slots) - _WHERE)


def _read(said: Understanding, texts: Sequence[str]) -> Command | None:
    """One command of several texts, each of which is one for the house."""
    commands = [said.read_plainly(text) for text in texts]
    if any(not each.steps or not each.steps[0].action.startswith("home.") for each in commands):
        return None
    steps = tuple(step for each in commands for step in each.steps)
    if not commands or not all(each.action.startswith("home.") for each in steps):
        return None
    return replace(commands[-1], text=said.text, steps=steps, confidence=min(each.confidence for each in commands))


def _thing(step: Step) -> str:
    """What it was about, as it is said."""
    if name := str(step.slots.get("name", "")):
        return f"the {name}"
    place = str(step.slots.get("area") or step.slots.get("floor") or "")
    kind, domain = str(step.slots.get("class", "")).replace("_", " "), str(step.slots.get("domain", ""))
    if domain == "cover" and kind == "garage":
        return "the garage"
    noun = f"{kind}s" if domain == "cover" and kind else _KINDS.get(domain, "")
    return f"the {place} {noun}" if place and place != "here" and noun else ""


def _wholes(text: str, steps: Sequence[Step]) -> Iterator[Sequence[str]]:
    """What it may be short for: a sentence for each thing that it is about."""
    things = list(dict.fromkeys(map(_thing, steps)))
    if _THEM.search(text):
        yield [_AGAIN.sub("", _THEM.sub(thing, text, count=1)) for thing in things]
    elif _IT.search(text):
        yield [_AGAIN.sub("", _IT.sub(things[-1], text, count=1))]
    if more := _MORE.fullmatch(text):
        bit = _BIT.get((more["bit"] or "").casefold(), more["bit"] or "")
        yield [f"make {thing} {bit} {more['way']}" for thing in things]
        yield [f"turn {thing} {more['way']}" for thing in things]
    if off := _OFF.fullmatch(text):
        way = off["way"].casefold()
        yield [f"{_OPENS[way]} {thing}" if way in _OPENS else f"turn {thing} {way}" for thing in things]
    if part := _PART.fullmatch(text):
        yield [f"put {thing} {part['part']}" for thing in things]
    if degrees := _DEGREES.fullmatch(text):
        before = str(steps[-1].slots.get("temperature", ""))
        way = degrees["way"] or {"+": "up", "-": "down"}.get(before[:1], "")
        yield [f"turn {things[-1]} {way} {2 if degrees['many'].casefold() == 'two more' else 1} degrees"] if way else ()


def _in_its_place(what: str, step: Step, last: Command) -> Iterator[str]:
    """The last sentence, about something else."""
    for slot in ("name", "area", "floor"):
        named = re.compile(rf"(?:\b(?:the|my|our) )?\b{re.escape(str(step.slots.get(slot, '')))}\b", re.IGNORECASE)
        if step.slots.get(slot) and named.search(last.text):
            yield named.sub(what, last.text, count=1)
    noun = _thing(step).rpartition(" ")[2]
    yield from (_sentence(step, thing) for thing in (f"{what} {noun}", what))


def _sentence(step: Step, thing: str) -> str:
    """The same order to a thing, where the last sentence did not name what it was about: "no, green"."""
    for slot, unit in (
        ("color", ""),
        ("position", " percent"),
        ("brightness", " percent"),
        ("temperature", " degrees"),
    ):
        if (value := str(step.slots.get(slot, ""))) and value[0] not in "+-":
            return f"set {thing} to {value}{unit}"
    return {"home.on": f"turn on {thing}", "home.off": f"turn off {thing}"}.get(step.action, "")


def _otherwise(what: str, step: Step, last: Command) -> Iterator[str]:
    """What was meant: another thing, or another value of the same one."""
    where = re.sub(r"^in ", "", what, flags=re.IGNORECASE)
    yield from _in_its_place(where, step, last)
    if step.action == "home.set":
        yield f"set {_thing(step)} to {what}"
