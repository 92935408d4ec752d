"""A wake word detector that hears what it is told to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from firmware.frame import Frame
from services.wake.base import Detection, Guard
from services.wake.kept import Wakes


class ScriptedWake:
    """Detects at given frames of a stream, whatever they sound like; counts what it saw."""

    def __init__(self, at: Mapping[int, Detection], *, rising: Collection[int] = ()) -> None:
        """`at`: by frame index, the detection that this frame completes. `rising`: frames that nearly do."""
        self.near_misses = {detection.word: 0 for detection in at.values()}
        self.words = tuple(self.near_misses)
        self.threshold = 0.5
        self.score = 0.0
        self.frames = 0
        self.resets = 0
        self.rising = False
        self.guards: list[Guard | None] = []
        """What it was guarded by, each time that this changed."""
        self.lessons: list[tuple[Wakes, Wakes]] = []
        self._at = dict(at)
        self._rising = frozenset(rising)

    def process(self, frame: Frame) -> Detection | None:
        """The detection scripted for this frame, if any."""
        self.frames += 1
        self.rising = frame.index in self._rising
        found = self._at.get(frame.index)
        self.score = found.score if found else 0.0
        return found if found and found.word in self.words and found.score >= self.threshold else None

    def listen_for(self, words: Sequence[str]) -> None:
        """Detections of other words are not given any more."""
        self.words = tuple(words)

    def tune(self, threshold: float) -> None:
        """Detections that score less are not given any more."""
        self.threshold = threshold

    def guard(self, against: Guard | None) -> None:
        """Remember it; the script holds all the same."""
        if not self.guards or self.guards[-1] != against:
            self.guards.append(against)

    def learn(self, wrong: Wakes, meant: Wakes) -> None:
        """Remember it."""
        self.lessons.append((wrong, meant))

    def reset(self) -> None:
        """Count it."""
        self.resets += 1
