"""Whether a sentence was loud enough, and what to do where it was not. Pure.

Levels are root mean squares in dB of full scale. Speech is looked for at -26 dB (the nominal active level below
overload, as ITU-T P.56 measures it): 20 dB below that, the noise of a cheap microphone is near; 14 dB above it, its
peaks, 12 dB higher, reach full scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from device.calibration.levels import GOOD_SPEECH, active_level
from device.guide.base import Measured

QUIET = GOOD_SPEECH - 20.0
LOUD = GOOD_SPEECH + 14.0
DISTANCE = 10.0
"""Decibels by which speech must stand out of the room."""


@dataclass(frozen=True, slots=True)
class LoudnessVerdict:
    """How it was, and the remedy."""

    good: bool
    words: str


def verdict(measured: Measured) -> LoudnessVerdict:
    """Of one sentence: what is wrong first."""
    if measured.clipped or measured.speech > LOUD:
        return LoudnessVerdict(
            False, f"That was too loud{_figure(measured.speech)}: turn the microphone down, or step back from it."
        )
    if measured.speech < QUIET:
        return LoudnessVerdict(
            False, f"That was too quiet{_figure(measured.speech)}: come closer, or turn the microphone up."
        )
    if measured.speech - measured.room < DISTANCE:
        return LoudnessVerdict(
            False, "I can hardly tell you from the noise of the room: come closer, or put me further from what hums."
        )
    return LoudnessVerdict(True, f"I hear you well{_figure(measured.speech)}.")


def measured(levels: Sequence[float], *, clipped: bool, said: str = "") -> Measured | None:
    """Of the levels of frames, with a sentence and a moment of the room in them; None: there are too few to tell.

    Speech is as loud as `equerry mic calibrate` would measure it, the room as the quietest tenth.
    """
    if len(levels) < _FEWEST:
        return None
    room = sorted(levels)[len(levels) // 10]
    return Measured(active_level(np.asarray(levels)), room, clipped, said)


_FEWEST = 10


def _figure(level: float) -> str:
    return f", at {-level:.0f} decibels below full scale"
