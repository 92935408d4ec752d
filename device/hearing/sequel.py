"""What is said right behind a turn that was ended early: it goes on after all. On the listen thread.

Where nobody speaks the sound is left out: a chime may have been among it.
"""

from __future__ import annotations

import numpy as np

from device.hearing.overheard import Voiced
from firmware.frame import FRAME_SECONDS, Frame

WITHIN_S = 0.8
"""Seconds behind the end of the turn in which somebody must go on."""
_LEAST = 3
"""Frames with a voice that make a word: a frame or two may be a cough, or its own voice."""
_APART = 2
"""Frames without one in between."""
_EDGE = 1
"""Frames kept before a voice: a word begins more softly than it sounds."""


class Sequel:
    """Of the turn that ended last, if it ended early."""

    def __init__(self) -> None:
        self._heard: list[Voiced] = []
        self._left = 0
        """Frames in which somebody may yet begin."""

    def begin(self) -> None:
        """A turn has just been ended early."""
        self._heard, self._left = [], round(WITHIN_S / FRAME_SECONDS)

    def clear(self) -> None:
        """Nothing goes on: another turn begins, or the sound ends."""
        self._heard, self._left = [], 0

    def hear(self, frame: Frame, probability: float) -> list[Voiced]:
        """Take the next frame, with the probability that the talker speaks in it: everything since the end of the turn
        once they surely go on, else nothing.
        """
        if not self._left:
            return []
        self._heard.append((frame, probability))
        newest = len(self._heard) - (_LEAST + _APART)
        run = [at for at, (_, likely) in enumerate(self._heard) if likely > 0.5 and at >= newest]
        if len(run) >= _LEAST:
            first = run[0] - _EDGE
            heard = [each if at >= first else (_silence(each[0]), 0.0) for at, each in enumerate(self._heard)]
            self.clear()
            return heard
        if not run:
            self._left -= 1
        return []


def _silence(frame: Frame) -> Frame:
    return Frame(np.zeros_like(frame.samples), frame.index)
