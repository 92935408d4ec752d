"""Who comes when, to be put down: "she says she's coming on Sunday for coffee, three o'clock, put that down"."""

from __future__ import annotations

import re
from dataclasses import replace

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.people import person as who_is
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.modifiers import split_names
from services.understanding.stages.base import Understanding
from services.understanding.when import find
from services.understanding.words import FILLERS, split_words, spoken, word_set

_SURE = 0.9
_LONGEST = 200
_ASKED = r"(?:(?:please|can you|could you|would you|might you|will you|so)\s+)*"
_PUT_DOWN = re.compile(
    rf"[\s,.;]*\b{_ASKED}(?:put|write|note|enter|get|mark|add)\s+(?:that|it|this|him|her|them)"
    r"(?:\s+(?:down|in|up|too))*(?:\s+(?:in|on|into)\s+(?:the|my|our)\s+(?:calendar|diary|schedule|book))?"
    r"(?:\s+(?:for\s+(?P<what>[a-z -]+?)\s+)?(?:for|at)\s+(?P<at>[\w ':]+?))?"
    r"(?:\s*,\s*(?P<place>(?:here |over )?at (?:ours|mine|home|our place|my place|the [\w ]+?)))?"
    r"(?:\s*,?\s*please)?[\s.!]*$",
    re.IGNORECASE,
)
_COMES = re.compile(
    rf"^(?:(?:{FILLERS}|hm+|that's (?:it|right))\b[\s,.]*)*"
    r"(?:(?:he|she|they|[\w'-]+(?: [\w'-]+)?) (?:says?|said|wrote|texted)(?: that)? )?"
    r"(?P<who>(?:the |our |my )?[\w-]+(?: [\w-]+){0,3}?)(?:'s| is| are|'re|'ll be| will be) "
    r"(?:coming(?: over| round| by| in)?|visiting)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_FOR = re.compile(r"^(?:for|to)\s+(?:an? |the |some )?(?P<what>.+)$", re.IGNORECASE)
_WITH = re.compile(r"(?P<rest>.*?)\s*\bwith (?P<who>[\w' -]+)", re.IGNORECASE)
_PERSONS = word_set("he she they")
_LINKS = word_set("on at for and the around about")
_BETWEEN = re.compile(r"\s*\bbetween\b.*$", re.IGNORECASE)


def visit(said: Understanding) -> Understanding | None:
    """The meeting with whoever comes, where it shall be put down, or how long it takes is told with its time."""
    text = said.text.strip().replace("’", "'")
    down = _PUT_DOWN.search(text) if len(text) <= _LONGEST and not said.told else None
    comes = _COMES.match(text[: down.start()] if down else text.rstrip(" .!")) if not text.endswith("?") else None
    if comes is None:
        return None
    rest = _BETWEEN.sub("", comes["rest"]) if down and down["at"] else comes["rest"]
    words = mask(rest, find_spans(rest, said.now, said.house))
    times = [word for word in words if word.kind in ("when", "recurrence", "duration")]
    told = " ".join(word.text for word in words if not word.kind)
    purpose = " ".join(_without_links(told.split()))
    slots: dict[str, Slot] = {}
    for kind in ("when", "recurrence", "duration"):
        if each := [rest[word.start : word.end] for word in times if word.kind == kind]:
            slots[kind] = " ".join(each)
    if down and down["at"]:
        slots["when"] = f"{slots.get('when', '')} at {down['at']}".strip()
    if down and down["place"]:
        slots["location"] = down["place"]
    company, purpose = _company(said, purpose)
    if down and down["what"]:
        purpose = f"for {down['what']}"
    what = _FOR.match(purpose)
    if (purpose and not what) or not _is_when(said, slots) or not (down or "duration" in slots):
        return None
    step = _meeting(said, comes["who"], what["what"] if what else "", slots)
    if company:
        step = replace(step, slots={**step.slots, "attendees": [*step.slots.get("attendees", ()), *company]})
    return said.found(Command(said.text, (step,), _SURE, "template"))


def _company(said: Understanding, words: str) -> tuple[list[str], str]:
    """Who comes along, and the rest: "on Sunday with Matthias"."""
    told = _WITH.fullmatch(words)
    names = [spoken(told["who"], name) for name in split_names(split_words(told["who"]))] if told else []
    known = all(said.names.is_name(word) for name in names for word in name.casefold().split())
    return (names, (told["rest"] if told else "").strip()) if names and known else ([], words)


def _meeting(said: Understanding, who: str, what: str, slots: dict[str, Slot]) -> Step:
    pronoun = who.lower() in _PERSONS
    person = pronoun or said.names.is_name(who.rpartition(" ")[2].lower())
    title = what or ("meeting" if person else who.removeprefix("the "))
    known: dict[str, Slot] = {"attendees": [who]} if person else {}
    if pronoun and who_is(said.conversation, who.lower(), ("person", "customer")) is None:
        known = {}  # nobody was named
    if what and not person:
        title = f"{who.removeprefix('the ')}, {what}"
    return Step("meeting.create", {"title": title, **known, **slots})


def _is_when(said: Understanding, slots: dict[str, Slot]) -> bool:
    """Whether a day and a time of day, or a repetition, are told."""
    if "recurrence" in slots:
        return True
    found = find(str(slots.get("when", "")), said.now, said.house)
    return bool(found) and any(each.grain == "minute" for each in found)


def _without_links(words: list[str]) -> list[str]:
    while words and words[-1] in _LINKS:
        words = words[:-1]
    while len(words) > 1 and words[0] in _LINKS - {"for"}:
        words = words[1:]
    return words
