"""Full stops that end nothing: a recogniser writes one wherever somebody takes a breath, be it within a length, a time
of day or a number ("ten minutes. And thirty seconds", "at 7. 30", "20. 5 minutes").
"""

from __future__ import annotations

import re

from services.understanding.words import word_set

_UNIT = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?)\b"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_NUMBER = rf"(?:\d+|an?|half an|\w+teen|ten|eleven|twelve|\w+ty(?:[ -](?:{_ONES}))?|{_ONES})"
_LENGTH = re.compile(rf"({_UNIT})\.\s+((?:and\s+)?{_NUMBER}\s+{_UNIT}[.!?]?)$", re.IGNORECASE)
_MINUTES = rf"(?:[0-5]\d|(?:ten|twenty|thirty|forty|fifty)(?:[ -](?:{_ONES}))?)"
_TIME = re.compile(r"\b(at|for|to|from|till|until)\s+(1?\d|2[0-3])\.\s+([0-5]\d)(?=[.!?]?$)", re.IGNORECASE)
_CLOCK = re.compile(
    rf"\b(at|for|to|from|till|until)\s+({_ONES}|ten|eleven|twelve)\.\s+({_MINUTES})(?=[.!?]?$)", re.IGNORECASE
)
_AND = re.compile(rf"({_UNIT})[,.]?\s+and[,.…\-]+\s*({_NUMBER}\s+{_UNIT})", re.IGNORECASE)
_DIGITS = re.compile(rf"\b([2-9])0\.\s+([1-9])(?=\s+{_UNIT})", re.IGNORECASE)
_TENS = re.compile(rf"\b(20|30|40|50|\w+ty)\.\s+((?:{_ONES})\s+{_UNIT})", re.IGNORECASE)

_WITHIN = re.compile(r"(?<=\w\w)\.(?=\s+\w)")
_STOP = re.compile(r"[.!?]\s+(\w+)")
_SMALL = word_set(
    """a an the and or but at by for from in of on to with without about until till before after between per every each
    all that which who whose when where because so then also plus my your our his her its their is are not no"""
)
"""Written small within a sentence."""
_DAY = re.compile(
    r"\b(today|tonight|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\.\s+(at\s+[\w: ]+[.!?]?)$", re.IGNORECASE
)


def in_one_breath(text: str) -> str:
    """The text without them."""
    text = _DIGITS.sub(r"\1\2", text)
    text = _TENS.sub(lambda found: f"{found[1]} {found[2].lower()}", text)
    text = _TIME.sub(r"\1 \2:\3", text)
    text = _CLOCK.sub(lambda found: f"{found[1]} {found[2]} {found[3].lower()}", text)
    text = _DAY.sub(lambda found: f"{found[1]} {found[2].lower()}", text)
    text = _AND.sub(r"\1 and \2", text)
    return _LENGTH.sub(lambda found: f"{found[1]} {found[2].lower()}", text)


def flowing(text: str) -> str:
    """The text with commas in place of the full stops within it, as long as it was."""
    return _WITHIN.sub(",", text)


def unbroken(text: str) -> str:
    """The text as one sentence: whoever spoke paused, and was not done."""

    def begun(found: re.Match[str]) -> str:
        return f" {found[1].lower() if found[1].lower() in _SMALL else found[1]}"

    return _STOP.sub(begun, text)
