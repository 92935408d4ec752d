"""One more meeting like the last one made, later that day or for somebody else: "another one at half past"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.understanding.base import Command, Slot, Step
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.arrangement import parts_of
from services.understanding.stages.base import Understanding
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find

_SURE = 0.9
_LONGEST = 120
_ANOTHER = re.compile(
    r"^(?:(?:and|then|also|ok|okay|plus)[\s,]+)*"
    r"(?:another one|one more|a second one|another|one|(?:the )?same(?: thing)?(?: again)?)"
    r"(?P<for>\s+(?:for|with))?\s*,?\s+",
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


def another(said: Understanding) -> Understanding | None:
    """The last meeting once more, with what is told anew."""
    made, last = said.conversation.made, said.conversation.last
    text = said.text.strip(" .!?")
    begun = _ANOTHER.match(text) if len(text) <= _LONGEST else None
    if last is None or len(text) > _LONGEST or VOCABULARY[last.steps[-1].action].family != "meeting":
        return None
    if new := _anew(said, text):
        return new
    if made is None or begun is None or made.steps[-1].action != "meeting.create":
        return None
    rest = _ASIDE.sub("", text[begun.end() :])
    rest = f"with {rest}" if begun["for"] else rest
    parts = parts_of(rest, mask(rest, find_spans(rest, said.now, said.house)), said.names.is_name)
    if parts is None or not ("when" in parts.times or parts.attendees):
        return None
    step = made.steps[-1]
    slots: dict[str, Slot] = {slot: value for slot, value in step.slots.items() if slot != "attendees"}
    if told := parts.attendees or [_SOMEBODY.sub("", title) for title in parts.title]:
        slots["attendees"] = told[:1] if not parts.attendees else told
        slots["title"] = str(slots.get("title", "meeting")).partition(", ")[0]
    slots |= {"location": parts.location} if parts.location else {}
    slots |= {"title": parts.topic} if parts.topic else {}
    slots |= {kind: " ".join(times) for kind, times in parts.times.items()}
    if "when" in parts.times:
        slots |= _same_day(said, str(slots["when"]), repeats="recurrence" in step.slots)
    references = tuple(ref for ref in step.references if ref.slot not in ("attendees", "when"))
    command = Command(said.text, (Step("meeting.create", slots, references=references),), _SURE, "template")
    return said.found(command, "talk")


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
    at = said.conversation.last_when
    found = find(when if " " in when else f"at {when}", said.now, said.house)
    start = found[0].start if len(found) == 1 and found[0].grain == "minute" else None
    if at is None or start is None or _DAY.search(when):
        return {}
    at = at.astimezone(said.now.tzinfo)
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
