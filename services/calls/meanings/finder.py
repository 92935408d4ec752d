"""Finds what a segment means: by the templates of files, by what was learnt, surest where both agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from services.calls.base import CallSegment, Meant
from services.calls.meanings.asked import Turn
from services.calls.meanings.rules import MeaningRules
from services.calls.spoken import sentences_of, word_set

Likely = Mapping[str, float]
"""How likely a segment has each meaning that was learnt, 0 to 1; empty where nothing was."""
OWN = word_set(
    """promise request order offer proposal consent assent refusal tag phatic diversion answer passed_over
    farewell_reply greeting need"""
)
"""Meanings that commitments and open questions are made of; they are told as such, not by themselves."""
_ALONE = 0.5
"""How likely the learnt meanings must hold one that no template finds."""
_TOLD = 0.5
"""How surely such a one is told at least."""
_TELLING: Mapping[str, float] = {
    "deadline_asked": 0.3,
    "discount_asked": 0.35,
    "price_asked": 0.35,
}
"""The same of meanings that are missed more often than made up."""
_UNLIKELY = 0.06
"""Below it a template has found words that look like it and mean something else."""
_DOUBTED = 0.5
"""What remains of a template's confidence then: enough only for one that is quite sure."""


class TurnReader(Protocol):
    """Reads turns as it was taught."""

    def read(self, before: Sequence[Turn], text: str) -> Likely:
        """`before`: the turns before, the latest last."""


class MeaningFinder:
    """Takes segments in any order; what was said before is in `likely`."""

    def __init__(self, rules: Callable[[], MeaningRules]) -> None:
        """`rules`: those in force; they may change while a call goes on."""
        self._rules = rules

    def replies_to_leave(self, segment: CallSegment) -> bool:
        """Whether it is no more than what one says to a goodbye."""
        rules, sentences = self._rules(), sentences_of(segment.text)
        return bool(sentences) and all(any(rules.matches(each, ("farewell_reply",))) for each in sentences)

    def greets(self, segment: CallSegment) -> bool:
        """Whether it opens a talk: whoever thanks for the call then takes no leave."""
        rules = self._rules()
        return any(True for each in sentences_of(segment.text) for _ in rules.matches(each, ("greeting",)))

    def find(self, segment: CallSegment, likely: Likely) -> Sequence[Meant]:
        """The surest of each meaning."""
        found = self._by_templates(segment)
        for meaning, chance in likely.items():
            told = found.get(meaning)
            if told is None and chance >= _TELLING.get(meaning, _ALONE) and meaning not in OWN:
                found[meaning] = Meant(
                    segment.end_s, segment.side, meaning, segment.text, max(chance, _TOLD) * segment.credit
                )
            elif told is not None:
                sure = 1 - (1 - told.confidence) * (1 - chance)
                found[meaning] = replace(told, confidence=_DOUBTED * told.confidence if chance < _UNLIKELY else sure)
        return tuple(found.values())

    def _by_templates(self, segment: CallSegment) -> dict[str, Meant]:
        rules, found = self._rules(), dict[str, Meant]()
        for sentence in sentences_of(segment.text):
            for match in rules.matches(sentence):
                meaning = match.template.meaning
                sure = match.template.sure * segment.credit
                if meaning not in OWN and (meaning not in found or sure > found[meaning].confidence):
                    words = sentence.spoken(match.start, match.after)
                    found[meaning] = Meant(segment.end_s, segment.side, meaning, words, sure)
        return found
