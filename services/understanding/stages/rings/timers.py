"""Timers by what they are called: "pause the sprinkler", "beans go on", "is the laundry still going"; and set in few
words: "cookies in the oven, twelve minutes", "timer, forty five minutes, call it pages".

A name counts only where a timer of that name runs; "it" and "his timer" are the one spoken of last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.base import Command, Slot, Step
from services.understanding.conversation.memory import latest
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.slots.amounts import number_of
from services.understanding.stages.base import Ringing, Understanding
from services.understanding.stages.rings.times import minutes_or_more
from services.understanding.stages.rings.words import LONGEST, SURE, bare, is_called, step_about, the_other
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import FILLERS, split_words, word_set

_A_WHILE = r"(?: (?:for )?(?:a|one) (?:sec|second|moment|minute|bit|while))?"
_WHAT = r"(?P<what>[\w' -]{1,40}?)"
_MUCH = r"(?P<much>(?:[\w-]+ (?:more |and a half )?(?:seconds?|minutes?|mins?|hours?)|half an hour|[\w-]+))"
_ORDERS: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (action, re.compile(form, re.IGNORECASE))
    for action, forms in {
        "timer.pause": (
            rf"(?:pause|hold|freeze|halt|interrupt) {_WHAT}{_A_WHILE}",
            rf"stop {_WHAT} for (?:a|one) (?:sec|second|moment|minute|bit|while)",
        ),
        "timer.resume": (
            rf"(?:resume|continue|unpause|restart|(?:go|carry) on with) {_WHAT}(?: again| now)?",
            rf"{_WHAT} (?:go(?:es)? on|(?:back )?on(?: again)?|can (?:go|run) on|carry on|continue)(?: again| now)?",
        ),
        "timer.cancel": (
            rf"(?:cancel|stop|kill|end|drop|scrap|delete|forget) {_WHAT}",
            rf"(?:we|i) (?:don't|no longer) need {_WHAT}(?: any ?more| any longer| now)?",
        ),
        "timer.query": (
            rf"(?:is|are|has|have) {_WHAT} (?:still )?(?:going|running|on|in|got (?:long|much))(?: left)?",
            rf"how (?:much|long)(?: time| longer)? (?:has|have|does|do) {_WHAT} (?:still )?(?:got|have|need)(?: left)?",
        ),
    }.items()
    for form in forms
)
_MORE = (
    re.compile(
        rf"{_WHAT} (?:can|could|may|should) (?:have|get|do with|stand) (?:another )?{_MUCH}(?: more| longer)?", re.I
    ),
    re.compile(rf"(?:give|let) {_WHAT}(?: have)? (?:another )?{_MUCH}(?: more| longer| extra)?", re.IGNORECASE),
    re.compile(rf"{_WHAT} needs? (?:another )?{_MUCH}(?: more| longer| extra)", re.IGNORECASE),
    re.compile(rf"add (?:another )?{_MUCH}(?: more)? (?:to|onto) (?!it$|that$){_WHAT}", re.IGNORECASE),
)
_LESS = re.compile(rf"(?:take|knock|cut) {_MUCH} off(?: {_WHAT})?", re.IGNORECASE)
_POINTS = re.compile(
    r"(?:it|that|this|them|those|he|she|they|him|her|(?:(?:the|that|this|my|his|her|their) )?(?:timer|one|countdown))",
    re.IGNORECASE,
)
_OTHER = re.compile(r"(?:(?:the|my|that) )?other(?: (?:one|timer|countdown))?", re.IGNORECASE)
_NOUN = re.compile(r"^(?:the|my|our|that|those|these|his|her|their)\s+|\s+(?:timer|one|countdown)$", re.IGNORECASE)
_OPENING = re.compile(rf"^(?:(?:{FILLERS}|plus|working now|home at last|at last|good|great)\b[\s,.!]*)+", re.IGNORECASE)
_SETS = word_set("""set start make give me us i need want can could would you please a an the my one another new and
    of for to at run do put on up right so now then it""")
_CALLED = re.compile(r"^(?:(?:and )?(?:call|name) it|called|named|for|it's for|that's for|label it)\s+", re.IGNORECASE)
_TALK = word_set("""i i'm i've i'll we we're he he's she she's they they're it it's that's there's is are was were has
    have had be been do don't not because so until then than what who please thanks""")
_MOST_NAME_WORDS = 5
_ON_THE_STOVE = re.compile(
    r"(?:the |my |our )?(?P<name>[\w' -]{2,30}?)(?:'s|'re| is| are| go| goes)?(?: now| just)? (?:in|on|up)"
    r"(?: the (?:oven|pan|pot|water|microwave|hob|stove|boil|(?:washing )?machine|dryer|fridge|freezer|grill))?"
    r"(?: now)?\s*,\s*(?P<long>.+)",
    re.IGNORECASE,
)
_ONE_FOR = re.compile(
    r"(?:(?:can|could) you )?(?:(?:do|set|start|make) )?(?:(?:one|another one|another|a second one|a timer) )?"
    r"for (?:the |my )?(?P<name>[\w' -]{2,30}?)(?: as well| too)?\s*,\s*(?P<long>.+)",
    re.IGNORECASE,
)
_FROM_NOW = re.compile(
    r"(?P<name>[\w' -]{2,40}?)\s*,\s*(?P<long>[^,]+?)\s*,\s*(?:starting|beginning|from|as of) now", re.I
)
_TWO = re.compile(
    r"(?:the )?(?P<name>[\w'-]+(?: [\w'-]+)?)\s*,?\s+(?P<long>[\w-]+(?: \w+)?? (?:minutes?|mins?|hours?|seconds?))\s*,?"
    r"\s+(?:and )?(?:the )?(?P<name2>[\w'-]+(?: [\w'-]+)?)\s*,?\s+"
    r"(?P<long2>[\w-]+(?: (?:minutes?|mins?|hours?|seconds?))?)",
    re.IGNORECASE,
)


_ANOTHER = re.compile(
    r"\w[\s,]+(?:and )?(?<!do )(?:one|another)(?: one)? for (?:\d|an? |half |\w+ (?:sec|min|hour))", re.IGNORECASE
)
""" "Ten minutes, and another for an hour": two, which no name holds."""


def timer_set(said: Understanding) -> Understanding | None:
    """A new timer with its name, or two, in few words."""
    if said.told or len(said.text) > LONGEST or not re.search(r"[,.:]", said.text.strip(" .!?")):
        return None  # without a pause in it, templates read it
    if _ANOTHER.search(said.text):
        return None
    text = _OPENING.sub("", said.text.strip().replace("’", "'")).strip(" .!?")
    one = _named(said, text) or _with_noun(said, text)
    steps = [one] if one else _two(said, text)
    return said.found(Command(said.text, tuple(steps), SURE, "template")) if steps else None


def by_name(said: Understanding, there: Sequence[Ringing], text: str, _: str) -> Step | None:
    """What shall become of a timer that is named, or was spoken of last, or what is asked about it."""
    timers = [each for each in there if each.kind == "timer"]
    for action, form in _ORDERS if timers else ():
        if (found := form.fullmatch(text)) and (one := _meant(said, timers, found["what"], action)):
            return step_about(action, one)
    for form in _MORE if timers else ():
        found = form.fullmatch(text)
        long = minutes_or_more(found["much"].replace(" more ", " "), said) if found else ""
        if found and long and (one := _meant(said, timers, found["what"], "timer.adjust")):
            return step_about("timer.adjust", one, {"duration": long, "direction": "add"})
    less = _LESS.fullmatch(text) if timers else None
    long = minutes_or_more(less["much"], said) if less else ""
    one = _meant(said, timers, less["what"] or "it", "timer.adjust") if less and long else None
    return step_about("timer.adjust", one, {"duration": long, "direction": "remove"}) if one else None


def _meant(said: Understanding, timers: Sequence[Ringing], words: str, action: str) -> Ringing | None:
    """The timer of this name; for "it" the one spoken of last, if timers were, or the only one that can be paused."""
    if _POINTS.fullmatch(words):
        last = said.conversation.last
        behind = last is not None and VOCABULARY[last.steps[-1].action].family == "timer"
        mention = latest(said.conversation, ("timer",)) if behind else None
        mine = [each for each in timers if mention and each.id == mention.id]
        noun = words.lower().endswith(("timer", "countdown"))
        own = noun or (behind and action in ("timer.pause", "timer.resume", "timer.adjust", "timer.query"))
        alone = timers if len(timers) == 1 and own else []
        return next(iter(mine or alone), None) if behind or noun else None
    if _OTHER.fullmatch(words):
        return the_other(said, timers)
    name = _NOUN.sub("", words)
    named = [each for each in timers if each.name and is_called(each.name, name)]
    return named[0] if len(named) == 1 else None


def _two(said: Understanding, text: str) -> list[Step]:
    """ "Pasta, ten minutes, and eggs seven"."""
    found = _TWO.fullmatch(text)
    lengths = [minutes_or_more(found[which], said) for which in ("long", "long2")] if found else []
    names = [found[which] for which in ("name", "name2")] if found else []
    if not all(lengths) or not names or not all(_is_name(name) for name in names):
        return []
    return [_started(long, name) for long, name in zip(lengths, names, strict=True)]


def _named(said: Understanding, text: str) -> Step | None:
    """ "Cookies in the oven, twelve minutes"; behind a timer "one for the potatoes, twenty-five"."""
    last = said.conversation.last
    behind = last is not None and VOCABULARY[last.steps[-1].action].family == "timer"
    for form in (_ON_THE_STOVE, _FROM_NOW, *((_ONE_FOR,) if behind else ())):
        if found := form.fullmatch(text if form is _FROM_NOW else bare(text)):
            told = bare(found["long"])
            units = form is _ONE_FOR or number_of(told) is None
            if units and (long := minutes_or_more(told, said)) and _is_name(found["name"]):
                return _started(long, found["name"])
    return None


def _with_noun(said: Understanding, text: str) -> Step | None:
    """ "Timer, forty five minutes, call it pages", "laundry timer, fifty five minutes"."""
    pieces = [piece.strip() for piece in re.split(r"\s*[,.:;]\s+", text) if piece.strip()]
    if not pieces or not re.search(r"\b(?:timer|countdown)(?:$| )", pieces[0]):
        return None
    head, rest = pieces[0], pieces[1:]
    names, lengths = _parts(head, said)
    if not lengths and rest:
        lengths = _parts(rest[0], said)[1] if not _parts(rest[0], said)[0] else []
        rest = rest[1:]
    if len(lengths) != 1 or len(names) > _MOST_NAME_WORDS or _TALK & set(names):
        return None
    name = " ".join(names)
    for piece in rest:
        label = _CALLED.sub("", piece)
        if not name and _is_name(label) and (label != piece or not _is_talk(piece)):
            name = label
        elif not _is_talk(piece):
            return None
    return _started(lengths[0], name)


def _parts(piece: str, said: Understanding) -> tuple[list[str], list[str]]:
    """(the words that may be a name, the lengths) of a piece."""
    words = mask(piece, find_spans(piece, said.now, said.house))
    lengths = [piece[word.start : word.end] for word in words if word.kind == "duration"]
    return [word.text for word in words if not word.kind and word.text not in _SETS | {"timer", "countdown"}], lengths


def _started(long: str, name: str) -> Step:
    called = _NOUN.sub("", name.strip())
    slots: dict[str, Slot] = {"duration": long, **({"name": called} if called else {})}
    return Step("timer.start", slots)


def _is_name(words: str) -> bool:
    said = [word.text for word in split_words(words)]
    return 0 < len(said) <= _MOST_NAME_WORDS and not _TALK & set(said) and number_of(words) is None


def _is_talk(piece: str) -> bool:
    """Whether it says how things are: "a child is lying here"."""
    return bool(_TALK & {word.text for word in split_words(piece)}) or not _OPENING.sub("", piece)
