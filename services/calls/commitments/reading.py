"""What one segment says of commitments: promises, what is asked for, offered or proposed, and the answers to that."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from services.calls.base import CallSegment, Commitment, Side, opposite
from services.calls.commitments.wording import ToldTime, core, kind_of, met_for, occasion
from services.calls.meanings.rules import MeaningMatch, MeaningRules
from services.calls.spoken import SpokenSentence

Way = Literal["promise", "request", "order", "offer", "proposal"]

MEET = "meet"
"""What two do who agree on a time and say nothing of what for."""
_WAYS = ("promise", "request", "order", "offer", "proposal")
_ANSWERS = ("consent", "assent", "refusal", "agreement")
_BY_THE_OTHER = ("request", "order", "proposal")
"""What the other side is to do, or to agree to."""
_PUT_RIGHT = re.compile(r" (?:no|actually|sorry|rather|scratch that|make that|wait) ")
_BY_SOMEBODY = re.compile(
    r" ((?:have|get|ask) (?!(?:it|that|this|those|them|you|back|in|on|off|over|to|up|out) )(?:[\w']+ ){1,4})$"
)
"""Who is to do it, in front of the deed: "I'll have the depot ring you"."""
_SHORT = 6
"""Words of a sentence that only adds a time to the one before: "Say, by Friday." """


@dataclass(frozen=True, slots=True)
class ReadCommitment:
    """A commitment in the making."""

    way: Way
    commitment: Commitment
    bare: bool
    """Only a time is told of it: "Friday at four?" """


@dataclass(frozen=True, slots=True)
class SegmentRead:
    """All that one segment says of commitments."""

    told: tuple[ReadCommitment, ...] = ()
    answers: frozenset[str] = field(default_factory=frozenset)
    time: ToldTime | None = None
    """The one that counts: the first, or the last where somebody puts it right ("tonight, no, say Thursday")."""


def read(
    segment: CallSegment,
    sentences: Sequence[SpokenSentence],
    times: Sequence[Sequence[ToldTime]],
    rules: MeaningRules,
    names: Mapping[Side, str],
) -> SegmentRead:
    """`times`: those of each sentence."""
    told: list[ReadCommitment] = []
    answers: set[str] = set()
    every = [time for each in times for time in each]
    put_right = len(every) > 1 and _PUT_RIGHT.search(" ".join(sentence.text for sentence in sentences))
    counted = every[-1 if put_right else 0] if every else None
    for index, sentence in enumerate(sentences):
        answers |= {match.template.meaning for match in rules.matches(sentence, _ANSWERS)}
        near = [counted] if put_right and counted else times[index]
        behind = _time_behind(index, times, sentences)
        for match in _apart(list(rules.matches(sentence, _WAYS))):
            told += [
                ReadCommitment(way, replace(made, who=called(segment, made.by, names)), bare)
                for way, made, bare in _commitments(segment, sentence, match, (near, behind), rules)
            ]
    return SegmentRead(tuple(told), frozenset(answers), counted)


def needed(sentences: Sequence[SpokenSentence], times: Sequence[Sequence[ToldTime]], rules: MeaningRules) -> str:
    """What somebody would have to do, of the last sentence that says so; empty where none does."""
    for sentence, near in reversed(list(zip(sentences, times, strict=True))):
        for match in rules.matches(sentence, ("need",)):
            return core(sentence, _span(match), near)
    return ""


def called(segment: CallSegment, by: Side, names: Mapping[Side, str]) -> str:
    """Who is meant by a side: whoever speaks, where it is theirs; around a table others may be on it, too."""
    return segment.speaker if by == segment.side else names[by]


def _apart(matches: Sequence[MeaningMatch]) -> list[MeaningMatch]:
    """Those that are about different words; of two about the same the earlier template's, by their place."""
    kept: list[MeaningMatch] = []
    for match in sorted(matches, key=lambda each: _WAYS.index(each.template.meaning)):
        first, after = _span(match)
        if not any(first < other[1] and other[0] < after for other in map(_span, kept)):
            kept.append(match)
    return sorted(kept, key=lambda each: each.start)


def _span(match: MeaningMatch) -> tuple[int, int]:
    return match.spans.get("deed", (match.start, match.after))


def _commitments(
    segment: CallSegment,
    sentence: SpokenSentence,
    match: MeaningMatch,
    times: tuple[Sequence[ToldTime], ToldTime | None],
    rules: MeaningRules,
) -> list[tuple[Way, Commitment, bool]]:
    """One, or two where "and" joins two deeds that have times of their own."""
    way = cast(Way, match.template.meaning)
    by = opposite(segment.side) if way in _BY_THE_OTHER else segment.side
    sure = match.template.sure * segment.credit
    found = []
    start, after = _span(match)
    if caused := _BY_SOMEBODY.search(sentence.text[match.start : start]):
        start = match.start + caused.start(1)
    for span in _deeds(sentence, (start, after), times[0], rules):
        what = core(sentence, span, times[0])
        inside = [time for time in times[0] if span[0] <= sentence.place(time.first) < span[1]]
        when = inside[0] if inside else times[0][0] if times[0] else times[1]
        if match.template.timed and (when is None or not when.dated):
            if way != "promise":
                continue
            way = "offer"  # "I can send you that": only a yes makes a promise of it
        if when is None and (when := occasion(sentence, span[0])):
            what = what.removesuffix(when.words).rstrip(" ,")
        bare = "deed" not in match.spans or not what
        if bare and way == "proposal":
            what = met_for(sentence, times[0]) or (what and MEET)
        elif not what:
            continue
        made = Commitment(segment.end_s, by, "", what, kind=kind_of(what, sentence.text), confidence=sure)
        found.append((way, dated(made, when), bare))
    return found


def dated(commitment: Commitment, when: ToldTime | None) -> Commitment:
    """With a time, where one was told."""
    if when is None:
        return commitment
    return replace(commitment, when=when.words, due=when.due, whole_day=when.whole_day)


def _deeds(
    sentence: SpokenSentence, span: tuple[int, int], times: Sequence[ToldTime], rules: MeaningRules
) -> list[tuple[int, int]]:
    """ "Fire one this weekend and post it Tuesday" is two; "come by and have a coffee on Friday" one."""
    places = [sentence.place(time.first) for time in times]
    for joint in rules.conjoined.finditer(sentence.text, *span):
        if any(span[0] <= place < joint.start() for place in places) and any(place > joint.end() for place in places):
            head = joint.start("head")
            return [(span[0], joint.start()), *_deeds(sentence, (head, span[1]), times, rules)]
    return [span]


def _time_behind(
    index: int, times: Sequence[Sequence[ToldTime]], sentences: Sequence[SpokenSentence]
) -> ToldTime | None:
    """The time that the next sentence consists of: "I'll send it. By Friday." """
    behind = index + 1
    if behind < len(sentences) and len(sentences[behind].words) <= _SHORT and times[behind]:
        return times[behind][0]
    return None
