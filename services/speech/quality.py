"""How a turn sounded: level, clipping, distance from the room, gaps. Pure apart from what it remembers of the
frames.
"""

from __future__ import annotations

import numpy as np

from firmware.frame import Frame, power, power_dbfs
from services.speech.base import Quality

VOICE = 0.5
"""Probability from which a frame holds a voice,…"""
ROOM = 0.2
"""…and up to which it surely holds none; what lies between is counted to neither."""
FULL = 32_700
"""Amplitude, of 32768, from which a sample is at full scale: converters clip a little below it."""


class TurnSound:
    """Takes the frames of one turn, and tells how they sounded."""

    def __init__(self) -> None:
        self._voice = _Mean()
        self._room = _Mean()
        self._samples = self._clipped = self._gaps = 0
        self._index: int | None = None

    def take(self, frame: Frame, probability: float) -> None:
        """The next frame, with the probability that it holds a voice."""
        if self._index is not None and frame.index > self._index + 1:
            self._gaps += 1
        self._index = frame.index
        self._samples += frame.samples.size
        self._clipped += int(np.count_nonzero(np.abs(frame.samples.astype(np.int32)) >= FULL))
        if probability >= VOICE:
            self._voice.add(power(frame.samples))
        elif probability <= ROOM:
            self._room.add(power(frame.samples))

    def quality(self, *, lost: int = 0) -> Quality:
        """Of all frames so far. `lost`: pieces of sound that were dropped before they became frames."""
        clipped = self._clipped / self._samples if self._samples else 0.0
        return Quality(self._voice.dbfs, self._room.dbfs, clipped, self._gaps + max(0, lost))


class _Mean:
    """A mean of powers."""

    def __init__(self) -> None:
        self._sum, self._count = 0.0, 0

    def add(self, power: float) -> None:
        self._sum += power
        self._count += 1

    @property
    def dbfs(self) -> float | None:
        """dB of full scale; None without any."""
        return power_dbfs(self._sum / self._count) if self._count else None
