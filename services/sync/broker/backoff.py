"""How long to wait before the next try: longer each time, and never two devices at the same moment. Pure."""

from __future__ import annotations

from collections.abc import Callable


class Backoff:
    """Any wait between `first_s` and a ceiling that doubles with each failure (full jitter), so that a thousand devices
    whose broker was restarted don't come back together.
    """

    def __init__(self, random: Callable[[], float], *, first_s: float = 1.0, most_s: float = 60.0) -> None:
        """`random`: numbers from 0 to 1."""
        self._random = random
        self._first_s = first_s
        self._most_s = most_s
        self._failures = 0

    def failed(self) -> float:
        """Seconds to wait after one more failure."""
        self._failures = min(self._failures + 1, 32)
        ceiling: float = min(self._first_s * 2**self._failures, self._most_s)
        return self._first_s + self._random() * max(0.0, ceiling - self._first_s)

    def reset(self) -> None:
        """It went well for a while."""
        self._failures = 0
