"""How the ears write a word that is learnt, where they know it: an invented one otherwise than its owner, perhaps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz

from firmware.frame import FRAME_SAMPLES, RATE, Samples
from services.wake.base import Ears
from services.wake.hearsay import SECONDS
from services.wake.teaching.clips import WordTake
from services.wake.verifier import LEAST_SURE, heard

_LATE = (1, 3)
"""Frames behind the word after which the ears are asked, as the appliance asks them more than once."""
_UNKNOWN = 5
"""One recording of so many may sound like something else to them."""
_SPELLINGS = 3
"""That are tried beside the owner's own, those written most often."""
_ALIKE = 50
"""Percent of letters in common: with less it is a part of the phrase, or other words."""


def written(phrase: str, takes: Sequence[WordTake], ears: Ears) -> str:
    """The phrase, or what they write for it, with which the ears would find it in these recordings; else nothing."""
    sounds = [[_just_heard(take, late) for late in _LATE] for take in takes]
    heard_as = Counter(_plain(ears.partial(each[-1])) for each in sounds)
    others = [text for text, _ in heard_as.most_common(_SPELLINGS) if fuzz.ratio(text, _plain(phrase)) >= _ALIKE]
    for text in dict.fromkeys((_plain(phrase), *others)):
        capitals = " ".join(word.capitalize() for word in text.split())
        unheard = sum(_sureness(each, capitals, ears) < LEAST_SURE for each in sounds)
        if unheard <= len(takes) // _UNKNOWN:
            return capitals
    return ""


def _plain(text: str) -> str:
    """In small letters, without stops."""
    return " ".join(re.findall(r"[\w']+", text.lower()))


def _sureness(sounds: Sequence[Samples], text: str, ears: Ears) -> float:
    """By how much other words are likelier, where least; at most 0."""
    return max(heard(*ears.compare(sound, text))[1] for sound in sounds)


def _just_heard(take: WordTake, late: int) -> Samples:
    """As the appliance has it so many frames behind the word."""
    sound = np.clip(np.rint(take.sound * 32768), -32768, 32767).astype(np.int16)
    size = round(SECONDS * RATE)
    return np.pad(sound, (size, late * FRAME_SAMPLES))[-size:]
