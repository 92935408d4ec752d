"""What is asked of the meeting spoken of last, and that it does not take place: "how long have I given that", "does it
clash with anything", "is Dana coming", "we won't be doing that after all".

People ask in many words of few kinds. A question is one of ours where its first words tell what is asked and all the
others are of these kinds; so "who is that" and "what time is it" stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from services.understanding.base import Command, Reference, Slot, Step
from services.understanding.names.base import NameFound
from services.understanding.names.names import Names
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.arrangement import ROOMS
from services.understanding.slots.modifiers import split_names
from services.understanding.stages.base import KnownMeeting, Understanding
from services.understanding.words import split_words, spoken, word_set

_SURE = 0.9
_SHORT = re.compile(r"['’](s|ll|re|ve|d)\b", re.IGNORECASE)
_OPENS = re.compile(
    r"(?:(?:and|so|but|oh|ok|okay|well|then|now|sorry|remind me|tell me)[\s,]+)*"
    r"(?P<asked>who(?:m)?|how long|how many people|how many(?= of us| are coming)|(?:un)?till? when|by when|where"
    r"|(?:in |at )?(?:which|what) (?:room|place)|when|(?:at )?what time|(?:on )?(?:which|what) day)\b",
    re.IGNORECASE,
)
_PLAIN = word_set("""s ll re ve d is are was were be been will would do does did have has had i we you us me it that
    this there the a one meeting appointment then again now exactly still all got say said tell told put down set give
    given allow allowed book booked plan planned reserve reserved block blocked write written meant supposed
    scheduled going to about actually for in on at of with so far only just though please my our make made think and""")
_IT = word_set("it that this there meeting appointment")
_SAID = word_set("say said put told tell set planned booked")
_ASKS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "who": (
        word_set("""coming come comes invited invite attending attend joining join expected asked ask added add else
            part taking list people everybody everyone along"""),
        word_set("""coming come comes invited invite attending attend joining join going in there on down part expected
            asked ask added add at else with got put list"""),
    ),
    "how many": (word_set("us people coming there invited going attending expected be"), frozenset()),
    "how long": (word_set("take takes last lasts lasting taking go goes run runs need needs aside long"), frozenset()),
    "where": (word_set("meet meeting happening held place take takes taking sit happen happens gone"), frozenset()),
    "over": (
        word_set("over done finished finish finishes end ends out through free it till until"),
        word_set("over done finished finish finishes end ends out through free"),
    ),
    "when": (word_set("start starts begin begins happening happen happens due"), frozenset()),
}
"""What is asked → its own words, and of which one must be there, if any."""
_TAG = re.compile(
    r"\s*,\s*(?:(?:is|was|are|will) (?:it|that|this|they|he|she)(?: be)?|only|just|or|still|right|all of them)\b.*$",
    re.I,
)
""" "Who's coming to that, is it only Carla?" """
_COMES_TOO = re.compile(
    r"(?:and |so |but )*(?:(?:is|are|will) (?P<who>[\w' -]{2,40}?) (?:be )?(?:still |also |even )?"
    r"(?:coming|invited|there|in on|in|joining|part of|attending|down for|going|on)"
    r"|(?:did|have|had) (?:i|we)(?: already)? (?:put|invited?|asked?|add(?:ed)?|got)"
    r" (?P<whom>[\w' -]{2,40}?)(?: down| in)?)"
    r"(?: (?:to|in|on|at|for))?(?: (?:it|that|this|the meeting|there))?(?: too| as well| then| now| already| still)*",
    re.IGNORECASE,
)
_IS = re.compile(r"(?:and |so |but )*(?:is|was|does|did) (?:it|that|this|the meeting) (?P<rest>.+)", re.IGNORECASE)
_IN_ROOM = re.compile(r"(?:still |really |going to be |held )*(?:in|at) (?P<place>.+?)(?: then| still| now)*", re.I)
_AROUND_LENGTH = word_set("still only really going to be for last take just meant supposed long or and then")
_CLASHES = re.compile(
    r"\b(?:clash(?:es|ing)?|collid(?:e|es|ing)|conflict(?:s|ing)?|overlap(?:s|ping)?|double[- ]booked"
    r"|(?:at the same time|else on (?:then|at that time)|in the way))\b",
    re.IGNORECASE,
)
_AROUND_CLASH = _PLAIN | word_set("""any anything something what which with other else another meetings calendar get
    gets getting way same time clash clashes clashing collide collides colliding conflict conflicts conflicting overlap
    overlaps overlapping double double-booked booked am if whether check see of appointments things thing come into
    themselves each""")
_NEXT = re.compile(
    r"(?:and |so |then |okay |but )*(?:(?:what|who)(?:'s| is|s| comes| have i got| do i have| will there be| about)?"
    r"(?: (?:there|on))?(?: next| on)? )?"
    r"(?:(?:the )?(?:next )?(?:one|meeting|thing|appointment)(?: that comes)? )?(?:straight |right |directly )?"
    r"(?:after|following|behind) (?:that|it|this|him|her|them)(?: one)?"
    r"|(?:and )?(?:then what|what then|what comes then|what comes next|what's next|afterwards|the next(?: one)?"
    r"|what's the next one)",
    re.IGNORECASE,
)
_NTH = re.compile(
    r"(?:and |so |then )*(?:what about |what's )?(?:my |the )?(?P<nth>second|third|fourth|last)"
    r"(?: one| meeting| appointment)?",
    re.IGNORECASE,
)
_ORDER = ("first", "second", "third", "fourth")
_END = r"(?: now| then| after all| any ?more| any longer| this time| today)*"
_OFF = re.compile(
    rf"(?:it|that|that one)(?:'s| is|'s been| has been)(?: just| now| all)? (?:off|(?:not|no longer) (?:happening|on"
    rf"|taking place|going ahead|going to happen)|fallen through|cancell?ed|called off|scrapped){_END}"
    rf"|(?:it|that|that one) (?:isn't|is not|won't be|won't|will not) (?:be )?(?:happening|happen|going ahead|go ahead"
    rf"|going to happen|taking place|take place|on){_END}"
    rf"|(?:we|i)(?:'re| are|'m| am)? (?:won't be|will not be|not|aren't|are not) (?:doing|having|holding|going to"
    rf"|going ahead with|attending) (?:it|that|that one){_END}"
    rf"|(?:we|i) (?:don't|do not|no longer) (?:need|want) (?:it|that|that one|to do (?:it|that)){_END}"
    rf"|(?:they|he|she|we)(?:'ve|'s| have| has) (?:cancell?ed|called off|scrapped|dropped)(?: on (?:me|us)| (?:it"
    rf"|that|that one))?{_END}"
    rf"|(?:he|she|they|we)(?:'ve|'s| have| has) called (?:it|that) off{_END}"
    rf"|(?:let's |we can |we could |we'll |i'll |you can )*(?:skip|bin|ditch|scrub|forget about|do without|get rid of"
    rf"|lose|take out) (?:it|that|that one){_END}"
    rf"|call (?:it|that|that one) off{_END}|no (?:it|more of it){_END}",
    re.IGNORECASE,
)


def asked(said: Understanding, core: str) -> Command | None:
    """The question about it."""
    text = _TAG.sub("", core)
    if _is_aspect(text):
        return about(said, "meeting.query", {})
    return _whether(said, text) or clash(said, core) or _next(said, text)


def called_off(said: Understanding, core: str) -> Command | None:
    """That it does not take place."""
    return about(said, "meeting.cancel", {}) if _OFF.fullmatch(core) else None


def _is_aspect(text: str) -> bool:
    text = _SHORT.sub(r" \1", text)
    opens = _OPENS.match(text)
    if opens is None:
        return False
    words = {word.text for word in split_words(text[opens.end() :])}
    asks = opens["asked"].lower()
    over = asks.endswith("when") or asks.endswith("time")
    if over and words & _ASKS["over"][1]:
        kind = "over"
    elif asks.endswith(("room", "place")):
        kind = "where"
    elif asks in ("until when", "till when"):
        kind = "how long"
    else:
        kind = next((each for each in _ASKS if asks.startswith(each)), "when")
    own, needed = _ASKS[kind]
    clock = asks.endswith("time") and kind == "when" and not words & (_SAID | {"that", "this", "was", *own})
    about_it = words & (_IT | _SAID) or needed or (words & own and kind != "how long") or "we" in words
    return words <= _PLAIN | own and bool(about_it) and (not needed or bool(words & needed)) and not clock


def _whether(said: Understanding, text: str) -> Command | None:
    """ "Is Dana coming"; "is that still in the back room"; "is it only an hour"."""
    if comes := _COMES_TOO.fullmatch(text):
        whom = comes["who"] or comes["whom"]
        words = split_words(whom)
        known = words and all(is_somebody(said.names, word.text) for word in words if word.text not in ("and", "or"))
        each = [spoken(whom, name) for name in split_names(words)] if known else []
        return about(said, "meeting.query", {"attendees": each}) if each else None
    found = _IS.fullmatch(text)
    if found is None:
        return None
    rest = found["rest"]
    if (room := _IN_ROOM.fullmatch(rest)) and ROOMS & {word.text for word in split_words(room["place"])}:
        return about(said, "meeting.query", {"location": re.sub(r"^(?:the|my|our) ", "", room["place"], flags=re.I)})
    words = mask(rest, find_spans(rest, said.now, said.house))
    lengths = [word for word in words if word.kind == "duration"]
    plain = all(word.kind == "duration" or word.text in _AROUND_LENGTH for word in words)
    return (
        about(said, "meeting.query", {"duration": rest[lengths[0].start : lengths[0].end]})
        if lengths and plain
        else None
    )


def clash(said: Understanding, core: str) -> Command | None:
    """Whether it takes place at the time of another; of no meeting, whether any do."""
    if not _CLASHES.search(core):
        return None
    text = _SHORT.sub(r" \1", core)
    words = mask(text, find_spans(text, said.now, said.house))
    times = [text[word.start : word.end] for word in words if word.kind == "when"]
    if any(word.kind not in ("", "when") or (not word.kind and word.text not in _AROUND_CLASH) for word in words):
        return None
    slots: dict[str, Slot] = {"when": " ".join(times)} if times else {}
    head = next(iter(said.conversation.mentions), None)
    of_one = head is not None and head.kind == "meeting" and not times and not re.search(r"\bmeetings\b", core)
    command = about(said, "meeting.query", slots)
    return command if of_one else Command(said.text, (Step("meeting.query", slots),), _SURE, "template")


def _next(said: Understanding, text: str) -> Command | None:
    """The one after it; the second of that day, where the first was asked for."""
    head = next((each for each in said.conversation.mentions if each.kind == "meeting" and each.id), None)
    nth, last = _NTH.fullmatch(text), said.conversation.last
    if head is None or not (nth or _NEXT.fullmatch(text)):
        return None
    coming = list(said.directory.meetings(said.now - timedelta(days=1)))
    at = next((each for each in coming if each.id == head.id), None)
    if at is None or (nth and (last is None or not re.search(rf"\b(?:{'|'.join(_ORDER)}|next)\b", last.text, re.I))):
        return None
    if nth:
        day = [each for each in coming if each.start.date() == at.start.date()]
        place = -1 if nth["nth"].lower() == "last" else _ORDER.index(nth["nth"].lower())
        if place < len(day):
            return _of(said, day[place])
        at = day[-1]
    later = (
        [] if nth else [each for each in coming if each.id != at.id and (each.start, each.end) >= (at.start, at.end)]
    )
    if later:
        return _of(said, later[0])
    when = f"{at.end:%B} {at.end.day} after {at.end:%H:%M}"
    return Command(said.text, (Step("meeting.query", {"when": when}),), _SURE, "template")


def _of(said: Understanding, one: KnownMeeting) -> Command:
    of = Reference("title", "it", "meeting", one.title, one.id, "context")
    step = Step("meeting.query", {"title": one.title}, references=(of,))
    return Command(said.text, (step,), _SURE, "template")


def is_somebody(names: Names, word: str) -> bool:
    """Whether a word is the name of a person, or of a customer."""
    return names.is_name(word) or isinstance(names.resolve(word, ("customer",)), NameFound)


def about(said: Understanding, action: str, slots: Mapping[str, Slot]) -> Command:
    """Of the meeting that was spoken of."""
    return Command(said.text, (Step(action, {"title": "it", **slots}),), _SURE, "template")
