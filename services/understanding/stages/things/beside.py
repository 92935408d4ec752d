"""What is asked of a meeting and those beside it: whether they overlap, which is next, how long it is between two."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.conversation.memory import Mention
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.stages.base import KnownMeeting, Understanding
from services.understanding.words import word_set

_SURE = 0.9
SHORT = re.compile(r"['’](s|ll|re|ve|d)\b", re.IGNORECASE)
PLAIN = word_set("""s ll re ve d is are was were be been will would do does did have has had i we you us me it that
    this there the a one meeting appointment then again now exactly still all got say said tell told put down set give
    given allow allowed book booked plan planned reserve reserved block blocked write written meant supposed
    scheduled going to about actually for in on at of with so far only just though please my our make made think and am
    him her them he she they mine""")
"""Words of many questions about meetings."""
_BETWEEN = re.compile(
    r"(?:(?:and|so|but|then)[\s,]+)*(?:how (?:long|much(?: time| room)?|many (?:minutes|hours))|what)"
    r"(?:'s| is| do| does| have| has| will| would| i| we| there| got| it| left| time| the gap| free| be| that| leave"
    r"| leaves| me| us| take)*"
    r" (?:from (?:the )?(?:one|first)(?: one)? to (?:the )?(?:other|next|second)(?: one)?"
    r"|(?:in )?between)(?: the (?:two|both)(?: of them)?| (?:them|those|these)(?: two| both)?| both(?: of them)?"
    r"| (?:one|the one) and the other)?(?: then| now| exactly)*",
    re.IGNORECASE,
)
_CLASHES = re.compile(
    r"\b(?:clash(?:es|ing)?|collid(?:e|es|ing)|conflict(?:s|ing)?|overlap(?:s|ping)?|double[- ]booked"
    r"|(?:crash(?:es)?|runs?|running|bumps?) into|crash(?:es)? with"
    r"|(?:at the same time|else on (?:then|at that time)|in the way))\b",
    re.IGNORECASE,
)
_AROUND_CLASH = PLAIN | word_set("""any anything something what which with other else another meetings calendar get
    gets getting way same time clash clashes clashing collide collides colliding conflict conflicts conflicting overlap
    overlaps overlapping double double-booked booked am if whether check see of appointments things thing come into
    themselves each crash crashes run runs running bump bumps""")
_DAY = r"(?:today|tomorrow|that day|on \w+day)"
_REST = re.compile(
    r"(?:and |so |then |but )*(?:(?:is there|have i got|do i have|have we got|do we have|got|there's)? ?(?:anything"
    r"|something)|what(?:'s| is| have i got| do i have| comes| have we got)?)(?: else| more| still| left)*"
    rf"(?: (?:on|planned|booked|to do|coming))*(?: {_DAY})?,? (?:after|behind|following|once) (?:it|that|this)"
    rf"(?: is over|'s over| is done)?(?:,? {_DAY})?",
    re.IGNORECASE,
)
""" "Anything else today after that": all of the rest of that day."""
_THAT_PART = re.compile(
    r"(?:and |so |then |but )*(?:is there|have i got|do i have|have we got|do we have|what(?:'s| is| have i got"
    r"| do i have)"
    r"|anything|something)(?: anything| something)?(?: else| more)*(?: on| planned| booked)*(?: on)?"
    r" (?:that|the same) (?P<part>morning|afternoon|evening|day)",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"(?:and |so |then |okay |but )*(?:(?:what|who)(?:'s| is|s| comes| have i got| do i have| will there be| about)?"
    r"(?: (?:there|on))?(?: next| on)? )?"
    r"(?:(?:the )?(?:next )?(?:one|meeting|thing|appointment)(?: that comes)? )?(?:straight |right |directly )?"
    r"(?:after|following|behind) (?:that|it|this|him|her|them)(?: one)?"
    r"|(?:and )?(?:then what|what then|what comes then|what comes next|what's next|afterwards"
    r"|what's the next thing|the next(?: one)?"
    r"|what's the next one|(?:and |what about )?the (?:next )?(?:one|meeting) after)",
    re.IGNORECASE,
)
_NTH = re.compile(
    r"(?:and |so |then )*(?:what about |what's )?(?:my |the )?(?P<nth>second|third|fourth|last)"
    r"(?: one| meeting| appointment)?",
    re.IGNORECASE,
)
_ORDER = ("first", "second", "third", "fourth")
_THEIRS = re.compile(
    r"(?:(?:and|so|but)[\s,]+)*(?P<asks>what time|when|where) (?:does|do|has|have|is|are) (?P<who>[\w' ]{2,20}?)"
    r" (?:have|having|got) (?P<what>.+?)(?: again)?",
    re.IGNORECASE,
)


def between(said: Understanding, core: str) -> Command | None:
    """ "How long do I have between the two": the two that were told of last."""
    if not _BETWEEN.fullmatch(core):
        return None
    listed = [each for each in said.conversation.listed if each.kind == "meeting" and each.id]
    spoken_of = [each for each in said.conversation.mentions if each.kind == "meeting" and each.id]
    two = listed if len(listed) == 2 else spoken_of[:2]
    return gap(said, two) if len(two) == 2 else None


def gap(said: Understanding, two: Sequence[Mention]) -> Command:
    """How long it is from the end of one to the next."""
    of = tuple(Reference("title", "it", "meeting", each.name, each.id, "context") for each in two)
    step = Step("meeting.query", {"title": " and ".join(each.name for each in two)}, references=of)
    return Command(said.text, (step,), _SURE, "template")


def clash(said: Understanding, core: str) -> Command | None:
    """Whether it takes place at the time of another; of no meeting, whether any do."""
    if not _CLASHES.search(core):
        return None
    text = SHORT.sub(r" \1", core)
    words = mask(text, find_spans(text, said.now, said.house))
    times = [text[word.start : word.end] for word in words if word.kind == "when"]
    if any(word.kind not in ("", "when") or (not word.kind and word.text not in _AROUND_CLASH) for word in words):
        return None
    slots: dict[str, Slot] = {"when": " ".join(times)} if times else {}
    head = next(iter(said.conversation.mentions), None)
    of_one = head is not None and head.kind == "meeting" and not times and not re.search(r"\bmeetings\b", core)
    command = about(said, "meeting.query", slots)
    return command if of_one else Command(said.text, (Step("meeting.query", slots),), _SURE, "template")


def what_follows(said: Understanding, text: str) -> Command | None:
    """The one after it; the second of that day, where the first was asked for."""
    head = next((each for each in said.conversation.mentions if each.kind == "meeting" and each.id), None)
    nth, rest, last = _NTH.fullmatch(text), _REST.fullmatch(text), said.conversation.last
    part = _THAT_PART.fullmatch(text)
    if one := _that_part(said, part["part"].lower()) if part else _listed(said, nth["nth"].lower()) if nth else None:
        return one
    if head is None or not (nth or rest or _NEXT.fullmatch(text)):
        return None
    coming = list(said.directory.meetings(said.now - timedelta(days=1)))
    at = next((each for each in coming if each.id == head.id), None)
    if at is None or (nth and (last is None or not re.search(rf"\b(?:{'|'.join(_ORDER)}|next)\b", last.text, re.I))):
        return None
    if nth:
        day = [each for each in coming if each.start.date() == at.start.date()]
        place = -1 if nth["nth"].lower() == "last" else _ORDER.index(nth["nth"].lower())
        if place < len(day):
            return of_one(said, day[place])
        at = day[-1]
    later = [each for each in coming if each.id != at.id and (each.start, each.end) >= (at.start, at.end)]
    if later and not (nth or rest):
        return of_one(said, later[0])
    when = f"{at.end:%B} {at.end.day} after {at.end:%H:%M}"
    return Command(said.text, (Step("meeting.query", {"when": when}),), _SURE, "template")


def _that_part(said: Understanding, part: str) -> Command | None:
    """ "Is there anything else that morning": of the day of the meeting spoken of."""
    head = said.conversation.mentions[0] if said.conversation.mentions else None
    at = said.directory.when_of("meeting", str(head.id)) if head and head.kind == "meeting" and head.id else None
    if at is None:
        return None
    at = at.astimezone(said.now.tzinfo)
    when = f"{at:%B} {at.day}, {at.year}" + ("" if part == "day" else f" in the {part}")
    return Command(said.text, (Step("meeting.query", {"when": when}),), _SURE, "template")


def _listed(said: Understanding, nth: str) -> Command | None:
    """ "The second one", of the meetings that were read out."""
    there = [each for each in said.conversation.listed if each.kind == "meeting"]
    last, place = said.conversation.last, -1 if nth == "last" else _ORDER.index(nth)
    several = len(there) > 1 and there == list(said.conversation.listed) and place < len(there)
    if last is None or last.intent != "meeting.query" or not several:
        return None
    one = there[place]
    of = Reference("title", "it", "meeting", one.name, one.id, "context")
    return Command(said.text, (Step("meeting.query", {"title": one.name}, references=(of,)),), _SURE, "template")


def of_one(said: Understanding, one: KnownMeeting) -> Command:
    of = Reference("title", "it", "meeting", one.title, one.id, "context")
    step = Step("meeting.query", {"title": one.title}, references=(of,))
    return Command(said.text, (step,), _SURE, "template")


def about(said: Understanding, action: str, slots: Mapping[str, Slot]) -> Command:
    """Of the meeting that was spoken of."""
    return Command(said.text, (Step(action, {"title": "it", **slots}),), _SURE, "template")


def asked_of_theirs(text: str) -> tuple[str, str]:
    """("What time is it", "Mia swimming"), of "what time does Mia have swimming"; empty where nothing is asked so."""
    found = _THEIRS.fullmatch(text)
    return (f"{found['asks']} is it", f"{found['who']} {found['what']}") if found else ("", "")
