"""A wake word detector that hears what it is told to."""

from __future__ import annotations

from collections.abc import Mapping

from firmware.frame import Frame
from services.wake.base import Detection


class ScriptedWake:
    """Detects at given frames of a stream, whatever they sound like; counts what it saw."""

    def __init__(self, at: Mapping[int, Detection]) -> None:
        """`at`: by frame index, the detection that this frame completes."""
        self.near_misses = {detection.word: 0 for detection in at.values()}
        self.frames = 0
        self.resets = 0
        self._at = dict(at)

    def process(self, frame: Frame) -> Detection | None:
        """The detection scripted for this frame, if any."""
        self.frames += 1
        return self._at.get(frame.index)

    def reset(self) -> None:
        """Count it."""
        self.resets += 1
