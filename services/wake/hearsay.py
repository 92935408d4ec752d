"""What the ears say of the last sound: whether it was the wake phrase, or other words."""

from __future__ import annotations

from firmware.frame import Samples
from services.wake.base import Ears
from services.wake.recent import RecentSound

SECONDS = 1.5
EVERY = 2
"""Frames of 80 ms for which an answer holds: a decode costs some 20 ms on a fast core, 100 ms on a Pi 4."""


class Hearsay:
    """Keeps the last 1.5 seconds, and asks the ears of them."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self._recent = RecentSound(SECONDS)
        self.reset()

    def reset(self) -> None:
        """A new stream."""
        self._recent.reset()
        self._now = 0
        self._told: dict[str, tuple[int, tuple[float, float]]] = {}

    def follow(self, samples: Samples) -> None:
        """Take the next 1280 samples."""
        self._recent.follow(samples)
        self._now += 1

    def ask(self, phrase: str) -> tuple[float, float]:
        """As Ears.compare, of the sound until now, or what was said of it a frame ago."""
        asked, told = self._told.get(phrase, (-EVERY, (0.0, 0.0)))
        if self._now - asked < EVERY:
            return told
        told = self._ears.compare(self._recent.last(), phrase)
        self._told[phrase] = (self._now, told)
        return told
