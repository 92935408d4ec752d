"""What templates say of commitments, weighed with what was learnt: what only looks like a promise goes, and where
something is promised, asked for or offered in words that no template has, it is read loosely.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.calls.base import CallSegment, Commitment, Side, opposite
from services.calls.commitments.reading import MEET, ReadCommitment, SegmentRead, Way, called, dated
from services.calls.commitments.wording import ToldTime, core, kind_of, objects
from services.calls.meanings.finder import Likely
from services.calls.spoken import SpokenSentence

_UNLIKELY = 0.02
"""Below it words that have the form of a promise, request or offer are none."""
_ANSWERED = 0.5
"""How likely it must be a yes that no template knows."""
_PROPOSED = 0.5
"""How likely a time in a question must be a date that is proposed."""
_LOOSE: Mapping[Way, float] = {"promise": 0.45, "offer": 0.3, "request": 0.3}
"""How likely one must be that no template knows; of requests and offers nothing comes but by a yes."""
_SURE = 0.65
"""How surely a loosely read one is right."""
_OF: Mapping[Way, tuple[str, ...]] = {
    "promise": ("promise",),
    "request": ("request", "offer"),
    "order": ("request", "offer"),
    "offer": ("offer", "promise"),
    "proposal": ("offer", "request"),
}
"""Under which of its learnt names a way may be likely."""
_SOON = "(?:just |also |then |still |only |gladly |personally |definitely |quickly |probably |try to |try and )*"
_NO_TALK = "(?!(?:tell|walk|talk|give|run|take|guide) (?:me|us) |(?:describe|explain|spell|say|hear|see|read|hold) )"
"""What is done by answering is no commitment: "tell me about your week"."""
_NO_DEED = (
    "(?!(?:find|see|notice) that |(?:talk|speak|chat|see) (?:to )?you |(?:find|think of) a way |"
    "(?:love|like|need|want|know|believe|charge|bill|of course|be (?:lovely|fine|grand|great|perfect|okay|all right)) )"
)
"""Nor is what comes by itself, or is only said: "you'll love it", "talk to you soon"."""
_DEEDS: Mapping[Way, re.Pattern[str]] = {
    "promise": re.compile(
        r" (?:(?:i|we|you|he|she|they|it|somebody|someone|(?!that |this |there )[a-z]+) "
        rf"(?:will|shall|am going to|are going to|is going to) {_SOON}|(?:i|we) (?:am|are) (?=[a-z]+ing )|i (?=do )"
        rf"|let me {_SOON}|(?:the|your|my|our) (?=[a-z]+(?: [a-z]+)? (?:goes|ships|comes|is|are|will) ))"
        rf"(?P<deed>{_NO_DEED}[a-z].+)"
    ),
    "offer": re.compile(
        rf" (?:(?:shall|should|can|could|may|will) (?:i|we) {_SOON}"
        rf"|(?:if|like me to|want me to|(?:why|how about) do not) (?:i|we) {_SOON}"
        rf"|(?:like|want) me to {_SOON}|(?:i|we|he|she|[a-z]+) (?:could|can|would|will) {_SOON})"
        r"(?P<deed>(?!you |not )[a-z].+)"
    ),
    "request": re.compile(
        rf" (?:(?:can|could|would|will|might) (?:you|somebody|someone) {_SOON}(?:mind )?|if you (?:could|would|can) "
        rf"{_SOON}|you (?:to|should|must|could) {_SOON}|please |^ )(?P<deed>{_NO_TALK}[a-z].+)"
    ),
}


@dataclass(frozen=True, slots=True)
class Uttered:
    """A segment taken apart."""

    segment: CallSegment
    sentences: Sequence[SpokenSentence]
    times: Sequence[Sequence[ToldTime]]
    """Those of each sentence."""


def weighed(said: SegmentRead, likely: Likely, uttered: Uttered, names: Mapping[Side, str]) -> SegmentRead:
    """The same without what is most likely none, with what is most likely one, and with yeses in any words."""
    if not likely:
        return said
    told = [each for each in said.told if max(likely[name] for name in _OF[each.way]) >= _UNLIKELY]
    if likely["offer"] >= _PROPOSED:
        told = [_to_meet(each) if each.bare and not each.commitment.what else each for each in told]
    for way in _DEEDS:
        there = [each for each in told if each.way == "promise" or (way != "promise" and not each.bare)]
        if likely[way] >= _LOOSE[way] and not there:
            told = [*_loose(way, uttered, names), *told]  # first: a mere time is put to it
    # Who promises in their own words needs no yes: "I'll send you the quote" is better than "send me the quote".
    own = any(each.way == "promise" for each in told)
    possible = ("agreement", "refusal") if own else ("consent", "agreement", "refusal")
    answers = {name for name in possible if likely[name] >= _ANSWERED}
    return replace(said, told=tuple(told), answers=said.answers | answers)


def _to_meet(proposed: ReadCommitment) -> ReadCommitment:
    return replace(proposed, commitment=replace(proposed.commitment, what=MEET))


def _loose(way: Way, uttered: Uttered, names: Mapping[Side, str]) -> list[ReadCommitment]:
    """The first sentence that tells of a deed: with the time that stands in it, else the first of the segment."""
    segment, times = uttered.segment, uttered.times
    by = opposite(segment.side) if way == "request" else segment.side
    every = [time for each in times for time in each]
    for sentence, near in zip(uttered.sentences, times, strict=True):
        if (deed := _DEEDS[way].search(sentence.text)) is None or (sentence.asks and way == "promise"):
            continue
        what = core(sentence, deed.span("deed"), near)
        if not what or (way == "promise" and not objects(what) and len(what.split()) < 2):
            continue
        sure = segment.credit * _SURE
        made = Commitment(
            segment.end_s, by, called(segment, by, names), what, kind=kind_of(what, sentence.text), confidence=sure
        )
        return [ReadCommitment(way, dated(made, next(iter([*near, *every]), None)), bare=False)]
    return []
