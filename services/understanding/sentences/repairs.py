"""Puts misheard words right ("crate a task"). Tried where no template fits them as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from services.understanding.breaths import in_one_breath
from services.understanding.texting import spelled_out
from services.understanding.words import Word

Misheard = Mapping[tuple[str, ...], tuple[str, ...]]
MOST_TRIES = 8
_FILLER = re.compile(r"(?:(?<=^)|(?<=\s))(?:u+m+|u+h+m*|e+r+m+|h+m+)\b[,.…]*(?:\s+|$)", re.IGNORECASE)
_TIN = re.compile(r"\btin(?= (?:seconds|minutes|hours|days|weeks|o'clock)\b)", re.IGNORECASE)
"""It is three in Hindi, but not before an English plural."""
_PARTED_DAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun) day\b|\bfry day\b", re.IGNORECASE)

_GREETING = re.compile(
    r"^\W*(?:good (?:morning|afternoon|evening|day)|(?:morning|afternoon|evening)(?=[ \w]{0,12}[,.!]))"
    r"(?: (?:jarvis|equerry|everyone|everybody|all|again|to you|then))?[,.!]*\s+"
    r"(?=(?:so|and|okay|ok|please|um|well|what|what's|whats|when|where|who|how|how's|which|is|are|am|do|does|did|have|has|any"
    r"|anything|can|could|would|will|i|i'd|i'm|i've|we|let|let's|tell|add|put|remind|set|read|show|give|start|book"
    r"|note|make|create|cancel|move|mark)\b)",
    re.IGNORECASE,
)
"""Else a part of the day: "evening, seven o'clock, dinner"."""


def cleaned(text: str) -> str:
    """The text without "um", "uh", a greeting and full stops that end nothing, with days of the week in one word: what
    no command ever means; and with the words in full that are typed in a hurry.
    """
    text = in_one_breath(_GREETING.sub("", _TIN.sub("ten", _FILLER.sub("", spelled_out(text)))))
    return _PARTED_DAY.sub(lambda found: f"{found[1] or 'fri'}day", text)


def repaired(said: Sequence[Word], misheard: Misheard) -> Iterator[list[Word]]:
    """The words without repetitions, then with all misheard ones put right, then with each, the earliest first."""
    once = [word for i, word in enumerate(said) if not i or word.text != said[i - 1].text]
    if len(once) < len(said):
        yield once
    places = [
        (i, n, right) for i in range(len(once)) for n in (2, 1) for right in _rights(once[i : i + n], n, misheard)
    ]
    if len({i for i, _, _ in places}) > 1:
        yield _all(once, places)
    for i, n, right in places[:MOST_TRIES]:
        yield [*once[:i], _put_right(once[i : i + n], right), *once[i + n :]]


def written(text: str, words: Sequence[Word]) -> str:
    """The words as a sentence: as they stand in the text, but for those that were put right."""
    said = ((text[word.start : word.end], word) for word in words)
    return " ".join(
        (heard if word.kind or heard.lower().replace("’", "'") == word.text else word.text) + word.stop
        for heard, word in said
    )


def _rights(words: Sequence[Word], n: int, misheard: Misheard) -> Sequence[str]:
    if len(words) < n or any(word.kind for word in words):
        return ()
    return misheard.get(tuple(word.text for word in words), ())


def _put_right(words: Sequence[Word], right: str) -> Word:
    """One word for those heard; what is said in slots is still read from the text as it was heard."""
    return replace(words[-1], text=right, start=words[0].start)


def _all(said: Sequence[Word], places: Sequence[tuple[int, int, str]]) -> list[Word]:
    first = {i: (n, right) for i, n, right in reversed(places)}
    words: list[Word] = []
    i = 0
    while i < len(said):
        n, right = first.get(i, (1, ""))
        words.append(_put_right(said[i : i + n], right) if right else said[i])
        i += n
    return words
