"""What remains of a call, gathered as it goes: only what was measured or said, in the words it was said in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from services.calls.base import CallMeasured, CallSegment, CallSummary, Commitment, Meant
from services.calls.spoken import sentences_of

_UNITS = (
    "euros?|dollars?|pounds?|percent|per cent|am|pm|o'clock|minutes?|hours?|days?|weeks?|months?|years?|people|units?|"
    "pieces|boxes|kilos?|metres?|litres?"
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight|next (?:week|month|year)"
_NUMBER = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_LARGE = "hundred|thousand|million"
_WORDS = rf"(?:half an?|a half|(?:half )?a (?:{_LARGE})|{_NUMBER})(?:[ -](?:and )?(?:{_NUMBER}|{_LARGE}|a half))*"
"""A number in words."""
_FIGURE = re.compile(
    rf"\b(?:{_NTH} (?:of )?(?:{_MONTHS})|(?:{_MONTHS}) {_NTH}|{_DAYS})\b"
    rf"|\b(?!one day\b)(?:{_WORDS}[ -](?:{_UNITS})\b(?: (?:and )?{_WORDS}[ -](?:{_UNITS})\b)?"
    rf"|(?=(?:{_NUMBER}|a)[ -](?:{_LARGE})|half a (?:{_LARGE})){_WORDS}\b)"
    rf"|(?:[€$£]\s?)?\d[\d.,:]*(?:st|nd|rd|th|k|%)?(?:\s?(?:{_UNITS})\b)?",
    re.IGNORECASE,
)
_MOST = 60
"""Of each sort; nobody reads more after a call."""
_LONGEST = 160
"""Characters around a figure."""


class Gathered:
    """What a summary will be made of; bounded, however long the call is."""

    def __init__(self) -> None:
        self._questions: list[CallSegment] = []
        self._objections: list[Meant] = []
        self._figures: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def take(self, segment: CallSegment, meant: Sequence[Meant]) -> None:
        """Note what a segment leaves."""
        self._counts.update(each.meaning for each in meant)
        self._objections += [each for each in meant if each.meaning == "objection"][: _MOST - len(self._objections)]
        for sentence in sentences_of(segment.text):
            words = sentence.spoken(0, len(sentence.text))
            for found in _FIGURE.finditer(words):
                if len(self._figures) < _MOST:
                    self._figures.setdefault(found.group().strip(" .,:"), words[:_LONGEST])

    def passed_over(self, question: CallSegment) -> None:
        """A question that stayed open."""
        if len(self._questions) < _MOST:
            self._questions.append(question)

    def summary(self, measured: CallMeasured, commitments: Sequence[Commitment]) -> CallSummary:
        """As of now."""
        return CallSummary(
            measured,
            tuple(commitments),
            tuple(self._questions),
            tuple(self._objections),
            tuple(self._figures.items()),
            tuple(self._counts.most_common()),
        )
