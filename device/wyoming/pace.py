"""Sound is heard no faster than it is spoken."""

from __future__ import annotations

from collections.abc import Callable

AHEAD_S = 3.0
"""So much sound may come at once; what comes faster than it would be spoken is heard no faster, for the processor's
sake.
"""


class SoundPace:
    """Of one stream."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        """`sleep` is where it waits when sound comes too fast."""
        self._clock, self._sleep = clock, sleep
        self._until = clock()
        """When the sound that has come would have been spoken."""

    def keep(self, seconds: float) -> None:
        """So much sound came."""
        now = self._clock()
        self._until = max(self._until, now - AHEAD_S) + seconds
        if self._until - now > AHEAD_S:
            self._sleep(self._until - now - AHEAD_S)
