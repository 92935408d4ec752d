"""From the scores of one word to detections and near misses. Pure: no model, no clock."""

from __future__ import annotations

from services.wake.base import Detection, Guard, WakeSettings

EVENT_GAP = 0.4
"""Seconds below `near` after which the next rise is another event: scores of one utterance dip in between."""


class WordJudge:
    """Judges the score of each frame of one word."""

    def __init__(self, word: str, settings: WakeSettings, *, least: int = 1) -> None:
        """`least`: frames in a row that must reach the threshold, whatever the settings ask for."""
        self.word = word
        self.settings = settings
        self._least = least
        self.guard: Guard | None = None
        """What holds in the place of its own threshold and patience."""
        self.near_misses = 0
        self.reset()

    @property
    def threshold(self) -> float:
        """The score it must reach."""
        return self.guard.threshold if self.guard else self.settings.threshold

    def reset(self) -> None:
        """A new stream begins; the count stays."""
        self.rising = False
        """Whether the last frame reached the threshold, but not yet enough of them in a row."""
        self._run = 0
        self._deaf_until = float("-inf")
        self._near_until: float | None = None

    def hear(self, score: float, at: float) -> Detection | None:
        """Take the score (0…1) of the frame that ended at audio time `at`; a detection when it completes one."""
        self._run = self._run + 1 if score >= self.threshold else 0
        self.rising = False
        if at < self._deaf_until:
            return None
        if self._run >= (self.guard.patience if self.guard else max(self._least, self.settings.patience)):
            return self.detect(score, at)
        self.rising = self._run > 0
        self._count(score, at)
        return None

    def doubtful(self, score: float, at: float) -> bool:
        """Whether this score came near enough, and not near enough, to deserve a second look."""
        return at >= self._deaf_until and self.settings.near <= score < self.threshold

    def detect(self, score: float, at: float) -> Detection:
        """The word was heard: whatever came near in this event was no miss, and the refractory time begins."""
        self._near_until = None
        self._run = 0
        self._deaf_until = at + self.settings.refractory
        return Detection(self.word, score, at)

    def _count(self, score: float, at: float) -> None:
        """An event is counted once it is over, since until then it may still become a detection."""
        if score >= self.settings.near:
            self._near_until = at + EVENT_GAP
        elif self._near_until is not None and at > self._near_until:
            self._near_until = None
            self.near_misses += 1
