"""Times told from another time: "remind me the day before" counts from what was just made or spoken of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from services.understanding.base import VOCABULARY, Reference, Slot, Step
from services.understanding.stages.base import Understanding
from services.understanding.stages.names import spoken_names
from services.understanding.when import House, Offset, apply, find, find_offset
from services.understanding.when.house import LAST_SECOND

_SAID = ("when", "recurrence")
_AT_END = re.compile(r"(?:[\s,]*(?:please|then|thanks))*[\s.!]*", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?:at |from |around |about )?"
    r"(?:[\d:.]+|(?:half|(?:a )?quarter|five|ten|twenty|twenty five) (?:(?:past|to) )?\w+|\w+)"
    r"(?: ?(?:a\.?m\.?|p\.?m\.?|o'?clock))?(?: (?:till|until|to) [\w: ]+)?",
    re.IGNORECASE,
)
"""An hour without a day; `find` says that it is one."""
_PAST = re.compile(
    r"(?P<day>(?:today|tonight|tomorrow) )?(?:at |and )*"
    r"(?P<past>(?:five|ten|(?:a )?quarter|twenty(?: five)?|half) past)(?: (?:it|that|then))?",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"(?:(?:today|tonight|tomorrow) )?(?:at )?"
    r"(?P<hour>(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})"
    r"(?: ?(?:a\.?m\.?|p\.?m\.?|o'clock))?(?: \D+)?)",
    re.IGNORECASE,
)
_HOUR_ALONE = re.compile(
    r"(?:at |from |around |about )?"
    r"(?!in\b|.*(?:\b[ap]\.?m\b|noon|night|to(?:day|morrow)|day\b))[\w:.]+(?: [\w']+){0,2}",
    re.IGNORECASE,
)
"""Without a day, and without the half of the day."""
_NOON = 12
_THAT_DAY = re.compile(r"\b(?:that|the same) day\b", re.IGNORECASE)
_TOO = re.compile(r"\b(?:as well|too)\b", re.IGNORECASE)
"""What is put in beside what is on that day."""
_NEXT_DAY = re.compile(r"\bthe (?:next|following) day\b", re.IGNORECASE)
""" "And the next day at eight": of what was spoken of."""
_DAY_TOLD = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun|to)day\b|\btomorrow\b|\bof\b|\d(?:st|nd|rd|th)\b|week|month", re.IGNORECASE
)
_DAY = re.compile(r"\b(?:that|same) day\W*$", re.IGNORECASE)
"""The day alone, whatever the time was."""


def anchors(said: Understanding) -> Understanding:
    """The command with such times as instants; a reminder without a title is about what its time belongs to."""
    command, conversation, now, house = said.command, said.conversation, said.now, said.house
    steps: list[Step] = []
    for bare in command.steps:
        step = _to_be_up_for(_of_that_hour(_with_offset(bare, said), steps), steps, said)
        told = step.slots.get("when")
        told = _NEXT_DAY.sub("the day after", told) if isinstance(told, str) and conversation.last_when else told
        offset = _offset(told, now, house) if isinstance(told, str) else None
        before = next((other for other in reversed(steps) if _instant(other, now, house)), None)
        anchor = _instant(before, now, house) if before else spoken_of(said)
        placed = any(ref.slot == "when" and ref.id for ref in step.references)  # from a thing the action looks up
        if offset is None or anchor is None or placed:
            steps.append(_on_that_day(step, said) if len(command.steps) == 1 else step)
        else:
            about = before or (conversation.last.steps[-1] if conversation.last and conversation.last.steps else None)
            steps.append(_placed(step, str(told), apply(offset, anchor), about))
    return replace(said, command=replace(command, steps=tuple(steps)))


def _of_that_hour(step: Step, before: Sequence[Step]) -> Step:
    """ "Wake me at six, and ten past in case": ten past six."""
    told, first = step.slots.get("when"), before[-1].slots.get("when") if before else None
    bare = _PAST.fullmatch(told.strip()) if isinstance(told, str) and step.action == "alarm.create" else None
    hour = _HOUR.fullmatch(first.strip()) if bare and isinstance(first, str) else None
    if bare is None or hour is None:
        return step
    return replace(step, slots={**step.slots, "when": f"{bare['day'] or ''}at {bare['past']} {hour['hour']}"})


def _to_be_up_for(step: Step, before: Sequence[Step], said: Understanding) -> Step:
    """ "I'm at the market first thing tomorrow, get me up at five": of that morning, whatever time it is now."""
    told = step.slots.get("when")
    at = _instant(before[-1], said.now, said.house) if before and step.action == "alarm.create" else None
    if at is None or at.date() <= said.now.date() or at.hour >= _NOON or not isinstance(told, str):
        return step
    hour = told.strip().removesuffix(" in the morning")
    if not _HOUR_ALONE.fullmatch(hour) or not find(hour, said.now, said.house):
        return step
    return replace(step, slots={**step.slots, "when": f"{at:%B} {at.day}, {at.year} {hour} in the morning"})


def _on_that_day(step: Step, said: Understanding) -> Step:
    """ "Then put Jonas in at two": on the day that was just asked about."""
    last = said.conversation.last.steps[-1] if said.conversation.last else None
    told = step.slots.get("when")
    too = isinstance(told, str) and _CLOCK.fullmatch(told.strip()) and _TOO.search(said.text)
    if step.action == "meeting.create" and isinstance(told, str) and (too or _THAT_DAY.search(said.text)):
        return _on_the_day_spoken_of(step, told, said)
    if last is None or (step.action, last.action) != ("meeting.create", "meeting.query") or not isinstance(told, str):
        return step
    asked = find(str(last.slots.get("when", "")), said.now, said.house)
    told = told.strip()
    told = told if find(told, said.now, said.house) else f"at {told}"
    at, bare = find(told, said.now, said.house), _CLOCK.fullmatch(told)
    day = asked[0].start.astimezone(said.now.tzinfo) if len(asked) == 1 and asked[0].start else None
    if (
        not bare
        or day is None
        or asked[0].grain not in ("day", "part")
        or len(at) != 1
        or day.date() <= said.now.date()
    ):
        return step
    return replace(step, slots={**step.slots, "when": f"{day:%B} {day.day}, {day.year} {told}"})


def _on_the_day_spoken_of(step: Step, told: str, said: Understanding) -> Step:
    """ "Mrs Lindner on that day at nine in the morning"."""
    told = told if find(told, said.now, said.house) else f"at {told}"
    of = next((each for each in said.conversation.mentions if each.kind == "meeting" and each.id), None)
    begins = said.directory.when_of("meeting", str(of.id)) if of and of is said.conversation.mentions[0] else None
    day = begins.astimezone(said.now.tzinfo) if begins else spoken_of(said)
    at = find(told, said.now, said.house)
    if day is None or len(at) != 1 or at[0].grain != "minute" or not at[0].start or _DAY_TOLD.search(told):
        return step
    when = f"{day:%B} {day.day}, {day.year} {told}"
    return replace(step, slots={**step.slots, "when": when})


def _with_offset(step: Step, said: Understanding) -> Step:
    """A reminder whose time stands apart: "remind me to set out the glasses, please, half an hour before"."""
    if step.action != "reminder.create" or {"when", "recurrence"} & set(step.slots) or len(said.command.steps) > 1:
        return step
    offset = _offset(said.text, said.now, said.house)
    if offset is None or not offset.sign or _AT_END.fullmatch(said.text[offset.span[1] :]) is None:
        return step
    words = said.text[offset.span[0] : offset.span[1]]
    title = str(step.slots.get("title", "")).replace(words, "").strip(" ,")
    return replace(
        step, slots={**step.slots, "title": title, "when": words} if title else {**step.slots, "when": words}
    )


def spoken_of(said: Understanding) -> datetime | None:
    """The time spoken of last: of the one thing that the last command told, else the one it was told with."""
    last, mentions = said.conversation.last, said.conversation.mentions
    timed = last is not None and any(
        slot in step.slots
        for step in last.steps
        for slot in _SAID
        # An alarm tells itself which half of the day "half six" is.
        if VOCABULARY[step.action].writes and step.action != "alarm.create"
    )
    asked_of_day = last is not None and VOCABULARY[last.steps[-1].action].family == "datetime"
    several = len(said.conversation.listed) > 1 and mentions[:1] == said.conversation.listed[:1]
    known = next((mention for mention in mentions if mention.id is not None), None)
    if timed or asked_of_day or several or known is None:
        return said.conversation.last_when
    at = said.directory.when_of(known.kind, str(known.id))
    return at.astimezone(said.now.tzinfo) if at else said.conversation.last_when


def _offset(words: str, now: datetime, house: House) -> Offset | None:
    """What is told from another time, and from that alone."""
    return None if find(words, now, house) else find_offset(words, house)


def _placed(step: Step, words: str, at: datetime, about: Step | None) -> Step:
    whole = step.action.endswith(".query") and _DAY.search(words)
    days = at.time() == time() or at.time() >= LAST_SECOND  # "by friday" ends with it
    clock = "" if days or whole else f" at {at:%I:%M %p}"
    instant = f"{at:%B} {at.day}, {at.year}{clock}"
    slots: dict[str, Slot] = {**step.slots, "when": instant}
    if step.action == "reminder.create" and "title" not in slots and about is not None:
        subject = about.slots.get(VOCABULARY[about.action].subject or "")
        slots["title"] = subject if isinstance(subject, str) else VOCABULARY[about.action].family
    return replace(
        step, slots=slots, references=(*step.references, Reference("when", words, "time", instant, None, "context"))
    )


def _instant(step: Step | None, now: datetime, house: House) -> datetime | None:
    """The instant a step speaks of."""
    said = " ".join(" ".join(spoken_names(step.slots.get(slot))) for slot in _SAID) if step else ""
    found = find(said, now, house) if said.strip() else []
    return found[0].on if found else None
