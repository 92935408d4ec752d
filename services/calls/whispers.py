"""What is whispered when: the most pressing first, not while the owner speaks, and never much."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from services.calls.base import Whispered

MOST_WORDS = 8
_STALE_S = 20.0
"""What could not be whispered for so long is no longer about what is spoken of."""
_MINUTE_S = 60.0
_MOST_WAITING = 10


@dataclass(frozen=True, slots=True)
class Whisper:
    """Words that wait for the owner's ear."""

    words: str
    cause: str
    since_s: float
    priority: int = 5
    urgent: bool = False


class Whispers:
    """The queue of one call."""

    def __init__(self, most_per_minute: int = 3) -> None:
        self._most = most_per_minute
        self._waiting: list[Whisper] = []
        self._told: deque[float] = deque(maxlen=max(1, most_per_minute))
        self._quiet_until_s = -1.0

    def offer(self, whisper: Whisper) -> None:
        """Let it wait; where too many do, the least pressing goes."""
        short = " ".join(whisper.words.split()[:MOST_WORDS])
        if not short or any(each.cause == whisper.cause for each in self._waiting):
            return
        self._waiting.append(Whisper(short, whisper.cause, whisper.since_s, whisper.priority, whisper.urgent))
        self._waiting.sort(key=lambda each: (not each.urgent, -each.priority, each.since_s))
        del self._waiting[_MOST_WAITING:]

    def quiet(self, until_s: float) -> None:
        """Whisper nothing before then ("quiet"); what waits is dropped."""
        self._quiet_until_s = until_s
        self._waiting.clear()

    def next(self, now_s: float, *, owner_speaks: bool) -> Whispered | None:
        """The one to be whispered now; None where none may."""
        self._waiting = [each for each in self._waiting if now_s - each.since_s <= _STALE_S]
        if now_s < self._quiet_until_s or not self._waiting:
            return None
        full = len(self._told) >= self._most and now_s - self._told[0] < _MINUTE_S
        first = self._waiting[0]
        if (owner_speaks or full) and not first.urgent:
            return None
        self._waiting.pop(0)
        self._told.append(now_s)
        return Whispered(now_s, first.words, first.cause)
