"""A bare detail of what was just made or changed: "only half an hour", "top priority", "Monday then", "in room two".

Only a time, a length, an urgency, a place or who does it, and nothing else; it goes to the thing just spoken of.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from services.understanding.base import Command, Step
from services.understanding.conversation.additions import told
from services.understanding.conversation.changes import writes
from services.understanding.stages.base import Understanding
from services.understanding.stages.correction import updated
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find

_LONGEST = 60
_DUE = re.compile(r"\bdue\b", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:and|but|so|then|well|oh|okay|ok|yes|yeah|also)\b[\s,]*)*"
    r"(?P<sure>(?:(?:only|just|better|rather|actually|make (?:it|that)|it['’]s|that['’]s|it should be|it is"
    r"|let['’]s say|say|now)\b[\s,]*)*)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,]*\b(?:(?:and )?not (?:only|just) (?:today|tomorrow|on \w+|this \w+|once)|then|please|instead|rather|though"
    r"|now|only|actually|i(?:['’]d| would) say|i (?:think|guess|suppose|reckon)|or so|at most|is plenty|is enough"
    r"|will do"
    r"|for (?:that|this|it)(?: one)?|i mean|i meant|that is|the same(?: again)?)[\s.!]*$",
    re.IGNORECASE,
)
_SAME_TIME = re.compile(
    r"^(?:at )?(?:the )?same time(?:[\s,]+but)?[\s,]+(?:on )?|[\s,]+(?:but )?(?:at )?(?:the )?same time[\s.!]*$", re.I
)
_NO_WEEKENDS = re.compile(r"\b(?:but )?not (?:on|at|over) (?:the )?weekends?\b|\bno weekends\b", re.IGNORECASE)
_AND = re.compile(r"(?:and|also)\b", re.IGNORECASE)
_TELLS = re.compile(r"(?:\w+[\s,]+){0,2}?(?:it['’]s|that['’]s|it is)\b", re.IGNORECASE)
_FAMILIES = ("task", "reminder", "alarm", "meeting", "project")
_TYPED = frozenset(("when", "recurrence", "duration", "priority"))
_PLACE = re.compile(
    r"(?:(?:(?:leave|keep|put|have|hold|make|move) (?:it|that) )?(?:in|at|to)\s+)?"
    r"(?!(?:is|are|was|can|could|will|would|what|which|do|does)\b)(?P<place>(?:(?:the|my|our|her|his|their)\s+)?(?:\w+\s+){0,3}"
    r"(?:room|office|hall|kitchen|lobby|studio|canteen|lab)(?:\s+\w+)?)",
    re.IGNORECASE,
)
_DOES_IT = re.compile(
    r"(?P<who>[\w'’-]+(?: [\w'’-]+)?) (?:(?:can|could|should|will|has to|is going to) (?:do|take|handle|have)"
    r"|does|takes|handles|gets) (?:it|that|this)(?: one)?",
    re.IGNORECASE,
)
_PAST = {"five": 5, "ten": 10, "quarter": 15, "a quarter": 15, "twenty": 20, "twenty five": 25, "half": 30}
_CLOCK = re.compile(
    r"(?:at )?(?:half|(?:a )?quarter (?:past|to)|(?:five|ten|twenty|twenty five) (?:past|to)|half past) [a-z]+",
    re.IGNORECASE,
)
_MINUTES = re.compile(rf"(?:at )?(?P<minutes>{'|'.join(_PAST)}) (?P<way>past|to)", re.IGNORECASE)


def detail(said: Understanding) -> Understanding | None:
    """The thing just made or changed, with what these words alone tell of it."""
    last = said.conversation.last
    if last is None or not said.conversation.done or not writes(last) or not 0 < len(said.text) <= _LONGEST:
        return None
    if _DUE.search(said.text) and VOCABULARY[last.steps[-1].action].family not in ("task", "project"):
        return None  # nothing else is ever due
    family = VOCABULARY[last.steps[-1].action].family
    if family not in _FAMILIES or said.text.rstrip().endswith("?"):
        return None
    lead = _LEAD.match(said.text.strip())
    surely = bool(lead and lead["sure"])
    rest = said.text.strip()[lead.end() if lead else 0 :]
    while (shorter := _TAIL.sub("", rest)) != rest:
        rest, surely = shorter, True
    rest = _NO_WEEKENDS.sub("on weekdays", _SAME_TIME.sub("", rest).strip(" ,.!"))
    if not rest:
        return None
    command = _of_its_time(said, family, rest, surely) or _of_its_place(family, rest) or _of_who(said, family, rest)
    return said.found(command, "command") if command else None


def _of_its_time(said: Understanding, family: str, rest: str, surely: bool) -> Command | None:
    last = said.conversation.last
    assert last is not None
    before = VOCABULARY[last.steps[-1].action]
    right = VOCABULARY.get(before.corrected_by or f"{family}.update")
    if right is None:
        return None
    rest = _as_numbers(rest, said) or with_the_hour(rest, said.conversation.last_when) or rest
    slots = told(rest, right, said.now, said.names)
    if not slots or not set(slots) <= _TYPED or ("duration" in slots and family != "meeting"):
        return None
    if _TELLS.match(said.text.strip()) and {"when", "recurrence"} & set(slots):
        return None  # "it's ten o'clock": somebody is told the time
    if _AND.match(said.text.strip()) and not surely and {"when", "recurrence"} & set(slots):
        return None  # "and on Friday": another one
    if before.corrected_by:
        return updated(rest, said.conversation, said.now, said.names)
    return Command(rest, (Step(right.name, {right.subject or "": "it", **slots}),), last.confidence, "template")


def _as_numbers(rest: str, said: Understanding) -> str | None:
    """ "Half six" as 6:30, so that the thing itself tells which half of the day is meant, as it does of "six"."""
    found = find(rest, said.now, said.house) if _CLOCK.fullmatch(rest) else []
    at = found[0].start if len(found) == 1 else None
    return _clock(at) if at else None


def _clock(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at:%M}"


def with_the_hour(rest: str, before: datetime | None) -> str | None:
    """ "Ten past": of the hour nearest to the time it was."""
    found = _MINUTES.fullmatch(rest)
    if found is None or before is None:
        return None
    minutes = _PAST[found["minutes"].lower()] * (1 if found["way"].lower() == "past" else -1)
    hour = before.replace(minute=0, second=0, microsecond=0)
    near = [hour + timedelta(hours=more, minutes=minutes) for more in (0, 1)]
    at = min(near, key=lambda each: abs(each - before)) if minutes < 0 else near[0]
    return _clock(at)


def _of_its_place(family: str, rest: str) -> Command | None:
    place = _PLACE.fullmatch(rest) if family == "meeting" else None
    if place is None:
        return None
    return Command(rest, (Step("meeting.update", {"title": "it", "location": place["place"]}),), 0.9, "template")


def _of_who(said: Understanding, family: str, rest: str) -> Command | None:
    """ "Mike can do it", behind a task."""
    does = _DOES_IT.fullmatch(rest) if family == "task" else None
    if does is None or not said.names.is_name(does["who"].split()[0].lower()):
        return None
    return Command(rest, (Step("task.assign", {"title": "it", "assignees": [does["who"]]}),), 0.9, "template")
