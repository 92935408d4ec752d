"""What the files of config/calls/meanings say, ready to be looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.calls.spoken import SpokenSentence, word_set

OPENINGS = word_set(
    """and so but okay well oh right now then yes yeah no sure alright great perfect good fine thanks also look listen ,
    kindly actually anyway just please honestly maybe perhaps because"""
)
"""Words that a sentence may have before what it opens with."""


@dataclass(frozen=True, slots=True)
class CallGuard:
    """What turns words into something else: somebody else's, not meant, only thought of."""

    before: tuple[re.Pattern[str], ...] = ()
    """Found in the sentence before the words, at most `within` words ahead."""
    within: int = 100
    behind: tuple[re.Pattern[str], ...] = ()
    """Found from the words on."""
    anywhere: tuple[re.Pattern[str], ...] = ()

    def bars(self, text: str, start: int) -> bool:
        """Whether it holds for the words at `start` of a sentence."""
        ahead = text[:start]
        for pattern in self.before:
            if any(ahead[found.end() :].count(" ") <= self.within for found in pattern.finditer(ahead)):
                return True
        if any(pattern.search(text, start) for pattern in self.behind):
            return True
        return any(pattern.search(text) for pattern in self.anywhere)


@dataclass(frozen=True, slots=True)
class MeaningTemplate:
    """One template of a meaning."""

    meaning: str
    pattern: re.Pattern[str]
    sure: float
    """How surely words of this form mean it, 0 to 1."""
    unless: tuple[str, ...] = ()
    """Names of guards."""
    asks: bool = False
    """Only in a sentence that is spoken as a question."""
    opens: bool = False
    """Only at the head of a sentence."""
    alone: bool = False
    """Only where the sentence has nothing else, but for words of OPENINGS."""
    timed: bool = False
    """Of a commitment: only where a time is told."""


@dataclass(frozen=True, slots=True)
class MeaningMatch:
    """Where a template was found in a sentence."""

    template: MeaningTemplate
    start: int
    after: int
    slots: Mapping[str, str]
    """The words of each slot as they were spoken."""
    spans: Mapping[str, tuple[int, int]]
    """Where they stand in the sentence's text."""


@dataclass(frozen=True, slots=True)
class MeaningRules:
    """All that the files of one language say."""

    templates: tuple[MeaningTemplate, ...]
    guards: Mapping[str, CallGuard] = field(default_factory=dict)
    apart: Mapping[str, tuple[re.Pattern[str], ...]] = field(default_factory=dict)
    """By meaning: words that mean nothing of the kind; what overlaps them is not it, unless they stand within it."""
    conjoined: re.Pattern[str] = re.compile(r"(?!)")
    """ "and", with a verb behind it, at `head`: a second deed in one breath."""

    @property
    def names(self) -> frozenset[str]:
        """The meanings that there are."""
        return frozenset(template.meaning for template in self.templates)

    def matches(self, sentence: SpokenSentence, meanings: Sequence[str] = ()) -> Iterator[MeaningMatch]:
        """Where templates are found in a sentence, of some meanings only; of each template the first that counts."""
        for template in self.templates:
            if meanings and template.meaning not in meanings:
                continue
            if template.asks and not sentence.asks:
                continue
            for found in template.pattern.finditer(sentence.text):
                if self._counts(template, sentence.text, found):
                    slots = {
                        name: sentence.spoken(*found.span(name)) for name, words in found.groupdict().items() if words
                    }
                    spans = {name: found.span(name) for name in slots}
                    yield MeaningMatch(template, found.start(), found.end(), slots, spans)
                    break

    def _counts(self, template: MeaningTemplate, text: str, found: re.Match[str]) -> bool:
        start, after = found.span()
        if (template.opens or template.alone) and not set(text[:start].split()) <= OPENINGS:
            return False
        if template.alone and not set(text[after:].split()) <= OPENINGS:
            return False
        if any(self.guards[name].bars(text, start) for name in template.unless):
            return False
        others = (other for pattern in self.apart.get(template.meaning, ()) for other in pattern.finditer(text))
        inside = ((other, start < other.start() and other.end() <= after) for other in others)
        return not any(other.start() < after and start < other.end() and not within for other, within in inside)
