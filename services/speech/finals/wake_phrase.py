"""Cuts the spoken wake phrase off the start of a transcript."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

_GREETINGS = frozenset(
    ["hey", "hay", "hi", "he", "hei", "ey", "eh", "ay", "a", "heya", "hej", "hate", "hello", "okay", "ok"]
)
"""What recognisers make of the greeting in a wake phrase."""

_CALLS = frozenset(["hey", "hay", "hi"])
"""Those that can hardly be anything but a greeting."""

_SOUNDS = (
    (r"^(tr|dr|ch|sh|g(?=[eiy])|j|z)", "J"),
    (r"dge?|ch|sh", "J"),
    (r"ph|[fvw]", "F"),
    (r"[pb]", "B"),
    (r"x", "KS"),
    (r"c(?=[eiy])|[sz]", "S"),
    (r"[ckqg]", "K"),
    (r"[dt]", "T"),
    (r"[aeiouhy']", ""),
    (r"(.)\1+", r"\1"),
)
"""Letters that sound alike, taken together in this order; what is left are the consonants' sounds, which recognisers
keep.
"""

_PUNCTUATION = tuple(",.;:!?")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def spoken(word: str) -> str:
    """A wake word as it begins a sentence: hey_jarvis → Hey Jarvis,"""
    return word.replace("_", " ").title() + ","


def name_of(phrase: str) -> str:
    """The wake word that is spoken so: Hey Jarvis, → hey_jarvis."""
    return phrase.rstrip(",").lower().replace(" ", "_")


def cut(text: str, words: Sequence[str]) -> str:
    """`text` without the wake phrase at its start. `words` are wake word names such as hey_jarvis.

    A misspelt greeting alone is never cut, and a name alone only when spelt nearly right, so that no word of the
    command is lost.
    """
    text = text.strip()
    # Said twice happens: the first time was not heard.
    for _ in range(2):
        ends = [end for word in words if (end := _phrase_end(text, word.lower().split("_")))]
        if not ends:
            break
        text = text[max(ends) :].lstrip(" ,.;:!?-–—…'\"")
        text = text[:1].upper() + text[1:]
    return text


def _phrase_end(text: str, phrase: Sequence[str]) -> int:
    """Where the phrase at the start of `text` ends; 0 when it is not there."""
    *greeting, name = phrase
    heard = list(_TOKEN.finditer(text.replace("’", "'")))[:4]
    spelt = [match[0].lower() for match in heard]
    if spelt and _is(spelt[0], "".join(phrase)):
        return heard[0].end()
    greeted = 1 if len(spelt) > 1 and spelt[0] in _GREETINGS.union(greeting) else 0
    if not spelt[greeted:]:
        return 0
    one, two = spelt[greeted], "".join(spelt[greeted : greeted + 2])
    if greeted and _is(two, name) and ratio(two, name) > ratio(one, name):
        return heard[greeted + 1].end()
    # "Hey Chavez, stop": between a greeting and a comma there can hardly be anything but the name.
    addressed = spelt[0] in _CALLS and text[heard[greeted].end() :].lstrip()[:1] in _PUNCTUATION
    return heard[greeted].end() if _is(one, name) or (greeted and _may_be(one, name, 30 if addressed else 55)) else 0


def _is(heard: str, name: str) -> bool:
    """Whether a token is the name, though nothing else hints at it."""
    alike = ratio(heard, name)
    return (alike >= 70 and sounds(heard) == sounds(name)) or alike >= 88


def _may_be(heard: str, name: str, least: float) -> bool:
    """Whether a token after a greeting may stand for the name."""
    alike = ratio(heard, name)
    return (alike >= least and Levenshtein.distance(sounds(heard), sounds(name)) <= 1) or alike >= 80


def sounds(word: str) -> str:
    """The consonant sounds of a word: jarvis, gervis and charvis all become JrFS."""
    for letters, sound in _SOUNDS:
        word = re.sub(letters, sound, word)
    return word
