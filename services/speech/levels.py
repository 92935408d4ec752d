"""Levels of sound: of the blocks of a frame, and what they were in the last seconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from firmware.frame import FRAME_SECONDS, Frame

Levels = npt.NDArray[np.float64]

BLOCKS = 4
"""Levels are taken of 20 ms blocks, four to a frame, so that the end of a word is known more exactly than to a frame.
"""

BLOCK_SECONDS = FRAME_SECONDS / BLOCKS

QUIETEST = -75.0
"""dBFS; below this a microphone gives digital silence, over which everything would be loud."""


class RunningLevel:
    """A percentile of the levels of the last seconds."""

    def __init__(self, seconds: float, percentile: float) -> None:
        self._levels: deque[float] = deque(maxlen=round(seconds / FRAME_SECONDS))
        self._percentile = percentile

    def learn(self, level: float) -> None:
        """Take the level of a frame, dBFS."""
        self._levels.append(level)

    def forget(self) -> None:
        """Another room, or another recording."""
        self._levels.clear()

    def unhear(self, seconds: float, level: float) -> None:
        """Take the last seconds for this level instead."""
        count = min(len(self._levels), round(seconds / FRAME_SECONDS))
        for index in range(1, count + 1):
            self._levels[-index] = level

    @property
    def level(self) -> float:
        """dBFS."""
        return max(QUIETEST, percentile(self._levels, self._percentile)) if self._levels else QUIETEST


def block_levels(frame: Frame) -> Levels:
    """RMS level of each 20 ms block, dBFS, shape (4,)."""
    blocks = frame.samples.astype(np.float64).reshape(BLOCKS, -1) / 32768.0
    levels: Levels = 10.0 * np.log10(np.mean(np.square(blocks), axis=1) + 1e-12)
    return levels


def percentile(levels: deque[float] | Sequence[float], percent: float) -> float:
    """The level below which this share lies; `levels` is not empty. (Sorting a hundred floats is much cheaper than
    numpy's percentile.)
    """
    ranked = sorted(levels)
    return ranked[round((len(ranked) - 1) * percent / 100.0)]
