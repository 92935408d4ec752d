"""What people put around and between what they ask for: politeness, hesitation, second thoughts, several things in one breath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from training.frames import Named, Piece, Sentence
from training.notation import Mark
from training.pools import Pools

_BEFORE_ORDER = (
    "please|could you|can you|could you please|can you please|would you|would you please|will you|go ahead and|i want you to|i'd like you to|i need you to|"
    "i would like to|i want to|i need to|i'd like to|let's|you should|just|kindly|do me a favor and|be so kind and|help me|hey can you|okay now|"
    "you can|next|now|also|and|so|quickly|if you could|make sure you|i was wondering if you could|is it possible to|are you able to|may i ask you to|"
    "it would be great if you could|i'm going to need you to|why don't you|please can you|first|then|alright|hey jarvis|jarvis|hello could you|zara|mujhe|ek kaam karo"
).split("|")
_BEFORE_ANY = "um|uh|okay|ok|so|well|hey|hi|right|alright|oh|you know|actually|hmm|hey jarvis|jarvis|listen|look|now|er|one more thing|by the way|quick one".split("|")
_BEHIND = "please|thanks|thank you|for me|okay|would you|right away|now|if you can|when you get a chance|will you|if possible|asap please|cheers|please and thank you|jarvis|ok|can you".split("|")
_BETWEEN = "and|and|and|then|and then|also|and also|plus|after that|next|oh and|as well as|and please|and after that|,|,|and can you|and could you".split("|")
_SECOND_THOUGHTS = "no|no wait|i mean|sorry|no sorry|actually|actually no|make that|wait no|or rather|scratch that|no make it|excuse me".split("|")
_CHANGED = frozenset(("when", "day", "clock", "duration", "amount", "person", "people", "number", "percent"))
"""Pools whose words people put right as they speak."""
_ORDERS = frozenset(
    "add create make set put remind start begin open schedule book arrange plan cancel delete remove drop clear move change rename update mark give assign "
    "send tell text message post share show list read find search look note write jot save store credit debit pay record turn raise lower mute unmute snooze "
    "pause resume stop wake invite kick take push postpone reschedule shift bring check tick cross archive close finish complete generate run execute launch "
    "undo repeat get fetch pull draft notify let ping email enter register log count file attach organize sort tag label block break split use apply switch "
    "focus charge deduct transfer extend shorten bump keep hold scrap ditch erase wipe purge buy pencil chuck jot shoot drop fire hit pop stick throw line set "
    "double halve reduce increase crank tone silence forget skip dismiss end kill abort go".split()
)


def around(sentence: Sentence, random: Random) -> Sentence:
    """The same with words of courtesy or hesitation, most often none."""
    pieces = list(sentence.pieces)
    if not pieces:
        return sentence
    first = pieces[0].words.split()[0].lower() if pieces[0].words.split() and not pieces[0].slot else ""
    drawn = random.random()
    if drawn < 0.22 and first in _ORDERS:
        pieces.insert(0, Piece(random.choice(_BEFORE_ORDER)))
    elif drawn < 0.29:
        pieces.insert(0, Piece(random.choice(_BEFORE_ANY)))
    if random.random() < (0.1 if first in _ORDERS else 0.04):
        pieces.append(Piece(random.choice(_BEHIND)))
    if random.random() < 0.02 and len(pieces) > 1:
        pieces.insert(random.randrange(1, len(pieces)), Piece(random.choice(("um", "uh", "er", "like", "you know"))))
    return replace(sentence, pieces=tuple(pieces))


def rethought(sentence: Sentence, pools: Pools, random: Random) -> Sentence:
    """The same with one value said wrong first: at five, no, at six."""
    places = [number for number, piece in enumerate(sentence.pieces) if piece.slot and piece.pool in _CHANGED]
    if not places:
        return sentence
    at = random.choice(places)
    piece = sentence.pieces[at]
    wrong = Piece(f"{pools.say(piece.pool, random)} {random.choice(_SECOND_THOUGHTS)}")
    return replace(sentence, pieces=(*sentence.pieces[:at], wrong, *sentence.pieces[at:]))


def together(sentences: Sequence[Sentence], random: Random) -> Sentence:
    """Several sentences in one breath; what a step waits for is counted anew."""
    pieces: list[Piece] = []
    marks: list[Mark] = []
    for number, sentence in enumerate(sentences):
        if number and random.random() < 0.92:
            pieces.append(Piece(random.choice(_BETWEEN)))
        before = len(marks)
        pieces += [replace(piece, step=piece.step + before) if piece.step >= 0 else piece for piece in sentence.pieces]
        marks += [replace(mark, after=mark.after + before) if mark.after else mark for mark in sentence.steps]
    return Sentence(tuple(pieces), tuple(marks))


def is_order(named: Named, sentence: Sentence) -> bool:
    """Whether it begins with a verb that orders, so that another may follow it in one breath."""
    words = sentence.words.split()
    return bool(words) and words[0] in _ORDERS and len(sentence.steps) == 1 and len(words) < 16 and named.action != "none"
