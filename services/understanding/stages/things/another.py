"""One more meeting like the last one made, later that day or for somebody else: "another one at half past"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from services.understanding.base import Command, Slot, Step
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.arrangement import ROOMS, Parts, parts_of
from services.understanding.stages.anchors import spoken_of
from services.understanding.stages.base import Stage, Understanding
from services.understanding.stages.things.after import AFTER_IT
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import apply, find, find_offset

_SURE = 0.9
_LONGEST = 120
_PUTS = r"(?:(?:put|book|add|make|schedule|get|pencil|we need|i need|i want)(?: (?:in|me|us|down))*\s+)?"
_ANOTHER = re.compile(
    r"^(?:(?:and|then|also|ok|okay|plus)[\s,]+)*"
    rf"{_PUTS}"
    r"(?:another one|one more|a second one|another|one|(?:the )?same(?: thing)?(?: again)?)"
    r"(?: (?:in|down)(?= (?:for|on|with|at|\w+day|tomorrow)\b))?(?P<for>\s+(?:for|with))?\s*,?\s+",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"^(?:(?:and|then|also|ok|okay|plus|so)[\s,]+)*(?:(?:a )?new (?:one|appointment|entry|patient"
    r"|booking)|another one|one more)"
    r"(?:\s+(?:for|with))?\s*[,:]\s+",
    re.IGNORECASE,
)
""" "New one, Otto Reimann, today half past four", where meetings are spoken of."""
_ASIDE = re.compile(
    r"\s*,\s*(?:didn't|doesn't|don't|wouldn't|no idea|i|he|she|they|it's|it is|that's|for|about|because)\b.*$",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r"^(?:an?|the|some|somebody called|someone called)\s+", re.IGNORECASE)
_HALF = re.compile(r"\b(?P<part>half|quarter) past(?! \w)", re.IGNORECASE)
_DAY = re.compile(r"day\b|tomorrow|tonight|week|month|\d(?:st|nd|rd|th)|\bin\b", re.IGNORECASE)
_EVENING = 22
_NOON = 12
_HALF_OF_DAY = re.compile(r"[ap]\.?m\b|morning|afternoon|evening|night|noon|\b(?:1[3-9]|2[0-3]|0\d):", re.IGNORECASE)


_SAME = re.compile(
    r"\s*,?\s*(?:but |and )?(?:(?:at |for )?the |at )?same (?:time|hour)(?: (?:again|of day))?(?=\W|$)", re.I
)
_MAKES = re.compile(
    r"(?:(?:and|then|also|ok|okay|so)[\s,]+)*(?:another\b|one more\b|an? |(?:we|i) (?:need|want) |let's have "
    r"|(?:put|book|add|make|schedule|plan|pencil|arrange)\b(?! (?:it|that|this|him|her|them)\b))",
    re.IGNORECASE,
)
_LONGEST_SAID = 160


def another(said: Understanding) -> Understanding | None:
    """The last meeting once more, with what is told anew."""
    last = said.conversation.last
    text = said.text.strip(" .!?")
    begun = _ANOTHER.match(text) if len(text) <= _LONGEST else None
    if last is None or len(text) > _LONGEST or VOCABULARY[last.steps[-1].action].family != "meeting":
        return None
    if new := _anew(said, text):
        return new
    step = _like(said) if begun else None
    if begun is None or step is None:
        return None
    rest = _ASIDE.sub("", text[begun.end() :])
    behind = AFTER_IT.search(f" {rest}")
    end = _over(said) if behind else None
    rest = rest[: max(0, behind.start() - 1)] if behind and end else rest
    spans = find_spans(rest, said.now, said.house)
    timed = bool(spans) and spans[0].start == 0
    rest = f"with {rest}" if begun["for"] and not timed else rest
    parts = parts_of(rest, mask(rest, find_spans(rest, said.now, said.house)), said.names.is_name) if rest else Parts()
    if parts is None or not (end or "when" in parts.times or parts.attendees):
        return None
    slots: dict[str, Slot] = {slot: value for slot, value in step.slots.items() if slot != "attendees"}
    places = [title for title in parts.title if ROOMS & set(title.casefold().split())]
    if places and not parts.location:
        parts.location = places[0]
        parts.title.remove(places[0])
    if told := parts.attendees or [_SOMEBODY.sub("", title) for title in parts.title]:
        slots["attendees"] = told[:1] if not parts.attendees else told
        slots["title"] = str(slots.get("title", "meeting")).partition(", ")[0]
    slots |= {"location": parts.location} if parts.location else {}
    slots |= {"title": parts.topic} if parts.topic else {}
    slots |= {kind: " ".join(times) for kind, times in parts.times.items()}
    if "when" in parts.times:
        slots |= _same_day(said, str(slots["when"]), repeats="recurrence" in step.slots)
    slots |= {"when": f"{end:%B} {end.day}, {end.year} at {end:%H:%M}"} if end else {}
    references = tuple(ref for ref in step.references if ref.slot not in ("attendees", "when"))
    command = Command(said.text, (Step("meeting.create", slots, references=references),), _SURE, "template")
    return said.found(command, "talk")


def _over(said: Understanding) -> datetime | None:
    """When the meeting spoken of is over: "another one with the Lennox family straight after"."""
    head = next(iter(said.conversation.mentions), None)
    end = said.directory.end_of(str(head.id)) if head and head.kind == "meeting" and head.id else None
    return end.astimezone(said.now.tzinfo) if end else None


def _like(said: Understanding) -> Step | None:
    """The step that made the last meeting; of one that was only asked about, one with its title and its place."""
    made, last = said.conversation.made, said.conversation.last
    if (
        made
        and made.steps[-1].action == "meeting.create"
        and (last is None or last.steps[-1].action != "meeting.query")
    ):
        return made.steps[-1]
    head = next(iter(said.conversation.mentions), None)
    of = next((each for each in said.directory.meetings(said.now) if head and each.id == head.id), None)
    if of is None:
        return made.steps[-1] if made and made.steps[-1].action == "meeting.create" else None
    return Step("meeting.create", {"title": of.title, **({"location": of.place} if of.place else {})})


def _anew(said: Understanding, text: str) -> Understanding | None:
    """One with somebody of its own, whose day and hour are told."""
    begun = _NEW.match(text)
    rest = _ASIDE.sub("", text[begun.end() :]) if begun else ""
    parts = parts_of(rest, mask(rest, find_spans(rest, said.now, said.house)), said.names.is_name) if rest else None
    if parts is None or "when" not in parts.times or not (parts.attendees or parts.title):
        return None
    if not any(each.grain == "minute" for each in find(rest, said.now, said.house)):
        return None
    if not parts.attendees and all(said.names.is_name(word) for word in parts.title[0].casefold().split()):
        parts.attendees = [parts.title.pop(0)]
    return said.found(Command(said.text, (Step("meeting.create", parts.slots()),), _SURE, "template"), "talk")


def _same_day(said: Understanding, when: str, *, repeats: bool) -> Mapping[str, Slot]:
    """A bare time of day is on the day of the last one, and "half past" in its hour."""
    at = spoken_of(said)
    found = find(when if " " in when else f"at {when}", said.now, said.house)
    start = found[0].start if len(found) == 1 and found[0].grain == "minute" else None
    if at is None or start is None:
        return {}
    at = at.astimezone(said.now.tzinfo)
    if _DAY.search(when) or start.date() not in (said.now.date(), said.now.date() + timedelta(days=1)):
        return _nearer(start, at, when)
    hour, minute = start.hour % 12, start.minute
    if half := _HALF.search(when):
        hour, minute = at.hour, {"half": 30, "quarter": 15}[half["part"].lower()]
        hour += (hour, minute) <= (at.hour, at.minute)
    elif start.hour == start.minute == 0 or "m" in when.lower().split()[-1]:
        hour = start.hour
    elif (hour, minute) < (at.hour, at.minute) and hour + 12 < _EVENING:
        hour += 12  # after the last one
    time = f"{hour:02}:{minute:02}"
    day = f"{at:%B} {at.day}, {at.year}"
    if repeats:
        return {"recurrence": f"every {at:%A} at {time}", "when": f"starting {day}"}
    return {"when": f"{day} at {time}"}


def _nearer(start: datetime, at: datetime, when: str) -> Mapping[str, Slot]:
    """Of half past seven in the morning and in the evening, on the day that is told, the one nearer to the last one's:
    whoever rehearses at six does so in the evening.
    """
    if _HALF_OF_DAY.search(when) or start.hour in (0, _NOON):
        return {}
    hours = (start.hour % _NOON, start.hour % _NOON + _NOON)
    hour = min(hours, key=lambda each: abs(each - at.hour))
    return {"when": f"{start:%B} {start.day}, {start.year} at {hour:02}:{start.minute:02}"}


def at_the_same_time(said: Understanding, stage: Stage) -> Understanding | None:
    """What the stage reads with the hour in the place of these words; only where that is a new meeting."""
    makes = len(said.text) <= _LONGEST_SAID and _MAKES.match(said.text.strip())
    last, same = said.conversation.last, _SAME.search(said.text) if makes else None
    at = _begins(said) if same and last and VOCABULARY[last.steps[-1].action].family == "meeting" else None
    text = _with_hour(said, _SAME.sub("", said.text), at.astimezone(said.now.tzinfo)) if at else ""
    found = stage(replace(said, text=text)) if text else None
    if found is None or {step.action for step in found.command.steps} != {"meeting.create"}:
        return None
    return replace(found, text=said.text, stage="", command=replace(found.command, text=said.text))


def _begins(said: Understanding) -> datetime | None:
    """When the meeting spoken of begins, else the time spoken of."""
    head = next(iter(said.conversation.mentions), None)
    of = head.id if head and head.kind == "meeting" else None
    return (said.directory.when_of("meeting", of) if of else None) or spoken_of(said)


def _with_hour(said: Understanding, text: str, at: datetime) -> str:
    """The text with the hour behind its day; empty where it tells none, or an hour of its own."""
    clock, times = f" at {at:%I:%M %p}", find(text, said.now, said.house)
    if any(each.grain == "minute" and each.kind != "duration" for each in times):
        return ""
    head = text.partition(",")[0]  # "a week later, twenty minutes" is no hour of that day
    if (offset := find_offset(head, said.house)) is not None:
        day = apply(offset, at)
        return f"{text[: offset.span[0]]}on {day:%B} {day.day}, {day.year}{clock}{text[offset.span[1] :]}"
    days = [each.span[1] for each in times if each.kind == "instant" and each.grain == "day"]
    return f"{text[: days[0]]}{clock}{text[days[0] :]}" if len(days) == 1 else ""
