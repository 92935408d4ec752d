"""Cuts the sound of one side into what is said without a longer pause."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from firmware.frame import FRAME_SECONDS, Frame, Samples
from services.speech.base import Vad

_VOICE = 0.5
"""Probability from which a frame counts as voice."""
_PAUSE_S = 0.6
"""A pause so long ends a segment."""
_EARLY_S = 0.24
"""A pause so long may be the end: what was said is worth writing down while the rest of it is waited for."""
_LONGEST_S = 20.0
"""A segment that is longer is cut: whoever waits for it waits for the whisper, too."""
_LEAD_S = 0.24
"""Kept from before the first voice: soft beginnings of words."""
_SHORTEST_S = 0.16
"""Voice of less is a cough."""


@dataclass(frozen=True, slots=True, eq=False)
class CutSound:
    """What one side said. `samples` has shape (n,); times in seconds of the stream."""

    samples: Samples
    start_s: float
    end_s: float
    mark: int = 0
    """The number of its last frame with a voice."""


class Cutter:
    """Takes the frames of one side; holds at most one segment of them."""

    def __init__(self, vad: Vad) -> None:
        self._vad = vad
        self._lead: deque[Frame] = deque(maxlen=round(_LEAD_S / FRAME_SECONDS))
        self._frames: list[Frame] = []
        self._voiced = 0
        self._quiet = 0

    @property
    def speaking(self) -> bool:
        """Whether a segment goes on."""
        return bool(self._frames)

    def take(self, frame: Frame) -> CutSound | None:
        """The next frame; the segment that it ends, if it does."""
        voice = self._vad.process(frame) >= _VOICE
        if not self._frames:
            if not voice:
                self._lead.append(frame)
                return None
            self._frames = [*self._lead]
            self._lead.clear()
        self._frames.append(frame)
        self._voiced += voice
        self._quiet = 0 if voice else self._quiet + 1
        over = self._quiet * FRAME_SECONDS >= _PAUSE_S or len(self._frames) * FRAME_SECONDS >= _LONGEST_S
        return self._cut() if over else None

    def early(self) -> CutSound | None:
        """What was said until now, just when a pause has become so long that it may be all."""
        if not self._frames or self._quiet != round(_EARLY_S / FRAME_SECONDS):
            return None
        return self._sound() if self._voiced * FRAME_SECONDS >= _SHORTEST_S else None

    def finish(self) -> CutSound | None:
        """The end of the sound: what was being said, if anything."""
        if self._frames:
            return self._cut()
        self._voiced, self._quiet = 0, 0
        return None

    def abandon(self, last_s: float) -> CutSound | None:
        """What was being said, if anything, without the last so many seconds: these were meant for somebody else."""
        spare = round(last_s / FRAME_SECONDS)
        if spare:
            del self._frames[-spare:]
            self._voiced, self._quiet = max(0, self._voiced - spare), 0
        return self.finish()

    def _cut(self) -> CutSound | None:
        cut = self._sound() if self._voiced * FRAME_SECONDS >= _SHORTEST_S else None
        self._frames, self._voiced, self._quiet = [], 0, 0
        self._lead.clear()
        return cut

    def _sound(self) -> CutSound:
        frames, quiet = self._frames, self._quiet
        end_s = frames[-1].end - quiet * FRAME_SECONDS
        samples = np.concatenate([frame.samples for frame in frames])
        return CutSound(samples, frames[0].start, end_s, frames[-1].index - quiet)
