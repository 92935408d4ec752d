"""The end of speech, found in audio time from voice activity and level together.

Voice activity alone keeps a turn open while somebody talks in the background and is unsure in echoing rooms; level alone takes
every noise for speech. So a stretch of sound is the talker's voice when the detector hears a voice in it and it is loud enough,
where loud enough lies between the room's noise floor (learned all the time) and the talker's own level (learned in the turn).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firmware.frame import FRAME_SECONDS, Frame
from services.speech.base import Endpoint, EndReason

BLOCKS = 4
"""Levels are taken of 20 ms blocks, four to a frame, so that the end of a word is known more exactly than to a frame."""

BLOCK_SECONDS = FRAME_SECONDS / BLOCKS
Levels = npt.NDArray[np.float64]
QUIETEST = -75.0
"""dBFS; below this a microphone gives digital silence and the floor would be meaningless."""


@dataclass(frozen=True, slots=True)
class EndpointTuning:
    """What was tuned on real recordings; see docs/performance.md."""

    floor_seconds: float = 8.0
    floor_percentile: float = 10.0
    rise: float = 6.0
    """dB over the floor that a voice must have at least."""
    share: float = 0.4
    """A voice lies at least this far up from the floor to the talker's level, in dB…"""
    reach: float = 25.0
    """…or within this many dB of the talker's level, whichever is lower."""
    likely: float = 0.5
    """Probability of speech from which a frame may hold the talker's voice."""
    loud_likely: float = 0.2
    """The same for frames nearly as loud as the talker: echoing rooms make the detector doubt."""
    begin_seconds: float = 0.12
    """Voice needed before speech has begun."""
    short_seconds: float = 0.5
    """Utterances with less voice than this get longer silence: a first word is often followed by thought."""
    short_factor: float = 1.3


class NoiseFloor:
    """The level of the room when nobody speaks close by: a low percentile of the last seconds."""

    def __init__(self, seconds: float, percentile: float) -> None:
        self._levels: deque[float] = deque(maxlen=round(seconds / FRAME_SECONDS))
        self._percentile = percentile

    def learn(self, level: float) -> None:
        """Take the level of a frame, dBFS."""
        self._levels.append(level)

    @property
    def level(self) -> float:
        """dBFS."""
        return max(QUIETEST, float(np.percentile(self._levels, self._percentile))) if self._levels else QUIETEST


class AdaptiveEndpoint:
    """Finds the end of speech. An endpoint comes by `patience` or by `longest` seconds after `begin`, whatever is heard."""

    def __init__(self, *, silence: float = 0.7, longest: float = 15.0, patience: float = 4.0, tuning: EndpointTuning | None = None) -> None:
        """`silence`: seconds without voice that end an utterance; `longest`: of a whole turn; `patience`: to begin speaking."""
        self._silence, self._longest, self._patience = silence, longest, patience
        self._tuning = tuning or EndpointTuning()
        self._floor = NoiseFloor(self._tuning.floor_seconds, self._tuning.floor_percentile)
        self._began: float | None = None
        self._forget()

    @property
    def speaking(self) -> bool:
        """Whether speech has begun and no pause runs."""
        return self._start is not None and self.pause == 0.0

    @property
    def pause(self) -> float:
        """Seconds of silence since the last speech, to 20 ms; 0 while speaking or before speech began."""
        return 0.0 if self._start is None else self._now - self._end

    def begin(self, at: float) -> None:
        """A turn opens at this audio time: from here the time to begin speaking and the longest turn count."""
        self._forget()
        self._began = self._now = at

    def process(self, frame: Frame, probability: float) -> Endpoint | None:
        """Take a frame with its speech probability. Called for every frame, also between turns, to learn the room's noise floor."""
        levels = block_levels(frame)
        self._floor.learn(float(levels.mean()))
        if self._began is None:
            return None
        self._now = frame.end
        self._hear(levels, probability, frame.start)
        reason = self._reason(self._began)
        if reason is None:
            return None
        self._began = None
        return Endpoint(frame.end, reason, self._start, self._end if self._start is not None else None)

    def _forget(self) -> None:
        self._start: float | None = None
        self._end = 0.0
        self._now = 0.0
        self._candidate: float | None = None
        self._voiced = 0.0
        self._talker: list[float] = []

    def _hear(self, levels: Levels, probability: float, start: float) -> None:
        """Note the voice in this frame."""
        t = self._tuning
        voiced = levels >= self._threshold() if probability >= t.likely else np.zeros(BLOCKS, dtype=bool)
        if not voiced.any():
            if self._start is None:
                self._candidate, self._voiced = None, 0.0
            return
        self._talker.append(float(levels.max()))
        self._voiced += float(voiced.sum()) * BLOCK_SECONDS
        if self._candidate is None:
            self._candidate = start + float(np.argmax(voiced)) * BLOCK_SECONDS
        if self._start is None and self._voiced >= t.begin_seconds:
            self._start = self._candidate
        self._end = start + float(BLOCKS - np.argmax(voiced[::-1])) * BLOCK_SECONDS

    def _threshold(self) -> float:
        """dBFS from which a block is the talker's voice."""
        t = self._tuning
        floor = self._floor.level
        if not self._talker:
            return floor + t.rise
        talker = float(np.percentile(self._talker, 90))
        return max(floor + t.rise, min(floor + t.share * (talker - floor), talker - t.reach))

    def _reason(self, began: float) -> EndReason | None:
        if self._start is None:
            return "no_speech" if self._now - began >= self._patience - 1e-6 else None
        if self._now - began >= self._longest - 1e-6:
            return "too_long"
        need = self._silence * (self._tuning.short_factor if self._voiced < self._tuning.short_seconds else 1.0)
        return "silence" if self.pause >= need - 1e-6 else None


def block_levels(frame: Frame) -> Levels:
    """RMS level of each 20 ms block, dBFS, shape (4,)."""
    blocks = frame.samples.astype(np.float64).reshape(BLOCKS, -1) / 32768.0
    levels: Levels = 10.0 * np.log10(np.mean(np.square(blocks), axis=1) + 1e-12)
    return levels
