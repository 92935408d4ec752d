"""Questions that the other side passed over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.calls.base import CallSegment
from services.calls.commitments.wording import objects
from services.calls.meanings.rules import MeaningRules
from services.calls.spoken import SpokenSentence, sentences_of, word_count

_FEWEST = 4
"""Words of a real question."""
_LIKELY = 0.3
"""How likely what was learnt must hold that a question was passed over."""
_SURELY = 0.6
"""The same where an answer may have words of the question."""
_REMARK = 2
"""Words that pass over nothing, such as "mhm, I see"."""


@dataclass(frozen=True, slots=True)
class _Open:
    segment: CallSegment
    about: frozenset[str]


class OpenQuestions:
    """Takes segments in their order."""

    def __init__(self, rules: Callable[[], MeaningRules]) -> None:
        """`rules`: with the meanings tag, phatic, diversion and answer."""
        self._rules = rules
        self._open: _Open | None = None

    def take(self, segment: CallSegment, likely: float = 0.0) -> CallSegment | None:
        """The question of the other side that this segment passes over; None where there is none. `likely`: by what
        was learnt, 0 to 1.
        """
        passed, sentences, words = None, sentences_of(segment.text), word_count(segment.text)
        if self._open and self._open.segment.side != segment.side and words > _REMARK:
            passed = self._open.segment if self._passes_over(sentences, self._open, likely) else None
            self._open = None
        if (asked := self._asked(sentences)) is not None:
            self._open = _Open(segment, asked)
        elif self._open and self._open.segment.side == segment.side and words > 2 * _FEWEST:
            self._open = None  # whoever asked went on to something else
        return passed

    def _asked(self, sentences: Sequence[SpokenSentence]) -> frozenset[str] | None:
        """What a segment that ends in a real question, or nearly so, asks about."""
        asking = [sentence for sentence in sentences[-2:] if sentence.asks]
        if not asking:
            return None
        last = asking[-1]
        ends = (match.after >= len(last.text.rstrip()) for match in self._rules().matches(last, ("tag",)))
        if any(ends) or self._has(last, "phatic") or len(last.text.split()) < _FEWEST:
            return None
        return objects(last.text)

    def _passes_over(self, sentences: Sequence[SpokenSentence], asked: _Open, likely: float) -> bool:
        if not sentences:
            return False
        if likely >= _SURELY:
            return True
        said = frozenset(word for sentence in sentences for word in objects(f"x {sentence.text}"))
        if said & asked.about:
            return False
        if likely >= _LIKELY or self._has(sentences[0], "diversion"):
            return True
        return all(sentence.asks for sentence in sentences) and not self._has(sentences[0], "answer")

    def _has(self, sentence: SpokenSentence, meaning: str) -> bool:
        return any(True for _ in self._rules().matches(sentence, (meaning,)))
