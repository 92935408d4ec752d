"""From frames with their probability of voice to recordings of single words. Pure."""

from __future__ import annotations

from collections import deque

import numpy as np

from device.calibration.wake import VOICED
from firmware.frame import FRAME_SECONDS, Frame, Samples

_BEFORE = round(0.4 / FRAME_SECONDS)
"""Frames kept from before the voice."""
_PAUSE_S = 0.6
"""So long nobody speaks, and the word is over."""
LONGEST_S = 10.0
"""What goes on for longer is taken as it is, and judged."""


class WordRecorder:
    """Takes every frame; gives a recording whenever somebody has said something."""

    def __init__(self) -> None:
        self._before: deque[Samples] = deque(maxlen=_BEFORE)
        self._taken: list[Samples] = []
        self._silent = 0.0
        self._given = False
        """Whether there was a recording already."""

    def hear(self, frame: Frame, voice: float) -> Samples | None:
        """Take a frame and its probability of voice; the recording that it ends, with a moment of room around."""
        voiced = voice >= VOICED
        if not self._taken and not voiced:
            self._before.append(frame.samples)
            return None
        if not self._taken:
            self._taken = list(self._before)
        self._taken.append(frame.samples)
        self._silent = 0.0 if voiced else self._silent + FRAME_SECONDS
        if self._silent < _PAUSE_S and len(self._taken) * FRAME_SECONDS < LONGEST_S:
            return None
        return self.finish()

    def finish(self) -> Samples | None:
        """The word is over, or the sound; None where nothing was being said. Of a sound in which nobody ever spoke it
        is the end.
        """
        taken = self._taken or ([] if self._given else list(self._before))
        self._taken, self._silent, self._given = [], 0.0, True
        self._before.clear()
        return np.concatenate(taken) if taken else None
