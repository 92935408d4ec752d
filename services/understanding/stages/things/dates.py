"""Questions about a day that was spoken of, or of something in the calendar: "what day's that", "and how many days to
go", "how many days have we got till the wedding". The clock's own questions ("what day is it") are sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from services.understanding.base import VOCABULARY, Command, Reference, Slot, Step
from services.understanding.stages.anchors import spoken_of
from services.understanding.stages.base import Understanding
from services.understanding.when import apply, find, find_offset
from services.understanding.when.house import LAST_SECOND
from services.understanding.words import FILLERS, split_words, word_set

_SURE = 0.95
_LONGEST = 120
_OPENS = re.compile(rf"^(?:(?:{FILLERS}|hm+|god|but)\b[\s,.!]*)+", re.IGNORECASE)
_ENDS = r"(?: again| then| now| actually| exactly| please)*"
_DAY = r"(?:(?:and )?(?:on )?(?:what|which) (?:day of the week|weekday|day|date))"
_WHICH = re.compile(
    rf"{_DAY}(?:(?:'s|s| is| was| will| would| does| did| falls)? (?:that|this)(?: one)?"
    r"|(?:'ll| will| would| does) it)(?: be| fall on| fall| come on| land on| on)?"
    rf"{_ENDS}|(?:is|was|will) that (?:be )?(?:on )?(?:an? )?(?:mon|tues|wednes|thurs|fri|satur|sun)day{_ENDS}",
    re.IGNORECASE,
)
_UNIT = (
    r"(?:how (?:many|much)(?: more)? (?P<unit>days|weeks|months|hours|minutes|nights|sleeps)"
    r"|how (?:long|far|much longer))"
)
_HAVE = (
    r"(?:(?:'s|'ve| is| are| do| does| have| has| it| we| i| you| there| got| left| still| now| more"
    r"| to go| away| off| remain(?:s|ing)?)*)"
)
_HOW_FAR = re.compile(
    rf"{_UNIT}(?:{_HAVE} (?:till|until|til|before|to) (?:then|that|it|that day)"
    r"|(?:'s| is| are) (?:that|it)(?: from (?:today|now)| away| off| to go| till then)"
    r"|(?: off| away)(?:'s| is| are) (?:that|it)(?: now)?|(?P<bare>(?:'s| is| are) that)"
    rf"|{_HAVE} to go){_ENDS}",
    re.IGNORECASE,
)
_IS_DUE = (
    r"(?:(?:'s| is| are| has to be| have to be| must be| needs to be| need to be| should be)? (?:due|done|finished"
    r"|ready|ordered|paid|sent|in|over|on|handed in|starts?|starting|begins?|beginning|happens))?"
)
_TILL = re.compile(
    rf"{_UNIT}{_HAVE} (?:till|until|til|to|before) (?P<event>(?!then\b|that\b|it\b).+?){_IS_DUE}{_ENDS}", re.I
)
_LEFT_FOR = re.compile(
    rf"{_UNIT}(?=.*\b(?:got|left|have)\b){_HAVE} for (?P<event>(?!that\b|it\b).+?){_ENDS}", re.IGNORECASE
)
_AND_TILL = re.compile(rf"(?P<unit>)(?:till|until|til|to) (?P<event>.+?){_IS_DUE}{_ENDS}", re.IGNORECASE)
_IT_IS = re.compile(r"(?:(?:it|that|which)(?:['’]s| is) )?(?:on )?(?P<when>\S.*)", re.IGNORECASE)
""" "How long till Leo's birthday, it's the twelfth"."""
_OF_EVENT = word_set("the a an my our his her their your of for at in on with to and next man lady woman guy thing")
_CLOCK = ("hours", "minutes")
_KINDS = ("meeting", "reminder", "task", "project")


def date_asked(said: Understanding) -> Understanding | None:
    """The question to the calendar page about that day."""
    if said.told or len(said.text) > _LONGEST:
        return None
    text = _OPENS.sub("", said.text.replace("’", "'").strip(" .!?"))
    head, mark, tail = text.rpartition(", ")
    if mark and (on := _IT_IS.fullmatch(tail)) and (asked := _TILL.fullmatch(head)):
        told = find(on["when"], said.now, said.house)
        return _answered(said, told[0].start if told else None, asked["unit"] or "", ())
    at, unit = None, ""
    of: tuple[Reference, ...] = ()
    if mark and (_WHICH.fullmatch(tail) or _HOW_FAR.fullmatch(tail)):  # "the 22nd, what day's that"
        at, text = _told(said, head), tail
    if far := _HOW_FAR.fullmatch(text):
        at, unit = at or _there(said), far["unit"] or ""
        at = None if far["bare"] and not unit else at  # "how long is that": it lasts
        unit = unit or ("hours" if at and at.date() == said.now.date() else "")
    elif _WHICH.fullmatch(text):
        at = at or _there(said)
    elif till := _TILL.fullmatch(text) or (_AND_TILL.fullmatch(text) if _was_asked(said) else None):
        at, of = _of(said, till["event"])
        unit = till["unit"] or ("hours" if at and at.date() == said.now.date() else "")
    elif (left := _LEFT_FOR.fullmatch(text)) and left["unit"]:
        at, of = _of(said, left["event"], ("task", "project"))
    return _answered(said, at, unit, of)


def _answered(said: Understanding, at: datetime | None, unit: str, of: tuple[Reference, ...]) -> Understanding | None:
    """The question of how far off that is, or on which day."""
    if at is None:
        return None
    clock = f" at {at:%I:%M %p}" if unit in _CLOCK and at.time() not in (time(), LAST_SECOND) else ""
    slots: dict[str, Slot] = {"when": f"{at:%B} {at.day}, {at.year}{clock}"}
    step = Step("datetime.query", slots, references=of)
    return said.found(Command(said.text, (step,), _SURE, "template"), "talk")


def _was_asked(said: Understanding) -> bool:
    """Whether the last question was how far off something is: "and till the kickoff"."""
    last = said.conversation.last
    return last is not None and last.intent == "datetime.query" and bool(re.search(_UNIT, last.text, re.IGNORECASE))


def _told(said: Understanding, words: str) -> datetime | None:
    """The time these words tell, perhaps from another: "they must be out four weeks before"."""
    if found := find(words, said.now, said.house):
        return found[-1].start or found[-1].end
    offset, anchor = find_offset(words, said.house), _there(said)
    return apply(offset, anchor) if offset and anchor else None


def _there(said: Understanding) -> datetime | None:
    """The time spoken of last: of a note that was read out, the one in it."""
    last = said.conversation.last
    family = VOCABULARY[last.steps[-1].action].family if last else ""
    if family in ("note", "search"):
        found = find(said.conversation.reply.partition(": ")[2], said.now, said.house)
        return found[0].start if found else None
    return spoken_of(said)


def _of(
    said: Understanding, event: str, kinds: Sequence[str] = _KINDS
) -> tuple[datetime | None, tuple[Reference, ...]]:
    """When something of this name is next, and which it is; None for a time, which sentences read."""
    if find(event, said.now, said.house):
        return None, ()
    for kind in kinds:
        for at, id_ in coming(said, event, kind):
            return at, (Reference("when", event, kind, event, id_, "context"),)
    return None, ()


def coming(said: Understanding, event: str, kind: str) -> list[tuple[datetime, str]]:
    """When all of this kind that have these words are, and which they are, the next first."""
    words = [word.text for word in split_words(event) if word.text not in _OF_EVENT]
    kept = [each for each in said.directory.kept(words) if each.kind == kind] if words else []
    whole = [each.id for each in kept if len(each.has) == len(set(words))]
    times = [(at, id_) for id_ in whole if (at := said.directory.when_of(kind, id_))]
    return sorted((at.astimezone(said.now.tzinfo), id_) for at, id_ in times if at > said.now - timedelta(days=1))
