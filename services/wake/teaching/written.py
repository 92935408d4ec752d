"""Whether the ears know a word that is learnt: what they hear they may write otherwise than its phrase is written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from firmware.frame import FRAME_SAMPLES, RATE, Samples
from services.wake.base import Ears
from services.wake.hearsay import SECONDS
from services.wake.teaching.clips import WordTake
from services.wake.verifier import LEAST_SURE, heard

_LATE = (1, 3)
"""Frames behind the word after which the ears are asked, as the appliance asks them more than once."""
_UNKNOWN = 5
"""One recording of so many may sound like something else to them."""


def written(phrase: str, takes: Sequence[WordTake], ears: Ears) -> str:
    """The phrase as the ears write it, where they would find it in these recordings; else nothing."""
    text = " ".join(word.capitalize() for word in phrase.split())
    unheard = sum(_sureness(take, text, ears) < LEAST_SURE for take in takes)
    return text if unheard <= len(takes) // _UNKNOWN else ""


def _sureness(take: WordTake, text: str, ears: Ears) -> float:
    """By how much other words are likelier in what a microphone has just heard; at most 0."""
    return max(heard(*ears.compare(_just_heard(take, late), text))[1] for late in _LATE)


def _just_heard(take: WordTake, late: int) -> Samples:
    sound = np.clip(np.rint(take.sound * 32768), -32768, 32767).astype(np.int16)
    size = round(SECONDS * RATE)
    return np.pad(sound, (size, late * FRAME_SAMPLES))[-size:]
