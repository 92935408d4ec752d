"""Cuts the spoken wake phrase off the start of a transcript."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

_GREETINGS = frozenset(["hey", "hay", "hi", "he", "hei", "ey", "eh", "ay", "a", "heya", "hej", "hate", "hello", "okay", "ok"])
"""What recognisers make of the greeting in a wake phrase."""

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
"""Letters that sound alike, taken together in this order; what is left are the consonants' sounds, which recognisers keep."""

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def cut(text: str, words: Sequence[str]) -> str:
    """`text` without the wake phrase at its start. `words` are wake word names such as hey_jarvis.

    A misspelt greeting alone is never cut, and a name alone only when spelt nearly right, so that no word of the command is lost.
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
    heard = list(_TOKEN.finditer(text))[:4]
    spelt = [match[0].lower().replace("’", "'") for match in heard]
    if spelt and _names("".join(spelt[:1]), "".join(phrase), strict=True):
        return heard[0].end()
    greeted = 1 if len(spelt) > 1 and spelt[0] in _GREETINGS.union(greeting) else 0
    if spelt[greeted:] and _names(spelt[greeted], name, strict=not greeted):
        return heard[greeted].end()
    if greeted and len(spelt) > 2 and _names(spelt[1] + spelt[2], name, strict=True):
        return heard[2].end()
    return 0


def _names(heard: str, name: str, *, strict: bool) -> bool:
    """Whether a token may stand for the name. `strict`: nothing else hints at it."""
    alike, same = ratio(heard, name), Levenshtein.distance(sounds(heard), sounds(name))
    if strict:
        return (alike >= 75 and same == 0) or alike >= 88
    return (alike >= 60 and same <= 1) or alike >= 80


def sounds(word: str) -> str:
    """The consonant sounds of a word: jarvis, travis and charvis all become JRFS."""
    for letters, sound in _SOUNDS:
        word = re.sub(letters, sound, word)
    return word
