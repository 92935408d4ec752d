"""Finds what a segment means."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.calls.base import CallSegment, Meant
from services.calls.meanings.rules import MeaningRules
from services.calls.spoken import sentences_of, word_set

OWN = word_set("promise request order offer proposal consent assent refusal tag phatic diversion answer farewell_reply")
"""Meanings that commitments and open questions are made of; they are told as such, not by themselves."""


class TemplateMeanings:
    """Meanings by the templates of files."""

    def __init__(self, rules: Callable[[], MeaningRules]) -> None:
        """`rules`: those in force; they may change while a call goes on."""
        self._rules = rules

    def replies_to_leave(self, segment: CallSegment) -> bool:
        """Whether it is no more than what one says to a goodbye."""
        rules, sentences = self._rules(), sentences_of(segment.text)
        return bool(sentences) and all(any(rules.matches(each, ("farewell_reply",))) for each in sentences)

    def find(self, segment: CallSegment) -> Sequence[Meant]:
        """The surest of each meaning."""
        rules, found = self._rules(), dict[str, Meant]()
        for sentence in sentences_of(segment.text):
            for match in rules.matches(sentence):
                meaning = match.template.meaning
                sure = match.template.sure * segment.confidence
                if meaning not in OWN and (meaning not in found or sure > found[meaning].confidence):
                    words = sentence.spoken(match.start, match.after)
                    found[meaning] = Meant(segment.end_s, segment.side, meaning, words, sure)
        return tuple(found.values())
