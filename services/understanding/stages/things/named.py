"""A meeting that is named before what becomes of it: "the tasting, let's say half past five"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from services.understanding.base import Command, Reference, Step
from services.understanding.conversation.memory import Mention
from services.understanding.stages.base import Understanding, first
from services.understanding.stages.things.dates import coming
from services.understanding.stages.things.meeting import meeting
from services.understanding.stages.things.meeting_talk import meeting_talk
from services.understanding.when import find
from services.understanding.words import FILLERS

_SURE = 0.9
_LONGEST = 160
_NAMED = re.compile(
    rf"^(?:(?:{FILLERS}|hm+|good|fine)\b[\s,.!]*)*(?:(?:the|my|our|that)\s+)?(?P<title>[\w'’ -]{{3,50}}?)"
    r"(?P<moves>(?:['’]s| is) (?:moving|moved|off|not happening))?\s*(?:[,:;]|\s[—–-])\s+(?P<rest>\S.+)$",
    re.IGNORECASE,
)
_CANCELS = re.compile(
    r"(?:please |can you |could you |we can |you can )*(?:cancel|scrap|drop|delete|strike|call off|take out)"
    r" (?:it|that|him|her|them)(?: off| out)?(?:\s*[,.;]\s+.+)?",
    re.IGNORECASE,
)
_SPANS = re.compile(r"\b(?:on|at|in|this|next)\s*$|^'s\b", re.IGNORECASE)


def named_first(said: Understanding) -> Understanding | None:
    """What becomes of the one meeting of that name."""
    found = _NAMED.match(said.text.strip(" .!?")) if len(said.text) <= _LONGEST and not said.told else None
    title, day = _title(said, found["title"]) if found else ("", None)
    there = coming(said, title, "meeting") if title else []
    ids = [id_ for at, id_ in there if day is None or at.date() == day]
    if found is None or len(ids) != 1:
        return None
    rest = re.sub(r"^(?:let's say|say|i need it|we need it|it has to be)\s+", "better ", found["rest"], flags=re.I)
    rest = f"no, {found['rest']}" if found["moves"] else rest
    mention = Mention("meeting", title, ids[0])
    talk = replace(said.conversation, mentions=(mention, *said.conversation.mentions), last=None)
    if _CANCELS.fullmatch(found["rest"]):
        of = Reference("title", "it", "meeting", title, ids[0], "context")
        step = Step("meeting.cancel", {"title": title}, references=(of,))
        return said.found(Command(said.text, (step,), _SURE, "template"), "talk")
    for text in dict.fromkeys((found["rest"], rest)):
        meant = first((meeting, meeting_talk), replace(said, text=text, conversation=talk))
        if meant:
            return said.found(of_it(meant.command, said.text, mention), "talk")
    return None


def of_it(command: Command, text: str, mention: Mention) -> Command:
    """The command about that meeting."""
    of = Reference("title", "it", mention.kind, mention.name, mention.id, "context")
    steps = (
        replace(step, slots={**step.slots, "title": mention.name}, references=(of, *step.references))
        if step.slots.get("title") == "it"
        else step
        for step in command.steps
    )
    return replace(command, text=text, steps=tuple(steps))


def _title(said: Understanding, words: str) -> tuple[str, date | None]:
    """The words without the day told among them, and that day."""
    words = words.replace("’", "'")
    found = find(words, said.now, said.house)
    if not found:
        return words, None
    start, end = found[0].span
    head, tail = _SPANS.sub("", words[:start]).strip(), _SPANS.sub("", words[end:]).strip()
    return f"{head} {tail}".strip(), found[0].start.date() if found[0].start else None
