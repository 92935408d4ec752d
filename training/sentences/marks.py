"""Commas and full stops as recognisers and people write them: some where a step ends, fewer where one pauses, often
none at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from services.understanding.words import Word, marked, split_words
from training.sentences.frames import Sentence

_WITHOUT = 0.4
"""Share of the sentences that have none, as partial results and typed ones."""
_JOINTS = frozenset(("and", "then", "also", "plus", "or", "but", "so"))
_AT_STEPS: Sequence[tuple[str, ...]] = ((",", ",", ",", ".", ""), (",", ",", ".", "", ""))
"""What stands where a step ends, as likely each; behind it a word that begins, or one that joins."""
_AT_PAUSES = 0.8
"""How often a pause within a step is written."""
_WRONG = 0.008
"""How often a word has a comma that does not belong there."""


def written(sentence: Sentence, random: Random) -> str:
    """The words, lower case, with such marks between them as `services.understanding.words.marked` writes."""
    said = split_words(" ".join(piece.words for piece in sentence.pieces))
    if random.random() < _WITHOUT:
        return sentence.words
    return marked(list(_marked(said, random)))


def _marked(said: Sequence[Word], random: Random) -> Iterator[Word]:
    stops = [word.stop for word in said]
    for at in range(1, len(said)):  # a comma stands before "and", not behind it
        if stops[at] and said[at].text in _JOINTS and not stops[at - 1]:
            stops[at - 1], stops[at] = stops[at], ""
    for at, word in enumerate(said):
        joins = at + 1 < len(said) and said[at + 1].text in _JOINTS
        match stops[at]:
            case ";":
                stop = random.choice(_AT_STEPS[joins])
            case "":
                stop = "," if random.random() < _WRONG else ""
            case mark:
                stop = mark if random.random() < _AT_PAUSES else ""
        yield replace(word, stop=stop)
