"""Whether what was heard can be believed: another language or music gives words that nobody said, heard unsurely."""

from __future__ import annotations

from collections import deque
from statistics import fmean

from services.calls.base import SIDES, Side

_TELLING_S = 1.0
"""Sound of less says nothing about the language."""
_LATEST = 5
_FEWEST = 4
_DOUBTED = 0.4
"""Mean confidence of the latest below which a side is not believed; German, French and Spanish through a telephone line
came to 0.2, English to more than 0.6."""
_BELIEVED = 0.5
"""From which on it is believed again."""
_CERTAIN = 0.75
"""What is heard so surely counts even so: a side may change its language."""


class HeardDoubts:
    """Follows both sides of a call; what no words were heard in is told, too, with confidence 0."""

    def __init__(self) -> None:
        self._latest: dict[Side, deque[float]] = {side: deque(maxlen=_LATEST) for side in SIDES}
        self._doubted: set[Side] = set()
        self._told: set[Side] = set()

    def believes(self, side: Side, seconds: float, confidence: float) -> bool:
        """Whether the words of what a side said count; `confidence` of the transcript, 0 where it has no words."""
        latest = self._latest[side]
        if seconds >= _TELLING_S:
            latest.append(confidence)
        if len(latest) >= _FEWEST:
            mean = fmean(latest)
            if mean < _DOUBTED:
                self._doubted.add(side)
            elif mean >= _BELIEVED:
                self._doubted.discard(side)
        return side not in self._doubted or confidence >= _CERTAIN

    def news(self, side: Side) -> bool:
        """Whether a side is not believed, and nobody was told so yet: once for each in a call."""
        if side in self._doubted and side not in self._told:
            self._told.add(side)
            return True
        return False
