"""The figures of a call, kept up segment by segment; a few numbers however long it lasts."""

from __future__ import annotations

from dataclasses import dataclass

from services.calls.base import SIDES, CallMeasured, CallSegment, Side, SideMeasured, opposite
from services.calls.spoken import hesitations_in, sentences_of, word_count

_REMARK_S = 1.5
_REMARK_WORDS = 3
"""What is no longer ("mhm, I see") takes the word from nobody."""
_OVERLAP_S = 0.25
"""Who begins so little before the other ends does not interrupt; transcripts are no more exact."""


@dataclass(slots=True)
class _Kept:
    """Of one side."""

    talk_s: float = 0.0
    run_s: float = 0.0
    longest_s: float = 0.0
    questions: int = 0
    interruptions: int = 0
    hesitations: int = 0
    words: int = 0
    end_s: float = 0.0
    """Of what it said last."""


class Measures:
    """Takes segments by the time they ended."""

    def __init__(self, planned_s: float = 0.0) -> None:
        self._planned_s = planned_s
        self._sides: dict[Side, _Kept] = {side: _Kept() for side in SIDES}
        self._last: Side | None = None
        self._until_s = 0.0
        """Up to where somebody spoke."""
        self._voice_s = 0.0
        """When somebody was last heard to be speaking: what they say comes as a segment only once it has ended."""
        self._silence_s = 0.0
        self._longest_silence_s = 0.0
        self._overlap_s = 0.0

    def take(self, segment: CallSegment) -> None:
        """Count a segment in."""
        mine, theirs = self._sides[segment.side], self._sides[opposite(segment.side)]
        length = max(0.0, segment.end_s - segment.start_s)
        words = word_count(segment.text)
        remark = length < _REMARK_S or words <= _REMARK_WORDS
        if self._last is not None and segment.start_s > self._until_s:
            silence = segment.start_s - self._until_s
            self._silence_s += silence
            self._longest_silence_s = max(self._longest_silence_s, silence)
        overlap = min(segment.end_s, theirs.end_s) - segment.start_s
        if overlap > _OVERLAP_S and self._last == opposite(segment.side):
            self._overlap_s += overlap
            mine.interruptions += not remark and segment.end_s > theirs.end_s
        mine.talk_s += length
        mine.run_s += length
        mine.longest_s = max(mine.longest_s, mine.run_s)
        if not remark:
            theirs.run_s = 0.0
        mine.questions += sum(sentence.asks for sentence in sentences_of(segment.text))
        mine.hesitations += hesitations_in(segment.text)
        mine.words += words
        mine.end_s = max(mine.end_s, segment.end_s)
        self._until_s = max(self._until_s, segment.end_s)
        self._last = segment.side

    def run_s(self, side: Side) -> float:
        """How long a side has been speaking without the other taking the word."""
        return self._sides[side].run_s

    def goes_on(self, now_s: float) -> None:
        """Somebody is speaking just now."""
        self._voice_s = now_s

    def quiet_s(self, now_s: float) -> float:
        """How long neither has spoken; 0 before the first word."""
        return max(0.0, now_s - max(self._until_s, self._voice_s)) if self._last else 0.0

    def at(self, now_s: float) -> CallMeasured:
        """The figures up to a time."""
        owner, other = (self._of(side) for side in SIDES)
        return CallMeasured(
            max(now_s, self._until_s),
            self._planned_s,
            self._silence_s,
            self._longest_silence_s,
            self._overlap_s,
            self._last,
            owner,
            other,
        )

    def _of(self, side: Side) -> SideMeasured:
        kept = self._sides[side]
        both = sum(each.talk_s for each in self._sides.values())
        return SideMeasured(
            kept.talk_s,
            kept.talk_s / both if both else 0.0,
            kept.longest_s,
            kept.questions,
            kept.interruptions,
            kept.hesitations,
            kept.words,
            60 * kept.words / kept.talk_s if kept.talk_s else 0.0,
        )
