"""Whether the device has a microphone, or a loudspeaker: one that is named in the settings, or was found once since the
start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence


class Plugged:
    """Asked now and then by one thread. What was pulled out is a fault, and not something that the device never had."""

    def __init__(self, name: str, names: Callable[[], Sequence[str]]) -> None:
        """`name`: as in the settings; empty: whichever there is. `names`: of all that are found now."""
        self._there = bool(name)
        self._names = names

    def __call__(self) -> bool:
        """Once true, always true."""
        self._there = self._there or bool(self._names())
        return self._there
