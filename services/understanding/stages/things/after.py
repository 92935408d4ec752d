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
AFTER_IT = re.compile(
    r"[\s,]+(?:(?:right|straight|directly|immediately) (?:after|afterwards|behind)(?: (?:that|it|this|him|her|them))?"
    r"|after (?:that|it))[\s.!]*$",
    re.IGNORECASE,
)


_BEFORE_IT = re.compile(
    r"[\s,]+(?P<side>before|after)(?:hand|wards)?(?: (?:that|it|this))?(?= ?,|[\s.!]*$)", re.IGNORECASE
)
_OF_DAYS = re.compile(r"day\b|\btomorrow\b|\btonight\b", re.IGNORECASE)
_HOURS = (0, 12)


def after_another(said: Understanding) -> Understanding | None:
    """The meeting that is told, at the end of the one that is named: of several, of that on the day told."""
    if len(said.text) > _LONGEST:
        return None
    if beside := _beside_it(said):
        return beside
    if behind := AFTER_IT.search(said.text):
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


def _beside_it(said: Understanding) -> Understanding | None:
    """ "Then coffee with Ines before that, at ten": on the day of the meeting spoken of last, on that side of it."""
    of, beside = next(iter(said.conversation.mentions), None), _BEFORE_IT.search(said.text)
    begins = said.directory.when_of("meeting", str(of.id)) if of and of.kind == "meeting" and of.id else None
    if beside is None or begins is None:
        return None
    text = f"{said.text[: beside.start()]}{said.text[beside.end() :]}"
    times = [each for each in find(text, said.now, said.house) if each.grain == "minute" and each.start]
    if len(times) != 1 or _OF_DAYS.search(text):
        return None
    begins = begins.astimezone(said.now.tzinfo)
    told = times[0]
    assert told.start is not None
    hours = [begins.replace(hour=told.start.hour % 12 + more, minute=told.start.minute) for more in _HOURS]
    before = beside["side"].lower() == "before"
    fit = [at for at in hours if (at < begins if before else at > begins)]
    if not fit:
        return None
    at = fit[-1] if before else fit[0]
    start, end = told.span
    when = f"on {at:%B} {at.day}, {at.year} at {at:%H:%M}"
    head = re.sub(r"[\s,]+(?:at|from)?\s*$", " ", text[:start])
    text = re.sub(r"^(?:(?:and|then|so|ok|okay)[\s,]+)+", "", f"{head}{when}{text[end:]}", flags=re.IGNORECASE)
    meant = first((arrangement, _read), replace(said, text=text))
    return replace(meant, text=said.text, stage="") if meant and _is_one(meant) else None


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
