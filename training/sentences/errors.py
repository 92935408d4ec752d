"""What recognisers make of words: others that sound alike, small words lost, words parted and joined.

A model of confusions, as in Simonnet et al. 2018 (Simulating ASR errors for training SLU systems);
`training.sentences.spoken` measures real ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import yaml

from training.sentences.frames import Sentence
from training.sentences.notation import read_table

_HEARD = read_table(Path(__file__).parent / "words/heard.yaml")
_MARKS = ",;."
_ALIKE_SHARE, _PUT_IN_SHARE = 0.75, 0.15
"""How often a word that has doubles is taken for one of them; how often one comes before a word that can't be lost."""


def _doubles(alike: Sequence[str], repaired: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """Word → what it may be heard as: rows of words that sound alike, and what the parser puts right. What has an
    apostrophe behind it is never heard as words are marked here.
    """
    doubles: dict[str, list[str]] = {}
    for words in (row.split("|") for row in alike):
        for word in words:
            if " " not in word:
                doubles.setdefault(word, []).extend(other for other in words if other != word)
    for word, others in repaired.items():
        known = doubles.setdefault(word, [])
        known += [other for other in others if other not in known and not other.endswith("'")]
    return doubles


_REPAIRED = yaml.safe_load(
    (Path(__file__).parents[2] / "config/sentences/en/misheard.yaml").read_text(encoding="utf-8")
)["misheard"]
_DOUBLES = _doubles(_HEARD["alike"], _REPAIRED)


def misheard(sentence: Sentence, random: Random) -> Sentence:
    """The same with one or two words heard wrong; a slot holds what was heard. A slot never loses all of its words."""
    pieces = list(sentence.pieces)
    for _ in range(random.choice((1, 1, 2))):
        at = random.randrange(len(pieces))
        words = tuple(_heard_as(pieces[at].words.split(), bool(pieces[at].slot), random))
        pieces[at] = replace(pieces[at], words=" ".join(words))
    return replace(sentence, pieces=tuple(piece for piece in pieces if piece.words))


def _heard_as(words: Sequence[str], is_value: bool, random: Random) -> Iterator[str]:
    """The words, one of them heard wrong. To a value nothing is added, and its last word is not lost."""
    place = random.choice([at for at, word in enumerate(words) if word.strip(_MARKS)] or [-1])
    for at, whole in enumerate(words):
        word = whole.rstrip(_MARKS)
        if at != place:
            yield whole
        elif word in _DOUBLES and random.random() < _ALIKE_SHARE:
            yield random.choice(_DOUBLES[word]) + whole[len(word) :]
        elif word not in _HEARD["lost"] or (is_value and len(words) == 1):
            if not is_value and random.random() < _PUT_IN_SHARE:
                yield random.choice((*_HEARD["put_in"], word))
            yield whole
