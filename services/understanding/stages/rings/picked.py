"""One of several that run or are to ring, said by its place, its day, its time or its name: "the second one tomorrow
can go", "the one on Saturday, make that four", "today's pharmacy reminder isn't needed", "snooze the pharmacy one".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.understanding.base import Step
from services.understanding.stages.base import Ringing, Understanding
from services.understanding.stages.rings.times import minutes_or_more, placed
from services.understanding.stages.rings.words import by_it, is_called, step_about, the_other
from services.understanding.vocabulary import VOCABULARY
from services.understanding.when import find

_KINDS = ("timer", "alarm", "reminder")
_NOUN = re.compile(r"\b(?P<noun>timer|alarm|reminder|one|thing)\b", re.IGNORECASE)
_IDLE = re.compile(r"\b(?:the|my|our|that|this|for|at|on|of|to|about|in|other)\b|'s\b", re.IGNORECASE)
_ORDINALS = {
    **dict.fromkeys(("first", "early", "earlier", "earliest", "next"), 0),
    **dict.fromkeys(("last", "later", "late", "latest"), -1),
    "second": 1,
    "third": 2,
    "fourth": 3,
}
_WHICH = r"(?P<which>(?:(?:the|my|our|that)\s+)?[^,.;:]{2,50}?)"
_ENDS = (
    re.compile(
        r"(?:cancel|delete|stop|kill|drop|remove|scrap|bin|forget|skip|lose|turn off|(?:i|we) (?:don't|no longer)"
        rf" need) {_WHICH}(?: any ?more| any longer| after all)?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_WHICH}(?: can| may| should| could|'s to)(?: also| now)* (?:go|be (?:cancelled|deleted|dropped"
        r"|scrapped))(?: too| as well| now| then| after all)*",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_WHICH}(?: isn't| is not|'s not| won't be| is no longer|'s no longer) (?:needed|necessary)(?: after all)?"
        r"(?: any ?more| now)*",
        re.IGNORECASE,
    ),
)
_TIMED = (
    re.compile(r"(?P<verb>make|move|push|put|set|change|shift|bring)\s+(?P<rest>.+)", re.IGNORECASE),
    re.compile(r"(?P<rest>.+)", re.IGNORECASE),
)
_IT = re.compile(r"it|that|this|(?:that|this) one|(?:the|that) (?:timer|alarm|reminder)", re.IGNORECASE)
_BY_TEMPLATE = re.compile(rf"\b(?:{'|'.join(_KINDS)})\b|^(?:the )?(?:{'|'.join(_ORDINALS)}) one$", re.IGNORECASE)
"""What templates know behind a verb."""
_MAKES_IT = re.compile(
    r"[\s,.:]+(?:(?:better |please )?(?:make|move|push|put|set|change) (?:it|that)(?: to| at| for)?|should be(?: at)?"
    r"|can be(?: at)?)\s+",
    re.IGNORECASE,
)
_TO = re.compile(r"^(?:to|at|for|back to|forward to|should be(?: at)?)\s+|(?:'s| is| would be) better$", re.IGNORECASE)
_SNOOZES = (
    re.compile(rf"(?:snooze|postpone|delay) {_WHICH}(?<=one|der)(?: for| by)? (?P<long>[^,]+)", re.IGNORECASE),
    re.compile(
        rf"{_WHICH}(?<=one|der) (?:can|could|should|has to) wait(?: for)?(?: another)? (?P<long>[^,]+)", re.IGNORECASE
    ),
    re.compile(rf"(?:put|push) {_WHICH} (?:off|back) (?:for|by)?\s*(?P<long>[^,]+)", re.IGNORECASE),
)
_MORE_ON_IT = re.compile(
    r"(?P<not_now>not (?:now|yet)[\s,.]+)?(?:(?:give me|another|in) )?(?P<long>[\w-]+(?: and a half)?(?: more)?"
    r" (?:minutes?|mins?|hours?))(?: more| longer)?(?P<on> (?:on|for) (?:that|it|this)(?P<noun> reminder)?)?",
    re.IGNORECASE,
)
_THAT_OF_A_DAY = re.compile(r"(?:\w+day|today|tomorrow)'s", re.IGNORECASE)
""" "Thursday's can go"."""
_PLACE = re.compile(r"the (?:first|second|third|fourth|last|earlier|later)", re.IGNORECASE)
""" "Scrap the first", behind several alarms."""
_NEAR = 900
"""Seconds between when a reminder is due and when somebody speaks of it as ringing."""


def picked(said: Understanding, there: Sequence[Ringing], text: str, reason: str) -> Step | None:
    """What shall become of it."""
    for form in _ENDS:
        order = form.fullmatch(text)
        one = which(said, there, order["which"]) if order else None
        if order and not one and form is not _ENDS[0] and _IT.fullmatch(order["which"]):
            one = by_it(said, there, reason) if _is_of_rings(said) else None
        if order and one:
            by_template = form is _ENDS[0] and _BY_TEMPLATE.search(order["which"])
            day = {"when": order["which"].removesuffix("'s")} if _THAT_OF_A_DAY.fullmatch(order["which"]) else {}
            return None if by_template else step_about(f"{one.kind}.cancel", one, day)
        if order and _THAT_OF_A_DAY.fullmatch(order["which"]) and (kind := _kind_spoken_of(said)):
            return Step(f"{kind}.cancel", {"when": order["which"].removesuffix("'s")})  # of several the action asks
    for form in _SNOOZES:
        if (order := form.fullmatch(text)) and (step := _snoozed(said, there, order["which"], order["long"])):
            return step
    return _timed(said, there, text)


def _is_of_rings(said: Understanding) -> bool:
    return bool(_kind_spoken_of(said))


def _kind_spoken_of(said: Understanding) -> str:
    """What kind of ring the last command was about; empty for another."""
    last = said.conversation.last
    family = VOCABULARY[last.steps[-1].action].family if last else ""
    return family if family in _KINDS else ""


def _snoozed(said: Understanding, there: Sequence[Ringing], words: str, told: str) -> Step | None:
    one = which(said, [each for each in there if each.kind == "reminder"], words, any_family=True)
    long = minutes_or_more(told.strip(), said) if one else ""
    return step_about("reminder.snooze", one, {"duration": long}) if one and long else None


def rings_on(said: Understanding, there: Sequence[Ringing], text: str, _: str) -> Step | None:
    """ "Not now, ten more minutes on that", of the reminder that has just rung, or is to."""
    order, last = _MORE_ON_IT.fullmatch(text), said.conversation.last
    long = minutes_or_more(order["long"].replace(" more", ""), said) if order else ""
    if order is None or not long or not (order["not_now"] or order["on"]):
        return None
    family = VOCABULARY[last.steps[-1].action].family if last else ""
    rung = [each for each in there if each.kind == "reminder" and abs((each.due - said.now).total_seconds()) <= _NEAR]
    timers = any(each.kind == "timer" for each in there)
    meant = order["noun"] or (order["not_now"] and not timers) or (rung and family not in ("timer", "meeting", "alarm"))
    return Step("reminder.snooze", {"duration": long}) if meant else None


def _timed(said: Understanding, there: Sequence[Ringing], text: str) -> Step | None:
    """ "Make the first one quarter past seven", "the oma one, nine's better", "the one on Saturday, make that four"."""
    ringing = [each for each in there if each.kind in ("alarm", "reminder")]
    if (made := _MAKES_IT.search(text)) and (one := which(said, ringing, text[: made.start()])):
        at = placed(said, one, text[made.end() :])
        return step_about(f"{one.kind}.update", one, {"when": at}) if at else None
    for form in _TIMED:
        order = form.fullmatch(text)
        words = re.findall(r"[^\s,]+", order["rest"]) if order else []
        for cut in range(1, len(words)):
            told = " ".join(words[cut:])
            when = _TO.sub("", _TO.sub("", told))
            if form is _TIMED[1] and when == told:
                continue
            one = which(said, ringing, " ".join(words[:cut]))
            if one and (at := placed(said, one, when)):
                return step_about(f"{one.kind}.update", one, {"when": at})
    return None


def which(said: Understanding, there: Sequence[Ringing], words: str, *, any_family: bool = False) -> Ringing | None:
    """The one that is meant; None where words that point at one are missing, or several fit."""
    last = said.conversation.last
    family = VOCABULARY[last.steps[-1].action].family if last else ""
    noun = _NOUN.search(words)
    kind = noun["noun"].lower() if noun and noun["noun"].lower() in _KINDS else ""
    bare = noun is None and not _THAT_OF_A_DAY.fullmatch(words) and not _PLACE.fullmatch(words)
    if bare or not (kind or any_family or family in _KINDS):
        return None
    some = [each for each in there if each.kind == (kind or (family if family in _KINDS else each.kind))]
    rest = _NOUN.sub(" ", words)
    if re.search(r"\bother\b", rest, re.IGNORECASE):
        return the_other(said, some)
    ordinals = [word for word in re.findall(r"\w+", rest.lower()) if word in _ORDINALS]
    fits, rest = _on_time(said, some, " ".join(word for word in rest.split() if word.lower() not in _ORDINALS))
    rest = " ".join(_IDLE.sub(" ", rest).split())
    named = [each for each in fits if not rest or (each.name and is_called(each.name, rest))]
    if ordinals:
        told = [each for mention in said.conversation.listed for each in named if each.id == mention.id]
        at = _ORDINALS[ordinals[0]]
        return (told or named)[at] if len(told or named) > max(at, 0) else None
    pointed = bool(rest) or len(fits) < len(some) or (fits is not some and len(fits) == 1)
    return named[0] if len(named) == 1 and pointed else None


def _on_time(said: Understanding, some: Sequence[Ringing], words: str) -> tuple[Sequence[Ringing], str]:
    """Those on the day or at the time that is told, and the words without it."""
    words = re.sub(r"'s\b", " ", words)
    found = [
        each for each in find(words, said.now, said.house) if each.start and each.grain in ("day", "minute", "hour")
    ]
    if len(found) != 1 or found[0].kind != "instant":
        return some, words
    start, (begin, end) = found[0].start, found[0].span
    assert start is not None
    rest = f"{words[:begin]} {words[end:]}"
    due = [(each, each.due.astimezone(said.now.tzinfo)) for each in some]
    if found[0].grain == "day":
        return [each for each, at in due if at.date() == start.date()], rest
    return [each for each, at in due if (at.hour % 12, at.minute) == (start.hour % 12, start.minute)], rest
