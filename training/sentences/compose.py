"""What people put around and between what they ask for: politeness, hesitation, second thoughts, several things in one
breath.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from training.sentences.frames import BOUNDARY, NONE, Named, Sentence
from training.sentences.notation import Mark, read_table
from training.sentences.pieces import Piece
from training.sentences.pools import Pools

_CHANGED = frozenset(("when", "day", "clock", "duration", "amount", "person", "people", "number", "percent"))
"""Pools whose words people put right as they speak."""
_BEGIN = {name: frozenset(words) for name, words in read_table(Path(__file__).parent / "words/orders.yaml").items()}
"""Words that begin orders, questions and statements."""
_ORDERS = _BEGIN["orders"]
_FREE = frozenset(("title", "content", "parts", "steps", "name", "items"))
"""Slots that may hold any words."""


def around(sentence: Sentence, pools: Pools, random: Random) -> Sentence:
    """The same with words of courtesy or hesitation, most often none."""
    pieces = list(sentence.pieces)
    if not pieces:
        return sentence
    orders = not pieces[0].slot and pieces[0].words.split()[0] in _ORDERS
    drawn = random.random()
    if drawn < 0.22 and orders:
        pieces.insert(0, Piece(pools.say("before_order", random)))
    elif drawn < 0.29:
        pieces.insert(0, Piece(f"{pools.say('before_anything', random)},"))
    if random.random() < (0.1 if orders else 0.04):
        pieces.append(Piece(f", {pools.say('behind', random)}"))
    if random.random() < 0.02 and len(pieces) > 1:
        pieces.insert(random.randrange(1, len(pieces)), Piece(f", {pools.say('hesitation', random)},"))
    return replace(sentence, pieces=tuple(pieces))


def rethought(sentence: Sentence, pools: Pools, random: Random) -> Sentence:
    """The same with one value said wrong first: at five, no, at six."""
    places = [number for number, piece in enumerate(sentence.pieces) if piece.slot and piece.pool in _CHANGED]
    if not places:
        return sentence
    at = random.choice(places)
    piece = sentence.pieces[at]
    wrong = Piece(f"{pools.say(piece.pool, random)}, {pools.say('second_thought', random)},")
    return replace(sentence, pieces=(*sentence.pieces[:at], wrong, *sentence.pieces[at:]))


def together(sentences: Sequence[Sentence], pools: Pools, random: Random) -> Sentence:
    """Several sentences in one breath; what a step waits for is counted anew."""
    pieces: list[Piece] = []
    marks: list[Mark] = []
    for number, sentence in enumerate(sentences):
        if number:
            pieces.append(Piece(BOUNDARY + (pools.say("between", random) if random.random() < 0.85 else "")))
        before = len(marks)
        pieces += [replace(piece, step=piece.step + before) if piece.step >= 0 else piece for piece in sentence.pieces]
        marks += [replace(mark, after=mark.after + before) if mark.after else mark for mark in sentence.steps]
    return Sentence(tuple(pieces), tuple(marks))


def is_one_of_several(named: Named, sentence: Sentence, before: Sentence | None) -> bool:
    """Whether it may stand among several in one breath, first or behind `before`, and is still the same."""
    words = sentence.words.split()
    if named.action == NONE or len(sentence.steps) != 1 or not 0 < len(words) < 16:
        return False
    if not before or words[0] in _ORDERS | _BEGIN["questions"]:
        return True
    return words[0] in _BEGIN["statements"] and before.pieces[-1].slot not in _FREE
