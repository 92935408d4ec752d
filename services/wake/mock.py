"""A wake word detector that hears what it is told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from firmware.frame import Frame
from services.wake.base import Detection


class ScriptedWake:
    """Detects at given frames of a stream, whatever they sound like; counts what it saw."""

    def __init__(self, at: Mapping[int, Detection]) -> None:
        """`at`: by frame index, the detection that this frame completes."""
        self.near_misses = {detection.word: 0 for detection in at.values()}
        self.words = tuple(self.near_misses)
        self.threshold = 0.5
        self.score = 0.0
        self.frames = 0
        self.resets = 0
        self._at = dict(at)

    def process(self, frame: Frame) -> Detection | None:
        """The detection scripted for this frame, if any."""
        self.frames += 1
        found = self._at.get(frame.index)
        self.score = found.score if found else 0.0
        return found if found and found.word in self.words and found.score >= self.threshold else None

    def listen_for(self, words: Sequence[str]) -> None:
        """Detections of other words are not given any more."""
        self.words = tuple(words)

    def tune(self, threshold: float) -> None:
        """Detections that score less are not given any more."""
        self.threshold = threshold

    def reset(self) -> None:
        """Count it."""
        self.resets += 1
