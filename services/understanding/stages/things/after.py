"""A meeting that begins when another one is over: "lunch with Felix on Tuesday, right after the roadmap meeting"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from services.understanding.stages.base import Understanding, first
from services.understanding.stages.things.arrangement import arrangement
from services.understanding.stages.things.dates import coming
from services.understanding.when import find

_LONGEST = 200
_AFTER = re.compile(
    r"[\s,]+(?:right|straight|directly|just|immediately)?\s*(?:after|behind|following)\s+"
    r"(?:the|my|our|that)\s+(?P<event>[\w' -]{2,50}?)(?:\s+(?:is over|ends|finishes|is done))?[\s.!]*$",
    re.IGNORECASE,
)
_AFTER_IT = re.compile(
    r"[\s,]+(?:(?:right|straight|directly|immediately) (?:after|afterwards|behind)(?: (?:that|it|this|him|her|them))?"
    r"|after (?:that|it))[\s.!]*$",
    re.IGNORECASE,
)


def after_another(said: Understanding) -> Understanding | None:
    """The meeting that is told, at the end of the one that is named: of several, of that on the day told."""
    if len(said.text) > _LONGEST:
        return None
    if behind := _AFTER_IT.search(said.text):
        return _behind_it(said, said.text[: behind.start()])
    found = _AFTER.search(said.text)
    if found is None or find(found["event"], said.now, said.house):
        return None
    head = said.text[: found.start()]
    days = [each.start.date() for each in find(head, said.now, said.house) if each.start and each.grain == "day"]
    for at, id_ in coming(said, found["event"], "meeting"):
        end = said.directory.end_of(id_)
        if end is None or (days and at.date() not in days):
            continue
        return _at(said, head, end, day_told=bool(days))
    return None


def _behind_it(said: Understanding, head: str) -> Understanding | None:
    """After the meeting spoken of last: "roadmap sync with Felix right after"."""
    of = next(iter(said.conversation.mentions), None)
    end = said.directory.end_of(str(of.id)) if of and of.kind == "meeting" and of.id else None
    return _at(said, head, end, day_told=False) if end and not find(head, said.now, said.house) else None


def _at(said: Understanding, head: str, end: datetime, *, day_told: bool) -> Understanding | None:
    """What is told, to begin then."""
    end = end.astimezone(said.now.tzinfo)
    day = "" if day_told else f" on {end:%B} {end.day}, {end.year}"
    meant = first((arrangement, _read), replace(said, text=f"{head}{day} at {end:%H:%M}"))
    return replace(meant, text=said.text, stage="") if meant and _is_one(meant) else None


def _read(said: Understanding) -> Understanding | None:
    command = said.read(said.text)
    return said.found(command) if command.steps else None


def _is_one(said: Understanding) -> bool:
    return [step.action for step in said.command.steps] == ["meeting.create"]
