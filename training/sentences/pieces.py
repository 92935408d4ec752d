"""Pieces of a sentence put together as one would say them: who writes a frame does not know what will fill its
slots.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

_ARTICLES = frozenset(("a", "an"))
_NO_ARTICLE = frozenset(("or", "and", "in", "is", "as", "at", "on", "of", "if"))
"""Behind these "a" is a letter: plan a or plan b."""
_VOWEL = re.compile(
    r"(?!eu|onc?e\b|u(?:[sk]|ni(?!n)|ti))[aeiou]|8|1[18](?!\d)|hour|honest|heir|honou?r|(?:hr|mri|mp3|rfp|sms|x-ray)\b"
)
"""Words before which one says "an"; not "one", "user", "unit" …"""
_DETERMINERS = frozenset(("a", "an", "the", "my", "some", "another"))
_BEFORE_TIMES = frozenset(
    ("on", "for", "by", "until", "till", "at", "in", "from", "between", "before", "after", "since", "over", "around")
)
_TIMES = frozenset(("when", "old_when", "recurrence"))
_DROPPED = frozenset(("on", "for", "by", "until", "till"))
_NEVER_ON = frozenset(("today", "tomorrow", "tonight", "yesterday", "next", "this", "last", "every", "first", "later"))
_OF_SEVERAL = {
    "is": "are",
    "has": "have",
    "does": "do",
    "was": "were",
    "isn't": "aren't",
    "hasn't": "haven't",
    "needs": "need",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence that is being made. `step` counts from 0, -1 where they belong to none; `slot` is empty for
    plain words.
    """

    words: str
    step: int = -1
    slot: str = ""
    pool: str = ""


def tidied(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Without spaces at their edges; with the articles and the forms of verbs that fit. Only plain words change, but
    for "a" and "an".
    """
    return _with_articles(_agreeing(_joined(pieces)))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Letters that follow a word without a space ("'s", "n't") are moved to it: a slot then holds Anna's."""
    joined: list[Piece] = []
    open_ended = False
    for piece in pieces:
        words = piece.words
        if open_ended and not piece.slot and not words[:1].isspace():
            ending, _, words = words.partition(" ")
            joined[-1] = replace(joined[-1], words=joined[-1].words + ending)
        if words.strip():
            joined.append(replace(piece, words=" ".join(words.split())))
        open_ended = bool(joined) and not piece.words[-1:].isspace()
    return joined


def _agreeing(pieces: Sequence[Piece]) -> list[Piece]:
    """Verbs beside several people stand for several; of two determiners or prepositions one is left: the a dozen eggs,
    on at five.
    """
    agreeing = list(pieces)
    for at, (before, after) in enumerate(pairwise(pieces)):
        *rest, last = agreeing[at].words.split() or [""]
        first, _, others = after.words.partition(" ")
        if not before.slot and after.pool:
            last = "" if _is_double(last, first, after.slot) else last
            if _several(after):
                last = _OF_SEVERAL.get(last, last)
            agreeing[at] = replace(agreeing[at], words=" ".join([*rest, last]).strip())
        elif not after.slot and _several(before):
            agreeing[at + 1] = replace(after, words=f"{_OF_SEVERAL.get(first, first)} {others}".strip())
    return [piece for piece in agreeing if piece.words]


def _is_double(last: str, first: str, slot: str) -> bool:
    """Whether the last plain word says what the first word of a value says again."""
    if last in _DETERMINERS:
        return first in _DETERMINERS
    return slot in _TIMES and ((last in _DROPPED and first in _BEFORE_TIMES) or (last == "on" and first in _NEVER_ON))


def _several(piece: Piece) -> bool:
    return piece.pool == "people" and not {"and", "plus"}.isdisjoint(piece.words.split())


def _with_articles(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """With "an" before vowels and "a" before others."""
    said = [piece.words.split() for piece in pieces]
    places = [(row, at) for row, words in enumerate(said) for at in range(len(words))]
    for (row, at), (next_row, next_at) in pairwise(places):
        following = said[next_row][next_at]
        if said[row][at] in _ARTICLES and following not in _NO_ARTICLE:
            said[row][at] = "an" if _VOWEL.match(following) else "a"
    return tuple(replace(piece, words=" ".join(words)) for piece, words in zip(pieces, said, strict=True))
