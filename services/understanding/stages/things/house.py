"""What goes on about the house behind an order to it: "make it brighter", "turn it off again", "and the bed light"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.understanding.base import Command, Step
from services.understanding.stages.base import Understanding

_IT = re.compile(r"\b(?:it|them|that|those|that one|these)\b", re.IGNORECASE)
_MORE = re.compile(
    r"(?:(?:and|now|then|also|ok|okay|please)[\s,]+)*(?:(?P<bit>a (?:little )?bit|a little|slightly|much)\s+)?"
    r"(?P<way>brighter|darker|dimmer|warmer|colder|cooler|louder|quieter)(?:\s+please)?",
    re.IGNORECASE,
)
_OFF = re.compile(
    r"(?:(?:and|now|then|ok|okay)[\s,]+)*(?P<way>on|off|open|closed?)(?:\s+again)?(?:\s+please)?", re.IGNORECASE
)
_TOO = re.compile(
    r"(?:(?:and|also|now)[\s,]+)+(?P<what>(?:the |my |our )?[\w' -]{2,40}?)(?:\s+(?:too|as well|also|please))*",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\s+(?:again|back)$", re.IGNORECASE)
_OPENS = {"open": "open", "close": "close", "closed": "close"}


def house_goes_on(said: Understanding) -> Understanding | None:
    """Read as if it had been said whole."""
    last = said.conversation.last
    if said.told or last is None or not said.directory.has_home() or not last.steps:
        return None
    step = next((each for each in reversed(last.steps) if each.action.startswith("home.")), None)
    if step is None or not (thing := _thing(step)):
        return None
    for tried in _wholes(said.text.strip(" .!?"), step, thing, last):
        command = said.read_plainly(tried)
        if command.steps and all(each.action.startswith("home.") for each in command.steps):
            return said.found(Command(said.text, command.steps, command.confidence, command.source), "talk")
    return None


def _thing(step: Step) -> str:
    """What it was about, as it is said."""
    if name := str(step.slots.get("name", "")):
        return f"the {name}"
    place = str(step.slots.get("area") or step.slots.get("floor") or "")
    return f"the {place} lights" if place and place != "here" and step.slots.get("domain") == "light" else ""


def _wholes(text: str, step: Step, thing: str, last: Command) -> Iterator[str]:
    """What it may be short for."""
    if _IT.search(text):
        yield _AGAIN.sub("", _IT.sub(thing, text, count=1))
    if more := _MORE.fullmatch(text):
        yield f"make {thing} {more['bit'] or ''} {more['way']}"
        yield f"turn {thing} {more['way']}"
    if off := _OFF.fullmatch(text):
        way = off["way"].casefold()
        yield f"{_OPENS[way]} {thing}" if way in _OPENS else f"turn {thing} {way}"
    if too := _TOO.fullmatch(text):
        for slot in ("name", "area", "floor"):
            named = re.compile(rf"(?:\b(?:the|my|our) )?\b{re.escape(str(step.slots.get(slot, '')))}\b", re.IGNORECASE)
            if step.slots.get(slot) and named.search(last.text):
                yield named.sub(too["what"], last.text, count=1)
