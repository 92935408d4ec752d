"""What recognisers make of words: others that sound alike, small words lost, words parted and joined.

A model of confusions, as in Simonnet et al. 2018 (Simulating ASR errors for training SLU systems); `training.spoken` measures real ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from training.frames import Sentence

_ALIKE = (
    "to two too|for four|by buy bye|our are hour|there their|its it's|your you're|right write|meet meat|week weak|mail male|due do dew|then than|"
    "an and in|a the uh|of off|at add it|on an|hear here|no know|one won|ate eight|new knew|sell cell|send sent|add at ad|task tasks ask desk|"
    "list lists least|note notes not|timer time or|remind reminds re mind|reminder remainder|meeting meetings meting|schedule schedules|channel channels chanel|"
    "create crate great|delete the lead|call called|set said sit|sara sarah|mike mic|ann anne and|john jon|steven stephen|marc mark|"
    "credit credits edit|debit debate|balance ballance|customer customers costumer|alarm alarms a lamb|share chair|file files fire|"
    "project projects|report reports|message messages|mute moot|volume volumes|plan plant plane|post posed|move moved|mark marked|assign a sign|"
    "invite in white|cancel council counsel|complete completed|finish finished|launch lunch|budget budgets|sync sink|standup stand up|todo to do|"
    "sixteen sixty|fifteen fifty|thirteen thirty|forty fourteen|p.m pm|a.m am|okay ok|i'm im|i'll ill|what's whats|let's lets|doesn't don't|"
    "friday fry day|tuesday to stay|wednesday wensday|sunday some day|today to day|tomorrow to morrow"
)
_SMALL = frozenset("a an the to of for in on at my me is and please it that".split())


def _table() -> Mapping[str, Sequence[str]]:
    alike: dict[str, list[str]] = {}
    for row in _ALIKE.split("|"):
        words = row.split()
        for at, word in enumerate(words):
            alike.setdefault(word, []).extend(other for number, other in enumerate(words) if number != at)
    alike["standup"], alike["todo"], alike["friday"], alike["assign"] = ["stand up"], ["to do"], ["fry day"], ["a sign"]
    return alike


_SOUNDS = _table()


def misheard(sentence: Sentence, random: Random) -> Sentence:
    """The same with one or two words heard wrong; a slot holds what was heard."""
    pieces = list(sentence.pieces)
    for _ in range(random.choice((1, 1, 2))):
        at = random.randrange(len(pieces))
        words = pieces[at].words.split()
        if not words:
            continue
        place = random.randrange(len(words))
        word = words[place].lower()
        if word in _SOUNDS and random.random() < 0.75:
            words[place] = random.choice(_SOUNDS[word])
        elif word in _SMALL and (len(words) > 1 or not pieces[at].slot):
            del words[place]
        elif random.random() < 0.15 and not pieces[at].slot:
            words.insert(place, random.choice(("the", "a", "and", "uh", word)))
        pieces[at] = replace(pieces[at], words=" ".join(words))
    return replace(sentence, pieces=tuple(piece for piece in pieces if piece.words))
