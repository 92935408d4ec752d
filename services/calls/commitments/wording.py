"""The core of a promise out of the words around it: what is to be done, by when, and of what kind it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.calls.base import CommitmentKind
from services.calls.spoken import SpokenSentence, word_set
from services.understanding.base import Found

_STOPS = re.compile(
    r" , (?!the |a |an |and (?:the|a|an|my|your) |(?:have|see|grab|look|take) )"
    r"| (?:and|then|so|but|or) (?:i|we|you|he|she|they|it|that|then|let|if|maybe|just|thanks|what|how|is|are|there) "
    r"| (?:because|if|once|unless|though|although|whenever|while|so that|which|since|as soon as|assuming|provided|"
    r"instead|otherwise|anyway|okay|alright|right|please|obviously|basically|actually|for sure|no problem|in case|"
    r"just to|just in case|whether or not|straight away|right away|myself|himself|herself|themselves|as well|too|"
    r"whichever|however|on my|the minute|the moment|itself|when (?:i|we)) "
)
"""Where the core ends: what follows tells why, on what condition, or something else."""
_TAIL = re.compile(
    r"(?: (?:and|or|but|so|then|to|of|with|by|on|at|in|for|before|until|from|the|a|just|also|over|first thing))+ $"
)
_LEAD = re.compile(
    r"\b(by|on|at|before|until|till|from|in|for|within|around|about|no later than|end of|first thing|early|late|later|"
    r"next|this|the|of|sometime|right after|after|noon|half)(?<!how about)(?<!what about)\s+$",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"\b(?:meet|meets|meeting|catch up|(?:have|grab|do|over|for) (?:a |some )?(?:lunch|coffee|breakfast|dinner)|"
    r"come (?:by|over|round|around|in|out|down|up|and|along|personally|to)|"
    r"drop by|stop by|pop (?:in|over|round|by)|swing by|visit|sit (?:down|for)|get together|see you|be there|interview|"
    r"demo|appointment|site visit|join|video call|have a call|jump on a call)\b"
)
_OCCASION = re.compile(
    r" ((?:once|when|as soon as|the minute|the moment|right after|before|after|till|until|straight after) "
    r"(?:i|you|we|it|he|she|they|that|this|then|the|my|your) ?[^,]*?)(?= (?:,|so|and|on) | $)"
)
_MET_FOR = re.compile(
    r" for ((?:the|a|an|our|your|my|that) [^,]+?) (?:,|$)"
    r"| ((?:our|the) next (?:one|call|meeting|session)|same [a-z ]*?time|(?:after|before) (?:the|my|your|our) [^,]+?)"
    r"(?: then)? (?:,|$)"
)
_REMINDER = re.compile(r"\b(?:remind|remember|don't forget|chase me|nudge me|poke me)\b")
_EMPTY = word_set(
    """i you we me us him her them it that this these those the a an my your our their his its to for of with on in at
    by and or over across out up back off through down some any all bit just so then now one ones thing things there
    here as well too from about into round along be is do will can please also inbox desk together have get receive
    ll s d re ve m t"""
)
_PASSED_ON = re.compile(
    r"^(?:(?:you'll |you will )?(?:send|get|have|email|mail|forward|post|bring|text|drop|"
    r"share|courier|fetch|give you|hand)\b.*?\b)?(it|that|them|those|this)\b",
    re.IGNORECASE,
)
_THING = re.compile(
    r" (?:the|your|a|an|my|our) "
    r"((?!bit|lot|few|way|time|day|week|same|thing|minute|second|moment|one )[a-z]+(?: [a-z]+)?)"
    r"(?= (?:(?:,|by|on|for|to|from|and|or|when|please|over|then|as) |$))"
)
_WHOLE_DAYS = ("day", "week", "month", "quarter", "year")
_OF_A_TIME = re.compile(
    r"(?:[a-z]+ )?(?:week|month|quarter|year)['’]s (?!fine|good|grand|best|great|okay|perfect|out|full|bad|no)[a-z]",
    re.I,
)
_NOW = word_set("now right present moment minute second just sec")


@dataclass(frozen=True, slots=True)
class ToldTime:
    """A time in a sentence."""

    first: int
    after: int
    """Its characters in the segment's text, with the words that lead it in."""
    words: str
    due: datetime | None
    """None where it has passed, as "this morning" in the afternoon."""
    whole_day: bool
    dated: bool = True
    """Whether it is a time of the calendar, not "once it's going"."""


def times_in(sentence: SpokenSentence, found: Sequence[Found], now: datetime) -> list[ToldTime]:
    """The times of a sentence that something can be done by: from today on."""
    source, times = sentence.source, []
    low, high = (sentence.words[0].first, sentence.words[-1].after) if sentence.words else (0, 0)
    for each in found:
        words = source[slice(*each.span)]
        if not (low <= each.span[0] and each.span[1] <= high) or each.kind not in ("instant", "interval"):
            continue
        due = _due(each, now)
        if _OF_A_TIME.match(source, each.span[0]):
            continue  # "this month's fee" is a fee
        if not each.exists or set(words.lower().split()) <= _NOW or (due is None and not _is_today(each, now)):
            continue
        first = each.span[0]
        while lead := _LEAD.search(source[low:first]):
            if lead.group(1).lower() == "half" and first < each.span[0]:
                break  # "the first half on Saturday"
            first = low + lead.start()
        times.append(ToldTime(first, each.span[1], source[first : each.span[1]], due, each.grain in _WHOLE_DAYS))
    return times


def _due(found: Found, now: datetime) -> datetime | None:
    """The instant that stands for it and lies ahead: of today, what is left of it."""
    if found.at is None:
        return None
    if found.at > now or (found.grain == "day" and found.at.date() == now.date()):
        return found.at
    return found.end if found.end is not None and found.end > now else None


def _is_today(found: Found, now: datetime) -> bool:
    return found.at is not None and found.at.date() == now.date() and found.at > now - timedelta(hours=24)


def core(sentence: SpokenSentence, span: tuple[int, int], times: Sequence[ToldTime]) -> str:
    """What is to be done, of the words at `span` in the sentence's text: up to where something else begins."""
    start, after = span
    text = sentence.text[:after].rstrip() + " "
    if stop := _STOPS.search(text, start):
        after = stop.start() + 1
    parts, at = [], start
    for first, behind in sorted((sentence.place(told.first), sentence.place(told.after)) for told in times):
        if first < after and behind > start:
            parts.append((at, max(at, first)))
            at = min(after, behind)
    parts.append((at, after))
    words = " ".join(sentence.spoken(*_trimmed(text, part)) for part in parts if part[1] > part[0])
    return re.sub(r"\s+", " ", words).strip(" ,")


def _trimmed(text: str, part: tuple[int, int]) -> tuple[int, int]:
    start, after = part
    if tail := _TAIL.search(f"{text[:after].rstrip()} ", start):
        after = tail.start()
    return start, max(start, after)


def met_for(sentence: SpokenSentence, times: Sequence[ToldTime]) -> str:
    """What a sentence that proposes a time says of what it is for: "our next one, Tuesday at ten?"; often nothing."""
    parts, at = [], 0
    for first, behind in sorted((sentence.place(told.first), sentence.place(told.after)) for told in times):
        parts.append(sentence.text[at:first])
        at = max(at, behind)
    rest = " , ".join([*parts, sentence.text[at:]])
    found = _MET_FOR.search(re.sub(r"\s+", " ", f" {rest} "))
    return next(words for words in found.groups() if words) if found else ""


def occasion(sentence: SpokenSentence, start: int) -> ToldTime | None:
    """A time that no calendar knows: "once it's going", "when you come"; behind `start` in the sentence's text."""
    found = _OCCASION.search(sentence.text, start)
    words = sentence.spoken(found.start(1), found.end(1)) if found else ""
    return (
        ToldTime(sentence.words[-1].after, sentence.words[-1].after, words, None, whole_day=True, dated=False)
        if words
        else None
    )


def kind_of(what: str, around: str) -> CommitmentKind:
    """Whether it is met for, to be reminded of, or to be done; `around`: the sentence that says so."""
    if _REMINDER.search(what.lower()) or " remember to " in around or " remind me " in around:
        return "reminder"
    return "meeting" if _MEETING.search(what.lower()) else "task"


def objects(what: str) -> frozenset[str]:
    """What it is about, to tell whether two are the same: its words but for the first, small ones left out."""
    words = re.findall(r"[^\W_]+", what.lower())
    return frozenset(stem(word) for word in words[1:] if word not in _EMPTY)


def verb(what: str) -> str:
    """Its first word."""
    words = re.findall(r"[^\W_]+", what.lower())
    return stem(words[0]) if words else ""


def stem(word: str) -> str:
    """A word without the ending that it has for number or time."""
    for ending in ("ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word


def spelled_out(what: str, before: Sequence[SpokenSentence]) -> str:
    """ "Send it" with what was spoken of last in its place, where there is such a thing; `before`: the latest last."""
    pronoun = _PASSED_ON.match(what)
    if not pronoun or objects(what):
        return what
    for sentence in reversed(before):
        if things := list(_THING.finditer(sentence.text)):
            return f"{what[: pronoun.start(1)]}the {things[-1].group(1)}{what[pronoun.end(1) :]}"
    return what
