"""What is asked of the meeting spoken of last, and that it does not take place: "how long have I given that", "does it
clash with anything", "is Dana coming", "we won't be doing that after all".

People ask in many words of few kinds. A question is one of ours where its first words tell what is asked and all the
others are of these kinds; so "who is that" and "what time is it" stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.understanding.base import Command, Step
from services.understanding.names.base import NameFound
from services.understanding.names.names import Names
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.arrangement import ROOMS
from services.understanding.slots.modifiers import split_names
from services.understanding.stages.base import Understanding
from services.understanding.stages.things.beside import PLAIN, SHORT, about, between, clash, of_one, what_follows
from services.understanding.stages.things.dates import coming
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import split_words, spoken, word_set

_SURE = 0.9
_OPENS = re.compile(
    r"(?:(?:and|so|but|oh|ok|okay|well|then|now|sorry|remind me|tell me)[\s,]+)*"
    r"(?P<asked>who(?:m)?|how long|how many people|how many(?= of us| are coming)|(?:un)?till? when|by when|where"
    r"|(?:in |at )?(?:which|what) (?:room|place)|when|(?:at )?what time|(?:on )?(?:which|what) day)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:(?:and|so|but|oh|ok|okay|well|then|now|sorry)[\s,]+)*(?:where|whereabouts|when|at what time|from when"
    r"|with who(?:m)?|who with|who(?: else| all)?|how long|how long for|till when|until when"
    r"|(?:in )?(?:which|what) room"
    r"|(?:on )?(?:which|what) day)"
    r"(?: (?:exactly|again|then|now))*",
    re.IGNORECASE,
)
"""A question that only says what is asked."""
_ABOUT_WHAT = re.compile(
    r"(?:and |so )?what(?:'s| is| was|'s it|s) (?:it|that|this|the meeting|that one)(?: all| supposed to be)* about"
    r"(?: anyway| again| then)*(?:,? (?:did|have) (?:i|we|they) (?:say|said|mention(?:ed)?|tell you|told you))?",
    re.IGNORECASE,
)
_DID_WE_SAY = re.compile(
    r"(?:(?:and|so|but|oh|wait|sorry)[\s,]+)*(?:did|have|had) (?:i|we|they|he|she) (?:already |ever )?"
    r"(?:say|said|put|tell|told|give|given|mention|mentioned|write|written)(?: (?:you|down))?"
    r" (?=(?:where|when|what time|at what time|who|how long|which|what day|what room)\b)",
    re.IGNORECASE,
)
""" "Did I say where"."""
_BUT_ME = re.compile(
    r",? (?:besides|apart from|except(?: for)?|other than|aside from|beside) (?:me|us|myself|you)\b,?", re.I
)
_CLAIM = re.compile(
    r"(?:(?:that's|that is|this is)(?: still)? right, )?(?P<first>isn't it, )?(?P<claim>.+?)"
    r"(?(first)|,? (?:(?:isn't|wasn't|aren't|won't|doesn't|don't|didn't) (?:it|that|this|we|he|she|they|there)(?: be)?"
    r"|right|correct|yes|yeah|yep|no|innit)(?:, (?:it|that))?)",
    re.IGNORECASE,
)
""" "It's in the kitchen, isn't it": what it says is looked up."""
_IT = word_set("it that this there meeting appointment")
_SAID = word_set("say said put told tell give gave given set planned booked")
_ASKS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "who": (
        word_set("""coming come comes invited invite attending attend joining join expected asked ask added add else
            part taking list people everybody everyone along sit sitting sits"""),
        word_set("""coming come comes invited invite attending attend joining join going in there on down part expected
            asked ask added add at else with got put list sit sitting sits"""),
    ),
    "how many": (word_set("us people coming there invited going attending expected be"), frozenset()),
    "how long": (word_set("take takes last lasts lasting taking go goes run runs need needs aside long"), frozenset()),
    "where": (word_set("meet meeting happening held place take takes taking sit happen happens gone"), frozenset()),
    "over": (
        word_set("over done finished finish finishes end ends out through free it till until"),
        word_set("over done finished finish finishes end ends out through free"),
    ),
    "when": (
        word_set("""start starts begin begins happening happen happens due seeing see coming come comes meeting meet
            visiting arriving arrive"""),
        frozenset(),
    ),
}
"""What is asked → its own words, and of which one must be there, if any."""
_TAG = re.compile(
    r"\s*,\s*(?:(?:is|was|are|will) (?:it|that|this|they|he|she)(?: be)?|only|just|or|still|right|all of them|then"
    r"|again|exactly|please|remind me)\b.*$",
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

_AND_ASKED = re.compile(
    r"(?P<what>[^,.?]{3,80}?)\s*[,.]\s*(?P<asked>who(?:'s| is|'s all| all is) (?:invited|coming"
    r"|in it|in on it|there|going)"
    r"|where(?:'s| is| was) (?:it|that)|how long (?:is|does|will) (?:it|that)(?: take| last)?"
    r"|(?:when|what time) (?:is|was) (?:it|that)|what(?:'s| is) (?:it|that) about)(?: again| exactly)*",
    re.IGNORECASE,
)
_ASKED_TWICE = re.compile(
    r"(?:when|where|what time)(?:'s| is| was) (?P<what>[^,?]{3,60}?)(?: again)?(?: exactly)?,? and"
    r" (?:where|when|at what time|what time|in which room|which room)(?: is it| was it|'s it)?(?: again| exactly)*",
    re.IGNORECASE,
)
_WHEN_AND_WHERE = re.compile(
    r"(?:and |so )?(?:when|at what time|what time|where)(?:'s| is| does| are| do)(?: the| my| our)?"
    r" (?P<what>[\w' -]{3,40}?)(?: start| begin| take place| happen)?"
    r" and (?:where|when|how long|who with|at what time)(?: is it)?(?: again)?",
    re.IGNORECASE,
)
_BE_AT = re.compile(
    r"(?:and |so )?(?:when|at what time|what time|by when) (?:do|must|should|have|am) (?:i|we)"
    r"(?: (?:have|need|got|supposed|expected) to)? be (?:at|in|over at) (?:the |my |our )?(?P<place>[\w' -]{3,40}?)"
    r"(?: again| then)*",
    re.IGNORECASE,
)
""" "When do I have to be at the Auer farm": of the meeting there."""
_STARTS = re.compile(
    r"(?:the |my |our )?(?P<what>[\w' -]{3,40}?) (?:starts|begins|is|was|happens)"
    r" (?:at )?(?:when|what time|where)(?: again)?",
    re.IGNORECASE,
)


def asked(said: Understanding, core: str) -> Command | None:
    """The question about it."""
    text = _BUT_ME.sub("", _TAG.sub("", core)).strip()
    told = _DID_WE_SAY.match(text)
    if _is_aspect(f"{text[told.end() :]} said" if told else text):
        return about(said, "meeting.query", {})
    if _BARE.fullmatch(text):
        return _bare(said)
    if _ABOUT_WHAT.fullmatch(core):
        return about(said, "meeting.query", {})
    found = _whether(said, text) or between(said, core) or _claimed(said, core)
    return found or clash(said, core) or what_follows(said, text)


def _bare(said: Understanding) -> Command | None:
    """ "At what time": of the meeting spoken of; of several, all are told once more."""
    last = said.conversation.last
    if last and VOCABULARY[last.steps[-1].action].family != "meeting":
        return None
    if last and len(said.conversation.listed) > 1 and last.steps[-1].action == "meeting.query":
        return Command(said.text, (Step("meeting.query", last.steps[-1].slots),), _SURE, "template")
    return about(said, "meeting.query", {})


def _claimed(said: Understanding, core: str) -> Command | None:
    """What is said of it and asked to be true: a time, a length, a place, who comes."""
    claim = _CLAIM.fullmatch(core)
    if claim is None:
        return None
    text = re.sub(r"\b(?:it|that|this|there|we|meeting)(?:'s|'re|\b)", " ", claim["claim"], flags=re.I)
    words = mask(text, find_spans(text, said.now, said.house))
    if any(word.kind in ("when", "duration") for word in words) or ROOMS & {word.text for word in words}:
        return about(said, "meeting.query", {})
    whom = [word for word in words if word.text not in PLAIN | {"coming", "comes", "there", "too"}]
    if whom and all(is_somebody(said.names, word.text) for word in whom):
        return about(said, "meeting.query", {"attendees": [spoken(text, [word]) for word in whom]})
    return None


def called_off(said: Understanding, core: str) -> Command | None:
    """That it does not take place."""
    return about(said, "meeting.cancel", {}) if _OFF.fullmatch(core) else None


def _is_aspect(text: str) -> bool:
    text = SHORT.sub(r" \1", text)
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
    clock = clock and not ("there" in words and words & {"i", "we"})
    about_it = words & (_IT | _SAID) or needed or (words & own and kind != "how long") or "we" in words
    return words <= PLAIN | own and bool(about_it) and (not needed or bool(words & needed)) and not clock


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


def is_somebody(names: Names, word: str) -> bool:
    """Whether a word is the name of a person, or of a customer."""
    return names.is_name(word) or isinstance(names.resolve(word, ("customer",)), NameFound)


def _is_in(place: str, words: str) -> bool:
    told = {word.text for word in split_words(words)}
    return bool(place) and told <= {word.text for word in split_words(place)}


def named_and_asked(said: Understanding, text: str) -> Command | None:
    """ "Team meeting on Wednesday, who's invited"."""
    coming_up = said.directory.meetings(said.now)
    if place := _BE_AT.fullmatch(text):
        return next((of_one(said, each) for each in coming_up if _is_in(each.place, place["place"])), None)
    both = _WHEN_AND_WHERE.fullmatch(text)
    if both and (one := next((each for each in coming_up if _is_in(each.title, both["what"])), None)):
        return of_one(said, one)
    found = _AND_ASKED.fullmatch(text) or _ASKED_TWICE.fullmatch(text) or _STARTS.fullmatch(text)
    if found is None:
        return None
    read = said.read(f"when is {found['what']}")
    if _STARTS.fullmatch(text) and not coming(said, found["what"], "meeting"):
        return None
    is_one = len(read.steps) == 1 and read.steps[0].action == "meeting.query" and "title" in read.steps[0].slots
    return Command(said.text, read.steps, _SURE, "template") if is_one else None
